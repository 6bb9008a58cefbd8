import type { Session, WebContents } from "electron";
import { isPageUrl } from "./page-origin.ts";

/** A page may put text on the clipboard when its user presses "copy". Nothing else that a browser asks a person for is ever needed. */
const PERMITTED = "clipboard-sanitized-write";

/** What pages may load: their own files, and what they made themselves. */
function isOwnRequest(url: string): boolean {
  return isPageUrl(url) || url.startsWith("data:") || (url.startsWith("blob:") && isPageUrl(url.slice("blob:".length)));
}

/** Nothing leaves the machine through the window, and nothing comes in, whatever a page is made to ask for. */
export function confineSession(session: Pick<Session, "setPermissionRequestHandler" | "setPermissionCheckHandler" | "setDevicePermissionHandler" | "setSpellCheckerEnabled" | "setProxy" | "webRequest" | "on">, options: { readonly allowDevtools: boolean }): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(permission === PERMITTED));
  session.setPermissionCheckHandler((_contents, permission) => permission === PERMITTED);
  session.setDevicePermissionHandler(() => false);
  // Its dictionaries would be fetched.
  session.setSpellCheckerEnabled(false);
  // Asking the network for its proxy is asking the network.
  void session.setProxy({ mode: "direct" });
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isOwnRequest(url) && !(options.allowDevtools && url.startsWith("devtools:")) }));
  session.on("will-download", (event, item) => {
    if (!isOwnRequest(item.getURL())) event.preventDefault();
  });
}

/** A page stays where it is: no other address, no second window, nothing embedded. */
export function confineContents(contents: Pick<WebContents, "on" | "setWindowOpenHandler">): void {
  contents.setWindowOpenHandler(() => ({ action: "deny" }));
  contents.on("will-frame-navigate", (event) => {
    if (!isPageUrl(event.url)) event.preventDefault();
  });
  contents.on("will-redirect", (event) => {
    if (!isPageUrl(event.url)) event.preventDefault();
  });
  contents.on("will-attach-webview", (event) => event.preventDefault());
}
