import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findAscend } from "../../../main/hardware/ascend/find-ascend.ts";
import { Accelerator, Link, Notice, SoftwareStack } from "../../../shared/schemas/machine.ts";
import { hostOf, type MachineParts } from "../host-of.ts";
import { inShort, recorded, section } from "./recorded.ts";

const A3 = recorded("ascend_npu-smi-info_24.1.rc3.7_A3-910C_16chips.txt");
const TABLES = [
  "ascend_npu-smi-info_22.0.0_310P3.txt", "ascend_npu-smi-info_23.0.rc3_310B1.txt", "ascend_npu-smi-info_24.1.rc3.7_A3-910C_16chips.txt", "ascend_npu-smi-info_25.2.0_310P3_300I-Duo.txt",
  "ascend_npu-smi-info_25.2.0_910B4-1_redacted-bus.txt", "ascend_npu-smi-info_25.5.2_910B4_container.txt", "ascend_npu-smi-info_26.0.rc2_A3_wide_excerpt.txt",
  "ascend_npu-smi_25.7.rc1.6_Ascend950PR.txt",
].map((name) => ({ name, text: recorded(name).split("## ")[0] ?? "" }));
const MAPPING = recorded("ascend_npu-smi-info-m_A3_5col.txt");
const TOPOLOGY = recorded("ascend_npu-smi-info-t-topo_A3_container2chips.txt");
const A2 = recorded("ascend_npu-smi_25.5.1_A2-910B_board-usages-temp-power-list.txt");
const A2_LIST = section(A2, "## npu-smi info -l");
const BOARD = section(A2, "## npu-smi info -t board -i 0");
const USAGES = section(A2, "## npu-smi info -t usages -i 0");

async function found(parts: MachineParts) {
  const result = await findAscend(hostOf({ how: "folder", ...parts }));
  for (const item of result.accelerators) Accelerator.parse(item);
  for (const item of result.links) Link.parse(item);
  for (const item of result.stacks) SoftwareStack.parse(item);
  for (const item of result.notices) Notice.parse(item);
  const ids = result.accelerators.map(({ id }) => id);
  expect(new Set(ids).size, "ids are unique").toBe(ids.length);
  return result;
}
const devices = async (text: string): Promise<string[]> => (await found({ commands: { "npu-smi info": text } })).accelerators.map(inShort);

const DISGUISES: readonly (readonly [string, (text: string) => string])[] = [
  ["with CRLF", (text) => text.replaceAll("\n", "\r\n")],
  ["with mixed line ends", (text) => text.split("\n").map((line, i) => line + ["\n", "\r\n", "\r"][i % 3]).join("")],
  ["in colours", (text) => text.replace(/OK|[0-9]+ \/|Health/g, (word) => `\u001b[1;32m${word}\u001b[0m`)],
  ["with a byte order mark and a prompt before it", (text) => `\ufeff[root@节点01 ~]# npu-smi info\n${text}`],
  ["after a Chinese sudo", (text) => `[sudo] user 的密码：\n${text}`],
  ["indented, in a code fence", (text) => `\`\`\`shell\n${text.replace(/^/gm, "        ")}\n\`\`\`\n`],
  ["with no-break spaces", (text) => text.replaceAll("  ", "\u00a0 ")],
  ["with blanks collapsed by a web page", (text) => text.replace(/ +/g, " ")],
  ["without borders", (text) => text.replace(/^\s*\+.*\n/gm, "")],
  ["without its last line end", (text) => text.trimEnd()],
  ["with a column more in each row", (text) => text.replace("Power(W)", "Fan(%)  Power(W)").replace(/(\| OK +\| )/g, "$1 30  ")],
  ["twice", (text) => text + text],
];

describe.each(TABLES)("$name", ({ text }) => {
  it.each(DISGUISES)("%s says the same", async (_how, disguise) => {
    expect(await devices(disguise(text))).toEqual(await devices(text));
  });

  it("cut after any character never shows a device that is not there, nor other values of one that is", async () => {
    const whole = (await found({ commands: { "npu-smi info": text } })).accelerators;
    const values = new Map(whole.map(({ id, physicalId, busId, memory, card, health }) => [id, { physicalId, busId, memory, card, health }]));
    const step = text.length > 2000 ? 7 : 1;
    for (let length = 0; length < text.length; length += step) {
      const { accelerators } = await found({ commands: { "npu-smi info": text.slice(0, length) } });
      for (const { id, physicalId, busId, memory, card, health } of accelerators) expect({ physicalId, busId, memory, card, health }, `cut at ${length}`).toEqual(values.get(id));
    }
  });

  it("cut after any line keeps every device whose rows are whole, and says that one is not", async () => {
    const lines = text.split("\n");
    const full = await devices(text);
    for (let count = 0; count < lines.length; count++) {
      const { accelerators, notices } = await found({ commands: { "npu-smi info": `${lines.slice(0, count).join("\n")}\n` } });
      const busRows = lines.slice(0, count).filter((line) => /\| (?:NA|[0-9a-f]{4}:[0-9a-fx]{2}:00\.0) +\|/i.test(line)).length;
      expect(accelerators).toHaveLength(Math.min(busRows, full.length));
      const isHalf = /\| OK +\|/.test(lines[count - 1] ?? "");
      expect(notices.some(({ code }) => code === "ascend.outputCut")).toBe(isHalf);
    }
  });
});

describe("a table that is not as expected", () => {
  it("in another language is not understood, and said so", async () => {
    const translated = A3.replace("NPU   Name ", "芯片   名称 ").replace("Health", "健康状态").replace("Bus-Id", "总线地址");
    const { accelerators, notices } = await found({ commands: { "npu-smi info": translated } });
    expect(accelerators).toEqual([]);
    expect(notices).toMatchObject([{ code: "ascend.outputNotUnderstood", severity: "problem", evidence: [{ excerpt: expect.stringContaining("健康状态") }] }]);
  });

  it("one unreadable field does not lose the rest of its device", async () => {
    const { accelerators } = await found({ commands: { "npu-smi info": A3.replace("3412 / 65536", "#### / #####").replace("0000:9F:00.0", "0000:??:00.0") } });
    expect(accelerators).toHaveLength(15);
    expect(accelerators.find(({ id }) => id === "ascend:0")).toMatchObject({ busId: "0000:9D:00.0", memory: { totalBytes: null } });
  });

  it("a row lost in the middle costs that device alone", async () => {
    const lines = A3.split("\n");
    const at = lines.findIndex((line) => line.includes("0000:95:00.0"));
    const { accelerators, notices } = await found({ commands: { "npu-smi info": lines.toSpliced(at, 1).join("\n") } });
    expect(accelerators.map(({ id }) => id)).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15].map((i) => `ascend:${i}`));
    expect(notices.find(({ code }) => code === "ascend.outputCut")?.details).toMatchObject({ incompleteRows: 1 });
  });

  it("hangs after half a table: what it had said counts", async () => {
    const half = A3.slice(0, A3.indexOf("| 2     Ascend910"));
    const { accelerators, notices } = await found({ commands: { "npu-smi info": { kind: "timedOut", afterMs: 45_000, stdout: half, stderr: "" } } });
    expect(accelerators.map(({ id, state }) => `${id} ${state}`)).toEqual([0, 1, 2, 3].map((i) => `ascend:${i} usable`));
    expect(notices[0]?.code).toBe("ascend.toolTimedOut");
  });

  it("processes of devices are no devices", async () => {
    const table = A3.replace("| No running processes found in NPU 0 ", "| 0       0                 | 4711          | python3                  | 61000                   |\n| No running processes found in NPU 9 ");
    expect(await devices(table)).toEqual(await devices(A3));
  });
});

describe("whatever the text", () => {
  const answers = (text: fc.Arbitrary<string>) => fc.record({
    info: text, mapping: text, list: text, topology: text, board: text, usages: text, lspci: text, version: text,
  });
  const partsOf = (texts: Record<"info" | "mapping" | "list" | "topology" | "board" | "usages" | "lspci" | "version", string>): MachineParts => ({
    commands: {
      "npu-smi info": texts.info, "npu-smi info -m": texts.mapping, "npu-smi info -l": texts.list, "npu-smi info -t topo": texts.topology, lspci: texts.lspci,
      "npu-smi info -t board -i 0": texts.board, "npu-smi info -t usages -i 0": texts.usages,
    },
    files: { "/usr/local/Ascend/driver/version.info": texts.version, "/proc/uda/namespace_node": texts.version, "/etc/ascend_install.info": texts.version },
  });

  it("nothing is thrown, and what is found is valid", async () => {
    await fc.assert(fc.asyncProperty(answers(fc.string({ unit: "binary", maxLength: 300 })), async (texts) => void (await found(partsOf(texts)))), { numRuns: 200 });
  });

  it.each([["blanks", " ".repeat(200_000)], ["bars", "|".repeat(200_000)], ["line ends", "\n".repeat(200_000)], ["a key without end", `${" ".repeat(100_000)}x`], ["escapes", "\u001b]".repeat(100_000)], ["digits", "1".repeat(200_000)]])(
    "a flood of %s takes no longer than honest text", async (_what, text) => {
      const began = performance.now();
      await found(partsOf({ info: A3 + text, mapping: text, list: text, topology: text, board: text, usages: text, lspci: text, version: text }));
      expect(performance.now() - began).toBeLessThan(5000);
    });

  it("words of the tool in any order: the same", async () => {
    const words = fc.array(fc.constantFrom(
      "|", "\n", " ", "  ", "NPU", "NPU ID", "Name", "Health", "Chip", "Bus-Id", "Phy-ID", "Device", "Memory-Usage(MB)", "HBM-Usage(MB)", "0", "1", "99999999999", "-", "NA", "OK", "910B3",
      "0000:C1:00.0", "0 / 0", "3412 / 65536", ":", "Chip ID", "Chip Logic ID", "Chip Name", "Chip Count", "Phy-ID0", "NPU0", "X", "HCCS", "ret is -8005", "\u001b[31m", "\r",
    ), { maxLength: 80 }).map((parts) => parts.join(""));
    await fc.assert(fc.asyncProperty(answers(words), async (texts) => void (await found(partsOf(texts)))), { numRuns: 300 });
  });

  it("a recording with characters changed yields at most its devices, each under an id that a changed digit can explain", async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ at: fc.nat(A3.length - 1), to: fc.constantFrom("|", " ", "\n", "x", "/", ":") }), { maxLength: 30 }), async (changes) => {
      const characters = A3.split("");
      for (const { at, to } of changes) characters[at] = to;
      expect((await found({ commands: { "npu-smi info": characters.join("") } })).accelerators.length).toBeLessThanOrEqual(16);
    }), { numRuns: 100 });
  });

  it.each([["info -m", MAPPING], ["info -l", A2_LIST], ["info -l", "NPU ID : 32\nChip Count : 1\n\nNPU ID : 32768\nChip Count : 1\n"]])("%s cut anywhere names no device that is not there", async (args, text) => {
    const whole = (await found({ commands: { [`npu-smi ${args}`]: text } })).accelerators;
    for (let length = 0; length < text.length; length++) {
      for (const device of (await found({ commands: { [`npu-smi ${args}`]: text.slice(0, length) } })).accelerators) {
        expect(whole.map(({ card, index, physicalId }) => `${card} ${index} ${physicalId}`)).toContain(`${device.card} ${device.index} ${device.physicalId}`);
      }
    }
  });

  it("topology cut anywhere links no devices that are not there", async () => {
    for (let length = 0; length < TOPOLOGY.length; length++) {
      const { links } = await found({ commands: { "npu-smi info": A3, "npu-smi info -t topo": TOPOLOGY.slice(0, length) } });
      for (const { from, to } of links) expect([from, to]).toEqual(["ascend:12", "ascend:13"]);
    }
  });

  it("a board answer and usages cut anywhere never add a device", async () => {
    for (const [question, text] of [["board", BOARD], ["usages", USAGES]] as const) {
      for (let length = 0; length < text.length; length += 3) {
        const { accelerators } = await found({ commands: { "npu-smi info -l": A2_LIST, [`npu-smi info -t ${question} -i 0`]: text.slice(0, length) } });
        expect(accelerators.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((i) => `ascend:${i}`));
      }
    }
  });
});

describe("a table whose memory cannot be read", () => {
  const table = TABLES.find(({ name }) => name.includes("910B4-1"))?.text ?? "";
  const memories = async (text: string) => (await found({ commands: { "npu-smi info": text } })).accelerators.map(({ memory }) => memory.totalBytes);
  const unknown = async (text: string) => (await found({ commands: { "npu-smi info": text } })).notices.filter(({ code }) => code === "ascend.memoryUnknown").map(({ subject }) => subject);

  it("a total with a letter in it, as read off a photographed screen, is not its first digits", async () => {
    const misread = table.replace(/\/ (\d)(\d+)(?=\s*\|)/, "/ $1S$2");
    expect(misread).not.toBe(table);
    const whole = await memories(table);
    const [wrong, ...others] = await memories(misread);
    expect(wrong).toBeNull();
    expect(others).toEqual(whole.slice(1));
    expect(await unknown(misread)).toHaveLength(1);
  });

  it("cut at the window's edge, every device says that its memory is not known", async () => {
    const narrow = table.split("\n").map((line) => line.slice(0, line.lastIndexOf("|") > 60 ? 60 : undefined)).join("\n");
    const all = await memories(narrow);
    expect(all.length).toBeGreaterThan(0);
    expect(all.every((bytes) => bytes === null)).toBe(true);
    expect(await unknown(narrow)).toHaveLength(all.length);
    expect(await unknown(table)).toEqual([]);
  });
});
