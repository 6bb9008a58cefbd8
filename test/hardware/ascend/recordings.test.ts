import { describe, expect, it } from "vitest";
import { findAscend } from "../../../main/hardware/ascend/find-ascend.ts";
import { Accelerator, Link, Notice, SoftwareStack } from "../../../shared/schemas/machine.ts";
import { hostOf, type MachineParts } from "../host-of.ts";
import { inShort, recorded, section } from "./recorded.ts";

/** What is said below was read off the recordings by hand. */
async function foundIn(parts: MachineParts) {
  const found = await findAscend(hostOf({ how: "folder", ...parts }));
  for (const [schema, items] of [[Accelerator, found.accelerators], [Link, found.links], [SoftwareStack, found.stacks], [Notice, found.notices]] as const) {
    for (const item of items) schema.parse(item);
  }
  return { ...found, devices: found.accelerators.map(inShort), codes: found.notices.map(({ code }) => code) };
}

const info = (text: string): MachineParts => ({ commands: { "npu-smi info": text } });

describe("npu-smi info, as recorded", () => {
  const [first = "", second = "", third = ""] = recorded("ascend_npu-smi-info_21.0.x_old_layouts.txt").split("----\n");

  it("21.0.4: a first-generation 910 has HBM and DDR; HBM counts", async () => {
    const { devices, stacks, codes } = await foundIn(info(first));
    expect(devices).toEqual(["ascend:0 · 910A · 910A · Ascend910A · index 0 · card 0 · die null · davinci0 · 0000:C1:00.0 · hbm · 1/32768 · OK · usable"]);
    expect(stacks).toMatchObject([{ kind: "ascend", driver: "21.0.4", evidence: { driver: "npu-smi info" } }]);
    expect(codes).toEqual([]);
  });

  it("21.0.2: no column of huge pages, and the only card is number 1", async () => {
    const { devices } = await foundIn(info(second));
    expect(devices).toEqual(["ascend:1 · 910A · 910A · Ascend910A · index 0 · card 1 · die null · davinci1 · 0000:3B:00.0 · hbm · 0/32768 · OK · usable"]);
  });

  it("21.0.3.1: a 310 without an address on a bus", async () => {
    const { devices } = await foundIn(info(third));
    expect(devices).toEqual(["ascend:0 · 310 · 310 · Ascend310 · index 0 · card 0 · die null · davinci0 ·  · ddr · 5324/8192 · OK · usable"]);
  });

  it("22.0.0: the tool's version is not the driver's", async () => {
    const { devices, stacks } = await foundIn(info(recorded("ascend_npu-smi-info_22.0.0_310P3.txt")));
    expect(devices).toEqual(["ascend:0 · 310P · 310P3 · Ascend310P3 · index 0 · card 0 · die null · davinci0 · 0000:86:00.0 · ddr · 994/21534 · OK · usable"]);
    expect(stacks[0]?.driver).toBe("22.0.2");
  });

  it("23.0.rc3: a 310B shares its board's memory", async () => {
    const { devices } = await foundIn(info(recorded("ascend_npu-smi-info_23.0.rc3_310B1.txt")));
    expect(devices).toEqual(["ascend:0 · 310B · 310B1 · Ascend310B1 · index 0 · card 0 · die null · davinci0 ·  · shared · 3841/11577 · OK · usable"]);
  });

  it("24.1.rc3.7: eight A3 cards are sixteen devices", async () => {
    const { devices, accelerators, codes } = await foundIn(info(recorded("ascend_npu-smi-info_24.1.rc3.7_A3-910C_16chips.txt")));
    const buses = ["9D", "9F", "99", "9B", "95", "97", "91", "93", "8D", "8F", "89", "8B", "85", "87", "81", "83"];
    const used = [3412, 3189, 3413, 3185, 3412, 3186, 3412, 3185, 3402, 3198, 3398, 3201, 3400, 3200, 3413, 3188];
    expect(devices).toEqual(buses.map((bus, i) =>
      `ascend:${i} · 910C · Ascend910 ·  · index ${i} · card ${Math.floor(i / 2)} · die ${i % 2} · davinci${i} · 0000:${bus}:00.0 · hbm · ${used[i]}/65536 · OK · usable`));
    expect(new Set(codes)).toEqual(new Set(["ascend.socNameUnknown"]));
    expect(accelerators[5]?.evidence).toMatchObject({ model: "npu-smi info", physicalId: "npu-smi info", "memory.totalBytes": "npu-smi info" });
  });

  it("25.2.0: two chips of a 300I Duo share an address and have unequal memory", async () => {
    const { devices, codes } = await foundIn(info(recorded("ascend_npu-smi-info_25.2.0_310P3_300I-Duo.txt")));
    expect(devices).toEqual([
      "ascend:0 · 310P · 310P3 · Ascend310P3 · index 0 · card 2 · die 0 · davinci0 · 0000:01:00.0 · ddr · 1529/44280 · OK · usable",
      "ascend:1 · 310P · 310P3 · Ascend310P3 · index 1 · card 2 · die 1 · davinci1 · 0000:01:00.0 · ddr · 1412/43693 · OK · usable",
    ]);
    expect(codes).toEqual([]);
  });

  it("25.2.0: a 910B4-1, whose address the poster took out", async () => {
    const { devices } = await foundIn(info(recorded("ascend_npu-smi-info_25.2.0_910B4-1_redacted-bus.txt")));
    expect(devices).toEqual([0, 1].map((i) => `ascend:${i} · 910B · 910B4-1 · Ascend910B4-1 · index ${i} · card ${i} · die null · davinci${i} ·  · hbm · 3197/65536 · OK · usable`));
  });

  it("25.5.2: the fifth card alone in a container is davinci5, and device 0 to the engine", async () => {
    const { devices } = await foundIn(info(recorded("ascend_npu-smi-info_25.5.2_910B4_container.txt")));
    expect(devices).toEqual(["ascend:5 · 910B · 910B4 · Ascend910B4 · index 0 · card 5 · die null · davinci5 · 0000:41:00.0 · hbm · 2922/32768 · OK · usable"]);
  });

  it("26.0.rc2: the wide layout", async () => {
    const { devices } = await foundIn(info(recorded("ascend_npu-smi-info_26.0.rc2_A3_wide_excerpt.txt")));
    expect(devices).toEqual([
      "ascend:0 · 910C · Ascend910 ·  · index 0 · card 0 · die 0 · davinci0 · 0000:9D:00.0 · hbm · 3419/65536 · OK · usable",
      "ascend:1 · 910C · Ascend910 ·  · index 1 · card 0 · die 1 · davinci1 · 0000:9F:00.0 · hbm · 2874/65536 · OK · usable",
    ]);
  });

  it("25.7.rc1.6: a 950 has no chip column, and its board answer makes the SoC name", async () => {
    const text = recorded("ascend_npu-smi_25.7.rc1.6_Ascend950PR.txt");
    const { devices, stacks, accelerators, codes } = await foundIn({
      commands: {
        "npu-smi info": text.split("## ")[0] ?? "",
        ...Object.fromEntries(["board", "memory", "common"].map((what) => [`npu-smi info -t ${what} -i 0`, section(text, `## npu-smi info -t ${what} -i 0`)])),
      },
    });
    expect(devices).toEqual(["ascend:0 · 950 · Ascend950PR · Ascend950PR_9579 · index 0 · card 0 · die null · davinci0 · 0000:61:00.0 · hbm · 5239/131072 · OK · usable"]);
    expect(accelerators[0]).toMatchObject({ serial: "10264L540872", evidence: { socName: "npu-smi info -t board -i 0", serial: "npu-smi info -t board -i 0" } });
    expect(stacks).toMatchObject([{ driver: "25.7.rc1.6", firmware: "9.0.0.105.229" }]);
    expect(codes).toEqual([]);
  });

  it("a manual's page with its dots and placeholders: the cards that are spelled out are found, their kind is not guessed", async () => {
    const text = recorded("ascend_doc_collect_ecc_board_usages_health.txt");
    const { accelerators, devices, codes } = await foundIn(info(text));
    expect(devices[0]).toBe("ascend:7 ·  · xxx ·  · index 0 · card 7 · die null · davinci7 · 0000:3D:00.0 · hbm · 0/32768 · OK · usable");
    expect(accelerators.map(({ card }) => card)).toEqual([7, 0]);
    expect(codes).toEqual(["ascend.chipUnknown", "ascend.chipUnknown"]);
  });
});

describe("answers beside the table, as recorded", () => {
  it("an A2 host of which only the list and one card's answers were kept", async () => {
    const text = recorded("ascend_npu-smi_25.5.1_A2-910B_board-usages-temp-power-list.txt");
    const of = (question: string): [string, string] => [`npu-smi info ${question}`, section(text, `## npu-smi info ${question}`)];
    const { devices, accelerators, stacks } = await foundIn({ commands: Object.fromEntries([of("-t usages -i 0"), of("-t board -i 0"), of("-l")]) });
    expect(devices[0]).toBe("ascend:0 · 910B ·  ·  · index 0 · card 0 · die null · davinci0 · 0000:C1:00.0 · hbm · 3277/65536 ·  · usable");
    expect(accelerators.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((i) => `ascend:${i}`));
    expect(accelerators[0]).toMatchObject({ serial: "1025C9048791", evidence: { family: "npu-smi info -t board -i 0", "memory.usedBytes": "npu-smi info -t usages -i 0" } });
    expect(accelerators[7]?.memory.totalBytes).toBeNull();
    expect(stacks).toMatchObject([{ driver: "25.5.1", firmware: "7.8.0.6.201" }]);
  });

  it("a fault collector's file of eight 910A with an empty table", async () => {
    const text = recorded("ascend_910A_faultdiag_npu_info_before.txt");
    const { devices, accelerators, codes } = await foundIn({
      commands: {
        "npu-smi info": "", "npu-smi info -m": section(text, "/usr/local/bin/npu-smi info -m"), lspci: section(text, "lspci | grep acce"),
        "npu-smi info -t board -i 0 -c 0": section(text, "/usr/local/bin/npu-smi info -i 0 -c 0 -t board"),
        "npu-smi info -t usages -i 0": section(text, "/usr/local/bin/npu-smi info -i 0 -t usages"),
        "npu-smi info -t board -i 0": section(text, "/usr/local/bin/npu-smi info -i 0 -t board"),
        "npu-smi info -t health -i 0 -c 0": section(text, "/usr/local/bin/npu-smi info -i 0 -c 0 -t health"),
      },
    });
    expect(devices[0]).toBe("ascend:0 · 910A · Ascend 910A · Ascend910A · index 0 · card 0 · die null · davinci0 · 0000:61:00.0 · hbm · 0/31129 · OK · usable");
    expect(devices[7]).toBe("ascend:7 · 910A · Ascend 910A · Ascend910A · index 7 · card 7 · die null · davinci7 ·  ·  · ?/? ·  · usable");
    expect(accelerators).toHaveLength(8);
    expect(new Set(codes)).toEqual(new Set(["ascend.outputNotUnderstood", "ascend.memoryUnknown"]));
  });

  it("the mapping of an A2 host: the controller is no device", async () => {
    const { devices } = await foundIn({ commands: { "npu-smi info -m": recorded("ascend_npu-smi-info-m_910B3.txt") } });
    expect(devices).toEqual([0, 1].map((i) => `ascend:${i} · 910B · Ascend 910B3 · Ascend910B3 · index ${i} · card ${i} · die null · davinci${i} ·  ·  · ?/? ·  · usable`));
  });

  it("the mapping of an A3 host has a column of physical ids", async () => {
    const { accelerators } = await foundIn({ commands: { "npu-smi info -m": recorded("ascend_npu-smi-info-m_A3_5col.txt") } });
    expect(accelerators.map(({ card, die, index, physicalId, family }) => ({ card, die, index, physicalId, family }))).toEqual([
      { card: 0, die: 0, index: 0, physicalId: 0, family: "910C" }, { card: 0, die: 1, index: 1, physicalId: 1, family: "910C" }, { card: 1, die: 0, index: 2, physicalId: 2, family: "910C" },
    ]);
  });

  it("an A3 board answer alone: one card of two dies, of which one was asked about", async () => {
    const { devices } = await foundIn({ commands: { "npu-smi info -t board -i 0": recorded("ascend_npu-smi_A3_board_excerpt.txt") } });
    expect(devices).toEqual(["ascend:npu0.0 · 910C ·  ·  · index 0 · card 0 · die 0 · davincinull ·  ·  · ?/? ·  · usable"]);
  });
});

describe("topology, as recorded", () => {
  const mapping = (npus: number): string => [
    "NPU ID  Chip ID  Chip Logic ID  Chip Name", ...Array.from({ length: npus }, (_, i) => `${i}  0  ${i}  Ascend 910B3`), "",
  ].join("\n");

  it("eight 910B3 in a full mesh", async () => {
    const { links, codes } = await foundIn({ commands: { "npu-smi info -m": mapping(8), "npu-smi info -t topo": recorded("ascend_npu-smi-info-t-topo_910B3_hccs.txt") } });
    expect(links).toHaveLength(28);
    expect(new Set(links.map(({ kind }) => kind))).toEqual(new Set(["HCCS"]));
    expect(links.at(-1)).toEqual({ from: "ascend:6", to: "ascend:7", kind: "HCCS", evidence: "npu-smi info -t topo" });
    expect(new Set(codes)).toEqual(new Set(["ascend.memoryUnknown"]));
  });

  it("four cards that meet on the PCI bus", async () => {
    const { links } = await foundIn({ commands: { "npu-smi info -m": mapping(4), "npu-smi info -t topo": recorded("ascend_npu-smi-info-t-topo_4card_PXB.txt") } });
    expect(links.map(({ from, to, kind }) => `${from} ${to} ${kind}`)).toEqual([
      "ascend:0 ascend:1 PXB", "ascend:0 ascend:2 SYS", "ascend:0 ascend:3 PXB", "ascend:1 ascend:2 PXB", "ascend:1 ascend:3 SYS", "ascend:2 ascend:3 PXB",
    ]);
  });

  it("two dies of A3 in a container are named by physical id, with no column of processors", async () => {
    const { links } = await foundIn({
      commands: { "npu-smi info": recorded("ascend_npu-smi-info_24.1.rc3.7_A3-910C_16chips.txt"), "npu-smi info -t topo": recorded("ascend_npu-smi-info-t-topo_A3_container2chips.txt") },
    });
    expect(links).toEqual([{ from: "ascend:12", to: "ascend:13", kind: "SIO", evidence: "npu-smi info -t topo" }]);
  });

  it("names that belong to no device found are said, and make no link", async () => {
    const { links, notices } = await foundIn({ commands: { "npu-smi info -m": mapping(3), "npu-smi info -t topo": recorded("ascend_npu-smi-info-t-topo_4card_PXB.txt") } });
    expect(links).toHaveLength(3);
    expect(notices.filter(({ code }) => code !== "ascend.memoryUnknown")).toMatchObject([{ code: "ascend.topologyUnmatched", details: { names: "NPU3" } }]);
  });
});

describe("software and bus, as recorded", () => {
  const files = recorded("ascend_cann_version_files.txt");
  const driver = section(files, "## /usr/local/Ascend/driver/version.info");
  const nnal = section(files, "## /usr/local/Ascend/nnal/atb/9.1.0/version.info (note colon syntax, not '=')");

  it("CANN 8 where ascend-toolkit/latest leads, the driver, and NNAL's own syntax", async () => {
    const { stacks, codes } = await foundIn({
      files: {
        "/usr/local/Ascend/ascend-toolkit/latest/aarch64-linux/ascend_toolkit_install.info": section(files, "## /usr/local/Ascend/ascend-toolkit/latest/aarch64-linux/ascend_toolkit_install.info  (CANN 8.2.RC1)"),
        "/usr/local/Ascend/driver/version.info": driver, "/usr/local/Ascend/nnal/atb/9.1.0/version.info": nnal,
      },
    });
    expect(stacks).toEqual([{
      kind: "ascend", driver: "24.1.rc1", firmware: null, cuda: null, cann: "8.2.RC1", nnal: "9.1.0", containerRuntime: null,
      evidence: {
        driver: "/usr/local/Ascend/driver/version.info", cann: "/usr/local/Ascend/ascend-toolkit/latest/aarch64-linux/ascend_toolkit_install.info",
        nnal: "/usr/local/Ascend/nnal/atb/9.1.0/version.info",
      },
    }]);
    expect(codes).toEqual(["ascend.softwareOnly"]);
  });

  it("CANN 9 in a directory of its own version; the newest of several counts", async () => {
    const { stacks } = await foundIn({
      files: {
        "/usr/local/Ascend/cann-9.1.0/x86_64-linux/ascend_toolkit_install.info": section(files, "## /usr/local/Ascend/cann-9.1.0/x86_64-linux/ascend_toolkit_install.info"),
        "/usr/local/Ascend/cann-8.5.0/x86_64-linux/ascend_toolkit_install.info": "version=8.5.0\n",
      },
    });
    expect(stacks[0]?.cann).toBe("9.1.0");
  });

  it("what the environment was set up for comes first", async () => {
    const { stacks } = await foundIn({
      env: { ASCEND_TOOLKIT_HOME: "/opt/cann/8.0.0" },
      files: {
        "/opt/cann/8.0.0/x86_64-linux/ascend_toolkit_install.info": section(files, "## same file, CANN 8.0.0 x86_64"),
        "/usr/local/Ascend/cann/x86_64-linux/ascend_toolkit_install.info": "version=9.1.0\n",
      },
    });
    expect(stacks[0]?.cann).toBe("8.0.0");
  });

  it("the driver is where its installer says, with the group that may use it", async () => {
    const { stacks } = await foundIn({
      files: { "/etc/ascend_install.info": "UserName=HwHiAiUser\nUserGroup=HwHiAiUser\nDriver_Install_Path_Param=/data/Ascend\n", "/data/Ascend/driver/version.info": driver },
    });
    expect(stacks[0]).toMatchObject({ driver: "24.1.rc1", evidence: { driver: "/data/Ascend/driver/version.info" } });
  });

  it("lspci lists processors, and management controllers of the same vendor are none", async () => {
    const { devices, codes } = await foundIn({ commands: { lspci: recorded("lspci_huawei_accelerators_and_false_positives.txt") } });
    expect(devices).toEqual([
      "ascend:0000:01:00.0 · 310P ·  ·  · index null · card null · die null · davincinull · 0000:01:00.0 ·  · ?/? ·  · hidden",
      "ascend:0000:3d:00.0 · 910A ·  ·  · index null · card null · die null · davincinull · 0000:3d:00.0 ·  · ?/? ·  · hidden",
    ]);
    expect(codes).toEqual(["ascend.toolNotRecorded"]);
  });

  it.each([
    ["with numbers and names", "3d:00.0 Processing accelerators [1200]: Huawei Technologies Co., Ltd. Device [19e5:d802] (rev 20)"],
    ["with numbers", "0000:3d:00.0 1200: 19e5:d802 (rev 20)"],
  ])("lspci %s", async (_what, line) => {
    const { accelerators } = await foundIn({ commands: { "lspci -nn": `03:00.0 VGA compatible controller [0300]: Huawei Technologies Co., Ltd. Hi171x [19e5:1711]\n${line}\n` } });
    expect(accelerators).toMatchObject([{ busId: "0000:3d:00.0", family: "910B", state: "hidden" }]);
  });

  it("the nodes of a container that was given one device", async () => {
    const nodes = section(recorded("cgroup_v1_ascend_container.txt"), "## device nodes visible in that container").trim().split("\n");
    const { accelerators } = await foundIn({ statuses: Object.fromEntries(nodes.map((path) => [path, {}])) });
    expect(accelerators).toMatchObject([{ id: "ascend:1", physicalId: 1, node: { path: "/dev/davinci1", mode: "0666", openable: true }, state: "hidden" }]);
  });
});
