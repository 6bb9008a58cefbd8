import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Long enough to walk to another desk, or to set up a tunnel; an address forgotten in a terminal must not open anything next week. */
export const TICKET_LIFE_MS = 60 * 60_000;

/** Of 32 random bytes; nothing else is worth looking up. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/**
 * One-time tokens. Each is a file named by the token's SHA-256 in a folder of the home directory: whoever may write there may let somebody in, so a
 * second process can make a new one for a server that runs; and a file can be removed only once, however many ask at the same moment. The name tells
 * nobody the token.
 */
export interface Tickets {
  issue(): Promise<string>;
  /** True once for each token, within its life. */
  redeem(token: string): Promise<boolean>;
}

export function createTickets(directory: string, now: () => number): Tickets {
  const fileOf = (token: string): string => join(directory, createHash("sha256").update(token).digest("hex"));
  return {
    issue: async () => {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await removeOld(directory, now());
      const token = randomBytes(32).toString("base64url");
      await writeFile(fileOf(token), String(now()), { flag: "wx", mode: 0o600 });
      return token;
    },
    redeem: async (token) => {
      if (!TOKEN.test(token)) return false;
      const file = fileOf(token);
      try {
        const madeMs = await madeAt(file);
        await unlink(file);
        return isAlive(madeMs, now());
      } catch {
        return false;
      }
    },
  };
}

/** A clock set back must not make one live longer than it should. */
function isAlive(madeMs: number, nowMs: number): boolean {
  return Math.abs(nowMs - madeMs) <= TICKET_LIFE_MS;
}

async function madeAt(file: string): Promise<number> {
  return Number(await readFile(file, "utf8"));
}

async function removeOld(directory: string, nowMs: number): Promise<void> {
  for (const name of await readdir(directory)) {
    const file = join(directory, name);
    const madeMs = await madeAt(file).catch(() => null);
    if (madeMs !== null && !isAlive(madeMs, nowMs)) await unlink(file).catch(() => {});
  }
}
