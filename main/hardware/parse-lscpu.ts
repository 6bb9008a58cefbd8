import { boundedBytes, boundedCount, boundedText } from "./bounded.ts";
import { parseCpuList } from "./parse-cpu-list.ts";

export interface Lscpu {
  readonly architecture: string | null;
  /** Processors online, or all where it does not tell which are. */
  readonly threads: number | null;
  readonly sockets: number | null;
  readonly cores: number | null;
  readonly model: string | null;
  /** What the firmware calls it: the only name of a Kunpeng. */
  readonly biosModel: string | null;
  readonly vendor: string | null;
  readonly hypervisor: string | null;
  /** Of all instances together. */
  readonly l3CacheBytes: number | null;
  readonly flags: readonly string[];
  readonly numaNodes: readonly { readonly id: number; readonly cpus: string }[];
}

/** Labels as util-linux translates them for Chinese sites; outputs are pasted from there. */
const CHINESE_LABELS: Readonly<Record<string, string>> = {
  架构: "Architecture", CPU: "CPU(s)", "在线 CPU 列表": "On-line CPU(s) list", 每个核的线程数: "Thread(s) per core", 每个座的核数: "Core(s) per socket", 座: "Socket(s)",
  "厂商 ID": "Vendor ID", 型号名称: "Model name", "BIOS 型号名称": "BIOS Model name", 超管理器厂商: "Hypervisor vendor", "L3 缓存": "L3 cache", 标记: "Flags",
};

/** What boards say where nobody filled the field in, and what emulators say. */
const EMPTY_BIOS_NAME = /^(?:not specified|to be filled|default string|unknown|none|n\/a|virt-|pc-|rhel)/i;

/** Parses what lscpu prints, old and new layouts. Fields that it does not have, or fills with "-", are null. */
export function parseLscpu(text: string): Lscpu {
  const fields = new Map<string, string>();
  const numaNodes: { id: number; cpus: string }[] = [];
  for (const line of text.split("\n")) {
    const match = /^\s*([^:：]+)[:：](.*)$/.exec(line);
    if (match === null) continue;
    const label = (match[1] as string).trim();
    const value = (match[2] as string).trim();
    const node = /^NUMA (?:node|节点)\s*(\d{1,6}) CPU(?:\(s\))?$/.exec(label);
    if (node !== null) numaNodes.push({ id: Number(node[1]), cpus: boundedText(value) });
    const name = CHINESE_LABELS[label] ?? label;
    // A machine of unequal cores repeats the block of each kind: the first is the one with processor 0.
    if (value !== "" && value !== "-" && !fields.has(name)) fields.set(name, boundedText(value));
  }
  const number = (name: string): number | null => (/^\d{1,6}$/.test(fields.get(name) ?? "") ? Number(fields.get(name)) : null);
  const sockets = number("Socket(s)");
  return {
    architecture: fields.get("Architecture") ?? null,
    threads: parseCpuList(fields.get("On-line CPU(s) list") ?? "")?.length || number("CPU(s)"),
    sockets,
    // Arm without a socket in its topology counts clusters instead.
    cores: product(number("Core(s) per socket"), sockets) ?? product(number("Core(s) per cluster"), number("Cluster(s)")),
    model: fields.get("Model name") ?? null,
    biosModel: biosModel(fields.get("BIOS Model name")),
    vendor: fields.get("Vendor ID") ?? null,
    hypervisor: fields.get("Hypervisor vendor") ?? null,
    l3CacheBytes: cacheBytes(fields.get("L3 cache")),
    flags: fields.get("Flags")?.split(/\s+/) ?? [],
    numaNodes,
  };
}

function product(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : boundedCount(a * b);
}

/** "Kunpeng 920 7285Z  CPU @ 2.9GHz": newer versions add the clock. */
function biosModel(text: string | undefined): string | null {
  if (text === undefined || EMPTY_BIOS_NAME.test(text)) return null;
  return text.replace(/\s+CPU @ [\d.]+\s*GHz$/, "");
}

/** "32 MiB (1 instance)" is of all instances. "36608K", as versions before 2.34 wrote it, is of one of unknown many. */
function cacheBytes(text: string | undefined): number | null {
  const match = /^(\d+(?:\.\d+)?) ([KMG])iB/.exec(text ?? "");
  return match === null ? null : boundedBytes(Math.round(Number(match[1]) * { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }[match[2] as "K" | "M" | "G"]));
}
