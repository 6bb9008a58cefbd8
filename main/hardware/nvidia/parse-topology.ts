import { splitLines } from "./plain-text.ts";

export interface Topology {
  /** Between two GPUs by index; each pair once, `from` the lower. */
  readonly links: readonly { readonly from: number; readonly to: number; readonly kind: string }[];
  /** What one half of the matrix says and the other does not. */
  readonly contradictions: readonly { readonly from: number; readonly to: number; readonly first: string; readonly second: string }[];
  /** GPU index → NUMA node. */
  readonly numaNodes: ReadonlyMap<number, number>;
}

/**
 * Reads `nvidia-smi topo -m`. Columns go by the names in the head; values hold no spaces, so tabs and aligned blanks read alike. Rows and columns of network cards
 * are passed over: a link joins accelerators.
 */
export function parseTopology(text: string): Topology {
  const { whole } = splitLines(text);
  const headAt = whole.findIndex((line) => /^\s*GPU\d+(?=\s|$)/.test(line) && !/\sX\s/.test(line));
  const head = whole[headAt] ?? "";
  const columns = head.split(/CPU Affinity|NUMA Affinity/)[0]?.trim().split(/\s+/) ?? [];
  const numaColumn = head.split("\t").indexOf("NUMA Affinity");
  const values = new Map<string, string>();
  const numaNodes = new Map<number, number>();
  const order: [number, number][] = [];
  for (const line of headAt < 0 ? [] : whole.slice(headAt + 1)) {
    const [name = "", ...cells] = line.trim().split(/\s+/);
    const row = gpuIndex(name);
    if (row === undefined) continue;
    const node = /^\d{1,4}$/.exec(line.split("\t")[numaColumn]?.trim() ?? "");
    if (numaColumn > 0 && node !== null) numaNodes.set(row, Number(node[0]));
    for (const [at, title] of columns.entries()) {
      const column = gpuIndex(title);
      const kind = cells[at] ?? "";
      if (column === undefined || column === row || !/^[A-Z][A-Z0-9_]{1,15}$/.test(kind)) continue;
      values.set(`${row} ${column}`, kind);
      order.push([row, column]);
    }
  }
  return { ...pairs(order, values), numaNodes };
}

function gpuIndex(title: string): number | undefined {
  const match = /^GPU(\d{1,3})$/.exec(title);
  return match === null ? undefined : Number(match[1]);
}

function pairs(order: readonly (readonly [number, number])[], values: ReadonlyMap<string, string>): Pick<Topology, "links" | "contradictions"> {
  const links = new Map<string, Topology["links"][number]>();
  const contradictions = new Map<string, Topology["contradictions"][number]>();
  for (const [row, column] of order) {
    const [from, to] = row < column ? [row, column] : [column, row];
    const first = values.get(`${from} ${to}`);
    const second = values.get(`${to} ${from}`);
    const kind = first ?? second;
    if (kind !== undefined) links.set(`${from} ${to}`, { from, to, kind });
    if (first !== undefined && second !== undefined && first !== second) contradictions.set(`${from} ${to}`, { from, to, first, second });
  }
  return { links: [...links.values()], contradictions: [...contradictions.values()] };
}
