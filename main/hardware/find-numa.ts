import type { Notice, NumaNode } from "../../shared/schemas/machine.ts";
import type { Host } from "../domain/host.ts";
import { listNames, readText, runText } from "./ask-host.ts";
import { boundedBytes, boundedText } from "./bounded.ts";
import { machineNotice } from "./machine-notice.ts";
import { parseLscpu } from "./parse-lscpu.ts";

const NODES = "/sys/devices/system/node";
/** Linux is built for at most 1,024. */
const MOST_NODES = 1024;

export interface FoundNuma {
  readonly numa: readonly NumaNode[];
  readonly notices: readonly Notice[];
}

/** NUMA nodes of a Linux machine. Nodes without processors are memory of something else: on Grace that of the GPU, eight nodes each; elsewhere CXL. */
export async function findNuma(host: Host): Promise<FoundNuma> {
  const ids = (await listNames(host, NODES)).flatMap((name) => /^node(\d{1,4})$/.exec(name)?.[1] ?? []).map(Number).sort((a, b) => a - b).slice(0, MOST_NODES);
  const numa = ids.length > 0 ? await Promise.all(ids.map((id) => readNode(host, id))) : await nodesOfLscpu(host);
  const apart = numa.filter((node) => node.cpus === "" && node.memoryBytes !== 0);
  if (numa.length < 2 || apart.length === 0 || apart.length === numa.length) return { numa, notices: [] };
  const known = apart.every((node) => node.memoryBytes !== null);
  const memoryBytes = known ? apart.reduce((sum, node) => sum + (node.memoryBytes ?? 0), 0) : -1;
  return { numa, notices: [machineNotice("numa.nodesWithoutProcessors", "info", { subject: "memory", details: { nodes: apart.length, memoryBytes }, evidence: [{ source: apart[0]?.evidence["cpus"] ?? NODES, excerpt: null }] })] };
}

async function readNode(host: Host, id: number): Promise<NumaNode> {
  const [cpus, meminfo] = await Promise.all([readText(host, `${NODES}/node${id}/cpulist`), readText(host, `${NODES}/node${id}/meminfo`)]);
  const bytes = (field: string): number | null => {
    const kibibytes = new RegExp(`^Node \\d+ ${field}:\\s+(\\d{1,15}) kB`, "m").exec(meminfo ?? "")?.[1];
    return kibibytes === undefined ? null : boundedBytes(Number(kibibytes) * 1024);
  };
  const evidence = { ...(cpus === null ? {} : { cpus: `${NODES}/node${id}/cpulist` }), ...(meminfo === null ? {} : { memoryBytes: `${NODES}/node${id}/meminfo` }) };
  return { id, cpus: boundedText((cpus ?? "").trim()), memoryBytes: bytes("MemTotal"), freeBytes: bytes("MemFree"), evidence };
}

async function nodesOfLscpu(host: Host): Promise<NumaNode[]> {
  const text = await runText(host, "lscpu", []);
  return parseLscpu(text ?? "").numaNodes.slice(0, MOST_NODES).map(({ id, cpus }) => ({ id, cpus, memoryBytes: null, freeBytes: null, evidence: { cpus: "lscpu" } }));
}
