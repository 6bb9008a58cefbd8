import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import * as fs from "node:fs/promises";
import { join } from "node:path";
import type { HostRate } from "../domain/host.ts";
import { distribution } from "../domain/statistics.ts";

/** As a weight file is read: large requests, several under way. libuv has four threads. */
const REQUEST_BYTES = 4 << 20;
const REQUESTS_AT_ONCE = 4;
const RUN_BYTES = 64 << 20;
const RUNS = 5;
const ENOUGH_MS = 1_200;
const SAMPLE_BYTES = RUN_BYTES * RUNS;
/** Where packages and checkpoints lie below the home; deeper lie snapshots of other tools. */
const SEARCH_DEPTH = 4;
const SEARCH_ENTRIES = 2_000;
const WASM_PAGE_BYTES = 65_536;

/**
 * How fast the disk that holds `directory` is read. A large file that is there already is read; otherwise one of random bytes is written, synced, read and removed. Past the page cache where the file
 * system lets us (O_DIRECT); where not, `method` says that the cache may have answered. null where the directory cannot be written to and holds nothing large.
 */
export async function measureDiskRead(directory: string): Promise<HostRate | null> {
  const existing = await findLargeFile(directory, SEARCH_DEPTH, { left: SEARCH_ENTRIES });
  if (existing !== null) return readRate(existing, "a file of the home");
  const sample = join(directory, `.read-rate.${randomBytes(6).toString("hex")}.tmp`);
  try {
    if (!(await writeSample(directory, sample))) return null;
    return await readRate(sample, "a file written for it");
  } catch {
    return null;
  } finally {
    await fs.rm(sample, { force: true }).catch(() => undefined);
  }
}

/** A regular file with enough bytes really on the disk: holes of sparse files are read at the speed of memory. */
async function findLargeFile(directory: string, depth: number, budget: { left: number }): Promise<string | null> {
  const entries = await fs.readdir(directory, { withFileTypes: true }).catch(() => []);
  const directories: string[] = [];
  for (const entry of entries) {
    if (budget.left-- <= 0) return null;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) directories.push(path);
    else if (entry.isFile()) {
      const found = await fs.lstat(path).catch(() => null);
      if (found !== null && found.size >= SAMPLE_BYTES && found.blocks * 512 >= found.size && (await fs.access(path, constants.R_OK).then(() => true, () => false))) return path;
    }
  }
  if (depth === 0) return null;
  for (const next of directories) {
    const found = await findLargeFile(next, depth - 1, budget);
    if (found !== null) return found;
  }
  return null;
}

/** False where there is not ten times the room. Random bytes: a file system that compresses would otherwise read nothing. */
async function writeSample(directory: string, sample: string): Promise<boolean> {
  const { bavail, bsize } = await fs.statfs(directory);
  if (bavail * bsize < SAMPLE_BYTES * 10) return false;
  const handle = await fs.open(sample, "wx", 0o600);
  try {
    const block = randomBytes(RUN_BYTES);
    for (let run = 0; run < RUNS; run++) await handle.write(block, 0, RUN_BYTES, run * RUN_BYTES);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return true;
}

async function readRate(path: string, what: string): Promise<HostRate> {
  const direct = await openDirect(path);
  const handle = direct ?? (await fs.open(path, "r"));
  try {
    const buffers = Array.from({ length: REQUESTS_AT_ONCE }, () => pageAligned(REQUEST_BYTES));
    const rates: number[] = [];
    const begun = performance.now();
    for (let run = 0; run < RUNS && (run === 0 || performance.now() - begun < ENOUGH_MS); run++) {
      const started = performance.now();
      await Promise.all(buffers.map((buffer, lane) => readLane(handle, buffer, run * RUN_BYTES, lane)));
      rates.push((RUN_BYTES * 1000) / (performance.now() - started));
    }
    const method = direct === null ? `read ${what}; the page cache may have answered` : `read ${what} past the page cache`;
    return { bytesPerSecond: distribution(rates).median, runs: rates, threads: REQUESTS_AT_ONCE, bytesRead: RUN_BYTES * rates.length, method };
  } finally {
    await handle.close();
  }
}

/** Every fourth request of a run. */
async function readLane(handle: fs.FileHandle, buffer: Uint8Array, runOffset: number, lane: number): Promise<void> {
  for (let offset = lane * REQUEST_BYTES; offset < RUN_BYTES; offset += REQUEST_BYTES * REQUESTS_AT_ONCE) await handle.read(buffer, 0, REQUEST_BYTES, runOffset + offset);
}

/** null where the system or the file system has no such reading (macOS, tmpfs, some network mounts): some refuse the open, some the first read. */
async function openDirect(path: string): Promise<fs.FileHandle | null> {
  if (constants.O_DIRECT === undefined) return null;
  const handle = await fs.open(path, constants.O_RDONLY | constants.O_DIRECT).catch(() => null);
  if (handle === null) return null;
  try {
    await handle.read(pageAligned(WASM_PAGE_BYTES), 0, 4096, 0);
    return handle;
  } catch {
    await handle.close();
    return null;
  }
}

/** Reads past the cache need memory that begins on a page: WebAssembly's does, a Buffer's does not. */
function pageAligned(bytes: number): Uint8Array {
  const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: { readonly Memory: new (pages: { readonly initial: number }) => { readonly buffer: ArrayBuffer } } };
  return new Uint8Array(new WebAssembly.Memory({ initial: bytes / WASM_PAGE_BYTES }).buffer);
}
