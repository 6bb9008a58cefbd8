import type { Host } from "../domain/host.ts";
import { readNumber, readText } from "./ask-host.ts";
import { boundedBytes } from "./bounded.ts";
import type { ControlGroups } from "./find-control-groups.ts";

export interface MemoryLimit {
  readonly path: string;
  readonly limitBytes: number;
  /** Taken, less the page cache that would be given back first; null: not told. */
  readonly usedBytes: number | null;
  /** The page cache in `usedBytes` could not be told apart. */
  readonly countsPageCache: boolean;
}

/** Memory limits of this process's control groups and all their parents, its own group's first. */
export async function findMemoryLimits(host: Host, groups: ControlGroups): Promise<MemoryLimit[]> {
  const [unified, byController] = await Promise.all([
    Promise.all(groups.v2.map((directory) => limitsOfUnified(host, directory))), Promise.all(groups.memory.map((directory, up) => limitsOfMemoryController(host, directory, up))),
  ]);
  const [own] = groups.memory;
  return [...unified.flat(), ...byController.flat(), ...(own === undefined ? [] : await hiddenLimit(host, own, byController.flat()))];
}

/** −1 is how "no limit" is written in v1, and never a size. */
async function readBytes(host: Host, path: string): Promise<number | null> {
  return boundedBytes(await readNumber(host, path));
}

/** memory.high is where the kernel begins to slow a group down and take memory back: beyond it a model crawls. */
async function limitsOfUnified(host: Host, directory: string): Promise<MemoryLimit[]> {
  const [max, high] = await Promise.all([readBytes(host, `${directory}/memory.max`), readBytes(host, `${directory}/memory.high`)]);
  if (max === null && high === null) return [];
  const used = await usedBytes(host, `${directory}/memory.current`, `${directory}/memory.stat`, ["inactive_file"]);
  return [{ file: "memory.max", limitBytes: max }, { file: "memory.high", limitBytes: high }]
    .flatMap(({ file, limitBytes }) => (limitBytes === null ? [] : [{ path: `${directory}/${file}`, limitBytes, ...used }]));
}

async function limitsOfMemoryController(host: Host, directory: string, up: number): Promise<MemoryLimit[]> {
  // Before hierarchical accounting became the rule, a parent's limit did not count its children.
  if (up > 0 && (await readNumber(host, `${directory}/memory.use_hierarchy`)) === 0) return [];
  const limitBytes = await readBytes(host, `${directory}/memory.limit_in_bytes`);
  if (limitBytes === null) return [];
  return [{ path: `${directory}/memory.limit_in_bytes`, limitBytes, ...(await usedByController(host, directory)) }];
}

/** The least limit of a group and all its parents, where it is one of a parent that a container does not see. What others take of that one is not seen either. */
async function hiddenLimit(host: Host, own: string, seen: readonly MemoryLimit[]): Promise<MemoryLimit[]> {
  const limitBytes = statField(await readText(host, `${own}/memory.stat`), "hierarchical_memory_limit");
  if (limitBytes === null || seen.some((limit) => limit.limitBytes <= limitBytes)) return [];
  return [{ path: `${own}/memory.stat hierarchical_memory_limit`, limitBytes, ...(await usedByController(host, own)) }];
}

function usedByController(host: Host, directory: string): Promise<Pick<MemoryLimit, "usedBytes" | "countsPageCache">> {
  return usedBytes(host, `${directory}/memory.usage_in_bytes`, `${directory}/memory.stat`, ["total_inactive_file", "inactive_file"]);
}

async function usedBytes(host: Host, usageFile: string, statFile: string, reclaimable: readonly string[]): Promise<Pick<MemoryLimit, "usedBytes" | "countsPageCache">> {
  const [usage, stat] = await Promise.all([readBytes(host, usageFile), readText(host, statFile)]);
  if (usage === null) return { usedBytes: null, countsPageCache: false };
  const inactive = reclaimable.map((name) => statField(stat, name)).find((bytes) => bytes !== null);
  return inactive === undefined ? { usedBytes: usage, countsPageCache: true } : { usedBytes: Math.max(0, usage - inactive), countsPageCache: false };
}

function statField(stat: string | null, name: string): number | null {
  const value = new RegExp(`^${name} (\\d{1,20})$`, "m").exec(stat ?? "")?.[1];
  return value === undefined ? null : boundedBytes(Number(value));
}
