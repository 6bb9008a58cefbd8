import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { presentMachine } from "../../../main/hosts/cli/present-machine.ts";
import { Machine } from "../../../shared/schemas/machine.ts";
import { runCommand } from "./test-io.ts";

const recordings = fileURLToPath(new URL("../../hardware/recordings", import.meta.url));
let home = "";
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "sallyport-hardware-"));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));
const run = (...words: string[]) => runCommand(["hardware", ...words], { home, workingDirectory: recordings });

describe("hardware", () => {
  test("--json is this machine, with the home's disk marked", async () => {
    const ran = await run("--no-measure", "--json");
    expect(ran.status).toBe(0);
    const machine = Machine.parse(ran.last()["machine"]);
    expect(machine.observation.how).toBe("live");
    expect(machine.memory.readBandwidth).toBeNull();
    expect(machine.disks.filter((disk) => disk.holdsHome === true)).toHaveLength(process.platform === "win32" ? 0 : 1);
  });

  test("measures, unless told not to", async () => {
    const machine = Machine.parse((await run("--json")).last()["machine"]);
    expect(machine.memory.readBandwidth?.bytesPerSecond).toBeGreaterThan(1e8);
  });

  test("--from a file of pasted lscpu tells its figures, and with --evidence their source", async () => {
    const ran = await run("--from", "cpu_lscpu_xeon8463B_amx.txt", "--evidence");
    expect(ran.status).toBe(0);
    expect(ran.stdout).toContain("Intel(R) Xeon(R) Platinum 8463B, 2 sockets, 96 cores, 192 threads, L3 220.2 MB");
    expect(ran.stdout).toMatch(/^cpu +threads +lscpu$/m);
    expect(ran.stdout).toContain("nothing tells how many of them a model may use");
  });

  test("--from nowhere is refused with what to name", async () => {
    const ran = await run("--from", "./nothing", "--json");
    expect(ran.status).not.toBe(0);
    expect(ran.last()).toMatchObject({ error: { code: "machine.captureNotFound" } });
  });
});

describe("a machine in text", () => {
  const machine = Machine.parse({
    formatVersion: 1, observation: { how: "capture", at: "2026-03-01T12:00:00.000Z", redacted: true },
    platform: { hostName: null, os: "linux", architecture: "aarch64", kernel: "5.10.0", distribution: "openEuler 22.03", libc: { kind: "glibc", version: "2.34" }, container: "docker", virtualization: null, evidence: { kernel: "/proc/sys/kernel/osrelease" } },
    cpu: { model: "Kunpeng 920", vendor: "HiSilicon", sockets: 4, cores: 192, threads: 192, usableThreads: 1.5, instructionSets: ["neon", "dotprod"], l3CacheBytes: null, evidence: {} },
    numa: [], disks: [],
    memory: { totalBytes: 800e9, availableBytes: 600e9, limitBytes: 34e9, limitUsedBytes: 4e9, usableBytes: 30e9, swapBytes: 0, hugePages: [], readBandwidth: null, evidence: {} },
    accelerators: [{
      id: "ascend:0", vendor: "huawei", family: "910B", model: "910B3", socName: "Ascend910B3", computeCapability: null, index: 0, card: 0, die: null, physicalId: 0, uuid: null, serial: null, busId: "0000:C1:00.0", numaNode: 6,
      parentId: null, isPartitioned: false, memory: { kind: "hbm", totalBytes: 2 ** 36, usedBytes: 3e9, freeBytes: 2 ** 36 - 3e9 }, health: "OK\u001b[2J", node: null, state: "denied", evidence: { model: "npu-smi info" },
    }],
    links: [{ from: "ascend:0", to: "ascend:1", kind: "HCCS", evidence: "x" }, { from: "ascend:1", to: "ascend:0", kind: "HCCS", evidence: "x" }], stacks: [{ kind: "ascend", driver: "25.5.2", firmware: null, cuda: null, cann: "9.1.0", nnal: null, containerRuntime: null, evidence: {} }],
    notices: [
      { code: "memory.limited", severity: "info", subject: "memory", details: { limitBytes: 34e9, totalBytes: 800e9, limitPath: "/sys/fs/cgroup/memory.max" }, evidence: [{ source: "/sys/fs/cgroup/memory.max", excerpt: "34000000000" }] },
      { code: "machine.partFailed", severity: "problem", subject: "nvidia", details: { part: "nvidia", reason: "R" }, evidence: [] },
    ],
  });
  const { text } = presentMachine(machine, { evidence: false });

  test("has the facts, exact", () => {
    expect(text).toMatch(/^system +openEuler 22\.03, aarch64, kernel 5\.10\.0, glibc 2\.34, in a container \(docker\)$/m);
    expect(text).toMatch(/^processor +Kunpeng 920, 4 sockets, 192 cores, 192 threads, 1\.5 usable$/m);
    expect(text).toMatch(/^memory +800\.0 GB, 30\.0 GB usable now, limited to 34\.0 GB, 4\.0 GB of it taken$/m);
    expect(text).toMatch(/^Ascend +driver 25\.5\.2, CANN 9\.1\.0$/m);
    expect(text).toMatch(/^links +HCCS × 1$/m);
    expect(text).toMatch(/^ascend:0 +910B3 +Ascend910B3 +68\.7 GB +65\.7 GB +hbm +6 +0000:C1:00\.0 +OK.* +denied$/m);
  });

  test("has the problems before the rest, each with its next step", () => {
    expect(text.indexOf("problem  nvidia")).toBeGreaterThan(0);
    expect(text.indexOf("problem  nvidia")).toBeLessThan(text.indexOf("info  memory"));
    expect(text).toContain("info  memory  A control group limits memory to 34.0 GB of 800.0 GB (/sys/fs/cgroup/memory.max).\n  Plans count on the limit");
  });

  test("lets no text of a tool reach the terminal as a command", () => {
    expect(text).not.toContain("\u001b");
  });

  test("shows evidence when asked, and only then", () => {
    expect(text).not.toContain("34000000000");
    expect(presentMachine(machine, { evidence: true }).text).toContain("  · /sys/fs/cgroup/memory.max: 34000000000");
    expect(presentMachine(machine, { evidence: true }).text).toMatch(/^ascend:0 +model +npu-smi info$/m);
  });
});
