/** Two devices as `npu-smi info -t topo` names them ("NPU3", "Phy-ID12") and how one reaches the other. */
export interface NpuTopologyLink {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  /** What the other triangle of the matrix says, where it says something else. */
  readonly reverseKind: string | null;
}

const NAME = /^(?:NPU|Phy-ID)[0-9]+$/i;
/** Stops a matrix that would make millions of links; the largest machine that npu-smi shows has 16 dies. */
const MAX_DEVICES = 256;
const UNKNOWN = /^(?:X|NA|-)$/i;

/** Reads `npu-smi info -t topo`: a matrix whose column of CPU affinities may be missing. Only rows that have all their columns count. */
export function parseNpuTopology(lines: readonly string[]): NpuTopologyLink[] {
  const headings = lines.map((line) => line.trim().split(/\s+/));
  const headingAt = headings.findIndex((words) => words.length > 0 && NAME.test(words[0] ?? "") && (words.length === 1 || NAME.test(words[1] ?? "") || /^CPU$/i.test(words[1] ?? "")));
  const names = [...new Set((headings[headingAt] ?? []).filter((word) => NAME.test(word)))].slice(0, MAX_DEVICES);
  const matrix = new Map<string, string[]>();
  for (const [name, ...kinds] of headings.slice(headingAt + 1)) {
    if (name !== undefined && names.includes(name) && kinds.length >= names.length && !matrix.has(name)) matrix.set(name, kinds);
  }
  return names.flatMap((from, i) => names.slice(i + 1).flatMap((to, offset) => {
    const there = matrix.get(from)?.[i + 1 + offset];
    const back = matrix.get(to)?.[i];
    const kind = there ?? back;
    if (kind === undefined || UNKNOWN.test(kind)) return [];
    return [{ from, to, kind: kind.slice(0, 32), reverseKind: there !== undefined && back !== undefined && back !== there ? back.slice(0, 32) : null }];
  }));
}
