import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Address, approveTemplate, pageAddresses, wizardAddresses } from "./addresses.ts";
import { fillHome, SAMPLE } from "./fill-home.ts";
import { findCutTexts } from "./find-cut-texts.ts";
import { padTexts } from "./pad-texts.ts";
import { type ServedPages, servePages } from "./served-pages.ts";
import { findBrowser, listenTo, openAnew, type Overheard } from "./workbench-page.ts";

/** Every page and every step of every wizard with more words than English has, in the other languages, in both sizes and colour schemes. */
const browserPath = findBrowser();
if (browserPath === null) process.stderr.write("The walk through longer words is skipped: there is no Chromium here; name one with $SALLYPORT_CHROMIUM.\n");

interface Look {
  readonly language: "en" | "zh-Hans" | "ar";
  readonly theme: "light" | "dark";
  readonly width: number;
  readonly height: number;
}

const PLAIN: Look = { language: "en", theme: "light", width: 1280, height: 720 };
const OTHERS: readonly Look[] = [{ language: "zh-Hans", theme: "dark", width: 2560, height: 1440 }, { language: "ar", theme: "light", width: 1280, height: 720 }];

describe.skipIf(browserPath === null)("every page and step", { timeout: 300_000 }, () => {
  let served: ServedPages;
  let page: Page;
  let heard: Overheard;
  let pages: Address[];
  let steps: Address[];
  let busy: { end(): void } | undefined;
  beforeAll(async () => {
    served = await servePages(browserPath ?? "", [padTexts()]);
    const { workbench } = served;
    busy = await fillHome(workbench, { recipes: ["int4", "mixed"], runs: 3, windows: 2 });
    const held = { models: workbench.store.models.list(), jobs: workbench.store.jobs.list(), reports: workbench.store.reports.list(undefined), bundles: workbench.store.bundles.list() };
    pages = pageAddresses(held).filter(([name]) => name !== "nowhere");
    page = (await served.enter()).pages()[0] as Page;
    steps = wizardAddresses(held, { folder: served.root, sample: SAMPLE, approved: await approveTemplate(page, SAMPLE), site: workbench.store.sites.list()[0]?.id ?? "" });
    heard = listenTo(page, page.url().split("#")[0] ?? "");
  });
  afterAll(async () => {
    busy?.end();
    await served?.close();
  });

  const open = async (address: string): Promise<void> => {
    await openAnew(page, `/#${address}`);
    await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
  };
  const expectRoom = async (name: string, address: string): Promise<void> => {
    await open(address);
    expect(await page.locator("main").textContent(), name).toContain("ŵ");
    expect.soft(await findCutTexts(page), name).toEqual([]);
    expect.soft(await overflow(), name).toBeLessThanOrEqual(0);
  };
  const overflow = (): Promise<number> => page.evaluate("(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('main'))");

  const turnTo = async ({ language, theme, width, height }: Look): Promise<void> => {
    await page.setViewportSize({ width, height });
    served.workbench.store.settings.write({ ...served.workbench.store.settings.read(), language, theme });
    await page.locator(`html[lang="${language}"][data-mantine-color-scheme="${theme}"]`).waitFor({ state: "attached" });
  };

  it("has room for words that are two fifths longer; the wizards' fit in the other languages too, and nothing serious stands in anyone's way", async () => {
    await turnTo(PLAIN);
    for (const [name, address] of pages) await expectRoom(name, address);
    // A page follows its settings where it stands: each step is opened once.
    for (const [name, address] of steps) {
      await expectRoom(name, address);
      for (const look of OTHERS) {
        await turnTo(look);
        expect.soft(await overflow(), `${name} in ${look.language}`).toBeLessThanOrEqual(0);
        // The other look's colours are seen to on the pages' own walk.
        if (look.theme === "light") continue;
        const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
        expect.soft(violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => `${name} ${id}: ${nodes[0]?.html.slice(0, 160)}`)).toEqual([]);
      }
      await turnTo(PLAIN);
    }
  });

  it("left the console clean, and asked nothing of any other machine", () => expect(heard).toEqual({ complaints: [], strays: [] }));
});
