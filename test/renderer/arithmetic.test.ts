import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WEIGHT_CLASSES, type Weight } from "../../main/domain/weights.ts";
import { assignStorage } from "../../main/quantize/assign-storage.ts";
import { cacheLengths } from "../../renderer/views/model/cache-lengths.ts";
import { weightBits } from "../../renderer/views/model/weight-bits.ts";
import { linkSpeed, placeTopology } from "../../renderer/views/machine/place-topology.ts";
import type { ChartedPackage } from "../../renderer/views/reports/compare-packages.ts";
import { comparisonCsv } from "../../renderer/views/reports/export-comparison.ts";
import { paretoFront } from "../../renderer/views/reports/pareto-front.ts";
import { Recipe } from "../../shared/schemas/recipe.ts";

const pattern = fc.constantFrom("*", "experts.*", "*_proj", "*.down", "kv_b_proj", "*experts*", "q*_proj", "mlp.gate_up");
const storage = fc.constantFrom("f32" as const, { bits: 4 as const, blockSize: 32 as const, symmetric: true }, { bits: 8 as const, blockSize: 128 as const, symmetric: false });
const rules = fc.array(fc.record({ pattern, storage, layers: fc.constantFrom(undefined, "0-2", "1,3-4") }), { maxLength: 5 });

describe("the bits of a weight, as the page draws them", () => {
  it("are those that quantizing gives it, for any recipe, class and layer", () => {
    fc.assert(fc.property(rules, fc.constantFrom(...WEIGHT_CLASSES), fc.constantFrom(null, 0, 1, 2, 3, 4, 5), (given, weightClass, layer) => {
      const recipe = Recipe.parse({ formatVersion: 1, name: "any", description: "", rules: [...given.map(({ layers, ...rule }) => (layers === undefined ? rule : { ...rule, layers })), { pattern: "*", storage: "f32" }] });
      const weight: Weight = { id: "w", weightClass, layer, expert: null, rows: 128, columns: 128, parts: [], transposed: false };
      const stored = assignStorage(recipe, [weight]).get("w");
      expect(weightBits(recipe, weightClass, layer)).toBe(stored === undefined || stored.kind === "float32" ? 32 : stored.bits);
    }), { numRuns: 500 });
  });
});

describe("context lengths of the cache", () => {
  it("rise and end with the model's own", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1 << 24 }), (most) => {
      const lengths = cacheLengths(most);
      expect(lengths.at(-1)).toBe(most);
      expect(lengths).toEqual([...new Set(lengths)].toSorted((one, other) => one - other));
    }));
    expect(cacheLengths(163_840)).toEqual([1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072, 163_840]);
  });
});

const charted = fc.record({ modelId: fc.uuid(), name: fc.constant("m"), tokensPerSecond: fc.integer({ min: 1, max: 9 }), speedSpread: fc.constant(0), klNats: fc.integer({ min: 0, max: 9 }), klError: fc.constant(0), memoryBytes: fc.option(fc.integer({ min: 1, max: 9 })) });

describe("the Pareto front", () => {
  it("holds the fastest, the closest, and nothing that another beats everywhere", () => {
    fc.assert(fc.property(fc.uniqueArray(charted, { minLength: 1, maxLength: 12, selector: ({ modelId }) => modelId }), (packages: ChartedPackage[]) => {
      const front = paretoFront(packages);
      if (packages.every(({ memoryBytes }) => memoryBytes !== null)) expect(front.size).toBeGreaterThan(0);
      for (const one of packages) {
        const isBeaten = packages.some((other) => other.tokensPerSecond > one.tokensPerSecond && other.klNats < one.klNats && (other.memoryBytes ?? 0) < (one.memoryBytes ?? 0) && other.memoryBytes !== null);
        if (isBeaten) expect(front.has(one.modelId)).toBe(false);
      }
    }));
  });
});

describe("the topology", () => {
  const device = (id: string, numaNode: number | null, parentId: string | null = null) => ({ id, numaNode, parentId, index: 0 }) as never;

  it("draws every device once, inside of its node, and counts pairs, not directions", () => {
    const links = [{ from: "a", to: "b", kind: "HCCS", evidence: "" }, { from: "b", to: "a", kind: "HCCS", evidence: "" }, { from: "a", to: "c", kind: "SYS", evidence: "" }];
    const placed = placeTopology({ numa: [{ id: 0, cpus: "0-3", memoryBytes: null, freeBytes: null, evidence: {} }], accelerators: [device("a", 0), device("b", 0), device("c", 7), device("slice", 0, "a")], links });
    expect(placed.nodes.map(({ id, devices }) => [id, devices.length])).toEqual([[0, 2], [null, 1]]);
    expect(placed.kinds).toEqual([{ kind: "HCCS", speed: "direct", pairs: 1 }, { kind: "SYS", speed: "host", pairs: 1 }]);
    for (const node of placed.nodes) for (const { y } of node.devices) expect(y).toBeLessThan(node.y + node.height);
  });

  it("tells links made for devices from those through the processor", () => {
    expect(["NV18", "HCCS", "HCCS_SW", "SIO", "PIX", "PXB", "PHB", "NODE", "SYS"].map(linkSpeed)).toEqual(["direct", "direct", "direct", "direct", "switch", "switch", "host", "host", "host"]);
  });
});

describe("a comparison as CSV", () => {
  it("runs no formula that a model's name holds", () => {
    const line = comparisonCsv([{ modelId: "pkg-1", model: { id: "pkg-1", name: '=HYPERLINK("x"),1', digest: "d", recipe: "+1", weightBytes: 1 }, speed: null, loss: null, isReference: false }]).split("\r\n")[1];
    expect(line).toMatch(/^pkg-1,"'=HYPERLINK\(""x""\),1",'\+1,d,1,/);
  });
});
