import type { PageFiles } from "../page-files.ts";
import { PAGE_HEADERS } from "../page-policy.ts";
import { isPageUrl } from "./page-origin.ts";

/** Answers a request of the pages' own scheme, as the web host answers one over HTTP. */
export function answerPage(pages: PageFiles, request: Pick<Request, "url" | "method">): Response {
  const refuse = (status: number): Response => new Response(null, { status, headers: PAGE_HEADERS });
  if (!isPageUrl(request.url)) return refuse(404);
  if (request.method !== "GET" && request.method !== "HEAD") return refuse(405);
  const file = pages.get(new URL(request.url).pathname);
  if (file === undefined) return refuse(404);
  return new Response(request.method === "HEAD" ? null : file.content, { headers: { ...PAGE_HEADERS, "content-type": file.type, "cache-control": "no-cache" } });
}
