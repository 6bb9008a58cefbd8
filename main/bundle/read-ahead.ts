/** One is read into while another is hashed and a third is written. */
const BUFFERS = 3;

/**
 * Reads parts in order, one ahead of their use, so that the disk works while the processor hashes. `use` gets them in order and may let go of the processor while
 * it writes: the next part is read and used meanwhile, but its own buffer waits for it.
 * @throws the first thing that `read` or `use` throws, when nothing is under way any more
 */
export async function readAhead<T>(parts: Iterable<T>, bufferBytes: number, read: (part: T, buffer: Uint8Array) => Promise<Uint8Array>, use: (bytes: Uint8Array, part: T) => Promise<void>): Promise<void> {
  const buffers = Array.from({ length: BUFFERS }, () => new Uint8Array(bufferBytes));
  const uses: Promise<void>[] = Array.from({ length: BUFFERS }, () => Promise.resolve());
  const left = parts[Symbol.iterator]();
  let slot = 0;
  const next = (): Pending<T> | null => {
    const { value, done } = left.next();
    if (done === true) return null;
    const mine = slot++ % BUFFERS;
    const reading = (uses[mine] as Promise<void>).then(() => read(value, buffers[mine] as Uint8Array));
    // Met below; until then nobody else may call it unhandled.
    reading.catch(() => undefined);
    return { part: value, slot: mine, reading };
  };
  let pending = next();
  try {
    while (pending !== null) {
      const { part, slot: mine, reading } = pending;
      const bytes = await reading;
      pending = next();
      const using = use(bytes, part);
      using.catch(() => undefined);
      uses[mine] = using;
    }
    await Promise.all(uses);
  } finally {
    await Promise.allSettled([...uses, ...(pending === null ? [] : [pending.reading])]);
  }
}

interface Pending<T> {
  readonly part: T;
  readonly slot: number;
  readonly reading: Promise<Uint8Array>;
}
