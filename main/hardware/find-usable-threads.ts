import type { Host } from "../domain/host.ts";
import { readNumber, readText } from "./ask-host.ts";
import type { ControlGroups } from "./find-control-groups.ts";
import { parseCpuList } from "./parse-cpu-list.ts";

export interface UsableThreads {
  /** Processors this process may be scheduled on; null: unknown. */
  readonly allowed: number | null;
  readonly allowedFrom: string;
  /** Processor time as a number of processors, the least of all groups; null: no quota. */
  readonly quota: number | null;
  readonly quotaFrom: string;
}

/** What a process may use of the machine's processors: its affinity, the processors of its control groups, and the least quota of any of them. */
export async function findUsableThreads(host: Host, groups: ControlGroups): Promise<UsableThreads> {
  const [allowed, quotas] = await Promise.all([findAllowed(host, groups), findQuotas(host, groups)]);
  const least = quotas.toSorted((a, b) => a.processors - b.processors)[0];
  return { ...allowed, quota: least?.processors ?? null, quotaFrom: least?.source ?? "" };
}

async function findAllowed(host: Host, groups: ControlGroups): Promise<Pick<UsableThreads, "allowed" | "allowedFrom">> {
  const lists: { readonly source: string; readonly ids: readonly number[] }[] = [];
  const learn = (source: string, text: string | null | undefined): void => {
    const ids = text === null || text === undefined ? null : parseCpuList(text);
    // An empty list is what a group says that takes its parent's.
    if (ids !== null && ids.length > 0) lists.push({ source, ids });
  };
  const status = await readText(host, "/proc/self/status");
  learn("/proc/self/status Cpus_allowed_list", /^Cpus_allowed_list:(.*)$/m.exec(status ?? "")?.[1]);
  const online = await readText(host, "/sys/devices/system/cpu/online");
  for (const directory of groups.v2) learn(`${directory}/cpuset.cpus.effective`, await readText(host, `${directory}/cpuset.cpus.effective`));
  for (const directory of groups.cpuset) {
    const file = (await readText(host, `${directory}/cpuset.effective_cpus`)) === null ? "cpuset.cpus" : "cpuset.effective_cpus";
    learn(`${directory}/${file}`, await readText(host, `${directory}/${file}`));
  }
  // Which processors are online is no permission: without any other word the limits are unknown.
  if (lists.length === 0) return { allowed: null, allowedFrom: "" };
  if (online !== null) learn("/sys/devices/system/cpu/online", online);
  const common = lists.reduce<readonly number[]>((ids, list) => commonOf(ids, new Set(list.ids)), lists[0]?.ids ?? []);
  const tightest = lists.toSorted((a, b) => a.ids.length - b.ids.length)[0];
  return { allowed: common.length || null, allowedFrom: tightest?.source ?? "" };
}

function commonOf(ids: readonly number[], others: ReadonlySet<number>): number[] {
  return ids.filter((id) => others.has(id));
}

async function findQuotas(host: Host, groups: ControlGroups): Promise<{ readonly processors: number; readonly source: string }[]> {
  const quotas: { processors: number; source: string }[] = [];
  // No quota is "max" in v2 and −1 in v1.
  const learn = (source: string, quota: number | null | undefined, period: number | null | undefined): void => {
    if (typeof quota === "number" && quota > 0 && typeof period === "number" && period > 0) quotas.push({ processors: quota / period, source });
  };
  for (const directory of groups.v2) {
    const [quota, period] = (await readText(host, `${directory}/cpu.max`))?.split(" ").map(Number) ?? [];
    learn(`${directory}/cpu.max`, quota, period);
  }
  for (const directory of groups.cpu) {
    const [quota, period] = await Promise.all([readNumber(host, `${directory}/cpu.cfs_quota_us`), readNumber(host, `${directory}/cpu.cfs_period_us`)]);
    learn(`${directory}/cpu.cfs_quota_us`, quota, period);
  }
  return quotas;
}
