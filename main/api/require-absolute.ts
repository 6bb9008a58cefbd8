import { isAbsolute } from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";

/** A path in a request is absolute: the caller's working directory is not ours. @throws usage.invalid */
export function requireAbsolute(field: string, path: string): string {
  if (!isAbsolute(path)) throw new WorkbenchError("usage.invalid", { reason: `${field} must be an absolute path, and is "${path}"` });
  return path;
}
