import type { CompletionEvent } from "../../domain/completion.ts";

interface Lane {
  readonly events: AsyncGenerator<CompletionEvent, void>;
  step: Promise<{ readonly index: number; readonly result: IteratorResult<CompletionEvent, void> }>;
}

/**
 * The sequences of one request side by side, their events in turn as they come. At most `lanes` run or wait for a place at once, so that a request
 * for many does not stand in the queue many times. When one fails, or the caller leaves, the others are aborted and have ended before this ends.
 */
export async function* runSequences(
  count: number, start: (index: number, signal: AbortSignal) => AsyncGenerator<CompletionEvent, void>, options: { readonly lanes: number; readonly signal: AbortSignal },
): AsyncGenerator<{ readonly index: number; readonly event: CompletionEvent }, void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const lanes = new Map<number, Lane>();
  const advance = (index: number, events: AsyncGenerator<CompletionEvent, void>): void => {
    const step = events.next().then((result) => ({ index, result }));
    // Looked at by the race below, or not at all when another lane failed first.
    step.catch(() => {});
    // Set anew at the end: of several that are ready, the one served longest ago comes first.
    lanes.delete(index);
    lanes.set(index, { events, step });
  };
  let started = 0;
  try {
    for (;;) {
      while (lanes.size < options.lanes && started < count) {
        advance(started, start(started, signal));
        started++;
      }
      if (lanes.size === 0) return;
      const { index, result } = await Promise.race([...lanes.values()].map((lane) => lane.step));
      const { events } = lanes.get(index) as Lane;
      if (result.done === true) {
        lanes.delete(index);
        continue;
      }
      yield { index, event: result.value };
      advance(index, events);
    }
  } finally {
    stop.abort();
    await Promise.allSettled([...lanes.values()].map((lane) => lane.events.return()));
  }
}
