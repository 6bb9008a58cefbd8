import type { Job } from "../../../shared/schemas/job.ts";

/** Bytes of a checkpoint that quantizing went through a second, over the newest packages made here; null where none was. A package that was here already took no time that tells anything. */
export function quantizePace(jobs: readonly Job[]): { readonly bytesPerSecond: number; readonly packages: number } | null {
  const made = jobs.filter(({ kind, state }) => kind === "quantize" && state === "done").slice(0, 5).flatMap(({ result }) => {
    const bytes = result?.["inputBytes"];
    const seconds = result?.["seconds"];
    return typeof bytes === "number" && typeof seconds === "number" && seconds > 0 ? [{ bytes, seconds }] : [];
  });
  if (made.length === 0) return null;
  return { bytesPerSecond: made.reduce((sum, { bytes }) => sum + bytes, 0) / made.reduce((sum, { seconds }) => sum + seconds, 0), packages: made.length };
}
