import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { buildPages, findBrowser, listenTo, openBrowser, runCommand, serveWorkbench } from "./workbench-page.ts";

/*
 * Every page as it looks, for whoever changes one: `npm run screenshots -- FOLDER`. The workbench is the real one, on the sample model; a first run of it takes half a
 * minute. With a second folder, that home is shown as it is.
 */
const checkout = fileURLToPath(new URL("../../", import.meta.url));
const SIZES = { small: { width: 1280, height: 720 }, large: { width: 2560, height: 1440 } } as const;

interface Look {
  readonly language: "en" | "zh-Hans" | "ar";
  readonly theme: "light" | "dark";
  readonly size: keyof typeof SIZES;
}

const LOOKS: readonly Look[] = [
  { language: "en", theme: "light", size: "small" },
  { language: "en", theme: "dark", size: "large" },
  { language: "zh-Hans", theme: "light", size: "small" },
  { language: "ar", theme: "dark", size: "small" },
];

async function fillHome(home: string): Promise<void> {
  const sample = join(checkout, "resources", "sample");
  const made = async (...words: string[]): Promise<{ id: string; bundle?: { path: string; digest: string } }> => JSON.parse(await runCommand(home, ...words));
  const checkpoint = await made("model", "import", join(sample, "checkpoint"), "--name", "sample");
  const packages = [];
  for (const recipe of ["f32", "int4", "mixed"]) packages.push((await made("quantize", checkpoint.id, "--recipe", recipe)).id);
  for (const id of packages) await made("bench", "speed", id, "--runs", "3");
  for (const id of packages.slice(1)) await made("eval", "perplexity", id, "--text", join(sample, "eval.txt"), "--against", packages[0] ?? "", "--max-windows", "40");
  const { bundle } = await made("bundle", "create", packages[1] ?? "");
  if (bundle !== undefined) await made("bundle", "verify", bundle.path, "--digest", bundle.digest);
  // Fails as a real one does: there is nothing to import in a folder of sources.
  await made("model", "import", join(checkout, "shared")).catch(() => {});
}

async function shoot(browser: Browser, home: string, folder: string, state: string, looks: readonly Look[]): Promise<void> {
  const served = await serveWorkbench(home);
  try {
    const context = await browser.newContext();
    const page = await context.newPage();
    const heard = listenTo(page, served.url);
    await page.goto(await served.newAddress());
    await page.locator("main h1").waitFor();
    for (const look of looks) {
      await page.setViewportSize(SIZES[look.size]);
      await page.goto(`${served.url}#/settings`);
      await choose(page, served.url, look);
      for (const [name, address] of await addresses(page, served.url)) {
        await page.goto(`${served.url}#${address}`);
        await page.waitForTimeout(500);
        await page.screenshot({ path: join(folder, `${state}-${look.language}-${look.theme}-${look.size}-${name}.png`), fullPage: false });
        const height = await page.evaluate("document.querySelector('main')?.scrollHeight ?? 0") as number;
        if (height > SIZES[look.size].height + 40 && look.size === "small") {
          await page.setViewportSize({ width: SIZES.small.width, height: Math.min(6000, height + 40) });
          await page.waitForTimeout(250);
          await page.screenshot({ path: join(folder, `${state}-${look.language}-${look.theme}-whole-${name}.png`) });
          await page.setViewportSize(SIZES.small);
        }
      }
    }
    for (const complaint of [...heard.complaints, ...heard.strays]) process.stderr.write(`${state}: ${complaint}\n`);
    await context.close();
  } finally {
    await served.stop();
  }
}

/** Through the contract, as the page of the settings does. */
async function choose(page: Page, url: string, { language, theme }: Look): Promise<void> {
  await page.request.post(`${url}rpc/settings/set`, { data: { json: { language, theme } }, headers: { origin: url.slice(0, -1) } });
  await page.reload();
  await page.locator(`html[lang="${language}"][data-mantine-color-scheme="${theme}"]`).waitFor({ state: "attached" });
}

/** Every page, and the first of whatever a list holds. */
async function addresses(page: Page, url: string): Promise<readonly (readonly [name: string, address: string])[]> {
  const ask = async (call: string, input?: unknown): Promise<{ id: string; kind?: string; state?: string }[]> => {
    const answer = await page.request.post(`${url}rpc/${call}`, { data: { json: input ?? {} }, headers: { origin: url.slice(0, -1) } });
    return ((await answer.json()) as { json: { id: string; kind?: string; state?: string }[] }).json;
  };
  const [models, jobs, reports, bundles] = [await ask("model/list"), await ask("job/list"), await ask("report/list"), await ask("bundle/list")];
  const found = (name: string, prefix: string, item: { id: string } | undefined): readonly (readonly [string, string])[] => (item === undefined ? [] : [[name, `${prefix}/${item.id}`]]);
  return [
    ["home", "/"], ["machine", "/machine"], ["models", "/models"], ...found("checkpoint", "/models", models.find(({ kind }) => kind === "checkpoint")), ...found("package", "/models", models.findLast(({ kind }) => kind === "package")),
    ["playground", "/playground"], ["reports", "/reports"], ...found("report", "/reports", reports[0]), ["bundles", "/bundles"], ...found("bundle", "/bundles", bundles[0]), ["jobs", "/jobs"], ...found("job", "/jobs", jobs.find(({ state }) => state === "done")),
    ...found("job-failed", "/jobs", jobs.find(({ state }) => state === "failed")), ["audit", "/audit"], ["settings", "/settings"], ["nowhere", "/nowhere"],
  ];
}

const [folder, given] = process.argv.slice(2);
const executable = findBrowser();
if (folder === undefined || executable === null) {
  process.stderr.write(folder === undefined ? "npm run screenshots -- FOLDER [HOME]\n" : "There is no Chromium here; name one with $SALLYPORT_CHROMIUM.\n");
  process.exitCode = 2;
} else {
  const work = await mkdtemp(join(tmpdir(), "sallyport-screens-"));
  const browser = await openBrowser(executable);
  try {
    await mkdir(folder, { recursive: true });
    await buildPages();
    const full = join(work, "full");
    if (given === undefined) await fillHome(full);
    else await cp(resolve(given), full, { recursive: true });
    await shoot(browser, join(work, "empty"), folder, "empty", LOOKS.slice(0, 1));
    await shoot(browser, full, folder, "full", LOOKS);
  } finally {
    await browser.close();
    await rm(work, { recursive: true, force: true });
  }
}
