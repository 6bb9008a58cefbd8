import type { PlanChange, PlanPreference } from "../../shared/schemas/plan.ts";
import { type Candidate, estimateOf, fits, largestConcurrency, largestContext, memoryOf, type Weighing } from "./candidates.ts";

/** Shorter than this nobody would call it running. */
const LEAST_CONTEXT_TOKENS = 256;

export interface Choice {
  readonly candidate: Candidate;
  readonly contextTokens: number;
  readonly concurrency: number;
  /** What had to give way; none: it fits as it was asked for. */
  readonly changes: readonly PlanChange[];
}

/**
 * The best candidate for the goal, or the best that fits with the least given up. In this order: cache in 8 bits; fewer bits for weights; half of the context; fewer sequences;
 * a context as short as must be. Under "best-quality" the wish is the best precision that the engine and devices have; under the others any will do.
 * @returns null when nothing fits
 */
export function chooseArrangement(candidates: readonly Candidate[], weighing: Weighing): Choice | null {
  const { goal } = weighing;
  const wanted = wishes(candidates, goal.preference);
  const asked = { contextTokens: goal.contextTokens, concurrency: goal.concurrency };
  const fitting = (among: readonly Candidate[]): Candidate | null => best(among.filter((candidate) => fits(candidate, weighing, asked)), weighing);
  const plain = (among: readonly Candidate[]): Candidate[] => among.filter(({ cacheBits }) => cacheBits !== 8);

  const asWished = fitting(plain(wanted)) ?? fitting(wanted);
  if (asWished !== null) return { candidate: asWished, ...asked, changes: changesTo(asWished, wanted) };
  for (const precision of byQuality(candidates)) {
    const found = fitting(plain(precision)) ?? fitting(precision);
    if (found !== null) return { candidate: found, ...asked, changes: changesTo(found, wanted) };
  }
  const shorter = most(candidates, (candidate) => largestContext(candidate, weighing, goal.concurrency));
  if (shorter !== null && shorter.reached >= Math.max(LEAST_CONTEXT_TOKENS, goal.contextTokens / 2)) return reduced(shorter.candidate, wanted, shorter.reached, goal.concurrency);
  const fewer = most(candidates, (candidate) => largestConcurrency(candidate, weighing, goal.contextTokens));
  if (fewer !== null && fewer.reached >= 1) return reduced(fewer.candidate, wanted, goal.contextTokens, Math.min(fewer.reached, goal.concurrency), goal.concurrency);
  const alone = most(candidates, (candidate) => largestContext(candidate, weighing, 1));
  if (alone !== null && alone.reached >= Math.min(LEAST_CONTEXT_TOKENS, goal.contextTokens)) return reduced(alone.candidate, wanted, alone.reached, 1, goal.concurrency);
  return null;

  function reduced(candidate: Candidate, among: readonly Candidate[], contextTokens: number, concurrency: number, wantedConcurrency = concurrency): Choice {
    const changes: PlanChange[] = [...changesTo(candidate, among)];
    if (contextTokens < goal.contextTokens) changes.push({ kind: "context", tokens: contextTokens });
    if (concurrency < wantedConcurrency) changes.push({ kind: "concurrency", sequences: concurrency });
    return { candidate, contextTokens, concurrency, changes };
  }
}

/** The arrangement that misses by least; of those that miss alike, the one the goal prefers. */
export function nearest(candidates: readonly Candidate[], weighing: Weighing): Candidate | null {
  const { contextTokens, concurrency } = weighing.goal;
  return most(candidates, (candidate) => memoryOf(candidate, weighing, { contextTokens, concurrency }).freeBytes)?.candidate ?? null;
}

/** The best for the preference: what is compared first decides, the rest breaks ties. */
export function best(candidates: readonly Candidate[], weighing: Weighing): Candidate | null {
  const { preference, contextTokens, concurrency } = weighing.goal;
  const ranked = candidates.map((candidate) => {
    const speed = estimateOf(candidate, weighing, { contextTokens, concurrency })?.decodeTokensPerSecond ?? 0;
    const { quality, bytes } = candidate.precision;
    const { devices } = candidate.layout;
    const order = { "best-quality": [quality, speed, -devices], smallest: [-bytes, -devices, speed], fastest: [speed, quality, -devices] }[preference];
    return { candidate, order };
  });
  return ranked.toSorted((a, b) => compareOrders(b.order, a.order))[0]?.candidate ?? null;
}

export function compareOrders(left: readonly number[], right: readonly number[]): number {
  for (let index = 0; index < left.length; index++) {
    const difference = (left[index] as number) - (right[index] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

function wishes(candidates: readonly Candidate[], preference: PlanPreference): readonly Candidate[] {
  if (preference !== "best-quality") return candidates;
  const quality = Math.max(...candidates.map(({ precision }) => precision.quality));
  return candidates.filter(({ precision }) => precision.quality === quality);
}

/** Best first, one list a precision. */
function byQuality(candidates: readonly Candidate[]): Candidate[][] {
  const lists = [...Map.groupBy(candidates, ({ precision }) => precision.quality)];
  return lists.toSorted(([a], [b]) => b - a).map(([, list]) => list);
}

function most(candidates: readonly Candidate[], measure: (candidate: Candidate) => number): { readonly candidate: Candidate; readonly reached: number } | null {
  let found: { readonly candidate: Candidate; readonly reached: number } | null = null;
  for (const candidate of candidates) {
    const reached = measure(candidate);
    if (found === null || reached > found.reached) found = { candidate, reached };
  }
  return found;
}

function changesTo(candidate: Candidate, wanted: readonly Candidate[]): PlanChange[] {
  const changes: PlanChange[] = [];
  const wish = wanted[0];
  if (wish !== undefined && !wanted.some(({ precision }) => precision.name === candidate.precision.name)) {
    changes.push({ kind: "precision", from: wish.precision.name, to: candidate.precision.name, expertsOnly: differOnlyInExperts(wish, candidate) });
  }
  if (candidate.cacheBits === 8) changes.push({ kind: "cacheBits", bits: 8 });
  return changes;
}

function differOnlyInExperts(from: Candidate, to: Candidate): boolean {
  const formats = ({ precision }: Candidate): string[] => precision.classes.filter(({ weightClass }) => !weightClass.startsWith("experts.")).map(({ weightClass, format }) => `${weightClass} ${format}`).toSorted();
  return formats(from).join() === formats(to).join();
}
