import { contextBridge, ipcRenderer, webUtils } from "electron";
import type { CONNECT_CHANNEL } from "./channels.ts";

/*
 * Runs in the sandbox before a page does, in a world of its own, and gives it two things: one end of a port to the workbench, and the paths of files
 * dropped on the window, which a page cannot see by itself. No function of this side is within the page's reach.
 */

/** As much of a page as is used here; the rest of this host is no page. */
interface PageEvents {
  message: { readonly source: unknown; readonly origin: string; readonly data: unknown; readonly ports: NonNullable<Parameters<typeof ipcRenderer.postMessage>[2]> };
  drop: { readonly isTrusted: boolean; readonly dataTransfer: { readonly files: Iterable<Parameters<typeof webUtils.getPathForFile>[0]> } | null };
}
declare const window: {
  addEventListener<K extends keyof PageEvents>(kind: K, listener: (event: PageEvents[K]) => void): void;
  postMessage(message: unknown, origin: string): void;
};
declare const location: { readonly origin: string };

/** Its own copy: a sandboxed script cannot load another. */
const CHANNEL: typeof CONNECT_CHANNEL = "sallyport:connect";

// Data, not a function: by this the page knows that there is a port to ask for.
contextBridge.exposeInMainWorld("sallyport", { transport: "port" });

window.addEventListener("message", ({ source, origin, data, ports: [port] }) => {
  if (source === window && origin === location.origin && data === CHANNEL && port !== undefined) ipcRenderer.postMessage(CHANNEL, null, [port]);
});

window.addEventListener("drop", ({ isTrusted, dataTransfer }) => {
  if (!isTrusted) return;
  const paths = [...(dataTransfer?.files ?? [])].map((file) => webUtils.getPathForFile(file)).filter((path) => path !== "");
  if (paths.length > 0) window.postMessage({ kind: "sallyport:dropped", paths }, location.origin);
});
