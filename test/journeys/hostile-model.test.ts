import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createRouterClient } from "@orpc/server";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { router } from "../../main/api/router.ts";
import { openDatabase } from "../../main/store/open-database.ts";
import { findPreset } from "../../main/quantize/presets.ts";
import type { Job } from "../../shared/schemas/job.ts";
import { SAMPLE } from "./fill-home.ts";
import { findCutTexts } from "./find-cut-texts.ts";
import { type ServedPages, servePages } from "./served-pages.ts";
import { findBrowser, listenTo, openAnew, type Overheard } from "./workbench-page.ts";

/** A checkpoint whose author wants the workbench, and not its reader, to read it: markup, scripts, turned directions and no end, wherever an author may write. */
const browserPath = findBrowser();
if (browserPath === null) process.stderr.write("The journey with a hostile model is skipped: there is no Chromium here; name one with $SALLYPORT_CHROMIUM.\n");

const MARKUP = `<img src=x onerror="document.title='owned';alert(1)"><script>document.title='owned'</script><svg onload=alert(1)>\u202Egnp.exe `;
const LONG = MARKUP.padEnd(4096, "w");
/** As much of it as the contract takes for a name. */
const NAME = LONG.slice(0, 200);
/** What a file system takes: no slash, 255 bytes. */
const FILE_NAME = `<img src=x onerror=document.title='owned'>\u202Egnp.exe`.padEnd(200, "w");

describe.skipIf(browserPath === null)("a model whose every text is hostile", { timeout: 300_000 }, () => {
  let served: ServedPages;
  let page: Page;
  let heard: Overheard;
  let source: string;
  const dialogs: string[] = [];
  const fetched: string[] = [];
  beforeAll(async () => {
    served = await servePages(browserPath ?? "");
    source = path.join(served.root, FILE_NAME);
    cpSync(SAMPLE, source, { recursive: true });
    writeFileSync(path.join(source, "LICENSE"), LONG);
    writeFileSync(path.join(source, `LICENSE-${FILE_NAME}`), LONG);
    writeFileSync(path.join(source, "chat_template.jinja"), `{% for message in messages %}${LONG}{{ message.content }}{% endfor %}`);
    mkdirSync(path.join(source, `${FILE_NAME} folder`));
    const client = createRouterClient(router, { context: { workbench: served.workbench } });
    const ended = async (job: Job): Promise<void> => {
      for await (const now of await client.job.watch({ id: job.id })) if (now.endedAt !== null) return expect(now.state, JSON.stringify(now.error)).toBe("done");
    };
    await ended(await client.model.import({ directory: source, name: NAME, mode: "copy" }));
    const checkpoint = served.workbench.store.models.list()[0]?.id ?? "";
    await ended(await client.quantize.start({ model: checkpoint, recipe: findPreset("int4"), name: NAME }));
    const made = served.workbench.store.models.list().find(({ kind }) => kind === "package")?.id ?? "";
    await ended(await client.benchmark.speed({ model: made, promptTokens: 8, generateTokens: 4, runs: 3 }));
    await ended(await client.bundle.create({ model: made, out: path.join(served.root, `${FILE_NAME} bundle`) }));
    // A store that somebody else wrote keeps to no limit of ours.
    const database = openDatabase(served.workbench.home.database);
    database.prepare("UPDATE models SET name = @name, document = json_set(document, '$.name', @name)").run({ name: LONG });
    database.close();
    page = (await served.enter()).pages()[0] as Page;
    heard = listenTo(page, page.url().split("#")[0] ?? "");
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    page.on("request", (request) => (new URL(request.url()).pathname.endsWith("/x") ? fetched.push(request.url()) : undefined));
  }, 300_000);
  afterAll(() => served?.close());

  it("is text on every page and in every list of files", async () => {
    const { models, reports, bundles, jobs } = served.workbench.store;
    const [checkpoint, made] = (["checkpoint", "package"] as const).map((kind) => models.list().find((model) => model.kind === kind)?.id ?? "");
    const addresses = [
      "/", "/models", `/models/${checkpoint}`, `/models/${made}`, "/reports", `/reports/${reports.list(undefined)[0]?.id}`, "/bundles", `/bundles/${bundles.list()[0]?.id}`, "/playground", "/jobs", `/jobs/${jobs.list()[0]?.id}`,
      ...[{ folder: source }, { folder: served.root }, { folder: source, step: "check" }, { folder: source, step: "template" }].map((answers) => `/import?${new URLSearchParams(answers)}`),
      `/quantize?${new URLSearchParams({ step: "model" })}`, `/benchmark?${new URLSearchParams({ step: "contestants" })}`, `/export?${new URLSearchParams({ step: "package" })}`,
    ];
    for (const address of addresses) {
      await openAnew(page, `/#${address}`);
      await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
      // The playground names packages only in its list of choices.
      if (address === "/playground") await page.getByRole("combobox").first().click();
      await page.getByText("<img src=x", { exact: false }).first().waitFor();
      expect.soft(await page.title(), address).toBe("Sallyport");
      expect.soft(await page.locator("body").textContent(), address).not.toContain("\u202E");
      expect.soft(await page.locator("main img, main script, main svg[onload]").count(), address).toBe(0);
      expect.soft(await page.evaluate("(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('main'))"), address).toBeLessThanOrEqual(0);
      expect.soft((await findCutTexts(page)).filter((found) => found.startsWith("upon each other")), address).toEqual([]);
      if (address === "/playground") await page.keyboard.press("Escape");
    }
  });

  it("executes nothing, opens nothing, asks for nothing", () => expect({ ...heard, dialogs, fetched }).toEqual({ complaints: [], strays: [], dialogs: [], fetched: [] }));
});
