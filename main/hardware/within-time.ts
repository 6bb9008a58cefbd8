/** What `work` gives, or "timedOut" when it takes longer; work that is late is left to itself. */
export async function withinTime<T>(work: Promise<T>, limitMs: number): Promise<T | "timedOut"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"timedOut">((resolve) => {
    timer = setTimeout(() => resolve("timedOut"), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
