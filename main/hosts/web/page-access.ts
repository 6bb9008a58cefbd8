import type { IncomingMessage } from "node:http";
import { judgeHost } from "../host-header.ts";

/** Names that always mean this machine. Its own addresses are known by themselves. */
const NAMES: ReadonlySet<string> = new Set(["localhost"]);

/** Why a request is not taken, before anybody asks what it wants. The order is the order of the checks. */
export type AccessRefusal = "hostInvalid" | "hostUnknown" | "targetInvalid" | "upgrade" | "otherSite" | "method" | "origin" | "mediaType";

/** Calls of the contract lie below this path. */
export const RPC_PREFIX = "/rpc";

export function isCall(path: string): boolean {
  return path === RPC_PREFIX || path.startsWith(`${RPC_PREFIX}/`);
}

/**
 * What a page of another site can make a browser send, and what nobody's browser sends. null: the request may go on to the session's check.
 * @param path of the request, without its query
 */
export function refuseRequest(request: IncomingMessage, path: string): AccessRefusal | null {
  const host = judgeHost(request, NAMES);
  if (host !== "known") return host === "invalid" ? "hostInvalid" : "hostUnknown";
  // The form that proxies are sent ("GET http://…") names a second host.
  if (!path.startsWith("/")) return "targetInvalid";
  if (request.headers.upgrade !== undefined) return "upgrade";
  if (isCall(path)) return refuseCall(request);
  if (request.method !== "GET" && request.method !== "HEAD") return "method";
  // A page elsewhere may link here, but not embed, import or fetch.
  return isOwnSite(request) || request.headers["sec-fetch-mode"] === "navigate" ? null : "otherSite";
}

/** Every call is a POST of JSON by our own page, streams too: a form cannot send that type, and no browser lets a page choose its Origin. */
function refuseCall(request: IncomingMessage): AccessRefusal | null {
  if (!isOwnSite(request)) return "otherSite";
  if (request.method !== "POST") return "method";
  if (request.headers.origin?.toLowerCase() !== `http://${(request.headers.host ?? "").toLowerCase()}`) return "origin";
  return /^application\/json *(;|$)/i.test(request.headers["content-type"] ?? "") ? null : "mediaType";
}

/** Browsers too old to say are held to the origin and the cookie, which is never sent across sites. */
function isOwnSite(request: IncomingMessage): boolean {
  const site = request.headers["sec-fetch-site"];
  return site === undefined || site === "same-origin" || site === "none";
}
