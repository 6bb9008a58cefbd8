import { describe, expect, it } from "vitest";
import { findAscend } from "../../../main/hardware/ascend/find-ascend.ts";
import { hostOf, type MachineParts } from "../host-of.ts";
import { inShort, recorded } from "./recorded.ts";

/** Eight 910B3 as `npu-smi info` shows them, changed where a test needs it. */
function tableOf(cards: readonly { readonly npu: number; readonly bus?: string; readonly health?: string; readonly hbm?: string; readonly name?: string }[]): string {
  const rows = cards.flatMap(({ npu, bus = `0000:${(0x41 + npu).toString(16).toUpperCase()}:00.0`, health = "OK", hbm = "3400 / 65536", name = "910B3" }) => [
    `| ${String(npu).padEnd(5)} ${name.padEnd(19)} | ${health.padEnd(13)} | 93.1        40                0    / 0             |`,
    `| 0                         | ${bus.padEnd(13)} | 0           0    / 0          ${hbm}         |`,
    "+===========================+===============+====================================================+",
  ]);
  return [
    "| npu-smi 25.5.1                   Version: 25.5.1                                               |",
    "| NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|",
    "| Chip                      | Bus-Id        | AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)        |",
    "+===========================+===============+====================================================+", ...rows, "",
  ].join("\n");
}

const cards = (count: number): { npu: number }[] => Array.from({ length: count }, (_, npu) => ({ npu }));
const pci = (count: number): NonNullable<MachineParts["files"]> => Object.fromEntries(Array.from({ length: count }, (_, i) => `/sys/bus/pci/devices/0000:${(0x41 + i).toString(16)}:00.0`).flatMap((directory) => [
  [`${directory}/vendor`, "0x19e5\n"], [`${directory}/class`, "0x120000\n"], [`${directory}/device`, "0xd802\n"], [`${directory}/numa_node`, "-1\n"],
]));
const nodes = (ids: readonly number[]): NonNullable<MachineParts["statuses"]> => Object.fromEntries([...ids.map((id) => `/dev/davinci${id}`), "/dev/davinci_manager", "/dev/hisi_hdc"].map((path) => [path, {}]));

async function found(parts: MachineParts) {
  const result = await findAscend(hostOf({ how: "folder", ...parts }));
  return { ...result, states: result.accelerators.map(({ id, state }) => `${id} ${state}`), codes: result.notices.map(({ code }) => code) };
}

describe("sources that agree", () => {
  it("make no notice", async () => {
    const { states, codes, accelerators } = await found({ commands: { "npu-smi info": tableOf(cards(8)) }, files: pci(8), statuses: nodes([0, 1, 2, 3, 4, 5, 6, 7]) });
    expect(states).toEqual(Array.from({ length: 8 }, (_, i) => `ascend:${i} usable`));
    expect(codes).toEqual([]);
    expect(accelerators[3]).toMatchObject({ family: "910B", numaNode: null, node: { path: "/dev/davinci3" }, evidence: { family: "npu-smi info", node: "/dev/davinci3" } });
  });
});

describe("sources that contradict each other", () => {
  it("the tool says 8, the bus 4, the nodes 2: all three are said, and what has no node cannot be taken", async () => {
    const { states, notices } = await found({ commands: { "npu-smi info": tableOf(cards(8)) }, files: pci(4), statuses: nodes([0, 1]) });
    expect(states).toEqual(Array.from({ length: 8 }, (_, i) => `ascend:${i} ${i < 2 ? "usable" : "hidden"}`));
    expect(notices.find(({ code }) => code === "ascend.countsDiffer")?.details).toEqual({ npuSmi: 8, pci: 4, nodes: 2 });
    expect(notices.find(({ code }) => code === "ascend.nodesMissing")?.details).toEqual({ devices: 6, nodes: [2, 3, 4, 5, 6, 7].map((i) => `/dev/davinci${i}`).join(", ") });
  });

  it("a card that the tool lists and that is gone from the bus", async () => {
    const { notices } = await found({ commands: { "npu-smi info": tableOf(cards(2)) }, files: pci(1), statuses: nodes([0, 1]) });
    expect(notices).toMatchObject([{ code: "ascend.countsDiffer", details: { npuSmi: 2, pci: 1, nodes: 2 }, evidence: [{ excerpt: "ascend:0 ascend:1" }, { excerpt: "0000:41:00.0" }, { excerpt: "/dev/davinci0 /dev/davinci1" }] }]);
  });

  it("a card that has a node and that the tool no longer lists is hidden, and counted once", async () => {
    const { states, codes } = await found({ commands: { "npu-smi info": tableOf(cards(7)) }, files: pci(8), statuses: nodes([0, 1, 2, 3, 4, 5, 6, 7]) });
    expect(states.at(-1)).toBe("ascend:7 hidden");
    expect(states).toHaveLength(8);
    expect(codes).toContain("ascend.countsDiffer");
  });

  it("a container that was given card 5 of eight: one usable, seven hidden, and nothing contradicts", async () => {
    const { states, notices } = await found({ commands: { "npu-smi info": tableOf([{ npu: 5 }]) }, files: pci(8), statuses: nodes([5]) });
    expect(states.filter((state) => state.endsWith("usable"))).toEqual(["ascend:5 usable"]);
    expect(states.filter((state) => state.endsWith("hidden"))).toHaveLength(7);
    expect(notices).toMatchObject([{ code: "ascend.devicesHidden", severity: "warning", details: { devices: 7, where: expect.stringContaining("0000:41:00.0") } }]);
  });

  it("memory that two answers tell differently: the smaller, and both", async () => {
    const { accelerators, notices } = await found({ commands: { "npu-smi info": tableOf([{ npu: 0, hbm: "0    / 32768" }]), "npu-smi info -t memory -i 0": "NPU ID : 0\nChip Count : 1\n\nDDR Capacity(MB) : 13553\nHBM Capacity(MB) : 31129\nChip ID : 0\n" } });
    expect(accelerators[0]?.memory).toEqual({ kind: "hbm", totalBytes: 31129 * 2 ** 20, usedBytes: 0, freeBytes: 31129 * 2 ** 20 });
    expect(notices).toMatchObject([{
      code: "ascend.memoryDiffers", subject: "ascend:0",
      details: { takenBytes: 31129 * 2 ** 20, takenFrom: "npu-smi info -t memory -i 0", otherBytes: 32768 * 2 ** 20, otherFrom: "npu-smi info" },
    }]);
  });

  it("a driver replaced without a reboot: the file and the running one", async () => {
    const { stacks, notices } = await found({ commands: { "npu-smi info": tableOf(cards(1)) }, files: { "/usr/local/Ascend/driver/version.info": "Version=26.0.rc2\n" } });
    expect(stacks[0]?.driver).toBe("26.0.rc2");
    expect(notices).toMatchObject([{ code: "ascend.fieldDiffers", details: { field: "driver", taken: "26.0.rc2", other: "25.5.1", otherFrom: "npu-smi info" } }]);
  });

  it("a name and an address that the board answer contradicts", async () => {
    const { notices } = await found({ commands: { "npu-smi info": tableOf(cards(1)), "npu-smi info -t board -i 0": "NPU ID : 0\nChip Name : 910B4\nPCIe Bus Info : 0000:C1:00.0\n" } });
    expect(notices.map(({ code, details }) => `${code} ${details["field"]} ${details["taken"]} ${details["other"]}`)).toEqual([
      "ascend.fieldDiffers model 910B3 910B4", "ascend.fieldDiffers busId 0000:41:00.0 0000:C1:00.0",
    ]);
  });

  it("a name of one family on the bus device of another", async () => {
    const { accelerators, notices } = await found({ commands: { "npu-smi info": tableOf([{ npu: 0, name: "910B" }]) }, files: pci(1) });
    expect(accelerators).toMatchObject([{ family: "910B", socName: null, evidence: { family: "/sys/bus/pci/devices/0000:41:00.0" } }]);
    expect(notices.map(({ code, details }) => [code, details["taken"], details["other"]])).toEqual([["ascend.socNameUnknown", undefined, undefined], ["ascend.fieldDiffers", "910B", "910A"]]);
  });

  it("the driver counts a container's only device from 0, its node is davinci3: the physical id is not guessed", async () => {
    const table = recorded("ascend_npu-smi-info_22.0.0_310P3.txt");
    const { accelerators, codes } = await found({ commands: { "npu-smi info": table }, statuses: nodes([3]) });
    expect(accelerators.map(inShort)[0]).toBe("ascend:npu0.0 · 310P · 310P3 · Ascend310P3 · index 0 · card 0 · die null · davincinull · 0000:86:00.0 · ddr · 994/21534 · OK · usable");
    expect(codes).toEqual(["ascend.physicalIdUnknown"]);
  });
});

describe("what a plan must know of a device", () => {
  it.each([["Warning", "usable", "warning"], ["Alarm", "broken", "problem"], ["Critical", "broken", "problem"], ["UNKNOWN", "broken", "problem"]])("health %s: %s", async (health, state, severity) => {
    const { accelerators, notices } = await found({ commands: { "npu-smi info": tableOf([{ npu: 0, health }, { npu: 1 }]) } });
    expect(accelerators.map((device) => device.state)).toEqual([state, "usable"]);
    expect(notices).toMatchObject([{ code: "ascend.healthNotOk", severity, subject: "ascend:0", details: { health } }]);
  });

  it.each([
    ["910B3", "910B", "Ascend910B3"], ["910B2C", "910B", "Ascend910B2C"], ["Ascend 910B4-1", "910B", "Ascend910B4-1"], ["A2G1", "910B", "Ascend910B1"], ["910A", "910A", "Ascend910A"],
    // First generation: no digit.
    ["910B", "910A", "Ascend910B"], ["910ProB", "910A", "Ascend910ProB"], ["310P3", "310P", "Ascend310P3"], ["310B4", "310B", "Ascend310B4"], ["310", "310", "Ascend310"],
    ["Ascend910_9391", "910C", "Ascend910_9391"], ["Ascend910", "910C", null], ["Ascend950DT", "950", null], ["Ascend970X", null, null],
  ])("%s is of family %s and compiled for %s", async (name, family, socName) => {
    const { accelerators, codes } = await found({ commands: { "npu-smi info": tableOf([{ npu: 0, name }]), "npu-smi info -m": `NPU ID  Chip ID  Chip Logic ID  Chip Name\n0  0  0  ${name}\n` } });
    expect(accelerators).toMatchObject([{ model: name, family, socName }]);
    expect(codes).toEqual(family === null ? ["ascend.chipUnknown"] : socName === null ? ["ascend.socNameUnknown"] : []);
  });

  it("an A3 die is compiled for by its board's NPU name, asked die by die", async () => {
    const board = (die: number): string => `NPU ID : 0\nChip ID : ${die}\nChip Type : Ascend\nChip Name : Ascend910\nChip Version : V1\nNPU Name : 9391\nPCI Device ID : 0xD803\n`;
    const { accelerators, codes } = await found({ commands: { "npu-smi info": recorded("ascend_npu-smi-info_26.0.rc2_A3_wide_excerpt.txt"), "npu-smi info -t board -i 0 -c 0": board(0), "npu-smi info -t board -i 0 -c 1": board(1) } });
    expect(accelerators.map(({ socName, evidence }) => [socName, evidence["socName"]])).toEqual([["Ascend910_9391", "npu-smi info -t board -i 0 -c 0"], ["Ascend910_9391", "npu-smi info -t board -i 0 -c 1"]]);
    expect(codes).toEqual([]);
  });

  it("a node that may not be opened denies its device, whatever the tool says", async () => {
    const { states, codes } = await found({ commands: { "npu-smi info": tableOf(cards(2)) }, statuses: { ...nodes([0, 1]), "/dev/davinci1": { mode: 0o660, group: "HwHiAiUser", readable: false, writable: false } } });
    expect(states).toEqual(["ascend:0 usable", "ascend:1 denied"]);
    expect(codes).toEqual(["ascend.nodeDenied"]);
  });

  it("a node without its manager", async () => {
    const { notices } = await found({ how: "live", commands: { "npu-smi info": tableOf(cards(1)), "npu-smi info -l": "", "npu-smi info -m": "", "npu-smi info -t topo": "", "npu-smi info -t board -i 0": "", "npu-smi info -t memory -i 0": "" }, statuses: { "/dev/davinci0": {}, "/dev/hisi_hdc": {} } });
    expect(notices).toMatchObject([{ code: "ascend.companionMissing", details: { path: "/dev/davinci_manager" } }]);
  });

  it("what the environment makes visible is said as it stands", async () => {
    const { notices } = await found({ commands: { "npu-smi info": tableOf(cards(2)) }, env: { ASCEND_RT_VISIBLE_DEVICES: "1" } });
    expect(notices).toMatchObject([{ code: "ascend.visibleDevices", severity: "info", details: { variable: "ASCEND_RT_VISIBLE_DEVICES", value: "1" } }]);
  });

  it("card numbers of 310P that only the mapping tells are no physical ids either", async () => {
    const { accelerators } = await found({ commands: { "npu-smi info -m": "NPU ID  Chip ID  Chip Logic ID  Chip Name\n32  0  0  Ascend 310P3\n32768  0  1  Ascend 310P3\n" } });
    expect(accelerators.map(({ card, index, physicalId }) => [card, index, physicalId])).toEqual([[32, 0, 0], [32768, 1, 1]]);
  });

  it("the mapping of a 950 has no logic ids: its card number is one, and the physical id has a column", async () => {
    const mapping = "NPU ID                         Slot ID                        Chip ID                        Chip Phy-ID                    Chip Name\n0                              3                              0                              6                              Ascend950PR\n";
    const { accelerators, codes } = await found({
      commands: { "npu-smi info": recorded("ascend_npu-smi_25.7.rc1.6_Ascend950PR.txt").split("## ")[0] ?? "", "npu-smi info -m": mapping }, statuses: nodes([6]),
    });
    expect(accelerators).toMatchObject([{ id: "ascend:6", index: 0, card: 0, die: null, physicalId: 6, node: { path: "/dev/davinci6" }, state: "usable" }]);
    expect(codes).toEqual(["ascend.socNameUnknown"]);
  });

  it("card numbers of 310P are addresses, up to 32768; devices are counted beside them", async () => {
    const table = recorded("ascend_npu-smi-info_22.0.0_310P3.txt").replace("| 0       310P3     |", "| 32768   310P3     |");
    const { accelerators } = await found({ commands: { "npu-smi info": table } });
    expect(accelerators).toMatchObject([{ id: "ascend:0", card: 32768, index: 0, physicalId: 0 }]);
  });
});
