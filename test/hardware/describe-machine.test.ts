import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Host } from "../../main/domain/host.ts";
import { describeMachine } from "../../main/hardware/describe-machine.ts";
import { findCpu } from "../../main/hardware/find-cpu.ts";
import { findDisks } from "../../main/hardware/find-disks.ts";
import { findMemory } from "../../main/hardware/find-memory.ts";
import { findNuma } from "../../main/hardware/find-numa.ts";
import { findPlatform } from "../../main/hardware/find-platform.ts";
import { CGROUP_FILES, MACHINE_PROBES, OTHER_SYSTEM_PROBES } from "../../main/hardware/machine-probes.ts";
import { Machine } from "../../shared/schemas/machine.ts";
import { hostOf, type MachineParts } from "./host-of.ts";

const LINUX: MachineParts = {
  files: {
    "/proc/sys/kernel/ostype": "Linux\n", "/proc/sys/kernel/osrelease": "5.10.0-216.0.0.115.oe2203sp4.aarch64\n", "/proc/sys/kernel/hostname": "npu-07\n", "/etc/os-release": 'NAME="openEuler"\nPRETTY_NAME="openEuler 22.03 (LTS-SP4)"\n',
    "/proc/cpuinfo": "processor : 0\nFeatures : fp asimd asimddp\nCPU implementer : 0x48\nCPU part : 0xd01\n", "/proc/self/status": "Cpus_allowed_list:\t0\n", "/sys/devices/system/cpu/online": "0\n",
    "/sys/devices/system/cpu/cpu0/topology/physical_package_id": "0\n", "/sys/devices/system/cpu/cpu0/topology/core_siblings_list": "0\n", "/sys/devices/system/cpu/cpu0/topology/thread_siblings_list": "0\n",
    "/proc/meminfo": "MemTotal: 1000 kB\nMemAvailable: 900 kB\nSwapTotal: 0 kB\n", "/proc/self/mounts": "/dev/sda1 / ext4 rw 0 0\n", "/proc/self/cgroup": "0::/a\n3:cpu:/a\n4:memory:/a\n5:cpuset:/a\n",
    "/proc/self/mountinfo": ["1 2 0:3 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n", ...["memory", "cpu", "cpuset"].map((name) => `1 2 0:3 / /sys/fs/cgroup/${name} rw - cgroup cgroup rw,${name}\n`)].join(""),
    "/sys/devices/system/node/node0/cpulist": "0\n", "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages": "0\n",
  },
  commands: { "uname -srm": "Linux 5.10.0 aarch64\n", "getconf GNU_LIBC_VERSION": "glibc 2.34\n" },
};
const codes = (machine: Machine): string[] => machine.notices.map(({ code }) => code);

describe("a machine", () => {
  test("holds to its schema and tells what each part found", async () => {
    const machine = Machine.parse(await describeMachine(hostOf(LINUX), { home: "/var/lib/sallyport", measure: true }));
    expect(machine.platform).toMatchObject({ hostName: "npu-07", os: "linux", architecture: "aarch64", distribution: "openEuler 22.03 (LTS-SP4)", libc: { kind: "glibc", version: "2.34" }, container: null, virtualization: null });
    expect(machine.cpu).toMatchObject({ model: "TaiShan-v110 (Kunpeng 920)", sockets: 1, cores: 1, usableThreads: 1 });
    expect(machine.disks).toMatchObject([{ mountPoint: "/", holdsHome: true, readRate: null }]);
    expect(codes(machine)).toEqual(expect.arrayContaining(["memory.bandwidthNotMeasured", "disk.readRateNotMeasured"]));
  });

  test("keeps everything else when one part fails or hangs", async () => {
    const host = hostOf(LINUX);
    const broken: Host = {
      ...host,
      read: (path, limit) => (path === "/proc/meminfo" ? Promise.reject(new Error("broken adapter")) : host.read(path, limit)),
      run: (command, args) => (command === "df" ? new Promise(() => {}) : host.run(command, args)),
    };
    const machine = Machine.parse(await describeMachine(broken, { home: null, measure: false, partTimeoutMs: 100 }));
    expect(machine.notices.filter(({ code }) => code.startsWith("machine.")).map(({ code, details }) => [code, details["part"]])).toEqual([["machine.partFailed", "memory"], ["machine.partTimedOut", "disks"]]);
    expect(machine.memory.totalBytes).toBeNull();
    expect(machine.disks).toEqual([]);
    expect(machine.cpu.threads).toBe(1);
  });

  test("takes over what was measured, with its spread", async () => {
    const rate = { bytesPerSecond: 30, runs: [20, 30, 40], threads: 2, bytesRead: 90, method: "by hand" };
    const machine = await describeMachine({ ...hostOf(LINUX), measureReadBandwidth: async () => rate, measureDiskRead: async () => ({ ...rate, bytesPerSecond: 5 }) }, { home: "/home/op", measure: true });
    expect(machine.memory.readBandwidth).toEqual({ bytesPerSecond: 30, minimum: 20, maximum: 40, runs: 3, threads: 2, bytesRead: 90, method: "by hand" });
    expect(machine.disks[0]?.readRate?.bytesPerSecond).toBe(5);
  });

  test("that nothing is known of is told so, part by part", async () => {
    const machine = Machine.parse(await describeMachine(hostOf({ how: "folder" }), { home: null, measure: true }));
    expect(machine.platform).toMatchObject({ os: "other", architecture: "other" });
    expect(codes(machine)).toEqual(expect.arrayContaining(["machine.architectureUnsupported", "cpu.unknown", "memory.unknown", "disk.unknown"]));
    expect(codes(machine)).not.toContain("memory.bandwidthNotMeasured");
  });

  test("with macOS has its processors, memory and disks", async () => {
    const machine = Machine.parse(await describeMachine(hostOf({
      commands: {
        "uname -srm": "Darwin 24.1.0 arm64\n", sw_vers: "ProductName:\t\tmacOS\nProductVersion:\t\t15.1\nBuildVersion:\t\t24B83\n",
        "sysctl hw machdep.cpu vm.swapusage": { exitCode: 1, stdout: "hw.ncpu: 12\nhw.logicalcpu: 12\nhw.physicalcpu: 12\nhw.packages: 1\nhw.memsize: 38654705664\nhw.optional.neon: 1\nhw.optional.arm.FEAT_DotProd: 1\nhw.optional.arm.FEAT_I8MM: 1\nmachdep.cpu.brand_string: Apple M3 Pro\nvm.swapusage: total = 2048.00M  used = 1.00M  free = 2047.00M  (encrypted)\n" },
        vm_stat: "Mach Virtual Memory Statistics: (page size of 16384 bytes)\nPages free:                               10000.\nPages active:                            600000.\nPages inactive:                          500000.\nPages speculative:                         2000.\n",
        mount: "/dev/disk3s5 on / (apfs, local, journaled)\n", "df -Pk": "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/disk3s5 482797652 100 200000000 1% /\n",
      },
    }), { home: "/Users/op", measure: false }));
    expect(machine.platform).toMatchObject({ os: "darwin", architecture: "aarch64", kernel: "24.1.0", distribution: "macOS 15.1", libc: null });
    expect(machine.cpu).toMatchObject({ model: "Apple M3 Pro", vendor: "Apple", cores: 12, threads: 12, usableThreads: 12, instructionSets: ["neon", "dotprod", "i8mm"] });
    expect(machine.memory).toMatchObject({ totalBytes: 38654705664, availableBytes: 512000 * 16384, swapBytes: 2 ** 31 });
    expect(machine.disks).toMatchObject([{ mountPoint: "/", filesystem: "apfs", freeBytes: 200000000 * 1024, holdsHome: true }]);
    expect(codes(machine)).toContain("machine.systemPartlyKnown");
  });

  test("with Windows has what its environment tells, and says that it is little", async () => {
    const env = { OS: "Windows_NT", PROCESSOR_ARCHITECTURE: "AMD64", NUMBER_OF_PROCESSORS: "16", PROCESSOR_IDENTIFIER: "Intel64 Family 6 Model 85 Stepping 7, GenuineIntel", COMPUTERNAME: "SITE-3" };
    const machine = Machine.parse(await describeMachine(hostOf({ env }), { home: null, measure: false }));
    expect(machine.platform).toMatchObject({ os: "win32", architecture: "x86_64", hostName: "SITE-3" });
    expect(machine.cpu).toMatchObject({ threads: 16, vendor: "GenuineIntel", usableThreads: null });
    expect(codes(machine)).toContain("machine.systemPartlyKnown");
  });
});

describe("the platform", () => {
  const platform = async (parts: MachineParts) => (await findPlatform(hostOf({ ...LINUX, ...parts, files: { ...LINUX.files, ...parts.files } }))).platform;

  test.each<[string, MachineParts, string | null]>([
    ["a pod", { env: { KUBERNETES_SERVICE_HOST: "10.0.0.1" }, files: { "/.dockerenv": "" } }, "kubernetes"],
    ["docker", { files: { "/.dockerenv": "" } }, "docker"],
    ["podman", { files: { "/run/.containerenv": "" } }, "podman"],
    ["what systemd says", { files: { "/run/systemd/container": "lxc\n" } }, "lxc"],
    ["a pod without its variables", { files: { "/proc/1/cgroup": "4:memory:/kubepods/burstable/pod1/abc\n" } }, "kubernetes"],
    ["no container", { commands: { ...LINUX.commands, "systemd-detect-virt --container": { exitCode: 1, stdout: "none\n" } } }, null],
  ])("in %s", async (_name, parts, expected) => {
    expect((await platform(parts)).container).toBe(expected);
  });

  test.each<[string, MachineParts, string | null]>([
    ["the word of systemd-detect-virt", { commands: { ...LINUX.commands, "systemd-detect-virt --vm": "kvm\n" } }, "kvm"],
    ["WSL", { files: { "/proc/sys/kernel/osrelease": "5.15.153.1-microsoft-standard-WSL2\n" } }, "wsl"],
    ["a cloud's firmware", { files: { "/sys/class/dmi/id/sys_vendor": "OpenStack Foundation\n" } }, "kvm"],
    ["bare metal of a cloud", { files: { "/sys/class/dmi/id/sys_vendor": "Amazon EC2\n", "/sys/class/dmi/id/product_name": "p5.48xlarge.metal\n" } }, null],
    ["plain hardware", { files: { "/sys/class/dmi/id/sys_vendor": "Huawei\n", "/sys/class/dmi/id/product_name": "Atlas 800I A2\n" } }, null],
  ])("on %s", async (_name, parts, expected) => {
    expect((await platform(parts)).virtualization).toBe(expected);
  });

  test.each<[string, MachineParts["commands"], unknown]>([
    ["musl, which tells on stderr and fails", { "ldd --version": { exitCode: 1, stderr: "musl libc (x86_64)\nVersion 1.2.5\nDynamic Program Loader\n" } }, { kind: "musl", version: "1.2.5" }],
    ["glibc without getconf", { "ldd --version": "ldd (Ubuntu GLIBC 2.35-0ubuntu3.8) 2.35\nCopyright\n" }, { kind: "glibc", version: "2.35" }],
    ["neither", {}, null],
  ])("with %s", async (_name, commands, expected) => {
    expect((await platform({ commands: { "uname -srm": "Linux 6.1.0 x86_64\n", ...commands } })).libc).toEqual(expected);
  });
});

describe("what is asked", () => {
  const star = (pattern: string): RegExp => new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]*")}$`);
  const cgroupNames = [...CGROUP_FILES.v2, ...Object.values(CGROUP_FILES.v1).flat()];
  const probes = [MACHINE_PROBES, OTHER_SYSTEM_PROBES];
  const allowed = [
    ...probes.flatMap((list) => list.files.map((path) => star(`read ${path}`))), ...cgroupNames.map((name) => new RegExp(`^read /sys/fs/cgroup/.*/?${name.replaceAll(".", "\\.")}$`)),
    ...probes.flatMap((list) => list.directories.map((path) => star(`list ${path}`))), ...probes.flatMap((list) => list.statuses.map((path) => star(`status ${path}`))),
    ...probes.flatMap((list) => list.commands.map((command) => star(`run ${command.join(" ")}`))), ...probes.flatMap((list) => list.variables.map((name) => star(`env ${name}`))),
  ];

  test("is in the list that captures are made from", async () => {
    for (const parts of [LINUX, {}, { env: { OS: "Windows_NT" } }]) {
      const host = hostOf(parts);
      await Promise.all([findPlatform(host), findCpu(host), findMemory(host), findNuma(host), findDisks(host, null)]);
      expect(host.asked.filter((question) => !allowed.some((pattern) => pattern.test(question)))).toEqual([]);
    }
  });
});

describe("a record that somebody made to mislead", () => {
  const paths = Object.keys(LINUX.files ?? {}).concat(["/sys/fs/cgroup/memory/a/memory.limit_in_bytes", "/sys/fs/cgroup/memory/a/memory.stat", "/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "/sys/fs/cgroup/cpu/a/cpu.cfs_period_us"]);
  const commands = ["uname -srm", "lscpu", "df -Pk", "getconf GNU_LIBC_VERSION", "ldd --version", "systemd-detect-virt --vm", "sysctl hw machdep.cpu vm.swapusage", "vm_stat", "mount", "sw_vers"];
  const grammar = fc.constantFrom(
    "99999999999999999999", "1e308", "-1", "0", "MemTotal: 999999999999999 kB\n", "CPU(s): 999999\n", "Core(s) per socket: 999999\nSocket(s): 999999\n", "L3 cache: 99999999999999 GiB\n", "Linux", "Darwin 1 arm64", "hw.ncpu: 9999999999999999\n", "hw.memsize: 9999999999999999\n",
    "Filesystem 1024-blocks Used Available Capacity Mounted on\n", "/dev/a 9999999999999999999999 1 9999999999999999999999 1% /\n", "/dev/a / vfat ro 0 0\n", "processor : 0\nphysical id : 0\ncore id : 1\n", "CPU implementer : 0xffffffff\nCPU part : 0xffffffff\n", "0-65535", "4294967295",
    "hierarchical_memory_limit 18446744073709551615\n", "Node 0 MemTotal: 999999999999999 kB\n", "x".repeat(10_000), "\n", "/../..", "\u0000", "NUMA node999999 CPU(s): 0\n", "Hugepagesize: 2048 kB\nHugePages_Total: 99999999\n", "Mach (page size of 999999 bytes)\nPages free: 999999999999999.\n",
  );
  const text = fc.oneof(grammar, fc.array(fc.oneof(grammar, fc.string())).map((parts) => parts.join("")));
  const some = (keys: readonly string[]) => fc.array(fc.tuple(fc.constantFrom(...keys), text)).map(Object.fromEntries);

  test("still becomes a machine that holds to its schema", { timeout: 60_000 }, async () => {
    await fc.assert(fc.asyncProperty(some(paths), some(commands), fc.boolean(), async (files, answers, onLinux) => {
      const parts: MachineParts = { files: { ...(onLinux ? LINUX.files : {}), ...files }, commands: { ...(onLinux ? LINUX.commands : {}), ...answers }, env: { OS: "Windows_NT", NUMBER_OF_PROCESSORS: "99999" } };
      const machine = Machine.parse(await describeMachine(hostOf(parts), { home: "/x", measure: true }));
      expect(codes(machine)).not.toContain("machine.partFailed");
    }), { numRuns: 300 });
  });
});
