import type { IncomingMessage, ServerResponse } from "node:http";
import { ORPCError } from "@orpc/client";
import { WorkbenchError } from "../../../shared/errors.ts";
import { type Notice, noticePage } from "./notice-page.ts";
import { type AccessRefusal, isCall } from "./page-access.ts";

const STATUS: Readonly<Record<AccessRefusal, number>> = { hostInvalid: 400, hostUnknown: 421, targetInvalid: 400, upgrade: 400, otherSite: 403, method: 405, origin: 403, mediaType: 415 };

/** Turns away a request that was not looked at any further. */
export function refuseAccess(request: IncomingMessage, response: ServerResponse, path: string, refusal: AccessRefusal): void {
  const status = STATUS[refusal];
  if (refusal === "method") response.setHeader("allow", isCall(path) ? "POST" : "GET, HEAD");
  // Its body was not read and may be anything.
  response.setHeader("connection", "close");
  if (isCall(path)) sendCallError(response, refused(status, refusal, "The request is not one of the workbench's own page"), status);
  else sendNotice(request, response, status, "refused");
}

export function refused(status: number, kind: string, reason: string): WorkbenchError {
  return new WorkbenchError("server.requestRefused", { status, kind, param: null, reason });
}

/** As oRPC sends an error, so that the page's client reads it like every other. */
export function sendCallError(response: ServerResponse, error: WorkbenchError, status: number): void {
  const body = Buffer.from(JSON.stringify({ json: new ORPCError(error.code, { status, message: error.message, data: error.toRecord() }).toJSON() }));
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", "content-length": body.byteLength }).end(body);
}

export function sendNotice(request: IncomingMessage, response: ServerResponse, status: number, notice: Notice): void {
  response.setHeader("content-type", "text/html; charset=utf-8");
  send(request, response, status, Buffer.from(noticePage(notice, request.headers["accept-language"])));
}

export function send(request: IncomingMessage, response: ServerResponse, status: number, content: Buffer): void {
  response.writeHead(status, { "content-length": content.byteLength });
  response.end(request.method === "HEAD" ? undefined : content);
}
