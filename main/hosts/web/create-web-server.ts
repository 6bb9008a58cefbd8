import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { promisify } from "node:util";
import { gzip as gzipWithCallback } from "node:zlib";
import { BodyLimitPlugin, RPCHandler } from "@orpc/server/node";
import { WorkbenchError } from "../../../shared/errors.ts";
import { router } from "../../api/router.ts";
import type { Workbench } from "../../api/workbench.ts";
import { PAGE_HEADERS } from "../page-policy.ts";
import type { PageFile, PageFiles } from "../page-files.ts";
import { isCall, refuseRequest, RPC_PREFIX } from "./page-access.ts";
import { refused, refuseAccess, send, sendCallError, sendNotice } from "./send-answer.ts";
import type { Session, Sessions } from "./sessions.ts";
import type { Tickets } from "./tickets.ts";

/** Slowloris: headers sent a byte at a time, a body that never ends, a connection that says nothing. A browser on this machine needs a fraction. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 30_000;
const CHECK_MS = 1000;
/** A browser opens six; each costs memory whether or not it ever asks. */
const MAX_CONNECTIONS = 256;
const MAX_HEADER_BYTES = 16 * 1024;
/** The longest call is a prompt, or a recipe of one's own. */
const BODY_LIMIT_BYTES = 4 * 2 ** 20;
/** Proxies and sleeping laptops: a stream that says nothing is soon taken for dead. */
const STREAM_SIGN_OF_LIFE_MS = 10_000;
/** Below this the header costs what it saves. */
const LEAST_COMPRESSED_BYTES = 1024;

/** Streams that only watch: they end at once when the server does. A text that is being written may finish. */
const WATCHING: ReadonlySet<string> = new Set([`${RPC_PREFIX}/events/watch`, `${RPC_PREFIX}/job/watch`]);

export interface WebServerOptions {
  readonly workbench: Workbench;
  readonly pages: PageFiles;
  readonly tickets: Tickets;
  readonly sessions: Sessions;
  readonly log: (line: string) => void;
}

export interface WebServer {
  /** @returns the port @throws server.cannotListen */
  listen(host: string, port: number): Promise<number>;
  /** Takes nothing new, ends what only watches, lets the rest finish for `graceMs`. */
  drain(graceMs: number): Promise<void>;
}

interface Running {
  readonly path: string;
  readonly response: ServerResponse;
}

const DRAIN_RETRY_SECONDS = 10;

const gzip = promisify(gzipWithCallback);

/**
 * The pages and the contract on one address: whoever brings a one-time token gets a cookie, whoever brings the cookie gets the workbench. Calls are
 * POST /rpc/<group>/<call>, streams are server-sent events.
 */
export function createWebServer({ workbench, pages, tickets, sessions, log }: WebServerOptions): WebServer {
  const calls = new RPCHandler(router, { plugins: [new BodyLimitPlugin({ maxBodySize: BODY_LIMIT_BYTES })], eventIteratorKeepAliveInterval: STREAM_SIGN_OF_LIFE_MS });
  const running = new Set<Running>();
  const compressed = new Map<PageFile, Promise<Buffer>>();
  let cookieName = "";
  let isDraining = false;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(PAGE_HEADERS)) response.setHeader(name, value);
    response.setHeader("cache-control", "no-store");
    const url = request.url ?? "";
    const path = url.split("?", 1)[0] ?? "";
    const refusal = refuseRequest(request, path);
    if (refusal !== null) return refuseAccess(request, response, path, refusal);
    if (isDraining) {
      response.setHeader("connection", "close");
      return isCall(path) ? sendCallError(response, new WorkbenchError("server.draining", { retryAfterSeconds: DRAIN_RETRY_SECONDS }), 503) : sendNotice(request, response, 503, "draining");
    }
    const session = sessionOf(request);
    if (isCall(path)) return answerCall(request, response, session);
    const token = path === "/" ? new URLSearchParams(url.slice(2)).get("token") : null;
    if (token !== null) return enter(request, response, token);
    if (session === null) return sendNotice(request, response, 401, "noSession");
    return sendFile(request, response, path);
  };

  const sessionOf = (request: IncomingMessage): Session | null => {
    for (const pair of (request.headers.cookie ?? "").split(";")) {
      const [name, value] = pair.trim().split("=", 2);
      const session = name === cookieName && value !== undefined ? sessions.use(value) : null;
      if (session !== null) return session;
    }
    return null;
  };

  const enter = async (request: IncomingMessage, response: ServerResponse, token: string): Promise<void> => {
    // A browser that fetches ahead of its user must not use the token up; the real visit follows.
    if (request.method !== "GET" || request.headers["sec-purpose"] !== undefined) return sendNotice(request, response, 503, "refused");
    if (!(await tickets.redeem(token))) return sendNotice(request, response, 401, "tokenDead");
    response.setHeader("set-cookie", `${cookieName}=${sessions.open()}; HttpOnly; SameSite=Strict; Path=/`);
    sendNotice(request, response, 200, "entered");
  };

  const answerCall = async (request: IncomingMessage, response: ServerResponse, session: Session | null): Promise<void> => {
    if (session === null) return sendCallError(response, refused(401, "session_missing", "This browser has no session, or it has ended"), 401);
    // Known before a byte of it is read; the plugin counts what comes without a length.
    if (Number(request.headers["content-length"] ?? 0) > BODY_LIMIT_BYTES) {
      response.setHeader("connection", "close");
      return sendCallError(response, refused(413, "body_too_large", `The body is above the limit of ${BODY_LIMIT_BYTES} bytes`), 413);
    }
    const leave = (): void => void response.destroy();
    session.signal.addEventListener("abort", leave, { once: true });
    response.once("close", () => session.signal.removeEventListener("abort", leave));
    const { matched } = await calls.handle(request, response, { prefix: RPC_PREFIX, context: { workbench } });
    if (!matched) sendCallError(response, refused(404, "unknown_call", "The contract has no such call"), 404);
  };

  const sendFile = async (request: IncomingMessage, response: ServerResponse, path: string): Promise<void> => {
    const file = pages.get(path);
    if (file === undefined) return sendNotice(request, response, 404, "refused");
    response.setHeader("etag", file.etag);
    response.setHeader("cache-control", file.isHashed ? "private, max-age=31536000, immutable" : "private, no-cache");
    response.setHeader("vary", "accept-encoding");
    if (request.headers["if-none-match"] === file.etag) return void response.writeHead(304).end();
    response.setHeader("content-type", file.type);
    const isSmaller = file.content.byteLength >= LEAST_COMPRESSED_BYTES && !/^(image\/png|font\/)/.test(file.type);
    if (isSmaller && /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""))) {
      const work = compressed.get(file) ?? gzip(file.content);
      compressed.set(file, work);
      response.setHeader("content-encoding", "gzip");
      return send(request, response, 200, await work);
    }
    send(request, response, 200, file.content);
  };

  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS, connectionsCheckingInterval: CHECK_MS, maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    const one = { path: (request.url ?? "").split("?", 1)[0] ?? "", response };
    running.add(one);
    response.once("close", () => running.delete(one));
    answer(request, response).catch((thrown: unknown) => {
      log(`${request.method} ${one.path.slice(0, 200)}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
      if (response.headersSent) response.destroy();
      else sendNotice(request, response, 500, "refused");
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.on("clientError", refuseBytes);

  return {
    listen: async (host, port) => {
      const listening = await listen(server, host, port);
      // Cookies know no ports: two servers on one machine must not overwrite each other's.
      cookieName = `sallyport-${listening}`;
      return listening;
    },
    drain: async (graceMs) => {
      isDraining = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      for (const { path, response } of running) if (WATCHING.has(path)) response.destroy();
      const late = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(late);
      sessions.endAll();
    },
  };
}

function refuseBytes(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const status = error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? "408 Request Timeout" : error.code === "HPE_HEADER_OVERFLOW" ? "431 Request Header Fields Too Large" : "400 Bad Request";
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => reject(new WorkbenchError("server.cannotListen", { address: `${host}:${port}`, reason: cause.message }, { cause })));
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}
