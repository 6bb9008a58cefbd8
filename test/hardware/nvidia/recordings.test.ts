import { describe, expect, it } from "vitest";
import { parseQueryGpu } from "../../../main/hardware/nvidia/parse-query-gpu.ts";
import { parseTopology } from "../../../main/hardware/nvidia/parse-topology.ts";
import { parseVersions } from "../../../main/hardware/nvidia/parse-versions.ts";
import { CAPTURES, captureCommands, failureWords, everyCommand, find, machineFiles, MIB, recording, withoutSource } from "./nvidia-recordings.ts";

/** The captures' UUIDs and serial numbers were masked, so a device goes by its place on the bus. */
const H200 = {
  id: "nvidia:0000:83:00.0", vendor: "nvidia", family: "nvidia", model: "NVIDIA H200", socName: null, computeCapability: "9.0", index: 0, uuid: null, serial: null, busId: "0000:83:00.0",
  numaNode: 0, parentId: null, isPartitioned: false, state: "usable", health: null, node: null,
};

describe("recorded machines", () => {
  it.each([
    { phase: "idle" as const, usedBytes: 0, freeBytes: 143158 * MIB },
    { phase: "load" as const, usedBytes: 32362 * MIB, freeBytes: 110796 * MIB },
  ])("an H200 ($phase) has the memory that others leave free", async ({ phase, usedBytes, freeBytes }) => {
    const found = await find({ how: "folder", commands: captureCommands(CAPTURES.h200, phase) });
    expect(found.accelerators).toMatchObject([{ ...H200, memory: { kind: "hbm", totalBytes: 143771 * MIB, usedBytes, freeBytes } }]);
    expect(found.stacks).toMatchObject([{ kind: "nvidia", driver: "590.48.01", cuda: "13.1", firmware: null, containerRuntime: null }]);
    expect(found.links).toEqual([]);
    expect(found.notices).toEqual([]);
  });

  it("every field says which command told it", async () => {
    const { accelerators } = await find({ how: "folder", commands: captureCommands(CAPTURES.h200, "idle") });
    const query = "nvidia-smi --query-gpu --format=csv";
    expect(accelerators[0]?.evidence).toEqual({
      model: query, computeCapability: query, index: query, busId: query, isPartitioned: query, totalBytes: query, usedBytes: query, freeBytes: query,
      numaNode: "nvidia-smi topo -m", memoryKind: "known of NVIDIA H200",
    });
  });

  it("an H200 cut into five MIG devices is one GPU and five devices, two of which share a memory", async () => {
    const found = await find({ how: "folder", commands: captureCommands(CAPTURES.h200Slices, "load") });
    expect(found.accelerators[0]).toMatchObject({ ...H200, isPartitioned: true, memory: { kind: "hbm", totalBytes: 143771 * MIB, usedBytes: 16959 * MIB, freeBytes: 126199 * MIB } });
    const slice = { vendor: "nvidia", computeCapability: "9.0", parentId: H200.id, isPartitioned: false, state: "usable", busId: H200.busId, numaNode: 0 };
    const memory = (totalMib: number, usedMib: number) => ({ kind: "hbm", totalBytes: totalMib * MIB, usedBytes: usedMib * MIB, freeBytes: null });
    expect(found.accelerators.slice(1)).toMatchObject([
      { ...slice, id: `${H200.id}/gi2/ci0`, index: 0, model: "NVIDIA H200 MIG 1c.3g.71gb", memory: memory(71424, 16925) },
      { ...slice, id: `${H200.id}/gi2/ci1`, index: 1, model: "NVIDIA H200 MIG 2c.3g.71gb", memory: memory(71424, 16925) },
      { ...slice, id: `${H200.id}/gi3/ci0`, index: 2, model: "NVIDIA H200 MIG 2g.35gb", memory: memory(33280, 17) },
      { ...slice, id: `${H200.id}/gi9/ci0`, index: 3, model: "NVIDIA H200 MIG 1g.18gb", memory: memory(16384, 9) },
      { ...slice, id: `${H200.id}/gi10/ci0`, index: 4, model: "NVIDIA H200 MIG 1g.18gb", memory: memory(16384, 9) },
    ]);
    expect(found.accelerators).toHaveLength(6);
    expect(found.notices).toMatchObject([{ code: "nvidia.slicesShareMemory", subject: H200.id, details: { slices: `${H200.id}/gi2/ci0, ${H200.id}/gi2/ci1`, totalBytes: 71424 * MIB } }]);
  });

  it("an L40S has gddr and no mode for slices", async () => {
    const found = await find({ how: "folder", commands: captureCommands(CAPTURES.l40s, "load") });
    expect(found.accelerators).toMatchObject([{
      id: "nvidia:0000:01:00.0", model: "NVIDIA L40S", computeCapability: "8.9", index: 0, isPartitioned: false, state: "usable",
      memory: { kind: "gddr", totalBytes: 46068 * MIB, usedBytes: 1235 * MIB, freeBytes: 44225 * MIB },
    }]);
    expect(found.stacks).toMatchObject([{ driver: "595.80", cuda: "13.2" }]);
    expect(found.notices).toEqual([]);
  });

  it.each(["-L", "", "--query-gpu"])("what people paste, one command alone (nvidia-smi %s), names the same device", async (only) => {
    const commands = Object.entries(captureCommands(CAPTURES.l40s, "idle")).filter(([command]) => (only === "" ? command === "nvidia-smi" : command.startsWith(`nvidia-smi ${only}`)));
    const { accelerators } = await find({ how: "folder", commands: Object.fromEntries(commands) });
    expect(accelerators).toMatchObject([{ index: 0, model: "NVIDIA L40S", computeCapability: "8.9", state: "usable" }]);
    expect(accelerators[0]?.memory.totalBytes).toBe(only === "-L" ? null : 46068 * MIB);
  });

  it("XML of a v12 A100 gives its four slices, and says that three GPUs are missing from it", async () => {
    const found = await find({ how: "folder", commands: { "nvidia-smi -q -x": withoutSource(recording("nvidia_smi_q_x_a100-sxm4-v12.xml.txt")) } });
    const id = "nvidia:GPU-513536b6-7d19-9063-b049-1e69664bb298";
    expect(found.accelerators[0]).toMatchObject({
      // Four are attached and one is described: which one of them, only its minor number hints at.
      id, index: null, uuid: "GPU-513536b6-7d19-9063-b049-1e69664bb298", serial: "1650522003820", busId: "0000:01:00.0", model: "NVIDIA A100-SXM4-80GB", computeCapability: "8.0",
      isPartitioned: true, memory: { kind: "hbm", totalBytes: 81920 * MIB, usedBytes: 50 * MIB, freeBytes: 80999 * MIB }, evidence: { computeCapability: "known of NVIDIA A100-SXM4-80GB" },
    });
    expect(found.accelerators.slice(1)).toMatchObject([3, 4, 5, 6].map((instance, index) => ({
      id: `${id}/gi${instance}/ci0`, parentId: id, index, isPartitioned: false, memory: { kind: "hbm", totalBytes: 19968 * MIB, usedBytes: 12 * MIB, freeBytes: 19955 * MIB },
    })));
    expect(found.stacks).toMatchObject([{ driver: "535.54.03", cuda: "12.2", firmware: "535.54.03" }]);
    expect(found.notices).toMatchObject([{ code: "nvidia.sourcesDisagree", details: { field: "number of GPUs", first: "4", second: "1" } }]);
  });

  it("eight H100 are joined to each other by 18 NVLinks", () => {
    const { links, contradictions, numaNodes } = parseTopology(withoutSource(recording("nvidia_topo_m_8xH100.txt")));
    expect(links).toHaveLength(28);
    expect(new Set(links.map(({ from, to }) => `${from} ${to}`))).toHaveProperty("size", 28);
    expect(links.every(({ from, to, kind }) => from < to && kind === "NV18")).toBe(true);
    expect(contradictions).toEqual([]);
    expect([...numaNodes]).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((index) => [index, 0]));
  });

  it("driver 610's renamed head and --version are read, and its prose is not taken for a version", () => {
    const [banner = "", version = ""] = withoutSource(recording("nvidia_banner_r610_renamed.txt")).split(/^## .*\n/m);
    expect(parseVersions(banner)).toMatchObject({ driver: "610.57.04", cuda: "13.3" });
    expect(parseVersions(version)).toMatchObject({ driver: "610.57.04", cuda: "13.3" });
  });
});

/** Compute capabilities by Nvidia's own table (developer.nvidia.com/cuda-gpus); the recording has none. */
const CAPABILITIES: Readonly<Record<string, readonly [computeCapability: string, kind: string]>> = {
  "NVIDIA H100 80GB HBM3": ["9.0", "hbm"], "NVIDIA H200": ["9.0", "hbm"], "NVIDIA B200": ["10.0", "hbm"], "NVIDIA B300 SXM6 AC": ["10.3", "hbm"], "NVIDIA GB200": ["10.0", "hbm"],
  "NVIDIA GB300": ["10.3", "hbm"], "NVIDIA GeForce RTX 5090": ["12.0", "gddr"], "NVIDIA GeForce RTX 4090": ["8.9", "gddr"], "NVIDIA L40S": ["8.9", "gddr"], "NVIDIA H20": ["9.0", "hbm"],
};
const MODEL_ROWS = withoutSource(recording("nvidia_query_gpu_csv_memory_per_model.txt")).trim().split("\n");

describe("memory and compute capability by model", () => {
  it("covers every row of the recording", () => {
    expect(MODEL_ROWS.map((row) => row.split(",")[0])).toEqual(Object.keys(CAPABILITIES));
  });

  it.each(MODEL_ROWS)("%s", async (row) => {
    const [name = "", memory = "", driver = ""] = row.split(", ");
    const { gpus } = parseQueryGpu(`${row}\n`, ["name", "memory.total", "driver_version"], "paste");
    expect(gpus).toMatchObject([{ name, driver, totalBytes: Number.parseInt(memory, 10) * MIB, index: 0 }]);
    const [capability, kind] = CAPABILITIES[name] ?? [];
    const found = await find({ how: "folder", commands: { ...everyCommand(`name, memory.total [MiB], driver_version\n${row}\n`) } });
    expect(found.accelerators).toMatchObject([{ model: name, computeCapability: capability, memory: { kind, totalBytes: Number.parseInt(memory, 10) * MIB }, state: "usable" }]);
  });
});

describe("recorded failures", () => {
  const onBus = ["0000:01:00.0", "0000:34:00.0"];

  it.each([
    { title: "exit 9, driver module not loaded", code: "nvidia.driverNotLoaded", state: "hidden" },
    { title: "user space newer than loaded kernel module", code: "nvidia.driverMismatch", state: "broken" },
    { title: "container lost device cgroup", code: "nvidia.devicesLost", state: "denied" },
  ])("$title: both GPUs of the bus are there, $state", async ({ title, code, state }) => {
    const found = await find({ files: machineFiles(onBus), commands: everyCommand({ exitCode: 9, stdout: failureWords(title) }) });
    expect(found.accelerators).toMatchObject(onBus.map((busId) => ({ id: `nvidia:${busId}`, busId, numaNode: 1, state })));
    expect(found.notices.map((notice) => notice.code)).toEqual([code]);
    expect(found.notices[0]?.evidence[0]?.excerpt).toContain(failureWords(title).trim().split("\n")[0]);
  });

  it("a GPU that fell off the bus is broken, and the others of the same output are not", async () => {
    const rows = `index, uuid, pci.bus_id, name, memory.total [MiB], memory.free [MiB], compute_cap\n0, GPU-11111111-2222-3333-4444-555555555555, 00000000:01:00.0, NVIDIA H200, 143771 MiB, 143158 MiB, 9.0\n`;
    const found = await find({ files: machineFiles(onBus), commands: everyCommand(failureWords("GPU fell off the bus") + rows) });
    expect(found.accelerators).toMatchObject([
      { id: "nvidia:GPU-11111111-2222-3333-4444-555555555555", busId: "0000:01:00.0", state: "usable", memory: { freeBytes: 143158 * MIB } },
      { id: "nvidia:0000:34:00.0", index: 1, state: "broken" },
    ]);
    expect(found.notices).toContainEqual(expect.objectContaining({ code: "nvidia.gpuFault", subject: "nvidia:0000:34:00.0" }));
  });

  it("a driver that cannot start its only GPU shows it broken, with both messages", async () => {
    const found = await find({ commands: everyCommand({ exitCode: 6, stdout: failureWords("Secure Boot") }) });
    expect(found.accelerators).toMatchObject([{ id: "nvidia:0000:01:00.0", index: 0, state: "broken" }]);
    expect(found.notices.map(({ code }) => code)).toEqual(["nvidia.noDevicesFound", "nvidia.gpuFault"]);
  });

  it("an image without GPU and tool has found nothing, and says what was looked for", async () => {
    const found = await find({ commands: everyCommand({ exitCode: 127, stderr: failureWords("GPU-less container image") }) });
    expect(found).toMatchObject({ accelerators: [], links: [], stacks: [], notices: [{ code: "nvidia.nothingFound", severity: "info" }] });
    expect(found.notices[0]?.evidence[0]?.excerpt).toContain("command not found");
  });
});
