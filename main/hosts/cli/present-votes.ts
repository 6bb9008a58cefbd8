import type { Contestant, PairSummary } from "../../../shared/schemas/comparison.ts";
import { formatCount, formatPercent } from "./format-units.ts";
import { printable } from "./text-table.ts";

export function contestantLabel(contestant: Contestant): string {
  return printable(contestant.kind === "package" ? `${contestant.name} (${contestant.id})` : `engine:${contestant.name} (${contestant.model} at ${contestant.url})`);
}

/** One pair, and in words whether the votes show a difference. */
export function presentPair(pair: PairSummary): string {
  const { first, second, firstWins, secondWins, ties, bothBad, decided, firstShare, interval } = pair;
  const counts = `  ${formatCount(firstWins)} to ${formatCount(secondWins)}, ${formatCount(ties)} ties, ${formatCount(bothBad)} both bad`;
  const share = firstShare === null || interval === null ? "" : `\n  the first was preferred in ${formatPercent(firstShare)} of ${formatCount(decided)} (95 % interval ${formatPercent(interval.low)} to ${formatPercent(interval.high)})`;
  return `${contestantLabel(first)}\n  against ${contestantLabel(second)}\n${counts}${share}\n  ${verdict(pair)}`;
}

function verdict({ preferred, first, second, decided }: PairSummary): string {
  if (preferred !== null) return `${contestantLabel(preferred === "first" ? first : second)} is preferred.`;
  return decided === 0 ? "Nothing is decided yet." : "No difference is shown: the interval holds one half.";
}
