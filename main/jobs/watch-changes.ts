import { setTimeout as sleep } from "node:timers/promises";
import { type Change, CHANGE_KINDS } from "../../shared/schemas/change.ts";
import type { Clock } from "../domain/clock.ts";
import type { Store } from "../store/open-store.ts";
import { reapInterrupted } from "./reap-interrupted.ts";

export interface WatchChanges {
  readonly store: Store;
  readonly clock: Clock;
  readonly home: string;
  readonly signal: AbortSignal;
  readonly intervalMs: number;
  /** How often to look for jobs whose process went without a word. */
  readonly reapIntervalMs: number;
}

/**
 * Tells what has changed, whoever changed it. The first event names every kind, so that a reader who comes back reads everything once; a slow
 * reader gets several changes as one.
 */
export async function* watchChanges({ store, clock, home, signal, intervalMs, reapIntervalMs }: WatchChanges): AsyncGenerator<Change, void> {
  let seen = store.changes.read();
  let reapedMs = Number.NEGATIVE_INFINITY;
  yield { changed: [...CHANGE_KINDS] };
  for (;;) {
    if (clock.ticks() - reapedMs >= reapIntervalMs) {
      reapInterrupted({ store, clock, home });
      reapedMs = clock.ticks();
    }
    const now = store.changes.read();
    const changed = CHANGE_KINDS.filter((kind) => now.get(kind) !== seen.get(kind));
    seen = now;
    if (changed.length > 0) yield { changed };
    try {
      await sleep(intervalMs, undefined, { signal });
    } catch {
      return;
    }
  }
}
