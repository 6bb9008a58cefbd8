import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { BrowserContext } from "playwright-core";
import { build, type Plugin } from "vite";
import { type ComposedWorkbench, composeWorkbench } from "../../main/hosts/compose.ts";
import { serveWeb } from "../../main/hosts/web/serve-web.ts";
import { openBrowser } from "./workbench-page.ts";

const checkout = fileURLToPath(new URL("../../", import.meta.url));

export interface ServedPages {
  readonly root: string;
  readonly workbench: ComposedWorkbench;
  /** A browser that was let in, in one language and colour scheme. */
  enter(options?: { readonly language?: string; readonly colorScheme?: "light" | "dark"; readonly width?: number; readonly height?: number }): Promise<BrowserContext>;
  close(): Promise<void>;
}

/** The pages as they are now, built and served from a home of their own by this process, so that a test reaches the workbench behind them; and a browser beside them. */
export async function servePages(browserPath: string, plugins: Plugin[] = []): Promise<ServedPages> {
  const root = mkdtempSync(path.join(os.tmpdir(), "sallyport-pages-"));
  const pagesDirectory = path.join(root, "pages");
  await build({ root: path.join(checkout, "renderer"), configFile: path.join(checkout, "vite.config.ts"), logLevel: "error", plugins, build: { outDir: pagesDirectory, emptyOutDir: true } });
  const workbench = await composeWorkbench(path.join(root, "home"));
  const served = await serveWeb(workbench, { host: "127.0.0.1", ports: [0], idleMs: 3_600_000, pagesDirectory, ticketsDirectory: path.join(root, "tickets"), log: () => {} });
  const browser = await openBrowser(browserPath);
  return {
    root, workbench,
    enter: async ({ language = "en-US", colorScheme = "light", width = 1280, height = 720 } = {}) => {
      const context = await browser.newContext({ locale: language, colorScheme, viewport: { width, height }, baseURL: served.url, reducedMotion: "reduce" });
      const page = await context.newPage();
      await page.goto(await served.newAddress());
      await page.getByRole("navigation").first().waitFor();
      return context;
    },
    close: async () => {
      await browser.close();
      await served.drain(1000);
      await workbench.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
