/**
 * Lets one step run at a time, in the order of asking. A sequence asks anew for each step and so stands behind all others that wait: each goes on by one step in turn.
 */
export class Turns {
  #tail: Promise<void> = Promise.resolve();
  #asked = 0;

  /** Steps running or waiting. */
  get asked(): number {
    return this.#asked;
  }

  async take<T>(step: () => Promise<T>): Promise<T> {
    this.#asked++;
    const before = this.#tail;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#tail = promise;
    await before;
    try {
      return await step();
    } finally {
      this.#asked--;
      resolve();
    }
  }
}
