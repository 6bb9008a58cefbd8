import { createHash, randomBytes } from "node:crypto";

/** A person has a few browsers; a program that collects sessions is stopped here, the longest unused one makes room. */
const MAX_SESSIONS = 64;

export interface Session {
  /** Aborted when the session ends: streams that were opened in it end with it. */
  readonly signal: AbortSignal;
}

/** Browsers that were let in. They live in memory: a new start of the server lets everybody in anew. */
export interface Sessions {
  /** @returns the secret that the cookie holds */
  open(): string;
  /** The session a secret belongs to, which counts as used now. */
  use(secret: string): Session | null;
  endAll(): void;
}

interface Open {
  readonly stop: AbortController;
  timer: NodeJS.Timeout;
}

/** @param idleMs after which an unused session ends */
export function createSessions(idleMs: number): Sessions {
  // By digest: a lookup tells by its time nothing about a secret.
  const open = new Map<string, Open>();

  const end = (key: string): void => {
    const session = open.get(key);
    open.delete(key);
    if (session === undefined) return;
    clearTimeout(session.timer);
    session.stop.abort();
  };
  const idle = (key: string): NodeJS.Timeout => setTimeout(() => end(key), idleMs).unref();

  return {
    open: () => {
      const secret = randomBytes(32).toString("base64url");
      const key = digest(secret);
      open.set(key, { stop: new AbortController(), timer: idle(key) });
      for (const oldest of open.keys()) {
        if (open.size <= MAX_SESSIONS) break;
        end(oldest);
      }
      return secret;
    },
    use: (secret) => {
      const key = digest(secret);
      const session = open.get(key);
      if (session === undefined) return null;
      clearTimeout(session.timer);
      session.timer = idle(key);
      // Set anew at the end: the first is the longest unused.
      open.delete(key);
      open.set(key, session);
      return { signal: session.stop.signal };
    },
    endAll: () => {
      for (const key of [...open.keys()]) end(key);
    },
  };
}

function digest(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}
