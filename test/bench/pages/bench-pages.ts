import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { composeWorkbench } from "../../../main/hosts/compose.ts";
import { AuditChain } from "../../../main/store/audit-chain.ts";
import { openDatabase } from "../../../main/store/open-database.ts";
import { pageAddresses } from "../../journeys/addresses.ts";
import { fillHome } from "../../journeys/fill-home.ts";
import { buildPages, findBrowser, openBrowser, type ServedWorkbench, serveWorkbench } from "../../journeys/workbench-page.ts";

/*
 * How soon a page is there, and how it scrolls: `npm run bench:pages`. The real host on a home with one of everything and ten thousand audit entries, the real pages in a
 * real Chromium, a job at work beside them in the second half. Medians with their spread (the median absolute deviation and the largest) over RUNS runs.
 */
const RUNS = 10;
const AUDIT_ENTRIES = 10_000;
const SCROLL_FRAMES = 240;

const executable = findBrowser();
if (executable === null) throw new Error("There is no Chromium here; name one with $SALLYPORT_CHROMIUM.");
const home = await mkdtemp(join(os.tmpdir(), "sallyport-bench-pages-"));
const rows: (readonly [what: string, figures: string, target: string])[] = [];
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const spread = (values: readonly number[]): string => `${median(values).toFixed(0)} ± ${median(values.map((value) => Math.abs(value - median(values)))).toFixed(0)} ms, at most ${Math.max(...values).toFixed(0)} (n = ${values.length})`;

/** Runs in the page: the time in its own clock at which the place asked for stands there whole. */
const GO = (address: string): string => `new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error(${JSON.stringify(address)} + " did not come")), 10_000);
  const from = performance.now();
  const before = document.querySelector("main h1");
  location.hash = ${JSON.stringify(address)};
  const look = () => {
    const title = document.querySelector("main h1");
    if (title !== null && title !== before && document.querySelector("main [aria-busy=true]") === null) requestAnimationFrame(() => resolve(performance.now() - from));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})`;
const CALL = (call: string, input: string): string => `(async () => {
  const from = performance.now();
  const answer = await fetch("/rpc/${call}", { method: "POST", headers: { "content-type": "application/json" }, body: ${JSON.stringify(input)} });
  await answer.text();
  return answer.ok ? performance.now() - from : Number.NaN;
})()`;
const SCROLL = `new Promise((resolve) => {
  const table = document.querySelector("[role=table]");
  const scroller = table.parentElement;
  const frames = [];
  let most = 0;
  let last = performance.now();
  let at = 0;
  const step = (now) => {
    frames.push(now - last);
    last = now;
    most = Math.max(most, table.querySelectorAll("[data-index]").length);
    scroller.scrollTop = (scroller.scrollHeight * ++at) / ${SCROLL_FRAMES};
    if (at < ${SCROLL_FRAMES}) requestAnimationFrame(step);
    else resolve({ frames: frames.slice(2), most });
  };
  requestAnimationFrame(step);
})`;

/** In one transaction: ten thousand honest appends wait for the disk ten thousand times. */
function seedAudit(file: string): void {
  const database = openDatabase(file);
  const chain = new AuditChain(database, { now: () => Date.now(), ticks: () => performance.now() }, "bench");
  database.transaction(() => {
    for (let entry = chain.list(100_000).length; entry < AUDIT_ENTRIES; entry++) chain.append("bench.entry", `sha256:${entry.toString(16).padStart(64, "0")}`, { entry, text: "as long as an honest entry's details are" });
  })();
  database.close();
}

async function measureStarts(browser: Browser, served: ServedWorkbench, state: Awaited<ReturnType<Awaited<ReturnType<Browser["newContext"]>>["storageState"]>>): Promise<void> {
  const painted: number[] = [];
  const ready: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const context = await browser.newContext({ storageState: state, viewport: { width: 1280, height: 720 } });
    const page = await context.newPage();
    await page.goto(served.url, { waitUntil: "commit" });
    await page.locator("main h1").waitFor();
    await page.locator("main [aria-busy=true]").first().waitFor({ state: "detached" });
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder("Go to a page", { exact: false }).waitFor();
    ready.push(await page.evaluate("performance.now()") as number);
    painted.push(await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") as number);
    await context.close();
  }
  rows.push(["first contentful paint", spread(painted), "1000 ms"], ["home complete and the palette open", spread(ready), "2000 ms"]);
}

async function measureFirstLoad(page: Page, url: string): Promise<void> {
  const bodies: Promise<number>[] = [];
  page.on("response", (response) => {
    if (response.request().method() === "GET") bodies.push(response.body().then((body) => (response.url().endsWith(".woff2") ? body.byteLength : gzipSync(body).byteLength)));
  });
  await page.goto(url);
  await page.locator("main h1").waitFor();
  await page.waitForTimeout(1500);
  const sizes = await Promise.all(bodies);
  rows.push(["first load, compressed", `${(sizes.reduce((sum, size) => sum + size, 0) / 1000).toFixed(0)} kB in ${sizes.length} files`, "600 kB"]);
}

async function measureCalls(page: Page, when: string): Promise<void> {
  for (const [call, input] of [["model/list", "{}"], ["job/list", "{}"], ["report/list", '{"json":{}}'], ["bundle/list", "{}"], ["settings/get", "{}"], ["machine/describe", '{"json":{"measure":false}}'], ["audit/list", '{"json":{"limit":100000}}']] as const) {
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) times.push(await page.evaluate(CALL(call, input)) as number);
    rows.push([`${call}, ${when}`, spread(times), "100 ms"]);
  }
}

const browser = await openBrowser(executable);
try {
  await buildPages();
  const workbench = await composeWorkbench(home);
  const busy = await fillHome(workbench, { recipes: ["int4", "mixed"], runs: 3, windows: 8 });
  busy.end();
  process.stderr.write("audit ");
  seedAudit(workbench.home.database);
  const held = { models: workbench.store.models.list(), jobs: workbench.store.jobs.list(), reports: workbench.store.reports.list(undefined), bundles: workbench.store.bundles.list() };
  process.stderr.write("serving ");
  const served = await serveWorkbench(home);
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  const page = await context.newPage();
  await page.goto(await served.newAddress());
  await page.locator("main h1").waitFor();
  const state = await context.storageState();

  process.stderr.write("first load ");
  const fresh = await browser.newContext({ storageState: state });
  await measureFirstLoad(await fresh.newPage(), served.url);
  await fresh.close();
  process.stderr.write("starts ");
  await measureStarts(browser, served, state);
  for (const [name, address] of pageAddresses(held).filter(([name]) => !name.startsWith("job-") && name !== "nowhere" && name !== "bundle" && name !== "report")) {
    const times: number[] = [];
    process.stderr.write(`${name} `);
    for (let run = 0; run < RUNS; run++) {
      await page.evaluate(GO("/no-such-page"));
      times.push(await page.evaluate(GO(address)) as number);
    }
    rows.push([`to ${name}`, `${spread(times.slice(1))}; the first ${times[0]?.toFixed(0)} ms`, "100 ms"]);
  }
  await measureCalls(page, "idle");
  await page.evaluate(GO("/audit"));
  const { frames, most } = await page.evaluate(SCROLL) as { frames: number[]; most: number };
  rows.push([`a frame, ${AUDIT_ENTRIES} audit entries scrolled in ${SCROLL_FRAMES}`, spread(frames), "no more than a screen of rows"], ["rows in the page at once", `at most ${most}`, ""]);

  // The whole text takes this model some minutes.
  const answer = await page.request.post(`${served.url}rpc/evaluate/perplexity`, { data: { json: { model: held.models.find(({ kind }) => kind === "package")?.id, textFile: join(import.meta.dirname, "../../../resources/sample/eval.txt"), windowTokens: 32 } }, headers: { origin: served.url.slice(0, -1) } });
  const job = ((await answer.json()) as { json: { id: string } }).json.id;
  await page.waitForTimeout(1000);
  await measureCalls(page, "a job at work");
  await page.request.post(`${served.url}rpc/job/cancel`, { data: { json: { id: job } }, headers: { origin: served.url.slice(0, -1) } });
  await served.stop();
  await workbench.close();
  process.stdout.write(`${os.availableParallelism()} cores, ${os.cpus()[0]?.model ?? ""}, load ${os.loadavg()[0]?.toFixed(1)}\n`);
  for (const [what, figures, target] of rows) process.stdout.write(`${what.padEnd(56)}${figures.padEnd(64)}${target}\n`);
} finally {
  await browser.close();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
}
