import { constants } from "node:fs";
import * as fs from "node:fs/promises";
import type { Clock } from "../domain/clock.ts";
import type { Host, HostNames, HostStatus, HostText } from "../domain/host.ts";
import { measureDiskRead } from "./measure-disk-read.ts";
import { measureReadBandwidth } from "./measure-read-bandwidth.ts";
import { runProgram } from "./run-program.ts";

/** Longest honest text: /proc/cpuinfo of 1,024 processors, below 2 MiB. */
const TEXT_LIMIT_BYTES = 4 << 20;
const COMMAND_TIMEOUT_MS = 10_000;
const CHUNK_BYTES = 64 << 10;

/** The machine this process runs on. */
export function createNodeHost(clock: Clock): Host {
  return {
    get observation() {
      return { how: "live", at: new Date(clock.now()).toISOString(), redacted: false } as const;
    },
    read: (path, limitBytes = TEXT_LIMIT_BYTES) => readText(path, limitBytes),
    list,
    status,
    run: (command, args, { timeoutMs = COMMAND_TIMEOUT_MS } = {}) => runProgram(command, args, timeoutMs),
    env: (name) => process.env[name],
    measureReadBandwidth,
    measureDiskRead,
  };
}

/** Files of the kernel say that they have no bytes, or a page; they are read until they end. */
async function readText(path: string, limitBytes: number): Promise<HostText> {
  try {
    // A pipe would block the open, and a terminal become ours.
    const handle = await fs.open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0));
    try {
      const chunks: Buffer[] = [];
      let readBytes = 0;
      while (readBytes <= limitBytes) {
        const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
        const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, null);
        if (bytesRead === 0) break;
        chunks.push(chunk.subarray(0, bytesRead));
        readBytes += bytesRead;
      }
      const isCut = readBytes > limitBytes;
      return { kind: "text", text: Buffer.concat(chunks).subarray(0, limitBytes).toString("utf8"), isCut };
    } finally {
      await handle.close();
    }
  } catch (error) {
    return whyNot(error);
  }
}

async function list(directory: string): Promise<HostNames> {
  try {
    return { kind: "names", names: (await fs.readdir(directory)).sort() };
  } catch (error) {
    return whyNot(error);
  }
}

async function status(path: string): Promise<HostStatus> {
  try {
    const found = await fs.stat(path);
    const kind = found.isFile() ? "file" : found.isDirectory() ? "directory" : found.isCharacterDevice() ? "characterDevice" : found.isBlockDevice() ? "blockDevice" : "other";
    const [owner, group, readable, writable] = await Promise.all([
      nameOf("/etc/passwd", found.uid), nameOf("/etc/group", found.gid), isAllowed(path, constants.R_OK), isAllowed(path, constants.W_OK),
    ]);
    return { kind, mode: found.mode & 0o7777, owner, group, readable, writable };
  } catch (error) {
    return whyNot(error);
  }
}

/** Asked of the kernel instead of computed from the mode: access lists and capabilities count too. The entry is not opened: opening a device can start it. */
async function isAllowed(path: string, mode: number): Promise<boolean> {
  return fs.access(path, mode).then(() => true, () => false);
}

/** Name of a user or group in the local table, else its number; Node asks no directory service. */
async function nameOf(table: string, id: number): Promise<string> {
  const text = await fs.readFile(table, "utf8").catch(() => "");
  return new RegExp(`^([^:\\n]+):[^:\\n]*:${id}(?::|$)`, "m").exec(text)?.[1] ?? String(id);
}

function whyNot(error: unknown): { readonly kind: "absent" | "denied" } | { readonly kind: "failed"; readonly reason: string } {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  if (code === "ENOENT" || code === "ENOTDIR" || code === "ENXIO" || code === "ENODEV") return { kind: "absent" };
  return code === "EACCES" || code === "EPERM" ? { kind: "denied" } : { kind: "failed", reason: code };
}
