/** Linux is built for at most 8,192 processors; ids beyond that stop a list that would fill memory. */
const LARGEST_ID = 65_535;

/** The kernel's list of processors ("0-47,96-143") as numbers in order; empty for an empty list, null for anything else. */
export function parseCpuList(text: string): number[] | null {
  const ids = new Set<number>();
  for (const part of text.trim().split(",")) {
    if (part.trim() === "") continue;
    const range = /^\s*(\d{1,6})(?:\s*-\s*(\d{1,6}))?\s*$/.exec(part);
    if (range === null) return null;
    const first = Number(range[1]);
    const last = Number(range[2] ?? range[1]);
    if (last < first || last > LARGEST_ID) return null;
    for (let id = first; id <= last; id++) ids.add(id);
  }
  return [...ids].sort((a, b) => a - b);
}
