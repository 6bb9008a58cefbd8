import { randomBytes } from "node:crypto";
import path from "node:path";
import { z } from "zod";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { Clock } from "../../domain/clock.ts";
import type { Files } from "../../domain/files.ts";
import type { ProcessTable } from "../../domain/process-table.ts";
import { LOCK_FILE } from "./site-layout.ts";

const Holder = z.object({ pid: z.int(), host: z.string(), started: z.string().nullable(), nonce: z.string() });

const MAX_LOCK_BYTES = 4096;
/** Between making the file and writing a line into it nothing takes this long; an empty one of this age was left by a kill. */
const UNWRITTEN_MS = 10_000;
/** One takes over from each dead holder; more tries than this mean that several fight over it. */
const MAX_TRIES = 5;

export interface SiteLock {
  /** Called before what cannot be undone. @throws site.locked when somebody has taken the lock away meanwhile */
  confirm(): Promise<void>;
  release(): Promise<void>;
}

export interface LockContext {
  readonly files: Files;
  readonly clock: Clock;
  readonly processes: ProcessTable;
}

/**
 * Keeps others, install.sh too, from changing a site. A lock whose process is gone is taken over; one from another machine is not, because nobody here can tell.
 * @throws site.locked
 */
export async function lockSite(context: LockContext, site: string): Promise<SiteLock> {
  const { files, processes } = context;
  const file = path.join(site, LOCK_FILE);
  const nonce = randomBytes(8).toString("hex");
  const { pid, host, started } = processes.self();
  const mine = `${JSON.stringify({ pid, host, started, nonce })}\n`;
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    if (await files.createNew(file, new TextEncoder().encode(mine))) return held(files, file, mine);
    const found = await contentOf(files, file);
    if (found === null) continue;
    await requireGone(context, file, found);
    await takeAway(files, file, found, nonce);
  }
  throw new WorkbenchError("site.locked", { file, pid: 0, host });
}

function held(files: Files, file: string, mine: string): SiteLock {
  return {
    confirm: async () => {
      const found = await contentOf(files, file);
      if (found !== mine) throw new WorkbenchError("site.locked", { file, pid: holderIn(found)?.pid ?? 0, host: holderIn(found)?.host ?? "" });
    },
    release: async () => {
      if ((await contentOf(files, file)) === mine) await files.remove(file);
    },
  };
}

async function requireGone({ files, clock, processes }: LockContext, file: string, found: string): Promise<void> {
  const holder = holderIn(found);
  const status = await files.status(file);
  const isFresh = status !== undefined && clock.now() - status.modifiedMs < UNWRITTEN_MS;
  if (holder === null ? isFresh : processes.state(holder) !== "gone") throw new WorkbenchError("site.locked", { file, pid: holder?.pid ?? 0, host: holder?.host ?? "" });
}

/** Two who find the same dead lock: what one of them has put in its place must not go. */
async function takeAway(files: Files, file: string, dead: string, nonce: string): Promise<void> {
  const aside = `${file}.${nonce}`;
  try {
    await files.rename(file, aside);
  } catch (error) {
    if (error instanceof WorkbenchError && (await files.status(file)) === undefined) return;
    throw error;
  }
  const taken = await contentOf(files, aside);
  if (taken !== null && taken !== dead) await files.createNew(file, new TextEncoder().encode(taken));
  await files.remove(aside);
}

/** null: it went in this moment. */
async function contentOf(files: Files, file: string): Promise<string | null> {
  try {
    return (await files.status(file)) === undefined ? null : new TextDecoder().decode(await files.readAll(file, MAX_LOCK_BYTES));
  } catch (error) {
    if ((await files.status(file)) === undefined) return null;
    throw error;
  }
}

function holderIn(text: string | null): z.infer<typeof Holder> | null {
  try {
    return Holder.safeParse(JSON.parse(text ?? "")).data ?? null;
  } catch {
    return null;
  }
}
