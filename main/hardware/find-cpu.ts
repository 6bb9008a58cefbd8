import type { Cpu, Notice } from "../../shared/schemas/machine.ts";
import type { Host } from "../domain/host.ts";
import { readNumber, readText, runText } from "./ask-host.ts";
import { Facts } from "./facts.ts";
import { findControlGroups } from "./find-control-groups.ts";
import { findUsableThreads, type UsableThreads } from "./find-usable-threads.ts";
import { instructionSetsOf } from "./instruction-sets.ts";
import { disagreementNotices, machineNotice } from "./machine-notice.ts";
import { parseCpuList } from "./parse-cpu-list.ts";
import { type CpuInfo, parseCpuinfo } from "./parse-cpuinfo.ts";
import { type Lscpu, parseLscpu } from "./parse-lscpu.ts";

const CPUINFO = "/proc/cpuinfo";
const SYSTEM_CPU = "/sys/devices/system/cpu";

export interface FoundCpu {
  readonly cpu: Cpu;
  readonly notices: readonly Notice[];
}

/** Processors of a Linux machine: /proc and /sys first; lscpu as the second source, or the only one in a folder of pasted outputs. */
export async function findCpu(host: Host): Promise<FoundCpu> {
  const [cpuinfoText, lscpuText, online, groups] = await Promise.all([
    readText(host, CPUINFO), runText(host, "lscpu", []), readText(host, `${SYSTEM_CPU}/online`), findControlGroups(host),
  ]);
  const cpuinfo = parseCpuinfo(cpuinfoText ?? "");
  const lscpu = lscpuText === null ? null : parseLscpu(lscpuText);
  const ids = parseCpuList(online ?? "") ?? [];
  const [topology, usable] = await Promise.all([readTopology(host, ids), findUsableThreads(host, groups)]);

  const counts = new Facts<{ threads: number; sockets: number; cores: number; l3CacheBytes: number }>();
  counts.learn("threads", ids.length || null, `${SYSTEM_CPU}/online`);
  counts.learn("threads", cpuinfo?.threads, CPUINFO);
  counts.learn("threads", lscpu?.threads, "lscpu");
  for (const field of ["sockets", "cores"] as const) {
    counts.learn(field, topology[field], `${SYSTEM_CPU}/cpu*/topology`);
    // Its core ids begin anew on each die of some processors, so it is asked only in place of the topology.
    if (topology[field] === null) counts.learn(field, cpuinfo?.[field], CPUINFO);
    counts.learn(field, lscpu?.[field], "lscpu");
  }
  counts.learn("l3CacheBytes", topology.l3CacheBytes, `${SYSTEM_CPU}/cpu*/cache/index3`);
  if (topology.l3CacheBytes === null) counts.learn("l3CacheBytes", lscpu?.l3CacheBytes, "lscpu");

  const names = nameOf(cpuinfo, lscpu);
  const flags = cpuinfo !== null && cpuinfo.flags.size > 0 ? { set: cpuinfo.flags, source: CPUINFO } : { set: new Set(lscpu?.flags), source: "lscpu" };
  const threads = counts.get("threads");
  const usableThreads = usable.allowed === null && usable.quota === null ? null : Math.min(usable.allowed ?? threads ?? Number.POSITIVE_INFINITY, usable.quota ?? Number.POSITIVE_INFINITY);
  const cpu: Cpu = {
    ...names.values, threads, sockets: counts.get("sockets"), cores: counts.get("cores"), l3CacheBytes: counts.get("l3CacheBytes"), usableThreads,
    instructionSets: instructionSetsOf(flags.set),
    evidence: { ...counts.evidence(), ...names.evidence, ...(usableThreads === null ? {} : { usableThreads: usableThreads === usable.quota ? usable.quotaFrom : usable.allowedFrom }), ...(flags.set.size === 0 ? {} : { instructionSets: flags.source }) },
  };
  return { cpu, notices: [...disagreementNotices("cpu", counts.disagreements()), ...cpuNotices(cpu, usable, cpuinfo)] };
}

interface Topology {
  readonly sockets: number | null;
  readonly cores: number | null;
  readonly l3CacheBytes: number | null;
}

/** Sockets, cores and third-level caches are the distinct sets of processors that share one. */
async function readTopology(host: Host, ids: readonly number[]): Promise<Topology> {
  const rows = await Promise.all(ids.map(async (id) => {
    const directory = `${SYSTEM_CPU}/cpu${id}`;
    const [packageId, packageMates, coreMates, cacheLevel, cacheSize, cacheMates] = await Promise.all([
      readNumber(host, `${directory}/topology/physical_package_id`), readText(host, `${directory}/topology/core_siblings_list`), readText(host, `${directory}/topology/thread_siblings_list`),
      readNumber(host, `${directory}/cache/index3/level`), readText(host, `${directory}/cache/index3/size`), readText(host, `${directory}/cache/index3/shared_cpu_list`),
    ]);
    // Firmware that describes no sockets leaves −1, and every processor alone.
    return { socket: packageId === -1 ? null : packageMates, core: coreMates, cache: cacheLevel === 3 ? cacheMates : null, cacheKibibytes: Number(/^(\d{1,9})K$/.exec(cacheSize ?? "")?.[1] ?? Number.NaN) };
  }));
  const caches = new Map(rows.filter((row) => row.cache !== null && row.cacheKibibytes > 0).map((row) => [row.cache, row.cacheKibibytes * 1024]));
  return {
    sockets: countSets(rows.map((row) => row.socket)), cores: countSets(rows.map((row) => row.core)),
    l3CacheBytes: caches.size === 0 ? null : [...caches.values()].reduce((sum, bytes) => sum + bytes, 0),
  };
}

/** null unless every processor told its set. */
function countSets(sets: readonly (string | null)[]): number | null {
  return sets.length === 0 || sets.includes(null) ? null : new Set(sets).size;
}

/** On Arm the kernel knows only the core; the firmware's name (Kunpeng 920 7285Z) says more and is known to lscpu alone. */
function nameOf(cpuinfo: CpuInfo | null, lscpu: Lscpu | null): { readonly values: Pick<Cpu, "model" | "vendor">; readonly evidence: Record<string, string> } {
  const isArm = lscpu?.architecture === "aarch64";
  const models = [
    { value: isArm ? lscpu.biosModel : null, source: "lscpu (BIOS Model name)" }, { value: cpuinfo?.model, source: CPUINFO },
    { value: lscpu?.model, source: "lscpu" }, { value: lscpu?.biosModel, source: "lscpu (BIOS Model name)" },
  ];
  const model = models.find(({ value }) => value !== null && value !== undefined);
  const vendor = cpuinfo?.vendor ?? lscpu?.vendor ?? null;
  return {
    values: { model: model?.value ?? null, vendor },
    evidence: { ...(model === undefined ? {} : { model: model.source }), ...(vendor === null ? {} : { vendor: cpuinfo?.vendor != null ? CPUINFO : "lscpu" }) },
  };
}

function cpuNotices(cpu: Cpu, usable: UsableThreads, cpuinfo: CpuInfo | null): Notice[] {
  const { threads, usableThreads } = cpu;
  if (threads === null) return [machineNotice("cpu.unknown", "warning", { subject: "cpu", details: { lookedAt: `${CPUINFO}, ${SYSTEM_CPU}, lscpu` } })];
  const notices: Notice[] = [];
  if (usableThreads === null) notices.push(machineNotice("cpu.limitsUnknown", "info", { subject: "cpu", details: { threads } }));
  else if (usable.quota === usableThreads && usableThreads < threads) {
    notices.push(machineNotice("cpu.limitedByQuota", "info", { subject: "cpu", details: { usableThreads, threads }, evidence: [{ source: usable.quotaFrom, excerpt: null }] }));
  } else if (usableThreads < threads) {
    notices.push(machineNotice("cpu.limitedByAffinity", "info", { subject: "cpu", details: { usableThreads, threads }, evidence: [{ source: usable.allowedFrom, excerpt: null }] }));
  }
  const missing = instructionSetsOf(cpuinfo?.flagsOfSome ?? []);
  if (missing.length > 0) notices.push(machineNotice("cpu.coresDiffer", "warning", { subject: "cpu", details: { missingFromSome: missing.join(", ") }, evidence: [{ source: CPUINFO, excerpt: null }] }));
  return notices;
}
