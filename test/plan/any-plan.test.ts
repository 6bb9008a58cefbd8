import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { candidatesFor, largestConcurrency, largestContext, memoryOf, type Weighing } from "../../main/plan/candidates.ts";
import { devicePools } from "../../main/plan/device-pools.ts";
import { PRESET_ROWS } from "../../main/plan/device-tables.ts";
import { modelWork } from "../../main/plan/model-work.ts";
import { presetMachine } from "../../main/plan/preset-machine.ts";
import { weightShapes } from "../../main/plan/weight-shapes.ts";
import type { Machine } from "../../shared/schemas/machine.ts";
import { ENGINE_KINDS, type EngineOption, Plan, PLAN_PREFERENCES } from "../../shared/schemas/plan.ts";
import { PUBLISHED } from "../spec/published-configs.ts";
import { planOf, published, SITE_FIGURES } from "./planned-fixture.ts";

const names = PUBLISHED.map(({ name }) => name);
const presets = PRESET_ROWS.map(({ name }) => name);
/** Kimi K2 lists 54,000 weights: its plans are few. */
const light = names.filter((name) => !/V3|Kimi|V2\.5/.test(name));

describe("every model has a plan on every preset", () => {
  it.each(names)("%s", (name) => {
    for (const preset of presets) {
      const plan = Plan.parse(JSON.parse(JSON.stringify(planOf(published(name), preset, { contextTokens: 2048, concurrency: 4 }))));
      expect(plan.options).toHaveLength(ENGINE_KINDS.length);
      for (const { arrangement } of plan.options) {
        if (arrangement === null) continue;
        const { devices, tensor, data, pipeline } = arrangement.parallelism;
        expect(tensor * data * pipeline).toBe(devices);
        expect(arrangement.memory.parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBeCloseTo(arrangement.memory.usedBytes, -2);
      }
    }
  });

  it("whatever is asked for, and a verdict that keeps its word", () => {
    const goal = fc.record({ contextTokens: fc.integer({ min: 1, max: 8192 }), concurrency: fc.integer({ min: 1, max: 4096 }), nodes: fc.integer({ min: 1, max: 4 }), preference: fc.constantFrom(...PLAN_PREFERENCES) });
    fc.assert(
      fc.property(fc.constantFrom(...light), fc.constantFrom(...presets), goal, (name, preset, asked) => {
        for (const { verdict, arrangement } of planOf(published(name), preset, asked).options) {
          if (verdict.kind === "fits" || verdict.kind === "fitsWith") expect(arrangement?.memory.freeBytes).toBeGreaterThanOrEqual(0);
          if (verdict.kind === "fits") expect(arrangement).toMatchObject({ contextTokens: asked.contextTokens, concurrency: asked.concurrency });
          if (verdict.kind === "doesNotFit") expect(verdict.needBytes).toBeGreaterThan(verdict.haveBytes);
          if (verdict.kind === "cannotRun") expect(arrangement).toBeNull();
        }
      }),
      { numRuns: 40 },
    );
  });
});

/** The same machine with every memory times `factor`. */
function scaled(machine: Machine, factor: number): Machine {
  const times = (bytes: number | null): number | null => (bytes === null ? null : Math.floor(bytes * factor));
  return {
    ...machine,
    memory: { ...machine.memory, totalBytes: times(machine.memory.totalBytes), availableBytes: times(machine.memory.availableBytes), usableBytes: times(machine.memory.usableBytes) },
    accelerators: machine.accelerators.map((each) => ({ ...each, memory: { ...each.memory, totalBytes: times(each.memory.totalBytes), freeBytes: null } })),
  };
}

/** Whether what was asked for is served, in part or whole. Where cards begin to hold a model with an 8-bit cache, that is better than processors with a wider one. */
function served({ verdict }: EngineOption): number {
  if (verdict.kind === "fitsWith") return verdict.changes.some(({ kind }) => kind === "context" || kind === "concurrency") ? 2 : 3;
  return { cannotRun: 0, doesNotFit: 1, fits: 3 }[verdict.kind];
}

it("more memory never fits less", () => {
  fc.assert(
    fc.property(fc.constantFrom(...light), fc.constantFrom(...presets), fc.double({ min: 0.05, max: 1, noNaN: true }), fc.double({ min: 1, max: 4, noNaN: true }), fc.constantFrom(...PLAN_PREFERENCES), (name, preset, less, more, preference) => {
      const goal = { contextTokens: 4096, concurrency: 8, preference };
      const before = planOf(published(name), scaled(presetMachine(preset), less), goal);
      const after = planOf(published(name), scaled(presetMachine(preset), less * more), goal);
      for (const option of before.options) {
        const later = after.options.find(({ engine }) => engine === option.engine) as EngineOption;
        expect(served(later)).toBeGreaterThanOrEqual(served(option));
      }
    }),
    { numRuns: 25 },
  );
});

function weighingOf(name: string): Weighing {
  const model = published(name);
  const shapes = weightShapes(model.weights);
  return { model, shapes, work: modelWork(model.spec, shapes), goal: { contextTokens: 4096, concurrency: 1, nodes: 1, preference: "best-quality", engines: [...ENGINE_KINDS] }, figures: SITE_FIGURES, records: [] };
}

const candidate = fc.record({ name: fc.constantFrom(...light), preset: fc.constantFrom(...presets), engine: fc.constantFrom(...ENGINE_KINDS), pick: fc.nat() }).map(({ name, preset, engine, pick }) => {
  const weighing = weighingOf(name);
  const all = devicePools(presetMachine(preset)).pools.flatMap((pool) => candidatesFor(engine, pool, weighing));
  return { weighing, candidate: all.length === 0 ? null : all[pick % all.length] };
});

it("a longer context never takes less memory nor allows more sequences, more sequences never a longer context", () => {
  fc.assert(
    fc.property(candidate, fc.integer({ min: 1, max: 4096 }), fc.integer({ min: 0, max: 4096 }), fc.integer({ min: 1, max: 64 }), ({ weighing, candidate: way }, context, longer, sequences) => {
      if (way === null || way === undefined) return;
      const used = (contextTokens: number): number => memoryOf(way, weighing, { contextTokens, concurrency: sequences }).usedBytes;
      expect(used(context + longer)).toBeGreaterThanOrEqual(used(context));
      expect(largestConcurrency(way, weighing, context + longer)).toBeLessThanOrEqual(largestConcurrency(way, weighing, context));
      expect(largestContext(way, weighing, sequences + 1)).toBeLessThanOrEqual(largestContext(way, weighing, sequences));
    }),
    { numRuns: 200 },
  );
});

it("more bits are never fewer bytes", () => {
  for (const name of light) {
    const weighing = weighingOf(name);
    for (const preset of presets) {
      for (const engine of ENGINE_KINDS) {
        for (const pool of devicePools(presetMachine(preset)).pools) {
          const precisions = candidatesFor(engine, pool, weighing).map(({ precision }) => precision).toSorted((a, b) => a.bitsPerWeight - b.bitsPerWeight);
          expect(precisions.map(({ bytes }) => bytes)).toEqual(precisions.map(({ bytes }) => bytes).toSorted((a, b) => a - b));
        }
      }
    }
  }
});
