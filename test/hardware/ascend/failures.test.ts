import { describe, expect, it } from "vitest";
import { findAscend } from "../../../main/hardware/ascend/find-ascend.ts";
import { hostOf, type MachineParts } from "../host-of.ts";
import { recorded, section } from "./recorded.ts";

const FAILURES = recorded("ascend_failures.txt");
const END = /^## /;
const UNREACHABLE = section(FAILURES, "## A. no device nodes / driver not loaded / user not in HwHiAiUser (public repositories; string emitted by npu-smi source, exit code = ret)", END);
const HELD = section(FAILURES, "## B. device occupied by another unprivileged container (GPUStack FAQ; a public file for the first line)", END);
const HELD_AND_BOARD = section(FAILURES, "## C. same, followed by board-type failure and runtime errors (a public file)", END);
const NO_REBOOT = section(FAILURES, "## D. firmware/driver upgraded without reboot (Ascend/mind-cluster FAQ, docs/*/scheduling/references/faq.md)", END);
const SUDO = section(FAILURES, "## E. unprivileged user without sudo (a public file)", END);
const SUB_TYPE = section(FAILURES, "## F. wrong sub-type (a public file)", END);
const TABLE = recorded("ascend_npu-smi-info_25.5.2_910B4_container.txt");

type Command = NonNullable<MachineParts["commands"]>[string];

/** npu-smi answers every question about the machine alike. */
const everywhere = (answer: Command): NonNullable<MachineParts["commands"]> => Object.fromEntries(["info", "info -l", "info -m", "info -t topo"].map((args) => [`npu-smi ${args}`, answer]));

const PCI = (count: number): NonNullable<MachineParts["files"]> => Object.fromEntries(Array.from({ length: count }, (_, i) => `/sys/bus/pci/devices/0000:${(0x41 + i).toString(16)}:00.0`).flatMap((directory) => [
  [`${directory}/vendor`, "0x19e5\n"], [`${directory}/class`, "0x120000\n"], [`${directory}/device`, "0xd802\n"], [`${directory}/numa_node`, "1\n"],
]));
const NODE = { mode: 0o660, owner: "root", group: "HwHiAiUser" };
const NODES = (access: boolean | null): NonNullable<MachineParts["statuses"]> => Object.fromEntries(
  ["/dev/davinci0", "/dev/davinci1", "/dev/davinci_manager", "/dev/devmm_svm", "/dev/hisi_hdc"].map((path) => [path, { ...NODE, readable: access, writable: access }]),
);

async function found(parts: MachineParts) {
  const { accelerators, notices, ...rest } = await findAscend(hostOf(parts));
  return { ...rest, accelerators, notices, states: accelerators.map(({ id, state }) => `${id} ${state}`), codes: notices.map(({ code }) => code) };
}

describe("the driver's tool fails", () => {
  it("-8005 with nodes that this user may not open: the devices are denied, and the group that may is named", async () => {
    const { states, notices } = await found({ commands: everywhere({ exitCode: 187, stdout: UNREACHABLE }), statuses: NODES(false) });
    expect(states).toEqual(["ascend:0 denied", "ascend:1 denied"]);
    expect(notices[0]).toMatchObject({
      code: "ascend.driverUnreachable", severity: "problem", details: { command: "npu-smi info", ret: -8005, nodes: 2, deniedNodes: 2, group: "HwHiAiUser" },
      evidence: [{ source: "npu-smi info", excerpt: expect.stringContaining("dcmi module initialize failed. ret is -8005") }],
    });
    expect(notices.filter(({ code, subject }) => code === "ascend.nodeDenied" && subject.startsWith("ascend:"))).toMatchObject([
      { subject: "ascend:0", details: { path: "/dev/davinci0", mode: "0660", owner: "root", group: "HwHiAiUser" } }, { subject: "ascend:1" },
    ]);
  });

  it("-8005 with nodes that may be opened: a driver that does not answer is a fault of the device", async () => {
    const { states, codes } = await found({ commands: everywhere({ exitCode: 187, stdout: NO_REBOOT }), statuses: NODES(true) });
    expect(states).toEqual(["ascend:0 broken", "ascend:1 broken"]);
    expect(codes).toEqual(["ascend.driverUnreachable"]);
  });

  it("-8005 without nodes: the processors on the bus are hidden", async () => {
    const { accelerators, states, codes } = await found({ commands: everywhere({ exitCode: 187, stdout: UNREACHABLE }), files: PCI(2), directories: { "/dev": ["null"] } });
    expect(states).toEqual(["ascend:0000:41:00.0 hidden", "ascend:0000:42:00.0 hidden"]);
    expect(accelerators[0]).toMatchObject({ family: "910B", numaNode: 1, busId: "0000:41:00.0", evidence: { family: "/sys/bus/pci/devices/0000:41:00.0" } });
    expect(codes).toEqual(["ascend.driverUnreachable"]);
  });

  it.each([["words", { exitCode: 1, stdout: HELD }], ["exit status", { exitCode: 172, stdout: "dcmi 模块初始化失败\n" }]])("-8020 by its %s: busy, and the driver's account says who holds them", async (_how, answer) => {
    const { states, notices } = await found({
      commands: everywhere(answer), statuses: NODES(true),
      files: { "/proc/uda/namespace_node": "ns_id 0 identify 4f root_tgid 2679173 dev_num 2 namespace 00000000c0ffee, udev list:\nlogic_devid udevid\n       0        0\n       1        1\nns_id 128 identify 1 root_tgid 1 dev_num 2 namespace 0(#), udev list:\nlogic_devid udevid\n       0        0\n" },
    });
    expect(states).toEqual(["ascend:0 busy", "ascend:1 busy"]);
    expect(notices).toMatchObject([{ code: "ascend.heldByAnotherContainer", severity: "problem", details: { ret: -8020, holders: "process 2679173: davinci0, davinci1" } }]);
  });

  it("-8020 and -9005 in one breath: the first is the reason", async () => {
    const { states, notices } = await found({ commands: everywhere({ exitCode: 211, stdout: HELD_AND_BOARD }), statuses: NODES(true) });
    expect(states).toEqual(["ascend:0 busy", "ascend:1 busy"]);
    expect(notices).toMatchObject([{ code: "ascend.heldByAnotherContainer", details: { holders: "" } }]);
  });

  it("-8020 in a folder with nothing else: there is at least one device, and it is busy", async () => {
    const { accelerators, codes } = await found({ how: "folder", commands: { "npu-smi info": HELD } });
    expect(accelerators).toMatchObject([{ id: "ascend:unidentified", family: null, state: "busy", evidence: { state: "npu-smi info" } }]);
    expect(codes).toEqual(["ascend.heldByAnotherContainer"]);
  });

  it("-9005 alone: the device is broken", async () => {
    const { states, notices } = await found({ commands: everywhere({ exitCode: 211, stdout: "npu get board type failed. ret is -9005\n" }), files: PCI(1) });
    expect(states).toEqual(["ascend:0000:41:00.0 broken"]);
    expect(notices).toMatchObject([{ code: "ascend.deviceQueryFailed", details: { ret: -9005 } }]);
  });

  it("only the line about the log level, and no table: the driver was not reached", async () => {
    const { codes } = await found({ commands: everywhere({ exitCode: 0, stdout: "DrvMngGetConsoleLogLevel failed. (ret=4)\n" }), statuses: NODES(true) });
    expect(codes).toEqual(["ascend.driverUnreachable"]);
  });

  it("the line about the log level before a good table: nothing is wrong", async () => {
    const { states, codes } = await found({ how: "folder", commands: { "npu-smi info": `DrvMngGetConsoleLogLevel failed. (g_conLogLevel=3)\n${TABLE}` } });
    expect(states).toEqual(["ascend:5 usable"]);
    expect(codes).toEqual([]);
  });

  it("a table and then a failure: the table counts, and the failure is said", async () => {
    const { states, notices } = await found({ how: "folder", commands: { "npu-smi info": { exitCode: 211, stdout: `${TABLE}npu get board type failed. ret is -9005\n` } } });
    expect(states).toEqual(["ascend:5 usable"]);
    expect(notices).toMatchObject([{ code: "ascend.deviceQueryFailed", evidence: [{ excerpt: "npu get board type failed. ret is -9005" }] }]);
  });

  it("a question of a sort that this driver does not know is no fault", async () => {
    const { states, codes } = await found({ how: "folder", commands: { "npu-smi info": TABLE, "npu-smi info -t topo": { exitCode: 1, stdout: SUB_TYPE }, "npu-smi info -t memory -i 5": { exitCode: 1, stdout: SUB_TYPE } } });
    expect(states).toEqual(["ascend:5 usable"]);
    expect(codes).toEqual([]);
  });

  it("one card that hangs costs its own answers and is asked no more", async () => {
    const host = hostOf({ how: "folder", commands: { "npu-smi info -l": "NPU ID : 0\nChip Count : 1\n\nNPU ID : 1\nChip Count : 1\n", "npu-smi info -t board -i 0": { kind: "timedOut", afterMs: 15_000, stdout: "", stderr: "" }, "npu-smi info -t memory -i 1": "HBM Capacity(MB) : 65536\nChip ID : 0\n" } });
    const { accelerators, notices } = await findAscend(host);
    expect(accelerators.map(({ id, state, memory }) => [id, state, memory.totalBytes])).toEqual([["ascend:0", "broken", null], ["ascend:1", "usable", 2 ** 36]]);
    expect(notices).toMatchObject([{ code: "ascend.toolTimedOut", subject: "ascend:0", details: { command: "npu-smi info -t board -i 0", afterMs: 15_000 } }]);
    expect(host.asked.filter((question) => question.includes("npu-smi info -t memory -i 0"))).toEqual([]);
  });
});

describe("the driver's tool cannot be run", () => {
  it("is missing, with nodes: hidden, and where it was looked for", async () => {
    const { states, notices } = await found({ statuses: NODES(true) });
    expect(states).toEqual(["ascend:0 hidden", "ascend:1 hidden"]);
    expect(notices).toMatchObject([{ code: "ascend.toolMissing", severity: "problem", details: { lookedAt: "npu-smi, /usr/local/bin/npu-smi, /usr/local/sbin/npu-smi" } }]);
  });

  it("is missing, with processors on the bus and nothing of a driver: the driver is missing", async () => {
    const { states, notices } = await found({ files: PCI(2), directories: { "/dev": ["null"] } });
    expect(states).toEqual(["ascend:0000:41:00.0 hidden", "ascend:0000:42:00.0 hidden"]);
    expect(notices).toMatchObject([{ code: "ascend.driverMissing", details: { devices: 2 }, evidence: [{ excerpt: "vendor 0x19e5 class 0x120000 device 0xd802" }, {}] }]);
  });

  it("is on the PATH and may not be executed: no answer from elsewhere hides that", async () => {
    const { codes } = await found({ commands: { "npu-smi info": { kind: "denied" } }, statuses: NODES(true) });
    expect(codes).toContain("ascend.toolNotExecutable");
  });

  it("is missing on the PATH and not executable where it is", async () => {
    const { codes } = await found({ commands: Object.fromEntries(Object.keys(everywhere("")).map((command) => [`/usr/local/bin/${command}`, { kind: "denied" }])), statuses: NODES(true) });
    expect(codes).toEqual(["ascend.toolNotExecutable"]);
  });

  it("is only where a shell without login profile does not look", async () => {
    const { states } = await found({ how: "folder", commands: { "/usr/local/sbin/npu-smi info": TABLE } });
    expect(states).toEqual(["ascend:5 usable"]);
  });

  it.each<[string, Command, string]>([
    ["may not be executed", { kind: "denied" }, "ascend.toolNotExecutable"],
    ["may not be executed, in Chinese", { exitCode: 126, stderr: "bash: /usr/local/bin/npu-smi: 权限不够\n" }, "ascend.toolNotExecutable"],
    ["wants a password", { exitCode: 1, stderr: SUDO }, "ascend.toolNotExecutable"],
    ["is not found by a shell, in Chinese", { exitCode: 127, stderr: "bash: npu-smi：未找到命令\n" }, "ascend.toolMissing"],
    ["lacks a library", { exitCode: 127, stderr: "npu-smi: error while loading shared libraries: libc_sec.so: cannot open shared object file: No such file or directory\n" }, "ascend.toolLibraryMissing"],
    ["hangs", { kind: "timedOut", afterMs: 45_000, stdout: "", stderr: "" }, "ascend.toolTimedOut"],
    ["is killed", { kind: "signalled", signal: "SIGSEGV", stdout: "", stderr: "" }, "ascend.toolKilled"],
    ["exits without a word", { exitCode: 3 }, "ascend.toolFailed"],
    ["says something else", "<html>502 Bad Gateway</html>\n", "ascend.outputNotUnderstood"],
    ["says nothing", "", "ascend.outputNotUnderstood"],
  ])("%s: the devices are there, and a notice says why no more is known", async (_what, answer, code) => {
    const { states, codes, notices } = await found({ commands: everywhere(answer), statuses: NODES(true), files: PCI(2) });
    expect(states.map((state) => state.split(" ")[0])).toEqual(["ascend:0", "ascend:1"]);
    expect(states.every((state) => /hidden|broken/.test(state))).toBe(true);
    expect(codes).toEqual([code]);
    expect(notices[0]?.severity).toMatch(code === "ascend.toolFailed" ? "warning" : "problem");
  });
});

describe("nothing, or next to nothing", () => {
  it("a machine without any trace: empty, and what was looked for", async () => {
    const { accelerators, links, stacks, notices } = await found({ directories: { "/dev": ["null", "sda"] } });
    expect({ accelerators, links, stacks }).toEqual({ accelerators: [], links: [], stacks: [] });
    expect(notices).toMatchObject([{ code: "ascend.none", severity: "info", details: { lookedFor: expect.stringContaining("/dev/davinciN") } }]);
  });

  it("a server's management controller and network adapter of the same vendor are no trace", async () => {
    const device = (id: string, classCode: string): NonNullable<MachineParts["files"]> => ({ [`/sys/bus/pci/devices/${id}/vendor`]: "0x19e5", [`/sys/bus/pci/devices/${id}/class`]: classCode, [`/sys/bus/pci/devices/${id}/device`]: "0x1711" });
    const { codes, accelerators } = await found({ files: { ...device("0000:03:00.0", "0x030000"), ...device("0000:04:00.0", "0x118000"), ...device("0000:05:00.0", "0x020000") } });
    expect(accelerators).toEqual([]);
    expect(codes).toEqual(["ascend.none"]);
  });

  it("a build machine with CANN and no device", async () => {
    const { stacks, notices } = await found({ files: { "/usr/local/Ascend/cann/version.info": "Version=9.1.0\n" } });
    expect(stacks).toMatchObject([{ cann: "9.1.0" }]);
    expect(notices).toMatchObject([{ code: "ascend.softwareOnly", severity: "info", details: { driver: "", cann: "9.1.0" } }]);
  });

  it("a tool that fails where nothing else shows is a trace, and no silence", async () => {
    const { accelerators, codes } = await found({ commands: everywhere({ exitCode: 187, stdout: UNREACHABLE }) });
    expect(accelerators).toEqual([]);
    expect(codes).toEqual(["ascend.driverUnreachable"]);
  });
});
