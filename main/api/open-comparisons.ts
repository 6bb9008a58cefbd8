import type { Contestant, Side, Vote } from "../../shared/schemas/comparison.ts";
import type { Sampling } from "../../shared/schemas/generation.ts";

/** A blind comparison that ran to its end: what a vote on it will say. */
export interface OpenComparison extends Readonly<Record<Side, Contestant>> {
  readonly promptDigest: string;
  readonly sampling: Sampling;
  readonly maxTokens: number;
  readonly figures: Vote["figures"];
}

/** Who comes back to vote on one further away has forgotten the answers. */
const MOST_OPEN = 100;

/**
 * Which side was whose, until the vote. In memory alone: what is written down could be looked up before voting, and a comparison that nobody voted on before the workbench
 * ended is none.
 */
export class OpenComparisons {
  readonly #open = new Map<string, OpenComparison>();

  add(id: string, comparison: OpenComparison): void {
    this.#open.set(id, comparison);
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= MOST_OPEN) break;
      this.#open.delete(oldest);
    }
  }

  find(id: string): OpenComparison | undefined {
    return this.#open.get(id);
  }

  close(id: string): void {
    this.#open.delete(id);
  }
}
