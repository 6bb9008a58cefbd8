import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { _electron, type ElectronApplication, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { desktopBinary, hasDisplay } from "../../main/hosts/cli/desktop-binary.ts";
import { buildPages } from "./build-pages.ts";

/** The window itself, where there can be one. */
const repository = fileURLToPath(new URL("../../", import.meta.url));
const binary = desktopBinary(repository, process.env);
const missing = binary === undefined ? "Electron's binary is not here (node node_modules/electron/install.js fetches it)" : hasDisplay(process.platform, process.env) ? null : "there is no display (xvfb-run gives one)";
if (missing !== null) console.log(`The desktop journey is skipped: ${missing}.`);

const home = mkdtempSync(path.join(os.tmpdir(), "sallyport-window-"));
let desktop: ElectronApplication;
let page: Page;
beforeAll(async () => {
  if (missing !== null || binary === undefined) return;
  await buildPages();
  // Chromium's own sandbox does not start for root; the shell's settings are asserted by start-desktop.test.ts.
  desktop = await _electron.launch({ executablePath: binary, args: [repository, ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])], env: { ...process.env as Record<string, string>, SALLYPORT_HOME: home } });
  page = await desktop.firstWindow();
});
afterAll(async () => {
  await desktop?.close();
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

describe.skipIf(missing !== null)("the window", () => {
  it("shows the pages from its own scheme, with no Node in them", async () => {
    expect(page.url()).toMatch(/^app:\/\/sallyport\//);
    expect(await page.evaluate("[typeof require, typeof process, typeof sallyport, JSON.stringify(sallyport)]")).toEqual(["undefined", "undefined", "object", '{"transport":"port"}']);
    await page.locator("main").first().waitFor();
  });

  it("lets a page go nowhere and open nothing", async () => {
    await page.evaluate('location.href = "https://example.org/"');
    expect(await page.evaluate('window.open("https://example.org/")')).toBeNull();
    expect(await page.evaluate('fetch("http://127.0.0.1:9/").then(() => "came", () => "refused")')).toBe("refused");
    expect(page.url()).toMatch(/^app:\/\/sallyport\//);
  });

  it("comes back after its page fell", async () => {
    const loaded = page.waitForEvent("load");
    await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer());
    await loaded;
    await page.locator("main").first().waitFor();
  });
});
