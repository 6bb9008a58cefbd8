import type { PairSummary, Vote } from "../../shared/schemas/comparison.ts";
import { wilsonInterval } from "../domain/statistics.ts";
import { contestantKey } from "./contestant-key.ts";

/**
 * Votes by pair, the pair with most votes first. Ties and answers that were both bad are counted and shown, and left out of share and interval: they say that
 * nobody was preferred, not who.
 * @param votes newest first: a contestant goes by the name it had last
 */
export function summarizeVotes(votes: readonly Vote[]): PairSummary[] {
  const pairs = new Map<string, Vote[]>();
  for (const vote of votes) {
    const pair = [contestantKey(vote.left), contestantKey(vote.right)].sort().join("\n");
    pairs.set(pair, [...(pairs.get(pair) ?? []), vote]);
  }
  return [...pairs.values()].map(summarizePair).toSorted((a, b) => total(b) - total(a));
}

function summarizePair(votes: readonly Vote[]): PairSummary {
  const [newest] = votes as readonly [Vote, ...Vote[]];
  // The pair stands in one order, whichever side the lot gave them last.
  const [first, second] = contestantKey(newest.left) < contestantKey(newest.right) ? [newest.left, newest.right] : [newest.right, newest.left];
  const key = contestantKey(first);
  const chosen = votes.flatMap((vote) => (vote.choice === "left" || vote.choice === "right" ? [contestantKey(vote[vote.choice]) === key] : []));
  const firstWins = chosen.filter(Boolean).length;
  const decided = chosen.length;
  const interval = decided === 0 ? null : wilsonInterval(firstWins, decided);
  return {
    first, second, firstWins, secondWins: decided - firstWins, decided, interval, firstShare: decided === 0 ? null : firstWins / decided,
    ties: votes.filter(({ choice }) => choice === "tie").length, bothBad: votes.filter(({ choice }) => choice === "bothBad").length,
    preferred: interval === null ? null : interval.low > 0.5 ? "first" : interval.high < 0.5 ? "second" : null,
  };
}

function total({ decided, ties, bothBad }: PairSummary): number {
  return decided + ties + bothBad;
}
