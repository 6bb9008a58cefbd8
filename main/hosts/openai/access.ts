import { createHash, timingSafeEqual } from "node:crypto";
import { type IncomingMessage, STATUS_CODES } from "node:http";
import { hostName, judgeHost } from "../host-header.ts";
import { refuse } from "./api-error.ts";

export interface AccessRules {
  /** null: nobody is asked for one. */
  readonly token: string | null;
  /** Names by which this server may be called, beside localhost and its own addresses. */
  readonly allowedHosts: readonly string[];
  /** Origins of web pages whose scripts may call. */
  readonly allowedOrigins: readonly string[];
}

/** Without the token, so that whoever watches a process knows nothing of use. */
const PUBLIC_PATHS: ReadonlySet<string> = new Set(["/health"]);

export interface AccessDecision {
  /** Headers for the answer, whatever it is. */
  readonly headers: Readonly<Record<string, string>>;
  /** A preflight is answered here: 204. */
  readonly isPreflight: boolean;
}

/**
 * Who may call. In this order: the Host header, because a page that was rebound to this address knows only its own name; then the origin, because a
 * preflight carries no token; then the token.
 */
export function createAccess(rules: AccessRules): { headers(request: IncomingMessage): Readonly<Record<string, string>>; check(request: IncomingMessage, path: string): AccessDecision } {
  const expected = rules.token === null ? null : digest(rules.token);
  const hosts = new Set(["localhost", ...rules.allowedHosts].map((host) => host.toLowerCase()));
  const origins = new Set(rules.allowedOrigins.map((origin) => origin.toLowerCase()));

  const headers = (request: IncomingMessage): Readonly<Record<string, string>> => {
    if (origins.size === 0) return {};
    const { origin } = request.headers;
    return origin !== undefined && origins.has(origin.toLowerCase()) ? { vary: "origin", "access-control-allow-origin": origin, "access-control-expose-headers": "retry-after, x-request-id" } : { vary: "origin" };
  };

  const check = (request: IncomingMessage, path: string): AccessDecision => {
    checkHost(request, hosts);
    const answered = headers(request);
    if (isPreflight(request)) {
      if (!("access-control-allow-origin" in answered)) throw refuse(403, "origin_refused", null, "This origin may not call; name it with --allow-origin");
      return { isPreflight: true, headers: { ...answered, ...preflightHeaders(request) } };
    }
    if (expected !== null && !PUBLIC_PATHS.has(path)) checkToken(request, expected);
    return { isPreflight: false, headers: answered };
  };

  return { headers, check };
}

function checkHost(request: IncomingMessage, hosts: ReadonlySet<string>): void {
  const verdict = judgeHost(request, hosts);
  if (verdict === "invalid") throw refuse(400, "host_invalid", null, "The request must have one Host header");
  if (verdict === "unknown") throw refuse(403, "host_refused", null, `This server is not known as ${JSON.stringify(hostName(request.headers.host ?? "")?.slice(0, 100))}; name it with --allow-host`);
}

function checkToken(request: IncomingMessage, expected: Buffer): void {
  const token = /^Bearer +([\x21-\x7e]+) *$/i.exec(request.headers.authorization ?? "")?.[1];
  if (token === undefined) throw refuse(401, "missing_api_key", null, 'Send the token that the server printed, as "Authorization: Bearer …"');
  // Of equal length, compared in a time that does not tell how far they agree.
  if (!timingSafeEqual(digest(token), expected)) throw refuse(401, "invalid_api_key", null, "The token is wrong");
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function isPreflight(request: IncomingMessage): boolean {
  return request.method === "OPTIONS" && request.headers.origin !== undefined && request.headers["access-control-request-method"] !== undefined;
}

function preflightHeaders(request: IncomingMessage): Record<string, string> {
  const asked = request.headers["access-control-request-headers"];
  return {
    "access-control-allow-methods": "GET, POST",
    "access-control-max-age": "600",
    // Clients send headers of their own (x-stainless-…); none of them changes what a call may do.
    ...(typeof asked === "string" && /^[\w\-, ]{1,2000}$/.test(asked) ? { "access-control-allow-headers": asked } : {}),
    ...(request.headers["access-control-request-private-network"] === "true" ? { "access-control-allow-private-network": "true" } : {}),
  };
}

/** A whole answer for a connection whose bytes are no HTTP request. */
export function rawRefusal(status: number, message: string): string {
  const body = JSON.stringify({ error: { message, type: "invalid_request_error", param: null, code: "http_invalid" } });
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`;
}
