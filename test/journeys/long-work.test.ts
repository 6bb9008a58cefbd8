import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Job } from "../../shared/schemas/job.ts";
import { writeLargeCheckpoint } from "./large-checkpoint.ts";
import { buildPages, findBrowser, openBrowser, runCommand, type ServedWorkbench, serveWorkbench } from "./workbench-page.ts";

const sample = fileURLToPath(new URL("../../resources/sample/checkpoint", import.meta.url));
const browserPath = findBrowser();
if (browserPath === null) console.log("long-work.test.ts is skipped: no Chromium at /usr/bin/chromium; name one with SALLYPORT_CHROMIUM");

/** Work that outlives the page it was started from, and the server behind it. */
describe.skipIf(browserPath === null)("long work", () => {
  const root = mkdtempSync(path.join(tmpdir(), "sallyport-long-"));
  const home = path.join(root, "home");
  let browser: Browser;
  let served: ServedWorkbench;
  const jobs = async (): Promise<Job[]> => (JSON.parse(await runCommand(home, "job", "ls")) as { jobs: Job[] }).jobs;
  const enter = async (): Promise<Page> => {
    const page = await (await browser.newContext({ locale: "en-US" })).newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(await served.newAddress());
    await page.getByRole("navigation").first().waitFor();
    return page;
  };
  const press = (page: Page, name: string): Promise<void> => page.getByRole("form").getByRole("button", { name, exact: true }).click();
  async function until(isSo: (all: Job[]) => boolean): Promise<Job[]> {
    for (let all = await jobs(); ; all = await jobs()) {
      if (isSo(all)) return all;
      await sleep(300);
    }
  }

  beforeAll(async () => {
    await buildPages();
    browser = await openBrowser(browserPath ?? "");
    await runCommand(home, "model", "import", sample, "--name", "sample");
    await runCommand(home, "quantize", "sample", "--recipe", "int4");
    served = await serveWorkbench(home);
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  it("of a chain ends although its page was closed and its server killed; two pages of it start nothing twice", async () => {
    const page = await enter();
    const { models } = JSON.parse(await runCommand(home, "model", "ls")) as { models: { id: string; kind: string }[] };
    const [model] = models.filter(({ kind }) => kind === "package");
    await page.goto(`${served.url}#/export?${new URLSearchParams({ model: model?.id ?? "", folder: root, name: "bundle", step: "media" })}`);
    await press(page, "Make and verify");
    await page.waitForURL(/jobs=/);
    const other = await page.context().newPage();
    await other.goto(page.url());
    await page.context().close();
    await served.kill();
    const all = await until((found) => found.filter(({ sequence }) => sequence !== null).every(({ state }) => state === "done"));
    expect(all.filter(({ sequence }) => sequence !== null).map(({ kind, sequence }) => `${kind} ${sequence?.at}/${sequence?.of}`).toSorted()).toEqual(["bundle.create 1/2", "bundle.verify 2/2"]);
    served = await serveWorkbench(home);
    const later = await enter();
    await later.goto(`${served.url}#/jobs`);
    await later.getByText("2/2").waitFor();
    await later.context().close();
  }, 90_000);

  it("that was paused is still paused when the server was killed and came back, and goes on from its page", async () => {
    const large = path.join(root, "large");
    writeLargeCheckpoint(large);
    let page = await enter();
    await page.goto(`${served.url}#/import?${new URLSearchParams({ folder: large, step: "way" })}`);
    await page.getByRole("form").getByRole("button", { name: "Import", exact: true }).and(page.locator(":enabled")).waitFor();
    await press(page, "Import");
    await page.waitForURL(/job=/);
    const id = new URLSearchParams(page.url().split("?")[1]).get("job") ?? "none";
    // Faster than a person can press: what is tried here is what becomes of a paused job.
    await runCommand(home, "job", "pause", id);
    await page.getByText(/Importing: (paused|done)/).waitFor();
    await served.kill();
    await page.context().close();
    served = await serveWorkbench(home);
    page = await enter();
    const stopped = (await jobs()).find((job) => job.id === id);
    expect(["paused", "done"]).toContain(stopped?.state);
    await page.goto(`${served.url}#/import?${new URLSearchParams({ folder: large, job: id })}`);
    if (stopped?.state === "paused") {
      await page.getByText("Paused. What was finished is kept").waitFor();
      await press(page, "Resume");
    }
    await page.getByText("The checkpoint is in the store").waitFor();
  }, 90_000);
}, 240_000);
