import { ORPCError } from "@orpc/client";
import { z } from "zod";
import { asWorkbenchError, type ErrorCode, errorFromRecord, WorkbenchError } from "../../shared/errors.ts";
import { ErrorRecordSchema } from "../../shared/schemas/job.ts";

const InputIssues = z.object({ issues: z.array(z.object({ message: z.string(), path: z.array(z.unknown()).optional() })) });

/** HTTP status for callers that see nothing but that; programs read `data.code`. */
function statusOf(code: ErrorCode): number {
  if (code === "usage.invalid" || code.startsWith("recipe.")) return 400;
  if (code.endsWith(".notFound")) return 404;
  if (code.startsWith("job.") || code.startsWith("store.")) return 409;
  if (code === "files.noSpace") return 507;
  if (code === "files.notPermitted") return 403;
  if (code === "internal.unexpected" || code.startsWith("runtime.engine") || code.startsWith("files.")) return 500;
  return 422;
}

/** What crosses to a caller: an ORPCError whose `data` is { code, details }. */
export function toWireError(thrown: unknown): ORPCError<string, unknown> {
  const error = fromWireError(thrown);
  return new ORPCError(error.code, { status: statusOf(error.code), message: error.message, data: error.toRecord(), cause: thrown });
}

/** The error as it was thrown on the other side of the wire; also reads oRPC's own refusal of an input. */
export function fromWireError(thrown: unknown): WorkbenchError {
  if (thrown instanceof WorkbenchError || !(thrown instanceof ORPCError)) return asWorkbenchError(thrown);
  const record = ErrorRecordSchema.safeParse(thrown.data);
  // The code was written by toWireError; one from a newer version still shows its name and details.
  if (record.success) return errorFromRecord({ code: record.data.code as ErrorCode, details: record.data.details });
  const issues = InputIssues.safeParse(thrown.data);
  if (thrown.code === "BAD_REQUEST" && issues.success) {
    const reason = issues.data.issues.map((issue) => `${(issue.path ?? []).map(pathPart).join(".") || "input"}: ${issue.message}`).join("; ");
    return new WorkbenchError("usage.invalid", { reason });
  }
  return new WorkbenchError("internal.unexpected", { reason: `${thrown.code}: ${thrown.message}` }, { cause: thrown });
}

/** A path part of an input issue: a key, or an object with one. */
function pathPart(part: unknown): string {
  if (typeof part === "object" && part !== null && "key" in part) return String(part.key);
  return String(part);
}

/** Errors of a stream arise while it is read, past every middleware; this turns them into wire errors there. */
export async function* withWireErrors<T>(stream: AsyncIterable<T>): AsyncGenerator<T, void> {
  try {
    yield* stream;
  } catch (thrown) {
    throw toWireError(thrown);
  }
}
