import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { createFormat } from "../../../renderer/texts/format.ts";
import { directionOf, LANGUAGES } from "../../../renderer/texts/languages.ts";
import { speech as arabic } from "../../../renderer/texts/speech-ar.ts";
import { speech as english } from "../../../renderer/texts/speech-en.ts";
import { speech as chinese } from "../../../renderer/texts/speech-zh-hans.ts";
import { comparePackages } from "../../../renderer/views/reports/compare-packages.ts";
import { comparedCsv, comparedHtml } from "../../../renderer/views/reports/export-compared.ts";
import { comparisonCsv, comparisonHtml, reportsJson } from "../../../renderer/views/reports/export-comparison.ts";
import { type ComparisonReport, Report } from "../../../shared/schemas/report.ts";
import { findBrowser, openBrowser } from "../../journeys/workbench-page.ts";
import { COMPARISON, HOSTILE, PACKAGE_REPORTS } from "./measured-reports.ts";

const SPEECHES = { en: english, "zh-Hans": chinese, ar: arabic };
const localeOf = (language: keyof typeof SPEECHES) => ({ ...SPEECHES[language], language, direction: directionOf(language), format: createFormat(language, SPEECHES[language].texts.units) });
const rows = comparePackages(PACKAGE_REPORTS);
const compared = COMPARISON.body as ComparisonReport;
const madeAt = "2026-03-01T14:05:00.000Z";

describe("reports as CSV", () => {
  it("have one line a package, figures as they were measured, and nothing where nothing was", () => {
    const [head = [], ...lines] = readCsv(comparisonCsv(rows));
    const records = lines.map((cells) => Object.fromEntries(head.map((name, at) => [name, cells[at]])));
    expect(lines.every(({ length }) => length === head.length)).toBe(true);
    expect(records).toMatchObject([
      { model_id: "pkg-mixed", name: `'${HOSTILE}`, decode_tokens_per_second_median: "529", decode_tokens_per_second_mad: "10.58", speed_runs: "5", kl_nats_mean: "0.031", loss_windows: "20", against: "pkg-f32", engine: "onnxruntime 1.30.0", measured_at: madeAt },
      { model_id: "pkg-int4", weight_bytes: "5000000", perplexity: "6.05", same_top_token_share: "0.9" },
      { model_id: "pkg-f32", peak_resident_bytes: "152000000", perplexity: "", kl_nats_mean: "", against: "" },
    ]);
  });

  it("have one line a run of a comparison, from which its verdict can be worked out again", () => {
    const [head = [], ...lines] = readCsv(comparedCsv(compared));
    expect(head).toEqual(["contestant", "kind", "model", "digest_or_url", "round", "prompt", "first_token_ms", "total_ms", "prompt_tokens", "generated_tokens", "characters", "tokens_counted_by"]);
    expect(lines).toHaveLength(8);
    expect(lines[0]).toEqual([`'${HOSTILE}`, "package", "pkg-mixed", "sha256:mixed", "1", "1", "9.5", "121.25", "9", "16", "61", "engine"]);
    expect(lines[7]).toEqual(["engine:parrot", "engine", "parrot", "http://127.0.0.1:8080/v1", "2", "2", "", "122.25", "", "16", "61", "pieces"]);
  });
});

describe("reports as JSON", () => {
  it("are what the contract says a report is, and the same as before", () => {
    const all = [...PACKAGE_REPORTS, COMPARISON];
    expect(z.strictObject({ formatVersion: z.literal(1), reports: z.array(Report) }).parse(JSON.parse(reportsJson(all))).reports).toEqual(all);
  });
});

const browserPath = findBrowser();
if (browserPath === null) console.log("The exported HTML is not opened: no Chromium at /usr/bin/chromium; name one with SALLYPORT_CHROMIUM");

describe.skipIf(browserPath === null)("reports as HTML, opened by a browser", () => {
  let page: Page;
  const complaints: string[] = [];
  beforeAll(async () => {
    page = await (await openBrowser(browserPath ?? "")).newPage({ viewport: { width: 1280, height: 720 } });
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
  });
  afterAll(() => page?.context().browser()?.close());

  const open = (html: string): Promise<void> => page.setContent(html, { waitUntil: "load" });
  /** Names of the elements that could run or load something, and of attributes that run. */
  const running = (): Promise<string[]> => page.evaluate("[...document.querySelectorAll('*')].flatMap((one) => [...(/^(script|img|iframe|object|embed|link|foreignObject)$/i.test(one.localName) ? [one.localName] : []), ...one.getAttributeNames().filter((name) => /^on|href|src/i.test(name))])");

  it.each(LANGUAGES)("draw every package of the chart inside of its frame, where its figures put it, and run nothing: %s", async (language) => {
    await open(comparisonHtml(rows, localeOf(language), madeAt));
    expect(await running()).toEqual([]);
    expect(await page.locator("tbody tr").count()).toBe(3);
    expect(await page.locator("body").textContent()).not.toMatch(MARKS);
    expect(await page.locator("tbody tr").nth(0).locator("th bdi").first().textContent()).toBe(HOSTILE);
    const frame = await page.locator("svg").boundingBox();
    const points = await Promise.all((await page.locator("circle").all()).map((point) => point.boundingBox()));
    const [mixed, int4, f32] = points.map((box) => ({ x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 })) as [Place, Place, Place];
    expect(points).toHaveLength(3);
    for (const { x, y } of [mixed, int4, f32]) expect(frame !== null && x > frame.x && x < frame.x + frame.width && y > frame.y && y < frame.y + frame.height).toBe(true);
    // Faster is to the right in every language, more loss higher.
    expect([mixed.x > int4.x, int4.x > f32.x, int4.y < mixed.y, mixed.y < f32.y]).toEqual([true, true, true, true]);
    // Upright from the line of no loss, by the same scale.
    expect((f32.y - mixed.y) / (f32.y - int4.y)).toBeCloseTo(0.031 / 0.055, 1);
    expect(complaints).toEqual([]);
  });

  it.each(LANGUAGES)("say a comparison's verdict, its figures and its conditions: %s", async (language) => {
    await open(comparedHtml(COMPARISON, compared, localeOf(language)));
    expect(await running()).toEqual([]);
    const text = await page.locator("body").textContent();
    for (const said of [HOSTILE, "engine:parrot", "140.0 ± 2.8", "own.jsonl", "cd".repeat(32), "AMD EPYC", "2.000", "1.667", "2.500"]) expect(text).toContain(said);
    expect(text).not.toMatch(MARKS);
    expect(complaints).toEqual([]);
  });
});

/** What a reader would see of the marks that isolate a name. */
const MARKS = /[\u2066-\u2069\u{FFFD}]/u;

interface Place {
  readonly x: number;
  readonly y: number;
}

/** RFC 4180: quoted cells may hold commas, quotes and line ends. */
function readCsv(text: string): string[][] {
  expect(text.endsWith("\r\n")).toBe(true);
  const lines: string[][] = [[]];
  for (const [, quoted, plain, end] of text.slice(0, -2).matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    lines.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end === "\r\n") lines.push([]);
    if (end === "") break;
  }
  return lines;
}
