import { asWorkbenchError, type ErrorCode, errorFromRecord, WorkbenchError } from "../shared/errors.ts";

/** The error as it was thrown on the other side, whatever the wire made of it (main/api/wire-error.ts writes it). */
export function readError(thrown: unknown): WorkbenchError {
  if (thrown instanceof WorkbenchError) return thrown;
  const data: unknown = isRecord(thrown) ? thrown["data"] : undefined;
  if (isRecord(data) && typeof data["code"] === "string" && isRecord(data["details"])) {
    // A code from a newer version still shows its name and details.
    return errorFromRecord({ code: data["code"] as ErrorCode, details: data["details"] });
  }
  if (isRecord(data) && Array.isArray(data["issues"])) return new WorkbenchError("usage.invalid", { reason: data["issues"].map(issueText).join("; ") });
  return asWorkbenchError(thrown);
}

/** True where nobody answered: the server is gone, or the way to it. */
export function isUnreachable(thrown: unknown): boolean {
  return thrown instanceof TypeError;
}

/** True where the workbench answers and does not know this browser: it was started anew, or the session ended. */
export function isShutOut(thrown: unknown): boolean {
  const { code, details } = readError(thrown);
  return code === "server.requestRefused" && "kind" in details && details.kind === "session_missing";
}

function issueText(issue: unknown): string {
  if (!isRecord(issue)) return String(issue);
  const path = Array.isArray(issue["path"]) ? issue["path"].map((part: unknown) => (isRecord(part) && "key" in part ? String(part["key"]) : String(part))).join(".") : "";
  return `${path || "input"}: ${String(issue["message"])}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
