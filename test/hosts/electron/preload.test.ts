import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { CONNECT_CHANNEL } from "../../../main/hosts/electron/channels.ts";

/** The preload in a page that is a record of what was posted. */
const electron = vi.hoisted(() => ({ exposed: [] as unknown[], sent: [] as unknown[] }));
vi.mock("electron", () => ({
  contextBridge: { exposeInMainWorld: (...given: unknown[]) => electron.exposed.push(given) },
  ipcRenderer: { postMessage: (...given: unknown[]) => electron.sent.push(given) },
  webUtils: { getPathForFile: (file: { path: string }) => file.path },
}));

const listeners = new Map<string, (event: unknown) => void>();
const posted: unknown[] = [];
const page = { addEventListener: (kind: string, listener: (event: unknown) => void) => listeners.set(kind, listener), postMessage: (...given: unknown[]) => posted.push(given) };
const origin = "app://sallyport";

beforeAll(async () => {
  Object.assign(globalThis, { window: page, location: { origin } });
  await import("../../../main/hosts/electron/preload.ts");
});
beforeEach(() => {
  electron.sent.length = 0;
  posted.length = 0;
});

describe("the preload", () => {
  it("leaves the page a word and no function", () => expect(electron.exposed).toEqual([["sallyport", { transport: "port" }]]));

  it("passes on a port that the page itself gives", () => {
    listeners.get("message")?.({ source: page, origin, data: CONNECT_CHANNEL, ports: ["a port"] });
    expect(electron.sent).toEqual([[CONNECT_CHANNEL, null, ["a port"]]]);
  });

  it.each([
    ["of another window", { source: {}, origin, data: CONNECT_CHANNEL, ports: ["p"] }],
    ["of another origin", { source: page, origin: "https://evil.example", data: CONNECT_CHANNEL, ports: ["p"] }],
    ["of another name", { source: page, origin, data: "ELECTRON_BROWSER_REQUIRE", ports: ["p"] }],
    ["without a port", { source: page, origin, data: CONNECT_CHANNEL, ports: [] }],
  ])("passes on no message %s", (_, event) => {
    listeners.get("message")?.(event);
    expect(electron.sent).toEqual([]);
  });

  it("tells the page the paths of what a person drops, and of nothing that a script drops", () => {
    const files = [{ path: "/models/one" }, { path: "" }];
    listeners.get("drop")?.({ isTrusted: false, dataTransfer: { files } });
    listeners.get("drop")?.({ isTrusted: true, dataTransfer: null });
    expect(posted).toEqual([]);
    listeners.get("drop")?.({ isTrusted: true, dataTransfer: { files } });
    expect(posted).toEqual([[{ kind: "sallyport:dropped", paths: ["/models/one"] }, origin]]);
  });
});
