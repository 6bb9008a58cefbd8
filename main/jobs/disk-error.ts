import { asWorkbenchError, WorkbenchError } from "../../shared/errors.ts";

/** What Node's file calls threw, as the workbench's own error. */
export function diskError(thrown: unknown, file: string, operation: string): WorkbenchError {
  if (thrown instanceof WorkbenchError || !(thrown instanceof Error) || !("code" in thrown)) return asWorkbenchError(thrown);
  switch (thrown.code) {
    case "ENOSPC":
    case "EDQUOT":
      return new WorkbenchError("files.noSpace", { file, neededBytes: null, freeBytes: null }, { cause: thrown });
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new WorkbenchError("files.notPermitted", { file, operation }, { cause: thrown });
    default:
      return new WorkbenchError("files.readFailed", { file, reason: thrown.message }, { cause: thrown });
  }
}
