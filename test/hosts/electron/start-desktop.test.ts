import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { CONNECT_CHANNEL } from "../../../main/hosts/electron/channels.ts";
import { prepareDesktop, startDesktop } from "../../../main/hosts/electron/start-desktop.ts";
import { type FakeElectron, fakeElectron, type FakeWindow } from "./fake-electron.ts";
import { portPair } from "./page-port.ts";

/** The shell's wiring, with Electron's parts by their published types and a real workbench process behind them. */
const repository = fileURLToPath(new URL("../../../", import.meta.url));
const homes: string[] = [];
const running: FakeElectron[] = [];
afterEach(async () => {
  for (const fake of running.splice(0)) await quit(fake);
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

function newHome(): string {
  const home = mkdtempSync(path.join(os.tmpdir(), "sallyport-desktop-"));
  homes.push(home);
  mkdirSync(path.join(home, "pages/assets"), { recursive: true });
  writeFileSync(path.join(home, "pages/index.html"), "<!doctype html><title>Sallyport</title>");
  writeFileSync(path.join(home, "pages/assets/a.js"), "1");
  return home;
}

async function start(options: { readonly isPackaged?: boolean; readonly home?: string } = {}): Promise<FakeElectron & { readonly home: string; readonly window: FakeWindow }> {
  const home = options.home ?? newHome();
  const fake = fakeElectron(options);
  expect(prepareDesktop(fake.parts, home)).toBe(true);
  await startDesktop(fake.parts, { home, root: repository, pagesDirectory: path.join(home, "pages"), preload: "/preload.cjs", node: process.execPath, ticks: () => performance.now() });
  running.push(fake);
  return Object.assign(fake, { home, window: fake.windows[0] as FakeWindow });
}

/** Resolves once the workbench's process has ended and Electron is asked to quit again. */
async function quit(fake: FakeElectron): Promise<void> {
  const before = fake.app.quits;
  fake.parts.app.quit();
  while (fake.app.quits < before + 2) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe("the window", () => {
  it("has no Node, and a world of its own for the preload", async () => {
    const { window } = await start();
    expect(window.options["webPreferences"]).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false, webSecurity: true, webviewTag: false, devTools: false, preload: "/preload.cjs" });
    expect(window.url).toBe("app://sallyport/");
  });

  it("opens where it was, and comes to the front when it is started again", async () => {
    const { window, app, home } = await start();
    window.emit("ready-to-show");
    window.emit("close");
    const file = path.join(home, "window/window.json");
    while (!existsSync(file) || readFileSync(file, "utf8") === "") await new Promise((resolve) => setTimeout(resolve, 10));
    app.emit("second-instance");
    expect(window.calls).toEqual(["show", "restore", "focus"]);
    const again = await start({ home });
    expect(again.window.options).toMatchObject({ x: 10, y: 20, width: 1300, height: 900 });
    expect(again.window.calls).toEqual(["maximize"]);
  });

  it("cannot be led elsewhere, opened twice by a page, or made to hold another", async () => {
    const { window } = await start();
    const { webContents } = window;
    const isPrevented = (event: string, url: string): boolean => {
      let prevented = false;
      webContents.emit(event, { url, preventDefault: () => (prevented = true) });
      return prevented;
    };
    for (const url of ["https://evil.example/", "file:///etc/passwd", "app://other/", "app://sallyport.evil/", "app://user@sallyport/", "javascript:alert(1)", "data:text/html,x", "not a url", "http://127.0.0.1:8088/"]) {
      expect(isPrevented("will-frame-navigate", url)).toBe(true);
      expect(isPrevented("will-redirect", url)).toBe(true);
    }
    expect(isPrevented("will-frame-navigate", "app://sallyport/models")).toBe(false);
    expect(isPrevented("will-attach-webview", "app://sallyport/")).toBe(true);
    expect(webContents.windowOpen?.()).toEqual({ action: "deny" });
  });

  it("has a menu that ends in no tools for developers once it is packed", async () => {
    const roles = (fake: FakeElectron) => JSON.stringify(fake.menu);
    expect(roles(await start())).not.toContain("toggleDevTools");
    const development = await start({ isPackaged: false });
    expect(roles(development)).toContain("toggleDevTools");
    expect(development.menu.map((item) => item.label).filter(Boolean)).toEqual(["&File", "&Edit", "&View", "&Window"]);
  });
});

describe("the session", () => {
  it("lets nothing out and nothing in but the pages' own files", async () => {
    const fake = await start();
    const isCancelled = (url: string): boolean => {
      let cancel: boolean | undefined;
      fake.beforeRequest({ url }, (response) => (cancel = response.cancel));
      return cancel === true;
    };
    for (const url of ["https://example.org/", "http://127.0.0.1/", "http://localhost:8080/v1", "ws://127.0.0.1/", "file:///etc/passwd", "ftp://x/", "app://other/x", "devtools://devtools/bundled/x", "blob:https://evil.example/1", "chrome-extension://x/"]) expect(isCancelled(url), url).toBe(true);
    for (const url of ["app://sallyport/", "app://sallyport/assets/a.js", "data:image/png;base64,AA==", "blob:app://sallyport/0f"]) expect(isCancelled(url), url).toBe(false);
    expect([fake.session["spelling"], fake.session["proxy"]]).toEqual([false, { mode: "direct" }]);
    expect(fake.app.switches).toContainEqual(["host-resolver-rules", "MAP * ~NOTFOUND"]);
    expect(fake.app.switches).toContainEqual(["sandbox", undefined]);
  });

  it("permits a copy to the clipboard, and nothing else that is asked for", async () => {
    const { permission } = await start();
    const asked = (name: string): boolean => {
      let isGiven = false;
      permission.request(null as never, name as never, ((given: boolean) => (isGiven = given)) as never);
      expect(permission.check(null as never, name as never)).toBe(isGiven);
      return isGiven;
    };
    for (const name of ["media", "geolocation", "notifications", "midi", "usb", "hid", "serial", "clipboard-read", "fullscreen", "openExternal", "fileSystem", "display-capture", "window-management", "unknown"]) expect(asked(name)).toBe(false);
    expect(asked("clipboard-sanitized-write")).toBe(true);
    expect(permission.device()).toBe(false);
  });

  it("takes a download of what a page made, and none from elsewhere", async () => {
    const { session } = await start();
    const isPrevented = (url: string): boolean => {
      let prevented = false;
      session.emit("will-download", { preventDefault: () => (prevented = true) }, { getURL: () => url });
      return prevented;
    };
    expect([isPrevented("blob:app://sallyport/1"), isPrevented("https://evil.example/x.exe"), isPrevented("blob:https://evil.example/1")]).toEqual([false, true, true]);
  });
});

describe("the pages' scheme", () => {
  it("serves the pages with their policy, and no file beside them", async () => {
    const fake = await start();
    expect(fake.schemes).toEqual([{ scheme: "app", privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
    const get = (url: string, method = "GET") => fake.serve(new Request(url, { method }));
    const page = get("app://sallyport/?x#/models/one");
    expect([page.status, await page.text()]).toEqual([200, "<!doctype html><title>Sallyport</title>"]);
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
    expect(get("app://sallyport/assets/a.js").headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    for (const url of ["app://sallyport/../secret.txt", "app://sallyport/%2e%2e/window/window.json", "app://sallyport/assets/..%2f..%2fx.js", "app://other/index.html", "app://sallyport/none.js", "app://sallyport/models", "app://sallyport/index.html"]) expect(get(url).status, url).toBe(404);
    expect(get("app://sallyport/", "POST").status).toBe(405);
    expect(await get("app://sallyport/", "HEAD").text()).toBe("");
  });
});

describe("a port", () => {
  const connect = (fake: FakeElectron, event: Record<string, unknown>) => fake.ipc.emit(CONNECT_CHANNEL, event);

  it("is joined to the workbench when our page's own frame sends it, dialog and all", async () => {
    const fake = await start();
    const { port, client } = portPair();
    const { webContents } = fake.window;
    connect(fake, { sender: webContents, senderFrame: webContents.mainFrame, ports: [port] });
    expect(await client.model.list()).toEqual([]);
    expect(await client.desktop.choose({ what: "folder", title: "A model", from: "/models" })).toBe("/models/one");
    expect(await client.desktop.choose({ what: "file", title: "none" })).toBeNull();
    expect(fake.asked).toMatchObject([{ title: "A model", defaultPath: "/models", properties: ["openDirectory", "dontAddToRecent"] }, { properties: ["openFile", "dontAddToRecent"] }]);
  });

  it.each([
    ["a frame inside the page", (window: FakeWindow) => ({ sender: window.webContents, senderFrame: { url: "app://sallyport/" } })],
    ["a page of another address", (window: FakeWindow) => {
      window.webContents.mainFrame.url = "https://evil.example/";
      return { sender: window.webContents, senderFrame: window.webContents.mainFrame };
    }],
    ["a frame that is gone", (window: FakeWindow) => ({ sender: window.webContents, senderFrame: null })],
    ["a page that is in no window of ours", () => ({ sender: { mainFrame: 1 }, senderFrame: 1 })],
  ])("is closed when it comes from %s", async (_, eventOf) => {
    const fake = await start();
    const { port } = portPair();
    connect(fake, { ...eventOf(fake.window), ports: [port] });
    expect(port.isClosed).toBe(true);
  });

  it("must be one", async () => {
    const fake = await start();
    const [one, other] = [portPair().port, portPair().port];
    const { webContents } = fake.window;
    connect(fake, { sender: webContents, senderFrame: webContents.mainFrame, ports: [one, other] });
    connect(fake, { sender: webContents, senderFrame: webContents.mainFrame, ports: [] });
    expect([one.isClosed, other.isClosed]).toEqual([true, true]);
  });
});

describe("a fall", () => {
  it("of a page loads it again, and asks a person when it happens again and again", async () => {
    const { window, asked, responses } = await start();
    responses.push(0);
    const fall = () => window.webContents.emit("render-process-gone", {}, { reason: "crashed" });
    for (let count = 1; count <= 3; count++) {
      fall();
      expect(window.webContents.reloads).toBe(count);
    }
    fall();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(asked).toMatchObject([{ message: "The page has stopped several times.", detail: expect.stringContaining("Running jobs") }]);
    expect(window.webContents.reloads).toBe(4);
    window.webContents.emit("render-process-gone", {}, { reason: "clean-exit" });
    expect(window.webContents.reloads).toBe(4);
  });

  it("of a page that does not answer is a person's choice", async () => {
    const { window, asked, responses } = await start();
    responses.push(1, 0);
    window.emit("unresponsive");
    window.emit("unresponsive");
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect([asked.length, window.webContents.reloads]).toEqual([1, 0]);
    window.emit("unresponsive");
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect([asked.length, window.webContents.reloads]).toEqual([2, 1]);
  });
});

describe("a second start on the same home", () => {
  it("leaves the first alone", () => expect(prepareDesktop(fakeElectron({ lock: false }).parts, newHome())).toBe(false));
});

describe("the end", () => {
  it("waits for the workbench's process", async () => {
    const fake = await start();
    running.splice(running.indexOf(fake), 1);
    let prevented = 0;
    fake.app.emit("will-quit", { preventDefault: () => prevented++ });
    while (fake.app.quits < 1) await new Promise((resolve) => setTimeout(resolve, 10));
    fake.app.emit("will-quit", { preventDefault: () => prevented++ });
    expect(prevented).toBe(1);
  });
});
