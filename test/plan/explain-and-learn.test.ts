import { describe, expect, it } from "vitest";
import { DEVICE_ROWS, findDeviceRow } from "../../main/plan/device-tables.ts";
import { errorBand } from "../../main/plan/error-band.ts";
import { explainModel } from "../../main/plan/explain-model.ts";
import { makePlan } from "../../main/plan/make-plan.ts";
import { planMedia } from "../../main/plan/plan-media.ts";
import { presetMachine } from "../../main/plan/preset-machine.ts";
import type { PlanCheck } from "../../shared/schemas/plan.ts";
import { NOW, planOf, published, SITE_FIGURES } from "./planned-fixture.ts";

const figureOf = (name: string, code: string): number | undefined => explainModel(published(name)).figures.find((figure) => figure.code === code)?.value;

describe("a model's own figures", () => {
  it.each([
    ["DeepSeek V2 Lite", 31_104, 276_480], ["DeepSeek V2.5", 69_120, 4_915_200], ["DeepSeek V3", 70_272, 4_997_120],
  ])("%s keeps %i B a token, %i expanded", (name, kept, expanded) => {
    expect(figureOf(name, "cacheBytesPerToken")).toBe(kept);
    expect(figureOf(name, "expandedCacheBytesPerToken")).toBe(expanded);
  });

  it("every value comes out of its own formula's terms", () => {
    const { figures } = explainModel(published("DeepSeek V3"));
    const terms = (code: string): Record<string, number> => figures.find((figure) => figure.code === code)?.derivation.terms ?? {};
    const { L = 0, R = 0, P = 0, b = 0 } = terms("cacheBytesPerToken");
    expect(L * (R + P) * b).toBe(70_272);
    const { total = 0, experts = 0, K = 0, E = 1 } = terms("activeParameters");
    expect(Math.round(total - experts * (1 - K / E))).toBe(figureOf("DeepSeek V3", "activeParameters"));
  });

  it("the article's 21 of 236 billion hold; its cache does not, and ours stands beside it", () => {
    const { article } = explainModel(published("DeepSeek V2.5"));
    const claims = Object.fromEntries(article.map((claim) => [claim.code, claim]));
    expect(claims["totalParameters"]?.agrees).toBe(true);
    expect(claims["activeParameters"]?.agrees).toBe(true);
    expect(claims["latentCache"]).toMatchObject({ agrees: false, ours: 69_120, likelyOrigin: { terms: { tokens: 2048, width: 512 } } });
    expect(claims["expandedCache"]).toMatchObject({ agrees: false, ours: 4_915_200 });
    expect(claims["cacheSaved"]?.ours).toBeCloseTo(0.986, 3);
    // 2.1 and 8.4 MB: one tensor of one layer over 2,048 tokens.
    expect(2048 * 512 * 2).toBe(2_097_152);
    expect(explainModel(published("DeepSeek V3")).article).toEqual([]);
  });
});

const record = (measured: number, machine = "here"): PlanCheck => ({
  id: `check-${measured}`, createdAt: "2026-01-01T00:00:00.000Z", engine: "onnx", machine, model: "m", digest: "d", precision: "int4", promptTokens: 8, generateTokens: 8,
  decodeTokensPerSecond: { predicted: 100, measured }, prefillTokensPerSecond: { predicted: 100, measured: 2 * measured }, peakResidentBytes: null,
});

describe("the error band", () => {
  it("is a stated prior until three plans were checked on this machine", () => {
    expect(errorBand([record(90), record(80), record(50, "elsewhere")], "onnx", "here", "cpu")).toMatchObject({ from: "prior", records: 2, decode: { usual: 1, low: 0.75, high: 1.25 } });
  });

  it("then comes from them, and puts the prediction right by the middle one", () => {
    const { from, decode, prefill } = errorBand([record(90), record(80), record(100)], "onnx", "here", "cpu");
    expect(from).toBe("records");
    expect(decode.usual).toBeCloseTo(0.9);
    expect(decode.low).toBeCloseTo(0.76);
    expect(decode.high).toBeCloseTo(1.05);
    expect(prefill.usual).toBeCloseTo(1.8);
  });

  it("is narrower in the plan that follows", () => {
    const machine = presetMachine("epyc-9754");
    const label = machine.cpu.model ?? "";
    const goal = { contextTokens: 512, concurrency: 1, nodes: 1, preference: "smallest" as const, engines: ["onnx" as const] };
    const speedWith = (records: PlanCheck[]) => makePlan({ model: published("Moonlight 16B A3B"), machine, goal, figures: SITE_FIGURES, records, nowMs: NOW }).options[0]?.arrangement?.speed;
    const before = speedWith([]);
    const after = speedWith([record(98, label), record(100, label), record(102, label)]);
    expect(after?.band).toMatchObject({ from: "records", records: 3 });
    const width = (band: { low: number; high: number } | undefined): number => (band?.high ?? 0) - (band?.low ?? 0);
    expect(width(after?.decodeTokensPerSecond)).toBeLessThan(width(before?.decodeTokensPerSecond));
  });
});

describe("device tables", () => {
  it("say where each figure comes from", () => {
    for (const row of DEVICE_ROWS) expect(row.source.length).toBeGreaterThan(20);
  });

  it.each([
    ["Ascend910B3", null, "huawei", "910B", "ascend-910b3"], ["Ascend910_9391", "Ascend910", "huawei", "910C", "ascend-910c-752t"], ["Ascend910B", null, "huawei", "910A", "ascend-910a"],
    [null, "910B4-1", "huawei", "910B", "ascend-910b4-1"], [null, "NVIDIA H100 80GB HBM3", "nvidia", "nvidia", "nvidia-h100-80gb"], [null, "NVIDIA H200", "nvidia", "nvidia", "nvidia-h200"],
    [null, "NVIDIA H20", "nvidia", "nvidia", "nvidia-h20"], [null, "NVIDIA GB200", "nvidia", "nvidia", "nvidia-gb200"], [null, "NVIDIA B200", "nvidia", "nvidia", "nvidia-b200"], [null, "NVIDIA L40S", "nvidia", "nvidia", "nvidia-l40s"],
    [null, "NVIDIA A100-SXM4-80GB", "nvidia", "nvidia", "nvidia-a100-80gb"],
  ] as const)("know %s %s", (socName, model, vendor, family, id) => {
    expect(findDeviceRow({ socName, model, vendor, family })?.id).toBe(id);
  });
});

it("media are counted up: FAT32 below 4 GiB, DVDs, sticks", () => {
  expect(planMedia(2 ** 32 - 1, 0)).toMatchObject({ fat32Files: 1, dvd5: 1 });
  expect(planMedia(2 ** 32, 0)).toMatchObject({ fat32Files: 2, dvd5: 1 });
  expect(planMedia(671e9, 0)).toMatchObject({ dvd5: 143, dvd9: 79, bd25: 27, usb64: 11, usb256: 3 });
});

it("cost is arithmetic: watts, price, years, speed", () => {
  const arrangement = planOf(published("DeepSeek V3"), "h200x8", { engines: ["vllm"], concurrency: 64 }).options[0]?.arrangement;
  const seconds = 1e6 / (arrangement?.speed?.decodeTokensPerSecond.value ?? 1);
  const watts = 8 * 700 + SITE_FIGURES.hostPowerWatts;
  expect(arrangement?.cost?.kilowattHoursPerMillionTokens).toBeCloseTo((watts * 1.4 * seconds) / 3.6e6, 6);
  expect(arrangement?.cost?.hardwareCostPerMillionTokens).toBeCloseTo(((8 * 30_000 + 20_000) * seconds) / (4 * 8766 * 3600 * 0.5), 6);
});
