import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Files, WritableFile } from "../../main/domain/files.ts";
import { WorkbenchError } from "../../shared/errors.ts";
import { files } from "./bundle-fixture.ts";

type Strike = (operation: string, file: string) => Promise<void> | void;

/** A disk that does `strike` before each operation. */
export function struckDisk(strike: Strike): Files {
  const before = <A extends unknown[], R>(operation: string, act: (file: string, ...rest: A) => Promise<R>) => async (file: string, ...rest: A): Promise<R> => {
    await strike(operation, file);
    return act(file, ...rest);
  };
  const struckFile = (open: WritableFile): WritableFile => ({
    path: open.path,
    write: async (from, offset) => {
      await strike("write", open.path);
      await open.write(from, offset);
    },
    sync: async () => {
      await strike("sync", open.path);
      await open.sync();
    },
    close: () => open.close(),
  });
  return {
    list: before("list", files.list), status: before("status", files.status), realPath: before("realPath", files.realPath), open: before("open", files.open), readAll: before("readAll", files.readAll),
    openForWriting: async (file, bytes) => {
      await strike("openForWriting", file);
      return struckFile(await files.openForWriting(file, bytes));
    },
    writeWhole: before("writeWhole", files.writeWhole), writePrivate: before("writePrivate", files.writePrivate), createNew: before("createNew", files.createNew), pointLink: before("pointLink", files.pointLink), rename: before("rename", files.rename), makeDirectory: before("makeDirectory", files.makeDirectory), makeExecutable: before("makeExecutable", files.makeExecutable),
    remove: before("remove", files.remove), linkOrCopy: before("linkOrCopy", files.linkOrCopy), link: before("link", files.link), freeBytes: before("freeBytes", files.freeBytes),
  };
}

/** How many operations a piece of work takes. */
export async function operationsOf(work: (disk: Files) => Promise<unknown>): Promise<number> {
  let operations = 0;
  await work(struckDisk(() => { operations++; }));
  return operations;
}
export class Killed extends Error {}
/** From the n-th operation on nothing happens any more, as after kill -9: not even clearing up. A write that it meets is left half done under a temporary name. */
export function killedAt(n: number): Files {
  let operations = 0;
  return struckDisk((operation, file) => {
    if (++operations < n) return;
    if (operations === n && operation === "writeWhole") writeFileSync(path.join(path.dirname(file), `.${path.basename(file)}.0123.tmp`), "ha");
    if (operations === n && operation === "write") writeFileSync(file, "half");
    throw new Killed();
  });
}

const WRITES = new Set(["openForWriting", "write", "sync", "writeWhole", "makeDirectory", "rename"]);
/** From the n-th write on the disk is full; clearing up works. */
export function fullAt(n: number): Files {
  let writes = 0;
  return struckDisk((operation, file) => {
    if (WRITES.has(operation) && ++writes >= n) throw new WorkbenchError("files.noSpace", { file, neededBytes: null, freeBytes: 0 });
  });
}

/** Cancels at the n-th operation; a rename that has begun is past the point of no return. */
export function cancellingAt(n: number, controller: AbortController): Files {
  let operations = 0;
  return struckDisk((operation) => { if (++operations === n && operation !== "rename") controller.abort(); });
}

export const outcome = (work: Promise<unknown>): Promise<unknown> => work.then(() => "done", (error: unknown) => error);
