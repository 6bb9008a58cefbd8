import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import * as fs from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { FileStatus, Files, ReadableFile, WritableFile } from "../domain/files.ts";

// Absent on Windows, where opening a pipe cannot block and links need a privilege to make.
const NO_BLOCK = constants.O_NONBLOCK ?? 0;
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
/** Linux refuses to read more than 2 GiB − 4 KiB at once, and Node more than 2 GiB − 1. */
const LARGEST_TRANSFER_BYTES = 1 << 30;

/** The operating system's disk. Every failure leaves as a WorkbenchError `files.*` that names the path. */
export function createNodeFiles(): Files {
  return { list, status, realPath, open, readAll, openForWriting, writeWhole: (path, content) => writeWhole(path, content, 0o644), writePrivate: (path, content) => writeWhole(path, content, 0o600), createNew, pointLink, rename, makeDirectory, makeExecutable, remove, linkOrCopy, link, freeBytes };
}

async function list(directory: string): Promise<string[]> {
  return (await attempt("list", directory, () => fs.readdir(directory))).sort();
}

async function status(path: string): Promise<FileStatus | undefined> {
  const found = await attempt("status", path, async () => {
    try {
      return await fs.lstat(path);
    } catch (error) {
      if (isCode(error, "ENOENT") || isCode(error, "ENOTDIR")) return undefined;
      throw error;
    }
  });
  if (found === undefined) return undefined;
  const kind = found.isFile() ? "file" : found.isDirectory() ? "directory" : found.isSymbolicLink() ? "link" : "other";
  return { kind, bytes: found.size, modifiedMs: found.mtimeMs, changedMs: found.ctimeMs, inode: found.ino, linkCount: found.nlink };
}

function realPath(path: string): Promise<string> {
  return attempt("realPath", path, () => fs.realpath(path));
}

async function open(path: string): Promise<ReadableFile> {
  // A pipe in place of the file would otherwise block the open for ever.
  const handle = await attempt("open", path, () => fs.open(path, constants.O_RDONLY | NO_BLOCK));
  try {
    const found = await attempt("status", path, () => handle.stat());
    if (!found.isFile()) throw new WorkbenchError("files.readFailed", { file: path, reason: "not a regular file" });
    return {
      path,
      bytes: found.size,
      read: (into, offset) => attempt("read", path, () => readFully(handle, path, into, offset)),
      close: () => attempt("close", path, () => handle.close()),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function readFully(handle: fs.FileHandle, path: string, into: Uint8Array, offset: number): Promise<void> {
  let done = 0;
  while (done < into.byteLength) {
    const { bytesRead } = await handle.read(into, done, Math.min(into.byteLength - done, LARGEST_TRANSFER_BYTES), offset + done);
    if (bytesRead === 0) throw new WorkbenchError("files.readFailed", { file: path, reason: `ends at byte ${offset + done}, ${into.byteLength - done} short` });
    done += bytesRead;
  }
}

async function readAll(path: string, limitBytes: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    if (file.bytes > limitBytes) throw new WorkbenchError("files.readFailed", { file: path, reason: `${file.bytes} bytes, above the limit of ${limitBytes}` });
    const content = new Uint8Array(file.bytes);
    await file.read(content, 0);
    return content;
  } finally {
    await file.close();
  }
}

async function openForWriting(path: string, bytes: number): Promise<WritableFile> {
  const before = await status(path);
  // What the file already occupies (not its length: an earlier attempt may have left it sparse) needs no second place.
  const occupied = before === undefined ? 0 : (await attempt("status", path, () => fs.lstat(path))).blocks * 512;
  const free = await freeBytes(dirname(path));
  if (bytes - occupied > free) throw new WorkbenchError("files.noSpace", { file: path, neededBytes: bytes - occupied, freeBytes: free });
  const handle = await attempt("write", path, () => fs.open(path, constants.O_RDWR | constants.O_CREAT | NO_FOLLOW | NO_BLOCK, 0o644));
  try {
    const found = await attempt("status", path, () => handle.stat());
    if (!found.isFile()) throw new WorkbenchError("files.readFailed", { file: path, reason: "not a regular file" });
    if (found.size !== bytes) await attempt("write", path, () => handle.truncate(bytes));
  } catch (error) {
    await handle.close();
    if (before === undefined) await fs.rm(path, { force: true });
    throw error;
  }
  return {
    path,
    write: (from, offset) => attempt("write", path, () => writeFully(handle, from, offset)),
    sync: () => attempt("write", path, () => handle.datasync()),
    close: () => attempt("close", path, () => handle.close()),
  };
}

async function writeFully(handle: fs.FileHandle, from: Uint8Array, offset: number): Promise<void> {
  let done = 0;
  while (done < from.byteLength) {
    const { bytesWritten } = await handle.write(from, done, Math.min(from.byteLength - done, LARGEST_TRANSFER_BYTES), offset + done);
    done += bytesWritten;
  }
}

/** A name in the same directory that no other writer takes. */
function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path).slice(0, 180)}.${randomBytes(6).toString("hex")}.tmp`);
}

/** Runs `make` on a temporary name and gives what it made its final name; a failure leaves nothing. */
async function throughTemporary(path: string, make: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await make(temporary);
    await attempt("rename", path, () => fs.rename(temporary, path));
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncDirectory(dirname(path));
}

async function writeWhole(path: string, content: Uint8Array, mode: number): Promise<void> {
  await throughTemporary(path, (temporary) =>
    attempt("write", path, async () => {
      const handle = await fs.open(temporary, "wx", mode);
      try {
        await writeFully(handle, content, 0);
        await handle.sync();
      } finally {
        await handle.close();
      }
    }),
  );
}

async function createNew(path: string, content: Uint8Array): Promise<boolean> {
  return attempt("write", path, async () => {
    let handle: fs.FileHandle;
    try {
      handle = await fs.open(path, "wx", 0o644);
    } catch (error) {
      if (isCode(error, "EEXIST")) return false;
      throw error;
    }
    try {
      await writeFully(handle, content, 0);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return true;
  });
}

async function pointLink(path: string, target: string): Promise<boolean> {
  const temporary = temporaryName(path);
  if (!(await linked(temporary, () => fs.symlink(target, temporary)))) return false;
  try {
    await rename(temporary, path);
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  return true;
}

async function rename(from: string, to: string): Promise<void> {
  await attempt("rename", from, () => fs.rename(from, to));
  await syncDirectory(dirname(to));
  if (dirname(from) !== dirname(to)) await syncDirectory(dirname(from));
}

/** A renamed entry is on the medium only when its directory is. Windows has no such call and needs none. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === "win32") return;
  await attempt("sync", directory, async () => {
    const handle = await fs.open(directory, "r");
    try {
      await handle.sync();
    } catch (error) {
      // Some network and FUSE file systems cannot sync a directory.
      if (!isCode(error, "EINVAL") && !isCode(error, "ENOTSUP")) throw error;
    } finally {
      await handle.close();
    }
  });
}

/**
 * Makes parents as needed. Not by Node's `recursive`, which never returns where a file system answers ENOENT although the parent is there (/proc does).
 */
async function makeDirectory(path: string): Promise<void> {
  await attempt("makeDirectory", path, async () => {
    try {
      await makeOneDirectory(path);
    } catch (error) {
      if (!isCode(error, "ENOENT") || dirname(path) === path) throw error;
      await makeDirectory(dirname(path));
      await makeOneDirectory(path);
    }
  });
}

async function makeOneDirectory(path: string): Promise<void> {
  try {
    await fs.mkdir(path);
  } catch (error) {
    // What stands there may be a directory, or a link to one; a file is in the way. A drive's root answers EPERM or EISDIR.
    const found = await fs.stat(path).catch(() => undefined);
    if (found?.isDirectory() !== true) throw error;
  }
}

/** FAT and some network mounts refuse or ignore it; the script is then started through its shell. */
async function makeExecutable(path: string): Promise<void> {
  await attempt("makeExecutable", path, () =>
    fs.chmod(path, 0o755).catch((error: unknown) => {
      if (!isCode(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL")) throw error;
    }),
  );
}

async function remove(path: string): Promise<void> {
  await attempt("remove", path, () => fs.rm(path, { recursive: true, force: true }));
}

/** Hard link, else (other file system, or no permission to link another's file) symbolic link, else (neither exists, as on FAT) a copy. */
async function linkOrCopy(from: string, to: string, signal?: AbortSignal): Promise<void> {
  const source = await realPath(from);
  if (await linked(to, () => fs.link(source, to))) return;
  if (await linked(to, () => fs.symlink(source, to))) return;
  await throughTemporary(to, async (temporary) => {
    const input = await open(source);
    try {
      const output = await openForWriting(temporary, input.bytes);
      try {
        await copyBytes(input, output, signal);
        await output.sync();
      } finally {
        await output.close();
      }
    } finally {
      await input.close();
    }
  });
}

async function link(from: string, to: string): Promise<void> {
  const source = await realPath(from);
  await attempt("link", to, async () => {
    try {
      await fs.link(source, to);
    } catch (error) {
      if (isCode(error, ...NO_LINK_CODES)) throw new WorkbenchError("files.linkImpossible", { file: source, to, reason: NO_LINK_REASONS[(error as { code: string }).code] ?? "the file system has no hard links" }, { cause: error });
      throw error;
    }
  });
}

const NO_LINK_CODES = ["EXDEV", "EPERM", "EACCES", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EINVAL", "EISDIR"] as const;
/** EPERM: FAT has none; and Linux refuses links to files that one could not write (fs.protected_hardlinks). */
const NO_LINK_REASONS: Readonly<Record<string, string>> = {
  EXDEV: "they are on different file systems", EPERM: "the file system has no hard links, or the file is somebody else's", EACCES: "this account may not", EMLINK: "the file has as many links as the file system allows",
};

/** False when the file system has no such links for us. */
async function linked(to: string, make: () => Promise<void>): Promise<boolean> {
  return attempt("link", to, async () => {
    try {
      await make();
      return true;
    } catch (error) {
      if (isCode(error, ...NO_LINK_CODES)) return false;
      throw error;
    }
  });
}

async function copyBytes(input: ReadableFile, output: WritableFile, signal: AbortSignal | undefined): Promise<void> {
  const chunk = new Uint8Array(Math.min(input.bytes, 4 << 20));
  for (let offset = 0; offset < input.bytes; offset += chunk.byteLength) {
    signal?.throwIfAborted();
    const part = chunk.subarray(0, Math.min(chunk.byteLength, input.bytes - offset));
    await input.read(part, offset);
    await output.write(part, offset);
  }
}

async function freeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await attempt("freeBytes", directory, () => fs.statfs(directory));
  return bavail * bsize;
}

async function attempt<T>(operation: string, path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw await translated(error, operation, path);
  }
}

async function translated(error: unknown, operation: string, path: string): Promise<unknown> {
  if (error instanceof WorkbenchError || !(error instanceof Error) || !("code" in error)) return error;
  if (isCode(error, "ENOSPC", "EDQUOT")) {
    const free = await fs.statfs(dirname(path)).then(({ bavail, bsize }) => bavail * bsize, () => null);
    return new WorkbenchError("files.noSpace", { file: path, neededBytes: null, freeBytes: free }, { cause: error });
  }
  if (isCode(error, "EACCES", "EPERM", "EROFS")) return new WorkbenchError("files.notPermitted", { file: path, operation }, { cause: error });
  if (isCode(error, "EEXIST")) return new WorkbenchError("files.alreadyExists", { file: path }, { cause: error });
  return new WorkbenchError("files.readFailed", { file: path, reason: `${operation}: ${error.message}` }, { cause: error });
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string" && codes.includes(error.code);
}
