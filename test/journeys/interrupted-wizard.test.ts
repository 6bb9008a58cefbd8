import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "../../main/store/open-database.ts";
import { writeLargeCheckpoint } from "./large-checkpoint.ts";
import { buildPages, findBrowser, openBrowser, runCommand, type ServedWorkbench, serveWorkbench } from "./workbench-page.ts";

/** The power goes while a wizard's job is at work: page, server and job end without a word. Whoever comes back to the wizard's address finds the job, and it goes on. */
const browserPath = findBrowser();
if (browserPath === null) process.stderr.write("The journey of an interrupted wizard is skipped: there is no Chromium here; name one with $SALLYPORT_CHROMIUM.\n");

describe.skipIf(browserPath === null)("a wizard whose page, server and job were killed", { timeout: 300_000 }, () => {
  const root = mkdtempSync(path.join(tmpdir(), "sallyport-power-"));
  const home = path.join(root, "home");
  let served: ServedWorkbench;
  let browser: Browser;
  let checkpoint: string;

  const enter = async (): Promise<Page> => {
    const page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(await served.newAddress());
    await page.locator("main h1").waitFor();
    return page;
  };
  const jobOf = (id: string): { state: string; pid: number | null } => {
    const database = openDatabase(path.join(home, "sallyport.db"));
    try {
      return database.prepare("SELECT state, pid FROM jobs WHERE id = ?").get(id) as { state: string; pid: number | null };
    } finally {
      database.close();
    }
  };

  beforeAll(async () => {
    writeLargeCheckpoint(path.join(root, "large"));
    await buildPages();
    checkpoint = (JSON.parse(await runCommand(home, "model", "import", path.join(root, "large"), "--in-place")) as { id: string }).id;
    served = await serveWorkbench(home);
    browser = await openBrowser(browserPath ?? "");
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  });

  it("finds its job interrupted, takes it up, and ends as if nothing had been", async () => {
    const before = await enter();
    await before.goto(`${served.url}#/quantize?${new URLSearchParams({ model: checkpoint, recipe: "f32", step: "preview" })}`);
    await before.getByRole("button", { name: "Make the package" }).click();
    await before.waitForURL(/job=/);
    const address = before.url().slice(before.url().indexOf("#"));
    const id = new URLSearchParams(address.split("?")[1]).get("job") ?? "none";
    await expect.poll(() => jobOf(id).state, { interval: 5, timeout: 30_000 }).toBe("running");
    const { pid } = jobOf(id);
    const gone = before.context().close();
    await served.kill();
    // The job is a session of its own, with its workers and its engine.
    process.kill(-(pid ?? 0), "SIGKILL");
    await gone;
    expect(jobOf(id).state).toBe("running");

    served = await serveWorkbench(home);
    const after = await enter();
    await after.goto(`${served.url}${address}`);
    await after.getByText("Quantizing: interrupted", { exact: true }).waitFor();
    await after.getByRole("link", { name: id }).waitFor();
    await after.getByRole("button", { name: "Resume" }).click();
    await after.getByText("The package is in the store and can run.").waitFor();
    expect(jobOf(id).state).toBe("done");
    const { models } = JSON.parse(await runCommand(home, "model", "ls")) as { models: { kind: string; parentId: string | null }[] };
    expect(models.filter(({ kind }) => kind === "package").map(({ parentId }) => parentId)).toEqual([checkpoint]);
  });
});
