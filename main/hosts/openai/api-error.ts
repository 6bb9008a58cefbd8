import { asWorkbenchError, type ErrorCode, WorkbenchError } from "../../../shared/errors.ts";
import { errorText } from "../cli/error-texts.ts";

/** An error as OpenAI's API words it; clients read `error.message`, `code` and `param`. */
export interface ApiError {
  readonly status: number;
  readonly retryAfterSeconds: number | null;
  readonly body: { readonly error: { readonly message: string; readonly type: string; readonly param: string | null; readonly code: string | null } };
  /** What the server's own log should hold; the answer to a client must not tell paths or what the engine last said. */
  readonly log: string | null;
}

/** What a client did wrong, by the code that says so: HTTP status, OpenAI's code, the field at fault. */
const CLIENT_FAULTS: Partial<Record<ErrorCode, { readonly status: number; readonly code: string; readonly param: string | null }>> = {
  "runtime.contextExceeded": { status: 400, code: "context_length_exceeded", param: "prompt" },
  "runtime.cacheExceeded": { status: 400, code: "cache_exceeded", param: "max_tokens" },
  "runtime.promptEmpty": { status: 400, code: "prompt_empty", param: "prompt" },
  "runtime.tokenOutOfRange": { status: 400, code: "token_out_of_range", param: "prompt" },
  "runtime.samplingInvalid": { status: 400, code: "invalid_value", param: null },
  "runtime.noChatTemplate": { status: 400, code: "no_chat_template", param: "messages" },
  "runtime.templateFailed": { status: 400, code: "template_failed", param: "messages" },
  "runtime.constraintStuck": { status: 400, code: "constraint_stuck", param: "response_format" },
  "store.notFound": { status: 404, code: "model_not_found", param: "model" },
  "usage.invalid": { status: 400, code: "invalid_value", param: null },
};

/** Anything thrown while a request was served, as its answer. */
export function toApiError(thrown: unknown): ApiError {
  const error = asWorkbenchError(thrown);
  if (isCode(error, "server.requestRefused")) {
    const { status, kind, param, reason } = error.details;
    return apiError(status, typeOf(status), kind, param, reason);
  }
  const { what, next } = errorText(error);
  if (isCode(error, "server.queueFull")) return { ...apiError(429, "rate_limit_error", "queue_full", null, `${what} ${next}`), retryAfterSeconds: error.details.retryAfterSeconds };
  if (isCode(error, "server.draining")) return { ...apiError(503, "server_error", "draining", null, `${what} ${next}`), retryAfterSeconds: error.details.retryAfterSeconds };
  if (isCode(error, "store.notFound")) return apiError(404, "invalid_request_error", "model_not_found", "model", `The model ${JSON.stringify(error.details.reference)} is not served here. GET /v1/models lists what is.`);
  const fault = CLIENT_FAULTS[error.code];
  if (fault !== undefined) return apiError(fault.status, "invalid_request_error", fault.code, fault.param, fault.code === "no_chat_template" ? `${what} Use /v1/completions.` : what);
  return { ...apiError(500, "server_error", error.code, null, "The model could not answer; the server's log tells why. Try again."), log: `${what} ${next}` };
}

/** A request that the API does not take. */
export function refuse(status: number, kind: string, param: string | null, reason: string): WorkbenchError {
  return new WorkbenchError("server.requestRefused", { status, kind, param, reason });
}

export function apiError(status: number, type: string, code: string | null, param: string | null, message: string): ApiError {
  return { status, retryAfterSeconds: null, body: { error: { message, type, param, code } }, log: null };
}

function typeOf(status: number): string {
  if (status === 401) return "authentication_error";
  if (status === 403) return "permission_error";
  return status >= 500 ? "server_error" : "invalid_request_error";
}

function isCode<C extends ErrorCode>(error: WorkbenchError, code: C): error is WorkbenchError<C> {
  return error.code === code;
}
