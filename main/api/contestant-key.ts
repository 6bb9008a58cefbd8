import type { Contestant } from "../../shared/schemas/comparison.ts";

/** What makes two contestants the same, whatever they are called. */
export function contestantKey(contestant: Contestant): string {
  return contestant.kind === "package" ? `package ${contestant.digest}` : `engine ${contestant.url} ${contestant.model}`;
}
