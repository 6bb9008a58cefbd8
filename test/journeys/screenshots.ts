import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { type Address, approveTemplate, type Held, jobAddresses, pageAddresses, wizardAddresses } from "./addresses.ts";
import { fillHome, SAMPLE } from "./fill-home.ts";
import { type ServedPages, servePages } from "./served-pages.ts";
import { findBrowser, listenTo, openAnew } from "./workbench-page.ts";

/*
 * Every page and every step of every wizard as it looks, for whoever changes one: `npm run screenshots -- FOLDER [WORD]`; with a word, only the names that have it in
 * them. The workbench is the real one, on the sample model. The whole set is in English; the other languages, the dark and a large window are looked at where most stands.
 */
const SMALL = { width: 1280, height: 720 };
const LARGE = { width: 2560, height: 1440 };

interface Look {
  readonly language: "en" | "zh-Hans" | "ar";
  readonly theme: "light" | "dark";
  readonly size: typeof SMALL;
  /** All, where none are named. */
  readonly names?: readonly string[];
}

const KEY_PAGES = ["home", "machine", "models", "checkpoint", "package", "playground", "report", "bundle", "job-running", "audit", "import-check", "quantize-recipe", "benchmark-verdict", "export-receipt"];
const LOOKS: readonly Look[] = [
  { language: "en", theme: "light", size: SMALL },
  { language: "zh-Hans", theme: "dark", size: SMALL, names: KEY_PAGES },
  { language: "ar", theme: "light", size: SMALL, names: KEY_PAGES },
  { language: "en", theme: "dark", size: LARGE, names: ["home", "machine", "models", "checkpoint", "report", "quantize-recipe"] },
];

async function shoot({ workbench: { store } }: ServedPages, page: Page, look: Look, addresses: readonly Address[], nameOf: (name: string) => string): Promise<void> {
  const { language, theme, size } = look;
  await page.setViewportSize(size);
  store.settings.write({ ...store.settings.read(), language, theme });
  await page.locator(`html[lang="${language}"][data-mantine-color-scheme="${theme}"]`).waitFor({ state: "attached" });
  for (const [name, address] of addresses.filter(([one]) => (look.names === undefined || look.names.includes(one)) && nameOf(one).includes(word))) {
    await openAnew(page, `/#${address}`);
    await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
    if (name === "playground") await askTwo(page);
    // A plan for this machine measures its memory first.
    await page.waitForTimeout(address.includes("?") ? 1200 : 150);
    await page.screenshot({ path: join(folder, `${nameOf(name)}.png`) });
    const height = await page.evaluate("document.querySelector('main').scrollHeight") as number;
    if (size !== SMALL || height <= SMALL.height + 40) continue;
    await page.setViewportSize({ ...SMALL, height: Math.min(6000, height + 40) });
    await page.waitForTimeout(250);
    await page.screenshot({ path: join(folder, `${nameOf(name)}-whole.png`) });
    await page.setViewportSize(SMALL);
  }
}

/** A question to two packages, answered, so that what differs is marked. The store's names are no language's, so it goes by places. */
async function askTwo(page: Page): Promise<void> {
  const main = page.locator("main");
  if ((await main.getByRole("textbox").count()) === 0 || (await main.getByRole("article").count()) > 0) return;
  await main.getByRole("radiogroup").locator("label").nth(1).click();
  for (const place of [0, 1]) {
    await main.getByRole("combobox").nth(place).click();
    await page.getByRole("option").nth(place).click();
  }
  const prompt = main.locator("textarea").first();
  await prompt.fill("A sally port is");
  await prompt.press("Control+Enter");
  await main.locator("article[aria-busy=false]").nth(1).waitFor({ timeout: 30_000 });
}

function held({ workbench: { store } }: ServedPages): Held {
  return { models: store.models.list(), jobs: store.jobs.list(), reports: store.reports.list(undefined), bundles: store.bundles.list() };
}

const [folder = "", word = ""] = process.argv.slice(2);
const browserPath = findBrowser();
if (folder === "" || browserPath === null) {
  process.stderr.write(folder === "" ? "npm run screenshots -- FOLDER [WORD]\n" : "There is no Chromium here; name one with $SALLYPORT_CHROMIUM.\n");
  process.exitCode = 2;
} else {
  const served = await servePages(browserPath);
  try {
    await mkdir(folder, { recursive: true });
    const page = (await served.enter()).pages()[0] as Page;
    const heard = listenTo(page, page.url().split("#")[0] ?? "");
    const [first] = LOOKS;
    const none = held(served);
    const steps = { folder: served.root, sample: SAMPLE, approved: "", site: "" };
    if (first !== undefined) await shoot(served, page, first, [...pageAddresses(none), ...wizardAddresses(none, steps).filter(([, address]) => /step=(model|contestants|package)$/.test(address))], (name) => `empty-${name}`);
    const busy = await fillHome(served.workbench, { recipes: ["f32", "int4", "mixed"], runs: 5, windows: 20 });
    const full = held(served);
    const addresses = [...pageAddresses(full), ...wizardAddresses(full, { ...steps, approved: await approveTemplate(page, SAMPLE), site: served.workbench.store.sites.list()[0]?.id ?? "" }), ...jobAddresses(full)];
    for (const look of LOOKS) await shoot(served, page, look, addresses, (name) => `${look.language}-${look.theme}-${look.size.width}-${name}`);
    busy.end();
    for (const complaint of [...heard.complaints, ...heard.strays]) process.stderr.write(`${complaint}\n`);
  } finally {
    await served.close();
  }
}
