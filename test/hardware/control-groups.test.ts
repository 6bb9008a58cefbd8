import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { findControlGroups } from "../../main/hardware/find-control-groups.ts";
import { findCpu } from "../../main/hardware/find-cpu.ts";
import { findMemory } from "../../main/hardware/find-memory.ts";
import { hostOf } from "./host-of.ts";

const GIB = 2 ** 30;
const UNLIMITED = "9223372036854771712\n";
const MEMINFO = "MemTotal:       790626304 kB\nMemFree:        10000000 kB\nMemAvailable:   629145600 kB\nSwapTotal:             0 kB\nHugePages_Total:       0\n";
const V2 = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";
const v1 = (root: string) => ["memory", "cpu,cpuacct", "cpuset"].map((controllers, index) => `${40 + index} 31 0:${30 + index} ${root} /sys/fs/cgroup/${controllers} ro,relatime master:9 - cgroup cgroup rw,${controllers}\n`).join("");
const cpuinfo = Array.from({ length: 8 }, (_, id) => `processor : ${id}\nflags : avx2\n`).join("\n");
const details = (found: Awaited<ReturnType<typeof findMemory>>, code: string) => found.notices.find((notice) => notice.code === code)?.details;

describe("memory under control groups of version 2", () => {
  const files = (group: string) => ({ "/proc/meminfo": MEMINFO, "/proc/self/cgroup": `0::${group}\n`, "/proc/self/mountinfo": V2 });

  test("the tightest limit of the group and its parents counts, less what is taken and will not be given back", async () => {
    const found = await findMemory(hostOf({
      files: {
        ...files("/kubepods/pod7/container"),
        "/sys/fs/cgroup/kubepods/pod7/container/memory.max": "max\n",
        "/sys/fs/cgroup/kubepods/pod7/memory.max": `${64 * GIB}\n`, "/sys/fs/cgroup/kubepods/pod7/memory.current": `${50 * GIB}\n`, "/sys/fs/cgroup/kubepods/pod7/memory.stat": `anon ${8 * GIB}\ninactive_file ${40 * GIB}\nactive_file 5\n`,
        "/sys/fs/cgroup/kubepods/memory.max": `${700 * GIB}\n`, "/sys/fs/cgroup/kubepods/memory.current": `${100 * GIB}\n`, "/sys/fs/cgroup/kubepods/memory.stat": "inactive_file 0\n",
      },
    }));
    expect(found.memory).toMatchObject({ totalBytes: 790626304 * 1024, limitBytes: 64 * GIB, limitUsedBytes: 10 * GIB, usableBytes: 54 * GIB, evidence: { limitBytes: "/sys/fs/cgroup/kubepods/pod7/memory.max" } });
    expect(details(found, "memory.limited")).toMatchObject({ limitBytes: 64 * GIB });
  });

  test("memory.high limits as well: beyond it the group is slowed down", async () => {
    const found = await findMemory(hostOf({ files: { ...files("/a"), "/sys/fs/cgroup/a/memory.max": "max\n", "/sys/fs/cgroup/a/memory.high": `${16 * GIB}\n`, "/sys/fs/cgroup/a/memory.current": `${GIB}\n`, "/sys/fs/cgroup/a/memory.stat": "inactive_file 0\n" } }));
    expect(found.memory).toMatchObject({ limitBytes: 16 * GIB, usableBytes: 15 * GIB, evidence: { limitBytes: "/sys/fs/cgroup/a/memory.high" } });
  });

  test("a parent that others have filled leaves less than the own, tighter limit", async () => {
    const found = await findMemory(hostOf({
      files: {
        ...files("/a/b"), "/sys/fs/cgroup/a/b/memory.max": `${32 * GIB}\n`, "/sys/fs/cgroup/a/b/memory.current": `${2 * GIB}\n`, "/sys/fs/cgroup/a/b/memory.stat": "inactive_file 0\n",
        "/sys/fs/cgroup/a/memory.max": `${64 * GIB}\n`, "/sys/fs/cgroup/a/memory.current": `${60 * GIB}\n`, "/sys/fs/cgroup/a/memory.stat": "inactive_file 0\n",
      },
    }));
    expect(found.memory).toMatchObject({ limitBytes: 32 * GIB, limitUsedBytes: 2 * GIB, usableBytes: 4 * GIB });
    expect(details(found, "memory.parentHasLessRoom")).toEqual({ parentPath: "/sys/fs/cgroup/a/memory.max", parentRoomBytes: 4 * GIB, roomBytes: 30 * GIB });
  });

  test("a limit above the machine's memory is told, and does not make memory", async () => {
    const found = await findMemory(hostOf({ files: { ...files("/"), "/sys/fs/cgroup/memory.max": `${4096 * GIB}\n`, "/sys/fs/cgroup/memory.current": "0\n", "/sys/fs/cgroup/memory.stat": "inactive_file 0\n" } }));
    expect(found.memory.usableBytes).toBe(629145600 * 1024);
    expect(found.notices.map(({ code }) => code)).toEqual(["memory.limitAboveTotal"]);
  });
});

describe("memory under control groups of version 1", () => {
  test("the recorded container: page cache counted in usage and no memory.stat to tell it apart", async () => {
    const text = readFileSync(new URL("recordings/cgroup_v1_ascend_container.txt", import.meta.url), "utf8");
    const [limit, usage] = ["limit_in_bytes", "usage_in_bytes"].map((name) => new RegExp(`## (/sys/fs/cgroup/memory/memory\\.${name})\\n(\\d+)`).exec(text) ?? []);
    const found = await findMemory(hostOf({ how: "folder", files: { [String(limit?.[1])]: String(limit?.[2]), [String(usage?.[1])]: String(usage?.[2]) } }));
    expect(found.memory).toMatchObject({ totalBytes: null, limitBytes: 34359738368, limitUsedBytes: 29782708224, usableBytes: 34359738368 - 29782708224 });
    expect(found.notices.map(({ code }) => code)).toEqual(["memory.unknown", "memory.limited", "memory.pageCacheUnknown"]);
  });

  test("a container sees its own part of the tree mounted, and a limit of a parent that it does not see", async () => {
    const memory = "/sys/fs/cgroup/memory";
    const found = await findMemory(hostOf({
      files: {
        "/proc/meminfo": MEMINFO, "/proc/self/cgroup": "9:memory:/docker/5f3a\n4:cpu,cpuacct:/docker/5f3a\n", "/proc/self/mountinfo": v1("/docker/5f3a"),
        [`${memory}/memory.limit_in_bytes`]: UNLIMITED, [`${memory}/memory.usage_in_bytes`]: `${10 * GIB}\n`, [`${memory}/memory.stat`]: `inactive_file 1\nhierarchical_memory_limit ${20 * GIB}\ntotal_inactive_file ${8 * GIB}\n`,
      },
    }));
    expect(found.memory).toMatchObject({ limitBytes: 20 * GIB, limitUsedBytes: 2 * GIB, usableBytes: 18 * GIB });
  });

  test("a limit of −1 is none", async () => {
    const memory = "/sys/fs/cgroup/memory";
    const found = await findMemory(hostOf({ files: { "/proc/meminfo": MEMINFO, "/proc/self/cgroup": "9:memory:/a\n", "/proc/self/mountinfo": v1("/"), [`${memory}/a/memory.limit_in_bytes`]: "-1\n", [`${memory}/a/memory.usage_in_bytes`]: "-1\n" } }));
    expect(found.memory).toMatchObject({ limitBytes: null, limitUsedBytes: null });
  });

  test("a parent without hierarchical accounting does not limit its children", async () => {
    const memory = "/sys/fs/cgroup/memory";
    const found = await findMemory(hostOf({
      files: {
        "/proc/meminfo": MEMINFO, "/proc/self/cgroup": "9:memory:/parent/child\n", "/proc/self/mountinfo": v1("/"), [`${memory}/parent/child/memory.limit_in_bytes`]: UNLIMITED,
        [`${memory}/parent/memory.limit_in_bytes`]: `${GIB}\n`, [`${memory}/parent/memory.use_hierarchy`]: "0\n",
      },
    }));
    expect(found.memory.limitBytes).toBeNull();
  });
});

test("reserved huge pages are told: MemAvailable leaves them out", async () => {
  const directory = "/sys/kernel/mm/hugepages/hugepages-1048576kB";
  const found = await findMemory(hostOf({ files: { "/proc/meminfo": MEMINFO, [`${directory}/nr_hugepages`]: "128\n", [`${directory}/free_hugepages`]: "100\n" } }));
  expect(found.memory.hugePages).toEqual([{ pageBytes: GIB, total: 128, free: 100 }]);
  expect(details(found, "memory.hugePagesReserved")).toEqual({ reservedBytes: 128 * GIB, freeBytes: 100 * GIB });
});

describe("processors that may be used", () => {
  const base = { "/proc/cpuinfo": cpuinfo, "/sys/devices/system/cpu/online": "0-7\n", "/proc/self/status": "Name:\tnode\nCpus_allowed_list:\t0-7\n" };

  test.each([
    ["all of them", {}, 8, undefined],
    ["a quota of one and a half in the parent", { "/proc/self/cgroup": "0::/a/b\n", "/proc/self/mountinfo": V2, "/sys/fs/cgroup/a/b/cpu.max": "max 100000\n", "/sys/fs/cgroup/a/cpu.max": "150000 100000\n" }, 1.5, "cpu.limitedByQuota"],
    ["a quota above what there is", { "/proc/self/cgroup": "0::/a\n", "/proc/self/mountinfo": V2, "/sys/fs/cgroup/a/cpu.max": "6400000 100000\n" }, 8, undefined],
    ["a quota of version 1", { "/proc/self/cgroup": "4:cpu,cpuacct:/\n", "/proc/self/mountinfo": v1("/"), "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "50000\n", "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n" }, 0.5, "cpu.limitedByQuota"],
    ["no quota of version 1", { "/proc/self/cgroup": "4:cpu,cpuacct:/\n", "/proc/self/mountinfo": v1("/"), "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n", "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n" }, 8, undefined],
    ["an affinity", { "/proc/self/status": "Cpus_allowed_list:\t2-4\n" }, 3, "cpu.limitedByAffinity"],
    ["a set of processors", { "/proc/self/cgroup": "0::/a\n", "/proc/self/mountinfo": V2, "/sys/fs/cgroup/a/cpuset.cpus.effective": "0-1,6\n" }, 3, "cpu.limitedByAffinity"],
    ["an affinity to processors that are offline too", { "/proc/self/status": "Cpus_allowed_list:\t6-255\n" }, 2, "cpu.limitedByAffinity"],
  ])("%s", async (_name, files, usableThreads, code) => {
    const found = await findCpu(hostOf({ files: { ...base, ...files } }));
    expect(found.cpu.usableThreads).toBe(usableThreads);
    expect(found.notices.map((notice) => notice.code)).toEqual(code === undefined ? [] : [code]);
  });
});

describe("where control groups are", () => {
  test("a path that leads out of the mounted part is its root", async () => {
    const groups = await findControlGroups(hostOf({ files: { "/proc/self/cgroup": "0::/../../other\n", "/proc/self/mountinfo": V2 } }));
    expect(groups.v2).toEqual(["/sys/fs/cgroup"]);
  });

  test("a mount point with a space in it", async () => {
    const groups = await findControlGroups(hostOf({ files: { "/proc/self/cgroup": "0::/x\n", "/proc/self/mountinfo": "30 23 0:26 / /sys/fs/c\\040group rw - cgroup2 cgroup2 rw\n" } }));
    expect(groups.v2).toEqual(["/sys/fs/c group/x", "/sys/fs/c group"]);
  });
});

describe("a real limit of this machine", () => {
  const LIMIT_BYTES = 2 * GIB;
  const command = fileURLToPath(new URL("../../main/hosts/cli/sallyport.ts", import.meta.url));
  const home = mkdtempSync(join(tmpdir(), "sallyport-control-groups-"));
  const made = makeRealGroup();
  afterAll(() => {
    made?.remove();
    rmSync(home, { recursive: true, force: true });
  });

  test.skipIf(made === null)("a process in a group of 2 GiB and half a processor says so", () => {
    const script = `${made?.join} && exec "$0" "$1" hardware --json --no-measure --home "$2"`;
    const ran = spawnSync("/bin/sh", ["-c", script, process.execPath, command, home], { encoding: "utf8" });
    const { machine } = JSON.parse(ran.stdout.trimEnd().split("\n").at(-1) ?? "");
    expect(machine.memory).toMatchObject({ limitBytes: LIMIT_BYTES });
    expect(machine.memory.usableBytes).toBeLessThanOrEqual(LIMIT_BYTES);
    expect(machine.memory.usableBytes).toBeGreaterThan(LIMIT_BYTES / 2);
    expect(machine.cpu.usableThreads).toBe(0.5);
  });

  /** A child group of either version with both limits; null where this user may make none. `join`: a shell command that enters it. */
  function makeRealGroup(): { readonly join: string; remove(): void } | null {
    const name = `sallyport-test-${process.pid}`;
    const layouts = [
      { directories: [`/sys/fs/cgroup/${name}`], limits: [["memory.max", `${LIMIT_BYTES}`], ["cpu.max", "50000 100000"]] },
      { directories: [`/sys/fs/cgroup/memory/${name}`, `/sys/fs/cgroup/cpu/${name}`], limits: [["memory.limit_in_bytes", `${LIMIT_BYTES}`], ["cpu.cfs_quota_us", "50000"]] },
    ] as const;
    for (const { directories, limits } of layouts) {
      const remove = (): void => {
        for (const directory of directories) {
          try {
            rmdirSync(directory);
          } catch {
            // It was not made, or its last process is still ending.
          }
        }
      };
      try {
        for (const directory of directories) mkdirSync(directory);
        for (const [index, [file, value]] of limits.entries()) writeFileSync(`${directories[index] ?? directories[0]}/${file}`, value, { flag: "r+" });
        return { join: directories.map((directory) => `echo $$ > ${directory}/cgroup.procs`).join(" && "), remove };
      } catch {
        remove();
      }
    }
    return null;
  }
});
