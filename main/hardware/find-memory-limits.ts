import type { Host } from "../domain/host.ts";
import { readNumber, readText } from "./ask-host.ts";
import type { ControlGroups } from "./find-control-groups.ts";

export interface MemoryLimit {
  readonly path: string;
  readonly limitBytes: number;
  /** Taken, less the page cache that would be given back first; null: not told. */
  readonly usedBytes: number | null;
  /** The page cache in `usedBytes` could not be told apart. */
  readonly countsPageCache: boolean;
}

/** The kernel writes "no limit" in v1 as the largest page-aligned 63-bit number. */
const UNLIMITED_BYTES = 2 ** 60;

/** Memory limits of this process's control groups and all their parents, its own group's first. */
export async function findMemoryLimits(host: Host, groups: ControlGroups): Promise<MemoryLimit[]> {
  const found = await Promise.all([...groups.v2.map((directory) => limitsOfUnified(host, directory)), ...groups.memory.map((directory, up) => limitsOfMemoryController(host, directory, up))]);
  return found.flat();
}

/** memory.high is where the kernel begins to slow a group down and take memory back: beyond it a model crawls. */
async function limitsOfUnified(host: Host, directory: string): Promise<MemoryLimit[]> {
  const [max, high] = await Promise.all([readNumber(host, `${directory}/memory.max`), readNumber(host, `${directory}/memory.high`)]);
  if (max === null && high === null) return [];
  const used = await usedBytes(host, `${directory}/memory.current`, `${directory}/memory.stat`, ["inactive_file"]);
  return [{ file: "memory.max", limitBytes: max }, { file: "memory.high", limitBytes: high }]
    .flatMap(({ file, limitBytes }) => (limitBytes === null ? [] : [{ path: `${directory}/${file}`, limitBytes, ...used }]));
}

async function limitsOfMemoryController(host: Host, directory: string, up: number): Promise<MemoryLimit[]> {
  // Before hierarchical accounting became the rule, a parent's limit did not count its children.
  if (up > 0 && (await readNumber(host, `${directory}/memory.use_hierarchy`)) === 0) return [];
  const limitBytes = await readNumber(host, `${directory}/memory.limit_in_bytes`);
  const limits: MemoryLimit[] = [];
  const used = await usedBytes(host, `${directory}/memory.usage_in_bytes`, `${directory}/memory.stat`, ["total_inactive_file", "inactive_file"]);
  if (limitBytes !== null && limitBytes < UNLIMITED_BYTES) limits.push({ path: `${directory}/memory.limit_in_bytes`, limitBytes, ...used });
  // The least limit also of parents that a container does not see.
  const hierarchical = statField(await readText(host, `${directory}/memory.stat`), "hierarchical_memory_limit");
  if (hierarchical !== null && hierarchical < UNLIMITED_BYTES && hierarchical !== limitBytes) limits.push({ path: `${directory}/memory.stat hierarchical_memory_limit`, limitBytes: hierarchical, ...used });
  return limits;
}

async function usedBytes(host: Host, usageFile: string, statFile: string, reclaimable: readonly string[]): Promise<Pick<MemoryLimit, "usedBytes" | "countsPageCache">> {
  const [usage, stat] = await Promise.all([readNumber(host, usageFile), readText(host, statFile)]);
  if (usage === null) return { usedBytes: null, countsPageCache: false };
  const inactive = reclaimable.map((name) => statField(stat, name)).find((bytes) => bytes !== null);
  return inactive === undefined ? { usedBytes: usage, countsPageCache: true } : { usedBytes: Math.max(0, usage - inactive), countsPageCache: false };
}

function statField(stat: string | null, name: string): number | null {
  const value = new RegExp(`^${name} (\\d{1,20})$`, "m").exec(stat ?? "")?.[1];
  return value === undefined ? null : Number(value);
}
