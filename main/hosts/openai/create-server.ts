import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { CompletionService } from "../../api/completion-service.ts";
import { type AccessRules, createAccess, rawRefusal } from "./access.ts";
import { type ApiError, apiError, refuse, toApiError } from "./api-error.ts";
import type { Answering } from "./answer-request.ts";
import { addApiRoutes, ROUTES } from "./api-routes.ts";
import { createServerMetrics } from "./server-metrics.ts";

/** Slowloris: headers sent a byte at a time, a body that never ends, a connection that says nothing. An honest client needs a fraction. */
const HEADERS_TIMEOUT_MS = 20_000;
const REQUEST_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_MS = 30_000;
/** Each open connection costs memory whether or not it ever asks. */
const MAX_CONNECTIONS = 1024;
/** OpenAI's own clients send below 2 KiB. */
const MAX_HEADER_BYTES = 16 * 1024;
/** A client that is still sending a refused body would not read the answer: this much is read and dropped first. */
const DROPPED_BODY = { bytes: 64 * 2 ** 20, ms: 5000 };
const DRAIN_RETRY_SECONDS = 10;

export interface ServerOptions {
  readonly service: CompletionService;
  readonly access: AccessRules;
  readonly bodyLimitBytes: number;
  /** Sequences of one request at once. */
  readonly lanes: number;
  readonly now: () => number;
  /** Monotonic milliseconds. */
  readonly ticks: () => number;
  readonly log: (line: string) => void;
}

export interface OpenAiServer {
  /** @returns the port @throws server.cannotListen */
  listen(host: string, port: number): Promise<number>;
  /** Takes nothing new, lets what runs finish for `graceMs`, aborts the rest, closes every connection. */
  drain(graceMs: number): Promise<void>;
}

/** The OpenAI-compatible HTTP API in front of a completion service. */
export function createOpenAiServer(options: ServerOptions): OpenAiServer {
  const { service, log } = options;
  const metrics = createServerMetrics();
  const access = createAccess(options.access);
  const stop = new AbortController();
  let isDraining = false;

  const app = fastify({
    bodyLimit: options.bodyLimitBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    return503OnClosing: false,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, maxHeaderSize: MAX_HEADER_BYTES, connectionsCheckingInterval: 5000 },
    genReqId: () => randomUUID(),
    clientErrorHandler: (error, socket) => refuseBytes(error, socket),
    frameworkErrors: (error, request, reply) => void sendError(reply as FastifyReply, access.headers(request.raw), apiError(400, "invalid_request_error", "http_invalid", null, error.message)),
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  app.removeContentTypeParser("text/plain");

  app.addHook("onRequest", async (request, reply) => {
    const path = request.url.split("?")[0] ?? "";
    const route = ROUTES.has(path) ? path : path.startsWith("/v1/models/") ? "/v1/models/{id}" : "other";
    reply.raw.once("close", () => metrics.request(route, reply.raw.statusCode, !reply.raw.writableFinished && !stop.signal.aborted));
    reply.header("x-request-id", request.id).header("x-content-type-options", "nosniff");
    reply.headers(access.headers(request.raw));
    const decision = access.check(request.raw, path);
    reply.headers(decision.headers);
    if (decision.isPreflight) return reply.code(204).send();
    // Health answers to the end: whoever watches wants to see the drain.
    if (isDraining && path !== "/health") throw new WorkbenchError("server.draining", { retryAfterSeconds: DRAIN_RETRY_SECONDS });
  });
  app.setNotFoundHandler((request) => {
    throw notFound(request);
  });
  app.setErrorHandler(async (thrown: FastifyError, request, reply) => {
    const error = toHttpError(thrown, options.bodyLimitBytes);
    if (error.log !== null) log(`${request.method} ${request.url.split("?")[0]}: ${error.log}`);
    if (error.status === 413) await dropBody(request.raw);
    if (error.status === 401) reply.header("www-authenticate", "Bearer");
    if (isDraining) reply.header("connection", "close");
    if (error.retryAfterSeconds !== null) reply.header("retry-after", String(error.retryAfterSeconds));
    return reply.code(error.status).send(error.body);
  });

  const answering: Answering = { ...options, metrics };
  addApiRoutes(app, { answering, isDraining: () => isDraining, signalOf: (reply) => callerSignal(reply, stop.signal) });

  return {
    listen: (host, port) => listen(app, host, port),
    drain: async (graceMs) => {
      isDraining = true;
      app.server.close();
      app.server.closeIdleConnections();
      await idle(service, graceMs);
      stop.abort(new WorkbenchError("server.draining", { retryAfterSeconds: DRAIN_RETRY_SECONDS }));
      // Aborted sequences still write their last event.
      await idle(service, ABORT_MS);
      await app.close();
    },
  };
}

const ABORT_MS = 3000;
const POLL_MS = 20;

async function idle(service: CompletionService, limitMs: number): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (service.activeRequests() > 0 && performance.now() < endMs) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

/** Aborted when the connection closes before the answer is complete, or the server ends. */
function callerSignal({ raw }: FastifyReply, stop: AbortSignal): AbortSignal {
  const gone = new AbortController();
  const leave = (): void => {
    if (!raw.writableFinished) gone.abort();
  };
  if (raw.destroyed || raw.closed) leave();
  else raw.once("close", leave);
  return AbortSignal.any([gone.signal, stop]);
}

function notFound(request: FastifyRequest): WorkbenchError {
  const path = request.url.split("?")[0] ?? "";
  const allowed = ROUTES.get(path) ?? (path.startsWith("/v1/models/") ? "GET" : undefined);
  if (allowed !== undefined) return refuse(405, "method_not_allowed", null, `${request.method} is not allowed here; ${allowed} is`);
  return refuse(404, "unknown_url", null, `There is no ${request.method} ${path.slice(0, 200)}`);
}

/** What Fastify refuses before a route sees it, beside our own. */
function toHttpError(thrown: FastifyError, bodyLimitBytes: number): ApiError {
  if (thrown instanceof WorkbenchError) return toApiError(thrown);
  switch (thrown.code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return apiError(413, "invalid_request_error", "body_too_large", null, `The body is above the limit of ${bodyLimitBytes} bytes.`);
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return apiError(415, "invalid_request_error", "unsupported_media_type", null, "Send the body as application/json.");
    default:
      if (thrown.statusCode !== undefined && thrown.statusCode >= 400 && thrown.statusCode < 500) return apiError(thrown.statusCode, "invalid_request_error", "invalid_body", null, `The body could not be read: ${thrown.message}`);
      return toApiError(thrown);
  }
}

/** Reads on until the body ends, so that the client comes to read the answer; within limits. */
function dropBody(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let dropped = 0;
    const timer = setTimeout(resolve, DROPPED_BODY.ms);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    request.on("data", (chunk: Buffer) => {
      dropped += chunk.byteLength;
      if (dropped > DROPPED_BODY.bytes) done();
    });
    for (const event of ["end", "close", "error"]) request.once(event, done);
    request.resume();
  });
}

function sendError(reply: FastifyReply, headers: Readonly<Record<string, string>>, error: ApiError): FastifyReply {
  return reply.code(error.status).headers(headers).send(error.body);
}

function refuseBytes(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") socket.end(rawRefusal(408, "The request took too long to arrive."));
  else if (error.code === "HPE_HEADER_OVERFLOW") socket.end(rawRefusal(431, "The headers are too long."));
  else socket.end(rawRefusal(400, "This is not an HTTP request."));
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<number> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new WorkbenchError("server.cannotListen", { address: `${host}:${port}`, reason }, { cause });
  }
  const address = app.server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}
