import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AuditChain } from "../../main/store/audit-chain.ts";
import { openDatabase } from "../../main/store/open-database.ts";
import { buildPages, findBrowser, listenTo, openAnew, openBrowser, type Overheard, runCommand, type ServedWorkbench, serveWorkbench } from "./workbench-page.ts";

/** A person's path through the pages, in a real browser on the real host, with a home of its own and no network. */
const executable = findBrowser();
if (executable === null) process.stderr.write("The journey through the pages is skipped: there is no Chromium here; name one with $SALLYPORT_CHROMIUM.\n");

const H200 = fileURLToPath(new URL("../hardware/recordings/nvidia_capture_linux-x86_64__nvidia-h200__590.48.01.txt", import.meta.url));
const AUDIT_ENTRIES = 10_000;
const FIRST_LOAD_LIMIT_BYTES = 600_000;
const LOOKS = [
  { language: "en", theme: "light", viewport: { width: 1280, height: 720 } },
  { language: "zh-Hans", theme: "dark", viewport: { width: 1280, height: 720 } },
  { language: "ar", theme: "light", viewport: { width: 1280, height: 720 } },
  { language: "ar", theme: "dark", viewport: { width: 2560, height: 1440 } },
] as const;
const PLACES = ["/", "/machine", "/models", "/playground", "/reports", "/bundles", "/jobs", "/audit", "/settings"];

describe.skipIf(executable === null)("the pages", { timeout: 240_000 }, () => {
  let home: string;
  let served: ServedWorkbench;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let heard: Overheard;

  const open = async (address: string): Promise<void> => {
    await openAnew(page, `${served.url}#${address}`);
    await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
  };
  const choose = async (language: string, theme: string): Promise<void> => {
    const answer = await page.request.post(`${served.url}rpc/settings/set`, { data: { json: { language, theme } }, headers: { origin: served.url.slice(0, -1) } });
    expect(answer.ok()).toBe(true);
    await page.locator(`html[lang="${language}"][data-mantine-color-scheme="${theme}"]`).waitFor({ state: "attached" });
  };
  const expectQuiet = (): void => {
    expect(heard.complaints).toEqual([]);
    expect(heard.strays).toEqual([]);
  };
  /** Parts of an element that stand out of it sideways. */
  const overflow = (selector: string): Promise<number> => page.locator(selector).evaluate((element) => element.scrollWidth - element.clientWidth);

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "sallyport-pages-"));
    await buildPages();
    served = await serveWorkbench(home);
    browser = await openBrowser(executable ?? "");
    context = await browser.newContext({ viewport: LOOKS[0].viewport });
    page = await context.newPage();
    await page.goto(await served.newAddress());
    // The door sends the browser on by itself; it is no page of ours, and has no picture for the tab.
    await page.locator("main h1").waitFor();
    heard = listenTo(page, served.url);
    await page.reload();
    await choose("en", "light");
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  });

  it("come whole within their share: what the first page loads is below 600 kB as it travels", async () => {
    const fresh = await context.newPage();
    const bodies: Promise<Buffer>[] = [];
    fresh.on("response", (response) => {
      if (/\.(js|css|html|svg)$|\/$/.test(new URL(response.url()).pathname)) bodies.push(response.body().then((body) => gzipSync(body)));
      else if (response.url().endsWith(".woff2")) bodies.push(response.body());
    });
    await fresh.goto(served.url);
    await fresh.locator("main h1").waitFor();
    // The stream of changes never ends, so the network is never idle.
    await fresh.waitForTimeout(1000);
    const total = (await Promise.all(bodies)).reduce((sum, { byteLength }) => sum + byteLength, 0);
    await fresh.close();
    expect(total).toBeGreaterThan(50_000);
    expect(total).toBeLessThan(FIRST_LOAD_LIMIT_BYTES);
  });

  it("say what to do where there is nothing yet", async () => {
    for (const [address, words] of [["/models", "No models yet"], ["/reports", "Nothing has been measured yet"], ["/bundles", "No bundles yet"], ["/jobs", "No jobs yet"], ["/audit", "Nothing has been recorded yet"]] as const) {
      await open(address);
      await page.getByText(words, { exact: true }).first().waitFor();
    }
    expectQuiet();
  });

  it("take the sample to a verified bundle with one press, and know it after a reload", async () => {
    await open("/");
    await page.getByRole("button", { name: "Run the remaining steps" }).click();
    await page.getByText("The sample went the whole way", { exact: false }).waitFor({ timeout: 180_000 });
    await page.reload();
    await page.getByText("The sample went the whole way", { exact: false }).waitFor();
    const jobs = JSON.parse(await runCommand(home, "job", "ls")) as { jobs: { kind: string; state: string }[] };
    expect(jobs.jobs.map(({ kind, state }) => `${kind} ${state}`).toReversed()).toEqual(["model.import done", "quantize done", "bench.speed done", "bundle.create done", "bundle.verify done"]);
    expectQuiet();
  });

  it("follow a command line without being asked", async () => {
    await open("/models");
    const made = runCommand(home, "quantize", "sample", "--recipe", "f32", "--name", "from-elsewhere");
    await page.getByText("from-elsewhere").first().waitFor({ timeout: 60_000 });
    await made;
  });

  it("name what is wrong with a bundle that is not there, and what to do", async () => {
    await open("/bundles");
    await page.getByLabel("Path", { exact: true }).fill("/nowhere/bundle");
    await page.getByLabel("Path", { exact: true }).press("Enter");
    await page.getByRole("alert").getByText("Check the path", { exact: false }).waitFor();
    // The browser's own word on an answer that is no 200.
    heard.complaints.splice(0, heard.complaints.length, ...heard.complaints.filter((text) => !text.startsWith("Failed to load resource")));
    expectQuiet();
  });

  it("draw a site that was carried in beside this machine", async () => {
    await open("/machine");
    await page.getByRole("button", { name: "Add a site" }).click();
    await page.getByLabel("Path", { exact: true }).fill(H200);
    await page.getByLabel("Path", { exact: true }).press("Enter");
    await page.locator("[aria-current=true]").filter({ hasText: "h200" }).waitFor();
    await page.getByRole("button", { name: "Keep this site" }).click();
    await page.getByRole("row").filter({ hasText: "H200" }).first().waitFor();
    await page.getByRole("img", { name: "Topology" }).waitFor();
    // It is the workbench that knows it, not this browser; what a command line takes away goes here too.
    const { sites } = JSON.parse(await runCommand(home, "hardware", "sites")) as { sites: { id: string; from: string }[] };
    expect(sites.map(({ from }) => from)).toEqual([H200]);
    await runCommand(home, "hardware", "sites", "rm", sites[0]?.id ?? "");
    await page.getByRole("img", { name: "Topology" }).waitFor({ state: "detached" });
    // The browser's own word on an answer that is no 200: the path was first tried as a folder.
    heard.complaints.splice(0, heard.complaints.length, ...heard.complaints.filter((text) => !text.startsWith("Failed to load resource")));
    expectQuiet();
  });

  it("are gone through with a keyboard alone", async () => {
    await open("/");
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder("Go to a page", { exact: false }).waitFor();
    await page.keyboard.type("Audit");
    await page.keyboard.press("Enter");
    await page.getByPlaceholder("Go to a page", { exact: false }).waitFor({ state: "hidden" });
    await page.getByRole("table", { name: "Audit" }).waitFor();
    const rows = page.getByRole("table", { name: "Audit" }).locator("[data-index]");
    await rows.first().focus();
    await page.keyboard.press("ArrowDown");
    await page.getByRole("table", { name: "Audit" }).locator("[data-index='1']:focus").waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Details" }).waitFor();
    expectQuiet();
  });

  it("open menus, dialogs and the palette under a policy that refuses inline styles", async () => {
    const { models } = JSON.parse(await runCommand(home, "model", "ls")) as { models: { id: string }[] };
    await open(`/models/${models[1]?.id}`);
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await open("/reports");
    await page.getByRole("button", { name: "Export" }).click();
    await page.getByRole("menuitem", { name: "CSV" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder("Go to a page", { exact: false }).waitFor();
    await page.keyboard.press("Escape");
    expectQuiet();
  });

  it("keep two tabs in step", async () => {
    const other = await context.newPage();
    await other.goto(`${served.url}#/settings`);
    await other.getByText("Dark", { exact: true }).click();
    await other.locator('html[data-mantine-color-scheme="dark"]').waitFor({ state: "attached" });
    await other.close();
    await page.bringToFront();
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor({ state: "attached" });
  });

  it("keep ten thousand entries of the audit, and draw a window of them", async () => {
    const database = openDatabase(join(home, "sallyport.db"));
    const chain = new AuditChain(database, { now: () => Date.now(), ticks: () => performance.now() }, "somebody");
    database.transaction(() => {
      for (let entry = 0; entry < AUDIT_ENTRIES; entry++) chain.append("test.entry", `digest-${entry}`, {});
    })();
    const { entries } = chain.verify();
    database.close();
    await open("/audit");
    const table = page.getByRole("table", { name: "Audit" });
    const newest = table.locator("[data-index='0']").getByText(entries.toLocaleString("en"), { exact: true });
    await newest.waitFor();
    expect(await table.locator("[data-index]").count()).toBeLessThan(100);
    // To the very first entry, which comes when it is scrolled to.
    for (let at = 0; at < 40 && (await table.getByText("model.import", { exact: true }).count()) === 0; at++) {
      await table.evaluate((element) => element.parentElement?.scrollTo({ top: element.scrollHeight }));
      await page.waitForTimeout(100);
    }
    await table.getByText("model.import", { exact: true }).waitFor();
    expect(await table.locator("[data-index]").count()).toBeLessThan(100);
    await page.getByRole("searchbox").fill("digest-4711");
    await newest.waitFor({ state: "detached" });
    await table.locator("[data-index='0']").getByText("digest-4711", { exact: true }).waitFor();
    expect(await table.locator("[data-index]").count()).toBe(1);
    expectQuiet();
  });

  it.each(LOOKS)("fit in $language, $theme, $viewport.width wide; nothing serious stands in anyone's way", async ({ language, theme, viewport }) => {
    await page.setViewportSize(viewport);
    await choose(language, theme);
    const { models } = JSON.parse(await runCommand(home, "model", "ls")) as { models: { id: string }[] };
    const { reports } = JSON.parse(await runCommand(home, "report", "ls")) as { reports: { id: string }[] };
    const { bundles } = JSON.parse(await runCommand(home, "bundle", "ls")) as { bundles: { id: string }[] };
    for (const address of [...PLACES, `/models/${models[0]?.id}`, `/models/${models[1]?.id}`, `/reports/${reports[0]?.id}`, `/bundles/${bundles[0]?.id}`]) {
      await open(address);
      expect.soft(await overflow("main"), `${address} in ${language}`).toBeLessThanOrEqual(0);
      // Arabic turns the page around, and makes no other roles or colours of it.
      if (language === "ar") continue;
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
      const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => `${address} ${id}: ${nodes[0]?.html.slice(0, 160)} ${nodes[0]?.failureSummary ?? ""}`);
      expect.soft(serious).toEqual([]);
    }
    expectQuiet();
  });

  it("say that the workbench is gone, that a new one does not know them, and catch up without a reload once let in", async () => {
    await choose("en", "light");
    await page.setViewportSize(LOOKS[0].viewport);
    await open("/models");
    await page.evaluate("globalThis.isSame = true");
    await served.kill();
    await page.getByRole("alert").getByText("The workbench does not answer", { exact: false }).waitFor();
    const made = runCommand(home, "quantize", "sample", "--recipe", "f32", "--name", "made-meanwhile");
    served = await serveWorkbench(home, Number(new URL(served.url).port));
    await page.getByRole("alert").getByText("sallyport serve --new-token", { exact: false }).waitFor();
    await made;
    const other = await context.newPage();
    await other.goto(await served.newAddress());
    await other.getByText("Connected").waitFor();
    await other.close();
    await page.getByText("made-meanwhile").first().waitFor();
    await page.getByText("Connected").waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
    expect(await page.evaluate("globalThis.isSame")).toBe(true);
  });
});
