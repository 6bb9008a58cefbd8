import { describe, expect, it } from "vitest";
import { findNvidia } from "../../../main/hardware/nvidia/find-nvidia.ts";
import { NVIDIA_PROBES } from "../../../main/hardware/nvidia/nvidia-probes.ts";
import { hostOf, type MachineParts } from "../host-of.ts";
import { driverFiles, everyCommand, find, machineFiles, MIB, queryCommand } from "./nvidia-recordings.ts";

const UUIDS = ["GPU-11111111-2222-3333-4444-555555555555", "GPU-66666666-7777-8888-9999-aaaaaaaaaaaa", "GPU-bbbbbbbb-cccc-dddd-eeee-ffffffffffff"] as const;
const BUS = ["0000:62:00.0", "0000:a3:00.0", "0000:c1:00.0"] as const;
const IDS = UUIDS.map((uuid) => `nvidia:${uuid}`);

/** A query's output with the given cells in place of the usual ones. */
function rows(...cells: Readonly<Record<string, string>>[]): string {
  const usual = { index: "", uuid: "", "pci.bus_id": "", name: "NVIDIA H100 80GB HBM3", driver_version: "535.129.03", "memory.total [MiB]": "81559 MiB", "memory.free [MiB]": "81008 MiB", compute_cap: "9.0", compute_mode: "Default", pstate: "P0" };
  const all = cells.map((each, at) => ({ ...usual, index: `${at}`, uuid: UUIDS[at] ?? "", "pci.bus_id": `0000${BUS[at]?.toUpperCase()}`, ...each }));
  return `${[Object.keys(all[0] ?? usual), ...all.map((each) => Object.values(each))].map((line) => line.join(", ")).join("\n")}\n`;
}

const codes = (found: Awaited<ReturnType<typeof find>>): string[] => found.notices.map(({ code }) => code);
const gpus = (count: number) => [...UUIDS.slice(0, count).keys()].map((at) => ({ busId: BUS[at] ?? "", uuid: UUIDS[at] ?? "", minor: at }));

describe("a GPU that the tool lists", () => {
  it("has its node, NUMA node, firmware and driver from the files beside it", async () => {
    const found = await find({
      files: { ...machineFiles(BUS.slice(0, 1)), ...driverFiles([{ busId: BUS[0], uuid: UUIDS[0], minor: 5 }]) },
      statuses: { "/dev/nvidia5": { mode: 0o660, group: "video", readable: true, writable: true }, "/dev/nvidiactl": {}, "/dev/nvidia-uvm": {} },
      commands: { ...everyCommand(rows({})), "nvidia-ctk --version": "NVIDIA Container Toolkit CLI version 1.17.4\ncommit: 9b69590c7428470a72f2ae05f826412976af1395\n" },
    });
    expect(found.accelerators).toMatchObject([{
      id: IDS[0], numaNode: 1, state: "usable", node: { path: "/dev/nvidia5", mode: "0660", owner: "root", group: "video", openable: true },
      evidence: { node: "/dev/nvidia5", numaNode: `/sys/bus/pci/devices/${BUS[0]}`, uuid: "nvidia-smi --query-gpu --format=csv" },
    }]);
    expect(found.stacks).toMatchObject([{ driver: "535.129.03", firmware: "535.129.03", containerRuntime: "nvidia-ctk 1.17.4" }]);
    expect(found.notices).toEqual([]);
  });

  it("is denied where this user may not open its node, and the notice names owner and mode", async () => {
    const found = await find({
      files: driverFiles(gpus(1)), statuses: { "/dev/nvidia0": { mode: 0o660, group: "video", readable: false, writable: false }, "/dev/nvidiactl": {}, "/dev/nvidia-uvm": {} }, commands: everyCommand(rows({})),
    });
    expect(found.accelerators[0]?.state).toBe("denied");
    expect(found.notices).toMatchObject([{ code: "nvidia.nodeDenied", subject: IDS[0], details: { path: "/dev/nvidia0", mode: "0660", owner: "root", group: "video" } }]);
  });

  it.each([
    ["pstate", "[GPU requires reset]"], ["memory.total [MiB]", "[Unknown Error]"], ["name", "ERR!"], ["memory.free [MiB]", "[GPU is lost]"],
  ])("is broken where %s says %s, and its neighbour is not", async (field, words) => {
    const found = await find({ commands: everyCommand(rows({}, { [field]: words })) });
    expect(found.accelerators.map(({ state }) => state)).toEqual(["usable", "broken"]);
    expect(found.notices).toContainEqual(expect.objectContaining({ code: "nvidia.gpuFault", severity: "problem", subject: IDS[1] }));
  });

  it("stays usable where one reading beside the point fails, with a warning", async () => {
    const found = await find({ commands: everyCommand(rows({ "ecc.errors.uncorrected.volatile.total": "[Unknown Error]" })) });
    expect(found.accelerators).toMatchObject([{ state: "usable" }]);
    expect(found.notices).toMatchObject([{ code: "nvidia.fieldUnreadable", severity: "warning", details: { field: "ecc.errors.uncorrected.volatile.total" } }]);
  });

  it("tells of memory errors that were not corrected and of the driver's advice", async () => {
    const found = await find({ commands: everyCommand(rows({ "ecc.errors.uncorrected.volatile.total": "3", gpu_recovery_action: "Reset" })) });
    expect(codes(found)).toEqual(["nvidia.recoveryAdvised", "nvidia.uncorrectedErrors"]);
    expect(found.accelerators).toMatchObject([{ health: "recovery advised: Reset", state: "broken" }]);
  });

  it("works on while the driver advises to reset it when it is idle", async () => {
    const found = await find({ commands: everyCommand(rows({ gpu_recovery_action: "Drain and Reset" })) });
    expect(found.accelerators).toMatchObject([{ state: "usable" }]);
    expect(codes(found)).toEqual(["nvidia.recoveryAdvised"]);
  });

  it("is denied in compute mode Prohibited", async () => {
    const found = await find({ commands: everyCommand(rows({ compute_mode: "Prohibited" })) });
    expect(found.accelerators[0]?.state).toBe("denied");
    expect(codes(found)).toEqual(["nvidia.computeProhibited"]);
  });

  it("is busy in an exclusive mode while a process has it, and usable while none has", async () => {
    const xml = (processes: string): string => `<?xml version="1.0" ?>\n<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v13.dtd">\n<nvidia_smi_log><kmd_version>610.57.04</kmd_version><cuda_umd_version>13.3</cuda_umd_version><attached_gpus>1</attached_gpus>
<gpu id="00000000:62:00.0"><product_name>NVIDIA A100-SXM4-80GB</product_name><mig_devices>None</mig_devices><uuid>${UUIDS[0]}</uuid><fb_memory_usage><total>81920 MiB</total><used>50 MiB</used><free>80999 MiB</free></fb_memory_usage>
<compute_mode>Exclusive_Process</compute_mode><processes>${processes}</processes></gpu></nvidia_smi_log>\n`;
    const held = await find({ how: "folder", commands: { "nvidia-smi -q -x": xml("<process_info><pid>4201</pid><type>C</type><process_name>train &lt;1&gt;</process_name></process_info>") } });
    expect(held.accelerators).toMatchObject([{ id: IDS[0], index: 0, state: "busy", memory: { totalBytes: 81920 * MIB, freeBytes: 80999 * MIB } }]);
    expect(held.stacks).toMatchObject([{ driver: "610.57.04", cuda: "13.3" }]);
    expect(codes(held)).toEqual(["nvidia.gpuBusy"]);
    const free = await find({ how: "folder", commands: { "nvidia-smi -q -x": xml("") } });
    expect(free.accelerators[0]?.state).toBe("usable");
  });

  it.each([
    ["GB10", { name: "NVIDIA GB10", "memory.total [MiB]": "[N/A]", "memory.free [MiB]": "[N/A]", compute_cap: "12.1" }, "12.1"],
    ["an integrated GPU of a name nobody knows", { name: "NVIDIA N9X", "memory.total [MiB]": "Not Supported", "memory.free [MiB]": "Not Supported", compute_cap: "11.0" }, "11.0"],
  ])("%s works in the host's memory", async (_what, cells, capability) => {
    const found = await find({ commands: everyCommand(rows(cells)) });
    expect(found.accelerators).toMatchObject([{ computeCapability: capability, state: "usable", memory: { kind: "shared", totalBytes: null, usedBytes: null, freeBytes: null } }]);
    expect(found.notices).toMatchObject([{ code: "nvidia.hostMemoryUsed", severity: "info" }]);
  });

  it("of a known kind that does not tell its memory is not taken for one without", async () => {
    const found = await find({ commands: everyCommand(rows({ "memory.total [MiB]": "[Insufficient Permissions]", "memory.free [MiB]": "[Insufficient Permissions]" })) });
    expect(found.accelerators).toMatchObject([{ memory: { kind: "hbm", totalBytes: null } }]);
    expect(found.notices).toMatchObject([{ code: "nvidia.memoryUnknown", details: { words: "[Insufficient Permissions]" } }]);
  });

  it("of which nobody asked the memory is not taken for one without", async () => {
    const found = await find({ how: "folder", commands: { "nvidia-smi -L": `GPU 0: NVIDIA N9X (UUID: ${UUIDS[0]})\n` } });
    expect(found.accelerators).toMatchObject([{ id: IDS[0], computeCapability: null, memory: { kind: null, totalBytes: null } }]);
    expect(codes(found)).toEqual(["nvidia.memoryUnknown"]);
  });

  it("reads decimal commas and grouped thousands", async () => {
    const found = await find({ commands: everyCommand(rows({ compute_cap: "9,0", "memory.total [MiB]": "81,559 MiB", "memory.free [MiB]": "81.008 MiB" })) });
    expect(found.accelerators).toMatchObject([{ computeCapability: "9.0", memory: { totalBytes: 81559 * MIB, freeBytes: 81008 * MIB } }]);
  });

  it("in MIG mode without slices is told to have no device", async () => {
    const found = await find({ how: "folder", commands: { [queryCommand(0)]: rows({ "mig.mode.current": "Enabled" }), "nvidia-smi -L": `GPU 0: NVIDIA H100 80GB HBM3 (UUID: ${UUIDS[0]})\n` } });
    expect(found.accelerators).toMatchObject([{ isPartitioned: true }]);
    expect(codes(found)).toEqual(["nvidia.noSlices"]);
    const alone = await find({ how: "folder", commands: { [queryCommand(0)]: rows({ "mig.mode.current": "Enabled" }) } });
    expect(codes(alone)).toEqual(["nvidia.slicesUnknown"]);
  });
});

describe("the query", () => {
  it("asks for less where a field is unknown to an old driver, and takes what is missing from the model", async () => {
    const refused = (field: string) => ({ exitCode: 2, stdout: `Field "${field}" is not a valid field to query.\n\n` });
    const found = await find({
      how: "folder", commands: { [queryCommand(0)]: refused("fabric.state"), [queryCommand(1)]: refused("compute_cap"), [queryCommand(2)]: `index, uuid, pci.bus_id, name, memory.total [MiB]\n0, ${UUIDS[0]}, 00000000:62:00.0, Tesla V100-SXM2-16GB, 16160 MiB\n` },
    });
    expect(found.accelerators).toMatchObject([{ model: "Tesla V100-SXM2-16GB", computeCapability: "7.0", memory: { kind: "hbm", totalBytes: 16160 * MIB }, evidence: { computeCapability: "known of Tesla V100-SXM2-16GB" } }]);
    expect(found.notices).toEqual([]);
  });

  it("is asked of a program that is not on PATH", async () => {
    const found = await find({ commands: Object.fromEntries(Object.entries(everyCommand(rows({}))).map(([command, answer]) => [`/usr/lib/wsl/lib/${command}`, answer])) });
    expect(found.accelerators).toMatchObject([{ id: IDS[0], state: "usable" }]);
  });
});

describe("several GPUs", () => {
  it("of one name and one masked UUID stay several, told apart by their bus", async () => {
    const masked = "GPU-00000000-0000-0000-0000-000000000000";
    const found = await find({ how: "folder", commands: { [queryCommand(0)]: rows({ uuid: masked }, { uuid: masked }), "nvidia-smi -L": `GPU 0: NVIDIA H100 80GB HBM3 (UUID: ${masked})\nGPU 1: NVIDIA H100 80GB HBM3 (UUID: ${masked})\n  MIG 1g.10gb     Device  0: (UUID: MIG-00000000-0000-0000-0000-000000000000)\n` } });
    expect(found.accelerators.map(({ id, index, parentId }) => [id, index, parentId])).toEqual([[`nvidia:${BUS[0]}`, 0, null], [`nvidia:${BUS[1]}`, 1, null], [`nvidia:${BUS[1]}/0`, 0, `nvidia:${BUS[1]}`]]);
  });

  it("are joined by links, and without a topology that is said", async () => {
    const two = { [queryCommand(0)]: rows({}, {}) };
    const linked = await find({ how: "folder", commands: { ...two, "nvidia-smi topo -m": "\tGPU0\tGPU1\tNIC0\tCPU Affinity\tNUMA Affinity\nGPU0\t X \tPHB\tSYS\t0-31\t0\nGPU1\tPHB\t X \tPIX\t32-63\t1\nNIC0\tSYS\tPIX\t X \n" } });
    expect(linked.links).toEqual([{ from: IDS[0], to: IDS[1], kind: "PHB", evidence: "nvidia-smi topo -m" }]);
    expect(linked.accelerators.map(({ numaNode }) => numaNode)).toEqual([0, 1]);
    expect(codes(await find({ how: "folder", commands: two }))).toEqual(["nvidia.topologyUnknown"]);
  });

  it("of a matrix whose halves differ are joined by the upper one, with a notice of both", async () => {
    const found = await find({ how: "folder", commands: { [queryCommand(0)]: rows({}, {}), "nvidia-smi topo -m": "\tGPU0\tGPU1\tCPU Affinity\nGPU0\t X \tNV4\t0-31\nGPU1\tSYS\t X \t0-31\n" } });
    expect(found.links).toMatchObject([{ kind: "NV4" }]);
    expect(found.notices).toMatchObject([{ code: "nvidia.sourcesDisagree", details: { first: "NV4", second: "SYS" } }]);
  });

  it("that the tool does not list stay hidden with the reason: excluded, another driver, a virtual machine, a container", async () => {
    const files = { ...driverFiles([{ busId: BUS[0], uuid: UUIDS[0], minor: 0 }, { busId: BUS[1], uuid: UUIDS[1], minor: 1, excluded: "Yes" }]), ...machineFiles(BUS.slice(0, 2)), ...machineFiles(["0000:e0:00.0"], "vfio-pci"), ...machineFiles(["0000:e1:00.0"]), ...machineFiles(["0000:e2:00.0"], "nouveau") };
    const found = await find({ files, commands: everyCommand(rows({})) });
    expect(found.accelerators.map(({ id, state }) => [id, state])).toEqual([
      [IDS[0], "usable"], [IDS[1], "hidden"], ["nvidia:0000:e0:00.0", "busy"], ["nvidia:0000:e1:00.0", "hidden"], ["nvidia:0000:e2:00.0", "hidden"],
    ]);
    expect(codes(found)).toEqual(["nvidia.gpuExcluded", "nvidia.otherDriver", "nvidia.gpuNotListed", "nvidia.otherDriver"]);
    expect(found.notices[3]).toMatchObject({ subject: "nvidia:0000:e2:00.0", details: { kernelDriver: "nouveau" } });
  });
});

describe("a machine without a working tool", () => {
  it("under nouveau says so", async () => {
    const found = await find({ files: machineFiles([BUS[0]], "nouveau") });
    expect(found.accelerators).toMatchObject([{ busId: BUS[0], state: "hidden", numaNode: 1 }]);
    expect(codes(found)).toEqual(["nvidia.toolMissing", "nvidia.otherDriver"]);
    expect(found.notices[0]?.details).toMatchObject({ traces: "1 on the PCI bus" });
  });

  it("as a container without devices sees its host's GPUs, hidden, by model and UUID", async () => {
    const found = await find({ files: { ...driverFiles(gpus(2)), ...machineFiles(BUS.slice(0, 2)) }, env: { NVIDIA_VISIBLE_DEVICES: "void" } });
    expect(found.accelerators).toMatchObject([{ id: IDS[0], model: "NVIDIA H100 80GB HBM3", computeCapability: "9.0", state: "hidden" }, { id: IDS[1], state: "hidden" }]);
    expect(codes(found)).toEqual(["nvidia.toolMissing", "nvidia.visibleDevices"]);
    expect(found.notices[0]?.details).toMatchObject({ traces: "2 on the PCI bus, the loaded driver 535.129.03" });
  });

  it("says which versions do not match", async () => {
    const found = await find({ files: driverFiles(gpus(1)), commands: everyCommand({ exitCode: 18, stdout: "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 580.126\n" }) });
    expect(found.notices).toMatchObject([{ code: "nvidia.driverMismatch", details: { libraryVersion: "580.126", loadedVersion: "535.129.03" } }]);
    expect(found.accelerators).toMatchObject([{ id: IDS[0], state: "broken" }]);
  });

  it("has a GPU behind each node, where nothing else is to be seen", async () => {
    const found = await find({ statuses: { "/dev/nvidia0": {}, "/dev/nvidia3": {}, "/dev/nvidiactl": {}, "/dev/nvidia-uvm": {} } });
    expect(found.accelerators).toMatchObject([{ id: "nvidia:minor-0", state: "hidden" }, { id: "nvidia:minor-3", state: "hidden", node: { path: "/dev/nvidia3" } }]);
  });

  it("is a Jetson by its own files", async () => {
    const found = await find({ files: { "/etc/nv_tegra_release": "# R35 (release), REVISION: 4.1\n", "/proc/device-tree/model": "NVIDIA Jetson AGX Orin Developer Kit\0" } });
    expect(found.accelerators).toMatchObject([{ model: "NVIDIA Jetson AGX Orin Developer Kit", computeCapability: "8.7", memory: { kind: "shared" }, state: "hidden" }]);
    expect(codes(found)).toEqual(["nvidia.toolMissing"]);
  });

  it("sees no GPU in a sound function, a USB port or another vendor's card", async () => {
    const device = (busId: string, vendor: string, pciClass: string) => ({ [`/sys/bus/pci/devices/${busId}/vendor`]: vendor, [`/sys/bus/pci/devices/${busId}/class`]: pciClass });
    const found = await find({ files: { ...device("0000:01:00.1", "0x10de\n", "0x040300\n"), ...device("0000:01:00.2", "0x10de\n", "0x0c0330\n"), ...device("0000:02:00.0", "0x19e5\n", "0x030000\n") } });
    expect(found.accelerators).toEqual([]);
    expect(codes(found)).toEqual(["nvidia.nothingFound"]);
  });

  it("of which a record holds the bus alone is not said to hide its GPU", async () => {
    const found = await find({ how: "folder", files: machineFiles([BUS[0]]) });
    expect(found.accelerators).toMatchObject([{ busId: BUS[0], state: "hidden" }]);
    expect(found.notices).toMatchObject([{ code: "nvidia.toolNotRecorded", details: { traces: "1 on the PCI bus" } }]);
  });

  it("of which nothing was recorded says that it was not", async () => {
    const found = await find({ how: "folder" });
    expect(found.notices).toMatchObject([{ code: "nvidia.nothingFound", details: { notRecorded: "nvidia-smi, /sys/bus/pci/devices" } }]);
  });
});

describe("what stands around the GPUs", () => {
  const switches = { "/sys/bus/pci/devices/0000:05:00.0/vendor": "0x10de\n", "/sys/bus/pci/devices/0000:05:00.0/class": "0x068000\n" };
  const inactive: MachineParts["commands"] = { "systemctl is-active nvidia-fabricmanager": { exitCode: 3, stdout: "inactive\n" } };

  it("a fabric that is not ready breaks GPUs behind NVSwitches", async () => {
    const found = await find({ files: switches, commands: { ...everyCommand(rows({ "fabric.state": "In Progress", "fabric.status": "N/A" })), ...inactive } });
    expect(found.accelerators).toMatchObject([{ state: "broken" }]);
    expect(found.notices).toMatchObject([{ code: "nvidia.fabricNotReady", subject: IDS[0], details: { state: "In Progress", fabricManager: "inactive" } }]);
  });

  it("a GPU whose fabric is complete needs no service in this container", async () => {
    const found = await find({ files: switches, commands: { ...everyCommand(rows({ "fabric.state": "Completed", "fabric.status": "Success" })), ...inactive } });
    expect(found.accelerators).toMatchObject([{ state: "usable" }]);
    expect(found.notices).toEqual([]);
  });

  it("NVSwitches without fabric manager are told of where the GPUs cannot say", async () => {
    const found = await find({ files: switches, commands: { ...everyCommand(rows({})), ...inactive } });
    expect(found.notices).toMatchObject([{ code: "nvidia.fabricManagerInactive", details: { fabricManager: "inactive", switches: 1 } }]);
  });

  it("a driver of two versions is told of with both sources", async () => {
    const found = await find({ files: driverFiles(gpus(1)), commands: everyCommand(rows({ driver_version: "550.54.15" })) });
    expect(found.notices).toMatchObject([{ code: "nvidia.sourcesDisagree", details: { field: "driver", first: "550.54.15", second: "535.129.03", secondSource: "/proc/driver/nvidia/version" } }]);
  });

  it("a driver without CUDA's library is told of", async () => {
    const found = await find({ how: "folder", commands: { [queryCommand(0)]: rows({}), "nvidia-smi --version": "NVIDIA-SMI version  : 535.129.03\nNVML version        : 535.129\nDRIVER version      : 535.129.03\nCUDA Version        : N/A\n" } });
    expect(found.stacks).toMatchObject([{ cuda: null }]);
    expect(found.notices).toMatchObject([{ code: "nvidia.cudaMissing" }]);
  });

  it.each([
    ["", [IDS[0], IDS[1], IDS[2]]], ["-1", [IDS[0], IDS[1], IDS[2]]], ["1", [IDS[0], IDS[2]]], ["0,2", [IDS[1]]], ["GPU-666", [IDS[0], IDS[2]]], ["2,9,0", [IDS[0], IDS[1]]], ["0,1,2", []],
  ])('CUDA_VISIBLE_DEVICES="%s" leaves out %j and changes no state', async (value, leftOut) => {
    const found = await find({ commands: everyCommand(rows({}, {}, {})), env: { CUDA_VISIBLE_DEVICES: value } });
    expect(found.accelerators.every(({ state }) => state === "usable")).toBe(true);
    const said = found.notices.filter(({ code }) => code === "nvidia.visibleDevices");
    expect(said.map(({ details }) => details["leftOut"])).toEqual(leftOut.length === 0 ? [] : [leftOut.join(", ")]);
  });
});

it("nothing is asked that is not on the list of probes", async () => {
  const host = hostOf({ files: { ...driverFiles(gpus(1)), ...machineFiles([BUS[0]]) }, statuses: { "/dev/nvidia0": {}, "/dev/nvidiactl": {}, "/dev/nvidia-uvm": {} }, commands: { "/usr/bin/nvidia-smi -L": "GPU 0: x" } });
  await findNvidia(host);
  const missing = hostOf({});
  await findNvidia(missing);
  const { files, directories, nodes, environment, commands } = NVIDIA_PROBES;
  const known: Readonly<Record<string, readonly string[]>> = { read: files, list: directories, status: nodes, env: environment, run: commands.map(({ command, args }) => [command, ...args].join(" ")) };
  const isListed = (question: string): boolean => {
    const kind = question.slice(0, question.indexOf(" "));
    const what = question.slice(question.indexOf(" ") + 1);
    return (known[kind] ?? []).some((pattern) => (kind === "run" ? pattern === what : new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", "[^/]*")}$`).test(what)));
  };
  expect(host.asked.length).toBeGreaterThan(20);
  expect([...host.asked, ...missing.asked].filter((question) => !isListed(question))).toEqual([]);
});

describe("a table alone", () => {
  it("of a Jetson, whose GPU is on no bus and works in the board's memory", async () => {
    const table = `+---------------------------------------------------------------------------------------+
| NVIDIA-SMI 540.4.0                Driver Version: N/A          CUDA Version: 12.6     |
|-----------------------------------------+----------------------+----------------------+
| GPU  Name                 Persistence-M | Bus-Id        Disp.A | Volatile Uncorr. ECC |
| Fan  Temp   Perf          Pwr:Usage/Cap |         Memory-Usage | GPU-Util  Compute M. |
|                                         |                      |               MIG M. |
|=========================================+======================+======================|
|   0  Orin (nvgpu)                  N/A  | N/A              N/A |                  N/A |
| N/A   N/A  N/A               N/A /  N/A | Not Supported        |     N/A          N/A |
|                                         |                      |                  N/A |
+-----------------------------------------+----------------------+----------------------+
`;
    const { accelerators, stacks, notices } = await find({ how: "folder", commands: { "nvidia-smi": table } });
    expect(accelerators).toMatchObject([{ id: "nvidia:0", model: "Orin (nvgpu)", computeCapability: "8.7", busId: null, memory: { kind: "shared", totalBytes: null }, state: "usable" }]);
    expect(stacks).toMatchObject([{ driver: null, cuda: "12.6" }]);
    expect(notices.map(({ code }) => code)).toEqual(["nvidia.hostMemoryUsed"]);
  });
});
