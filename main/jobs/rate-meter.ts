/** Long enough that a slow step does not look like a stop, short enough that the time left follows what happens. */
const WINDOW_MS = 5000;

/** Units per second over the last seconds. */
export class RateMeter {
  #samples: { readonly ms: number; readonly done: number }[] = [];

  /** @param ms monotonic  @returns null until time has passed */
  measure(ms: number, done: number): number | null {
    const last = this.#samples.at(-1);
    if (last !== undefined && done < last.done) this.#samples = [];
    this.#samples.push({ ms, done });
    while (this.#samples.length > 2 && ms - (this.#samples[1] as { ms: number }).ms >= WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0] as { ms: number; done: number };
    return ms > first.ms ? ((done - first.done) / (ms - first.ms)) * 1000 : null;
  }

  reset(): void {
    this.#samples = [];
  }
}
