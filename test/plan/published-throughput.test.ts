import { describe, expect, it } from "vitest";
import { priorBand } from "../../main/plan/speed-figures.ts";
import { predictedRow } from "./predict-row.ts";
import { PUBLISHED_THROUGHPUT } from "./published-throughput.ts";

describe("a published throughput lies inside the stated band, or misses it by as much as its row says", () => {
  it.each(PUBLISHED_THROUGHPUT)("$name: $why", (row) => {
    const estimate = predictedRow(row);
    const ratio = row.tokensPerSecond / (row.measure === "decode" ? estimate.decodeTokensPerSecond : estimate.prefillTokensPerSecond);
    const { low, high } = priorBand(row.engine, row.machine.startsWith("a3") ? "ascend" : "nvidia");
    if (row.miss === null) {
      expect(ratio).toBeGreaterThan(low);
      expect(ratio).toBeLessThan(high);
    } else {
      expect(ratio < low || ratio > high).toBe(true);
      expect(Number(ratio.toFixed(1))).toBe(row.miss);
    }
  });
});
