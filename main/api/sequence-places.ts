/** Places for sequences that run at the same time; who finds none waits, and the first to wait is the first to go. */
export interface SequencePlaces {
  readonly running: number;
  readonly waiting: number;
  /**
   * Resolves with how to give the place back (once; again does nothing).
   * @throws the signal's reason, when it is aborted before there is a place
   */
  take(signal: AbortSignal): Promise<() => void>;
}

export function createSequencePlaces(limit: number): SequencePlaces {
  let running = 0;
  /** In insertion order; a Set so that one who leaves is found without a search. */
  const waiting = new Set<() => void>();

  const release = (): (() => void) => {
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      running--;
      const [next] = waiting;
      if (next !== undefined) next();
    };
  };

  return {
    get running() {
      return running;
    },
    get waiting() {
      return waiting.size;
    },
    take: (signal) => new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const leave = (): void => {
        waiting.delete(enter);
        reject(signal.reason);
      };
      const enter = (): void => {
        waiting.delete(enter);
        signal.removeEventListener("abort", leave);
        running++;
        resolve(release());
      };
      if (running < limit && waiting.size === 0) return enter();
      waiting.add(enter);
      signal.addEventListener("abort", leave, { once: true });
    }),
  };
}
