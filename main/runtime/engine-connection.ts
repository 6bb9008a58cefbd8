import { Agent as HttpAgent, type ClientRequest, type IncomingMessage, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { WorkbenchError } from "../../shared/errors.ts";
import type { EngineAddress } from "../domain/chat-engine.ts";

export interface EngineTimeouts {
  /** Until the connection stands, TLS included. */
  readonly connectMs: number;
  /** Until the first byte of an answer: a long prompt on a busy server takes minutes. */
  readonly firstByteMs: number;
  /** Between two bytes of an answer. */
  readonly silenceMs: number;
}

export const ENGINE_TIMEOUTS: EngineTimeouts = { connectMs: 10_000, firstByteMs: 600_000, silenceMs: 120_000 };

/** What an error's body may take of our memory; more of it nobody reads. */
const MAX_REFUSAL_BYTES = 64 * 1024;
/** What of it is shown. */
const MAX_REFUSAL_CHARACTERS = 600;
/** The largest honest answer in one piece is a list of some hundred models. */
const MAX_DOCUMENT_BYTES = 4 * 2 ** 20;

export interface EngineQuestion {
  readonly path: "/models" | "/chat/completions" | "/completions";
  /** Absent: GET. */
  readonly body?: unknown;
  readonly accept: "application/json" | "text/event-stream";
}

/**
 * One request to an address that a person named, and its answer once the head of it is there. Nothing else is spoken to: no redirect is followed, no proxy of the environment
 * is used (an agent of our own has none), nothing is asked for compressed, so that a limit on bytes is one on memory.
 * @throws engine.unreachable, engine.silent, engine.redirected, engine.refused, engine.notOpenAi when it is of another type, the signal's reason
 */
export async function askEngine(address: EngineAddress, question: EngineQuestion, timeouts: EngineTimeouts, signal: AbortSignal): Promise<IncomingMessage> {
  const { url, key } = address;
  signal.throwIfAborted();
  const target = new URL(`${url}${question.path}`);
  const isSecure = target.protocol === "https:";
  const body = question.body === undefined ? null : Buffer.from(JSON.stringify(question.body));
  const request = (isSecure ? httpsRequest : httpRequest)(target, {
    method: body === null ? "GET" : "POST", agent: isSecure ? new HttpsAgent({ keepAlive: false }) : new HttpAgent({ keepAlive: false }), signal,
    headers: {
      accept: question.accept, "accept-encoding": "identity", "user-agent": "sallyport",
      ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...(body === null ? {} : { "content-type": "application/json", "content-length": body.byteLength }),
    },
  });
  const answer = await headOf(request, body, address, timeouts, signal);
  try {
    await refuseOther(answer, question, address);
    return answer;
  } catch (thrown) {
    answer.destroy();
    throw thrown;
  }
}

/** The whole of a short answer. @throws engine.tooLarge, engine.notOpenAi, engine.cutOff, engine.silent */
export async function readDocument(answer: IncomingMessage, address: EngineAddress, timeouts: EngineTimeouts, signal: AbortSignal): Promise<unknown> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of bytesOf(answer, address, timeouts, signal)) {
    bytes += piece.byteLength;
    if (bytes > MAX_DOCUMENT_BYTES) throw new WorkbenchError("engine.tooLarge", { url: address.url, what: "answer", limitBytes: MAX_DOCUMENT_BYTES });
    pieces.push(piece);
  }
  const text = Buffer.concat(pieces).toString("utf8");
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new WorkbenchError("engine.notOpenAi", { url: address.url, found: shortened(text) }, { cause });
  }
}

/** The bytes of an answer as they come. Leaving the loop closes the connection. @throws engine.cutOff, engine.silent, the signal's reason */
export async function* bytesOf(answer: IncomingMessage, { url }: EngineAddress, { silenceMs }: EngineTimeouts, signal: AbortSignal): AsyncGenerator<Buffer, void> {
  let isSilent = false;
  answer.setTimeout(silenceMs, () => {
    isSilent = true;
    answer.destroy();
  });
  try {
    for await (const piece of answer) yield piece as Buffer;
  } catch (thrown) {
    signal.throwIfAborted();
    if (isSilent) throw new WorkbenchError("engine.silent", { url, seconds: silenceMs / 1000 }, { cause: thrown });
    throw new WorkbenchError("engine.cutOff", { url, reason: reasonOf(thrown) }, { cause: thrown });
  } finally {
    answer.destroy();
  }
}

function headOf(request: ClientRequest, body: Buffer | null, { url }: EngineAddress, { connectMs, firstByteMs }: EngineTimeouts, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let refusal: WorkbenchError | null = null;
    const giveUp = (afterMs: number, why: () => WorkbenchError): NodeJS.Timeout => setTimeout(() => {
      refusal = why();
      request.destroy();
    }, afterMs);
    const connecting = giveUp(connectMs, () => new WorkbenchError("engine.unreachable", { url, reason: `no connection within ${connectMs / 1000} s` }));
    let waiting: NodeJS.Timeout | undefined;
    const settle = (): void => {
      clearTimeout(connecting);
      clearTimeout(waiting);
    };
    request.on("socket", (socket) => socket.once(url.startsWith("https:") ? "secureConnect" : "connect", () => {
      clearTimeout(connecting);
      waiting = giveUp(firstByteMs, () => new WorkbenchError("engine.silent", { url, seconds: firstByteMs / 1000 }));
    }));
    request.once("response", (answer) => {
      settle();
      resolve(answer);
    });
    request.on("error", (thrown: Error) => {
      settle();
      reject(signal.aborted ? signal.reason : (refusal ?? new WorkbenchError("engine.unreachable", { url, reason: reasonOf(thrown) }, { cause: thrown })));
    });
    request.end(body ?? undefined);
  });
}

async function refuseOther(answer: IncomingMessage, { accept }: EngineQuestion, { url }: EngineAddress): Promise<void> {
  const { statusCode: status = 0, headers } = answer;
  if (status >= 300 && status < 400) throw new WorkbenchError("engine.redirected", { url, status, to: shortened(headers.location ?? "") });
  if (status !== 200) throw new WorkbenchError("engine.refused", { url, status, reason: await refusalText(answer) });
  const type = (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") throw new WorkbenchError("engine.notOpenAi", { url, found: `an answer in ${shortened(encoding)}, which was not asked for` });
  if (type !== accept) throw new WorkbenchError("engine.notOpenAi", { url, found: type === "" ? "an answer without a type" : shortened(type) });
}

/** What a server says about its refusal: OpenAI's { error: { message } }, FastAPI's { detail }, or its words. Never more than is read by a person. */
async function refusalText(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  answer.setTimeout(5000, () => answer.destroy());
  try {
    for await (const piece of answer) {
      pieces.push(piece as Buffer);
      bytes += (piece as Buffer).byteLength;
      if (bytes >= MAX_REFUSAL_BYTES) break;
    }
  } catch {
    // What came until then is said.
  }
  const text = Buffer.concat(pieces).subarray(0, MAX_REFUSAL_BYTES).toString("utf8");
  return shortened(messageIn(text) ?? text);
}

function messageIn(text: string): string | null {
  try {
    const document = JSON.parse(text) as { readonly error?: { readonly message?: unknown } | string; readonly message?: unknown; readonly detail?: unknown } | null;
    const message = (typeof document?.error === "object" ? document.error?.message : document?.error) ?? document?.message ?? document?.detail;
    return typeof message === "string" ? message : null;
  } catch {
    return null;
  }
}

/** Made fit for one line. */
export function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > MAX_REFUSAL_CHARACTERS ? `${line.slice(0, MAX_REFUSAL_CHARACTERS)} …` : line;
}

/** Node's words for a failed connection are its code where the message is empty, as it is when every address of a name fails. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return thrown.errors.map(reasonOf).join("; ");
  const code = (thrown as NodeJS.ErrnoException).code;
  return thrown.message !== "" ? shortened(thrown.message) : (code ?? thrown.name);
}
