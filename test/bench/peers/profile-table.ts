import { PARTS } from "./node-parts.ts";

export interface StepProfile {
  readonly pastTokens: number;
  readonly newTokens: number;
  readonly steps: number;
  /** Without the profiler. */
  readonly plainStepMs: number;
  readonly stepMs: number;
  readonly betweenNodesMs: number;
  readonly rows: readonly { readonly part: string; readonly operator: string; readonly msPerStep: number; readonly callsPerStep: number }[];
}

/**
 * "Where a token's time goes", per part and below it per operator, as lines of text. The profiler makes every call dearer by about as much as many calls take: the time
 * between nodes is put down to it, and what then still exceeds a step without it is taken off each call alike, so that the parts add up to the plain step.
 */
export function profileTable(profile: StepProfile): string[] {
  const { plainStepMs, stepMs, betweenNodesMs, pastTokens, newTokens, steps } = profile;
  const calls = profile.rows.reduce((sum, row) => sum + row.callsPerStep, 0);
  const profilerMsPerCall = Math.max(0, (stepMs - betweenNodesMs - plainStepMs) / calls);
  const rows = profile.rows.map((row) => ({ ...row, ms: Math.max(0, row.msPerStep - row.callsPerStep * profilerMsPerCall) }));
  const total = rows.reduce((sum, row) => sum + row.ms, 0);
  const line = (label: string, ms: number, count: number): string =>
    `${label.padEnd(34)}${ms.toFixed(3).padStart(9)} ms ${((100 * ms) / total).toFixed(1).padStart(5)} %${Math.round(count).toString().padStart(7)} calls`;
  const lines = [`A step of ${newTokens} behind ${pastTokens}: ${plainStepMs.toFixed(2)} ms, ${stepMs.toFixed(2)} ms under the profiler, of which ${(profilerMsPerCall * 1000).toFixed(1)} µs a call are taken off below (mean of ${steps} steps)`];
  for (const part of PARTS) {
    const ofPart = rows.filter((row) => row.part === part);
    if (ofPart.length === 0) continue;
    lines.push(line(part, ofPart.reduce((sum, row) => sum + row.ms, 0), ofPart.reduce((sum, row) => sum + row.callsPerStep, 0)));
    if (ofPart.length > 1) lines.push(...ofPart.filter((row) => row.ms >= 0.005 * total).map((row) => line(`    ${row.operator}`, row.ms, row.callsPerStep)));
  }
  return lines;
}
