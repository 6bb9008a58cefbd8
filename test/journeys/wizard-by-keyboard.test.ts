import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedPages, servePages } from "./served-pages.ts";
import { findBrowser, listenTo, type Overheard } from "./workbench-page.ts";

/** A whole wizard without a pointer: whoever cannot use one, and whoever would not, brings in a model all the same. */
const browserPath = findBrowser();
if (browserPath === null) process.stderr.write("The journey by keyboard is skipped: there is no Chromium here; name one with $SALLYPORT_CHROMIUM.\n");
const MOST_TABS = 60;

describe.skipIf(browserPath === null)("the import, by keyboard alone", { timeout: 300_000 }, () => {
  let served: ServedPages;
  let page: Page;
  let heard: Overheard;
  beforeAll(async () => {
    served = await servePages(browserPath ?? "");
    page = (await served.enter()).pages()[0] as Page;
    page.setDefaultTimeout(20_000);
    heard = listenTo(page, page.url().split("#")[0] ?? "");
  });
  afterAll(() => served?.close());

  /** Tab, until the keyboard is there. */
  const tabTo = async (wanted: Locator): Promise<void> => {
    await wanted.waitFor();
    for (let pressed = 0; pressed < MOST_TABS; pressed++) {
      if ((await wanted.and(page.locator(":focus")).count()) > 0) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`${MOST_TABS} times Tab did not lead to ${wanted}`);
  };
  const press = async (wanted: Locator, key = "Enter"): Promise<void> => {
    await tabTo(wanted);
    // What can be pressed shows that it has the keyboard.
    expect(await wanted.and(page.locator(":focus-visible")).count()).toBe(1);
    await page.keyboard.press(key);
  };
  const button = (name: string): Locator => page.getByRole("form").getByRole("button", { name, exact: true });
  const step = (name: string): Promise<void> => page.getByRole("heading", { level: 2, name, exact: true }).waitFor();

  it("goes from the first page to the imported sample", async () => {
    await press(page.getByRole("link", { name: "Import a model" }));
    await step("Folder");
    await press(page.getByRole("button", { name: "Take the sample that comes with Sallyport" }));
    await expect.poll(() => button("Next").isEnabled()).toBe(true);
    // Rows are gone through with arrows; the folder is chosen as it is.
    const rows = page.getByRole("table", { name: /./ }).locator("[data-index]");
    await tabTo(rows.first());
    await page.keyboard.press("ArrowDown");
    await rows.nth(1).and(page.locator(":focus")).waitFor();
    await press(button("Next"));
    await step("Check");
    await page.getByText("Architecture understood").waitFor();
    await press(button("Next"));
    await step("Chat template");
    await press(page.getByRole("checkbox"), "Space");
    await expect.poll(() => button("Next").isEnabled()).toBe(true);
    await press(button("Next"));
    await step("Copy, link or in place");
    await press(page.getByRole("radio", { checked: true }), "ArrowDown");
    await page.getByRole("radio", { name: /Link into/, checked: true }).waitFor();
    await page.keyboard.press("ArrowUp");
    await page.getByRole("radio", { name: /Copy into/, checked: true }).waitFor();
    await tabTo(page.getByLabel("Name", { exact: true }));
    await page.keyboard.type("by keyboard");
    await press(button("Import"));
    await page.getByText("The checkpoint is in the store").waitFor();
    expect(served.workbench.store.models.list().map(({ name, kind, owned }) => ({ name, kind, owned }))).toEqual([{ name: "by keyboard", kind: "checkpoint", owned: true }]);
    await press(page.getByRole("button", { name: "Quantize it" }));
    await page.getByRole("heading", { level: 1, name: "Quantize a checkpoint" }).waitFor();
    expect(heard).toEqual({ complaints: [], strays: [] });
  });
});
