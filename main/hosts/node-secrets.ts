import { constants } from "node:fs";
import { chmod, mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Secrets } from "../domain/secrets.ts";

const MAX_SECRET_BYTES = 16 * 1024;
/** Absent on Windows, where a user's folder is closed to others by its access list. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;

/** Files of the home that nobody but their owner may read (0600 in a folder of 0700). Their names are ours, never a caller's path. */
export function createNodeSecrets(directory: string): Secrets {
  const fileOf = (name: string): string => {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) throw new WorkbenchError("internal.unexpected", { reason: `not a name of a secret: ${name}` });
    return join(directory, name);
  };
  return {
    read: (name) => attempt("read", fileOf(name), async (file) => {
      const handle = await open(file, constants.O_RDONLY | NO_FOLLOW).catch((thrown: NodeJS.ErrnoException) => {
        if (thrown.code === "ENOENT") return null;
        throw thrown;
      });
      if (handle === null) return null;
      try {
        const bytes = Buffer.alloc(MAX_SECRET_BYTES);
        return bytes.subarray(0, (await handle.read(bytes, 0, MAX_SECRET_BYTES, 0)).bytesRead).toString("utf8");
      } finally {
        await handle.close();
      }
    }),
    write: (name, secret) => attempt("write", fileOf(name), async (file) => {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      // One that was there before, or a umask, may be wider.
      await chmod(directory, 0o700);
      // No name of ours begins with a dot.
      const partial = join(directory, `.${name}.partial`);
      await rm(partial, { force: true });
      const handle = await open(partial, "wx", 0o600);
      try {
        await handle.writeFile(secret);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(partial, file);
    }),
    remove: (name) => attempt("remove", fileOf(name), (file) => rm(file, { force: true })),
  };
}

async function attempt<T>(operation: string, file: string, work: (file: string) => Promise<T>): Promise<T> {
  try {
    return await work(file);
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code === "EACCES" || code === "EPERM") throw new WorkbenchError("files.notPermitted", { file, operation }, { cause: thrown });
    if (code === "ENOSPC") throw new WorkbenchError("files.noSpace", { file, neededBytes: null, freeBytes: null }, { cause: thrown });
    throw new WorkbenchError("files.readFailed", { file, reason: message }, { cause: thrown });
  }
}
