import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Accelerator, Link, Notice, SoftwareStack } from "../../../shared/schemas/machine.ts";
import type { Found } from "../../../main/hardware/found.ts";
import { NVIDIA_SMI_PROGRAMS } from "../../../main/hardware/nvidia/nvidia-probes.ts";
import { type Answer, CAPTURES, captureCommands, everyCommand, find, machineFiles, MIB, queryCommand, recording, withoutSource } from "./nvidia-recordings.ts";

const UUIDS = ["GPU-11111111-2222-3333-4444-555555555555", "GPU-66666666-7777-8888-9999-aaaaaaaaaaaa"];
/** Two GPUs of one name, one of them cut up: the forms are those of the recordings, the ids are not masked. */
const TWO_GPUS: Readonly<Record<string, string>> = {
  [queryCommand(0)]: `index, uuid, pci.bus_id, name, driver_version, memory.total [MiB], memory.used [MiB], memory.free [MiB], compute_cap, mig.mode.current, serial, compute_mode, ecc.errors.uncorrected.volatile.total, fabric.state, fabric.status, gpu_recovery_action, pstate
0, ${UUIDS[0]}, 00000000:83:00.0, NVIDIA H200, 590.48.01, 143771 MiB, 55 MiB, 143103 MiB, 9.0, Enabled, 1650522003820, Default, 0, Completed, Success, None, P0
1, ${UUIDS[1]}, 00000000:A3:00.0, NVIDIA H200, 590.48.01, 143771 MiB, 0 MiB, 143158 MiB, 9.0, Disabled, 1650522003821, Default, 0, Completed, Success, None, P0
`,
  "nvidia-smi -L": `GPU 0: NVIDIA H200 (UUID: ${UUIDS[0]})
  MIG 3g.71gb     Device  0: (UUID: MIG-aaaaaaaa-0001-5555-9999-000000000001)
  MIG 1g.18gb     Device  1: (UUID: MIG-aaaaaaaa-0002-5555-9999-000000000002)
GPU 1: NVIDIA H200 (UUID: ${UUIDS[1]})
`,
  "nvidia-smi topo -m": "\t\u001b[4mGPU0\tGPU1\tNIC0\tCPU Affinity\tNUMA Affinity\tGPU NUMA ID\u001b[0m\nGPU0\t X \tNV18\tPIX\t0-23\t0\t\tN/A\nGPU1\tNV18\t X \tSYS\t24-47\t1\t\tN/A\nNIC0\tPIX\tSYS\t X \n\nLegend:\n\n  X    = Self\n",
};
const SOURCES: readonly (readonly [name: string, commands: Readonly<Record<string, string>>])[] = [
  ["two H200", TWO_GPUS],
  ["an H200 with slices", captureCommands(CAPTURES.h200Slices, "load")],
  ["an L40S", captureCommands(CAPTURES.l40s, "idle")],
  ["an A100 in XML", { "nvidia-smi -q -x": withoutSource(recording("nvidia_smi_q_x_a100-sxm4-v12.xml.txt")) }],
];

function expectValid(found: Found): void {
  for (const accelerator of found.accelerators) Accelerator.parse(accelerator);
  for (const link of found.links) Link.parse(link);
  for (const stack of found.stacks) SoftwareStack.parse(stack);
  for (const notice of found.notices) Notice.parse(notice);
  const ids = found.accelerators.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
}

/** Every device of `part` is one of `whole`: what it says of itself contradicts nothing there. */
function expectNoOther(part: Found, whole: Found): void {
  expectValid(part);
  expect(part.accelerators.length).toBeLessThanOrEqual(whole.accelerators.length);
  for (const device of part.accelerators) {
    const same = whole.accelerators.filter((other) => agrees(device, other));
    expect(same, `${device.id} is nobody's`).not.toEqual([]);
  }
  for (const { from, to, kind } of part.links) expect(whole.links).toContainEqual(expect.objectContaining({ from, to, kind }));
}

function agrees(a: Found["accelerators"][number], b: Found["accelerators"][number]): boolean {
  const same = (first: unknown, second: unknown): boolean => first === null || first === second;
  return same(a.uuid, b.uuid) && same(a.index, b.index) && same(a.busId, b.busId) && same(a.memory.totalBytes, b.memory.totalBytes) && same(a.computeCapability, b.computeCapability) && (a.parentId === null) === (b.parentId === null);
}

describe.each(SOURCES)("outputs of %s", (_name, commands) => {
  const whole = find({ how: "folder", commands });

  it("cut behind any line give no device that is not there", async () => {
    for (const [command, text] of Object.entries(commands)) {
      const lines = text.split("\n");
      // Of the clocks in the XML every seventh line will do.
      for (let kept = 0; kept < lines.length; kept += lines.length > 200 ? 7 : 1) {
        expectNoOther(await find({ how: "folder", commands: { ...commands, [command]: lines.slice(0, kept).join("\n") } }), await whole);
      }
    }
  });

  it("cut anywhere, alone, give no device that is not there and no half of a value", async () => {
    for (const [command, text] of Object.entries(commands)) {
      // Seven is less than the digits of a memory or an id: of a long text every value is met somewhere in its middle.
      for (let length = 0; length < text.length; length += text.length > 2000 ? 7 : 1) {
        expectNoOther(await find({ how: "folder", commands: { [command]: text.slice(0, length) } }), await whole);
      }
    }
  });

  it.each([
    ["line ends of Windows", (text: string) => text.replaceAll("\n", "\r\n")],
    ["mixed line ends", (text: string) => text.split("\n").map((line, at) => line + (at % 2 === 0 ? "\r" : "")).join("\n")],
    ["colours", (text: string) => text.replace(/^.+$/gm, "\u001b[1;32m$&\u001b[0m")],
    ["a byte order mark", (text: string) => `\ufeff${text}`],
    ["a message before it", (text: string) => `Warning: persistence mode is disabled on device 0. This will go away in a future release.\n${text}`],
  ])("with %s are read the same", async (_what, change) => {
    const changed = Object.fromEntries(Object.entries(commands).map(([command, text]) => [command, change(text)]));
    const found = await find({ how: "folder", commands: changed });
    expect(found.accelerators).toEqual((await whole).accelerators);
    expect(found.links).toEqual((await whole).links);
    expect(found.stacks).toEqual((await whole).stacks);
  });

  it("with a status that is not 0 are read the same", async () => {
    const failed = Object.fromEntries(Object.entries(commands).map(([command, stdout]): [string, Answer] => [command, { exitCode: 14, stdout, stderr: "WARNING: infoROM is corrupted at gpu 0000:83:00.0\n" }]));
    expect((await find({ how: "folder", commands: failed })).accelerators).toEqual((await whole).accelerators);
  });

  it("of a tool that hangs afterwards are used as far as they go, with a notice", async () => {
    const hanging = Object.fromEntries(Object.entries(commands).map(([command, stdout]): [string, Answer] => [command, { kind: "timedOut", afterMs: 30_000, stdout, stderr: "" }]));
    const found = await find({ how: "folder", commands: hanging });
    expect(found.accelerators).toEqual((await whole).accelerators);
  });
});

it("the half of a document is said to be half", async () => {
  const xml = withoutSource(recording("nvidia_smi_q_x_a100-sxm4-v12.xml.txt"));
  const found = await find({ how: "folder", commands: { "nvidia-smi -q -x": xml.slice(0, xml.indexOf("<bar1_memory_usage>", xml.indexOf("</mig_devices>"))) } });
  expect(found.accelerators[0]).toMatchObject({ uuid: "GPU-513536b6-7d19-9063-b049-1e69664bb298", memory: { totalBytes: 81920 * MIB } });
  expect(found.notices).toMatchObject([{ code: "nvidia.outputCut", details: { command: "nvidia-smi -q -x" } }]);
});

describe("a tool that does not answer, on a machine whose bus shows a GPU", () => {
  const missing = Object.fromEntries(NVIDIA_SMI_PROGRAMS.map((program) => [`${program} -L`, { kind: "missing" } as const]));
  it.each<[string, Record<string, Answer>, string, string]>([
    ["is missing", missing, "nvidia.toolMissing", "hidden"],
    ["may not be run", everyCommand({ kind: "denied" }), "nvidia.toolNotExecutable", "hidden"],
    ["hangs", everyCommand({ kind: "timedOut", afterMs: 30_000, stdout: "", stderr: "" }), "nvidia.toolTimedOut", "broken"],
    ["is killed", everyCommand({ kind: "signalled", signal: "SIGSEGV", stdout: "", stderr: "" }), "nvidia.toolCrashed", "broken"],
    ["fails in words nobody knows", everyCommand({ exitCode: 255, stdout: "Внутренняя ошибка\n" }), "nvidia.toolFailed", "broken"],
    ["says nothing", everyCommand(""), "nvidia.outputUnreadable", "hidden"],
    ["says something else", everyCommand("<html>503</html>\n"), "nvidia.outputUnreadable", "hidden"],
    ["is not found by a shell of another language", everyCommand({ exitCode: 127, stderr: "bash: nvidia-smi: Kommando nicht gefunden.\n" }), "nvidia.toolMissing", "hidden"],
    ["finds no device", everyCommand({ exitCode: 6, stdout: "No devices were found\n" }), "nvidia.noDevicesFound", "hidden"],
    ["lacks its library", everyCommand({ exitCode: 12, stdout: "NVIDIA-SMI couldn't find libnvidia-ml.so library in your system. Please make sure that the NVIDIA Display Driver is properly installed.\n" }), "nvidia.libraryMissing", "hidden"],
    ["is blocked under WSL", everyCommand({ exitCode: 255, stdout: "Failed to initialize NVML: GPU access blocked by the operating system\n" }), "nvidia.blockedBySystem", "denied"],
    ["may not ask", everyCommand({ exitCode: 4, stdout: "Failed to initialize NVML: Insufficient Permissions\n" }), "nvidia.notPermitted", "denied"],
  ])("%s: the GPU stays, with the reason", async (_what, commands, code, state) => {
    const found = await find({ files: machineFiles(["0000:01:00.0"]), commands });
    expectValid(found);
    expect(found.accelerators).toMatchObject([{ id: "nvidia:0000:01:00.0", state }]);
    expect(found.notices.map((notice) => notice.code)).toEqual([code]);
  });
});

describe("anything at all", () => {
  const pieces = fc.constantFrom("GPU 0: ", "MIG 1g.18gb  Device 0: (UUID: MIG-", "(UUID: GPU-", "index, uuid, name, memory.total [MiB]\n", "0, ", "|", "+---+\n", "<gpu id=\"00000000:01:00.0\">", "<nvidia_smi_log>", "</gpu>", "<mig_device><index>", "MiB / ", "\n", "\t", "GPU0", " X ", "NV18", "\u001b[4m", "ERR!", "[N/A]", "99999999999999999999", "Unable to determine the device handle for GPU0: 0000:01:00.0: ");
  const text = fc.oneof(fc.string({ unit: "binary", maxLength: 400 }), fc.array(fc.oneof(pieces, fc.string({ maxLength: 8 })), { maxLength: 60 }).map((parts) => parts.join("")));

  it("as output is read without throwing, into what the schema allows", async () => {
    await fc.assert(fc.asyncProperty(text, fc.integer({ min: 0, max: 255 }), async (stdout, exitCode) => {
      expectValid(await find({ commands: everyCommand({ exitCode, stdout }) }));
    }), { numRuns: 600 });
  });

  it("in the driver's files, the bus and the environment is read without throwing", async () => {
    await fc.assert(fc.asyncProperty(text, text, async (first, second) => {
      const files = { "/proc/driver/nvidia/version": first, "/proc/driver/nvidia/gpus/0000:01:00.0/information": second, ...machineFiles(["0000:01:00.0"]), "/sys/bus/pci/devices/0000:01:00.0/numa_node": first, "/sys/bus/pci/devices/0000:01:00.0/uevent": second };
      const found = await find({ files, env: { CUDA_VISIBLE_DEVICES: first, NVIDIA_VISIBLE_DEVICES: second } });
      expectValid(found);
      expect(found.accelerators).toHaveLength(1);
    }), { numRuns: 300 });
  });

  it.each([
    ["a million opened elements", `<nvidia_smi_log>${"<gpu>".repeat(1_000_000)}`],
    ["a hundred thousand GPUs", Array.from({ length: 100_000 }, (_, index) => `GPU ${index}: NVIDIA H200 (UUID: GPU-${index.toString(16).padStart(8, "0")}-0000-4000-8000-000000000001)`).join("\n")],
    ["a line of four million commas", `index, uuid, name\n${",".repeat(4_000_000)}\n`],
    ["a line of two million blanks", `index, uuid, name\n0,${" ".repeat(2_000_000)}x\n`],
    ["names and words of a hundred thousand letters", `<nvidia_smi_log><gpu id="00000000:01:00.0"><product_name>ERR! ${"x".repeat(100_000)}</product_name><fb_memory_usage><total>[N/A]${"y".repeat(100_000)}</total></fb_memory_usage></gpu></nvidia_smi_log>`],
    ["cells of a hundred thousand letters", `index, name, memory.total [MiB], gpu_recovery_action\n0, ${"x".repeat(100_000)}, [N/A] ${"y".repeat(100_000)}, ${"z".repeat(100_000)}\n9999999, x, 1 MiB, None\n`],
    ["slices that two GPUs claim", "GPU 0: A (UUID: GPU-11111111-2222-3333-4444-555555555555)\n  MIG 1g.18gb Device 0: (UUID: MIG-11111111-2222-3333-4444-555555555555)\n  MIG 1g.18gb Device 1: (UUID: MIG-11111111-2222-3333-4444-555555555555)\n".repeat(3)],
    ["a million brackets", "<".repeat(1_000_000)],
    ["a million comments without end", "<!--".repeat(1_000_000)],
    ["a million units without end", `index, uuid, name${" [".repeat(1_000_000)}\n`],
    ["a million escapes", "\u001b]".repeat(500_000)],
  ])("%s takes no longer than a person waits", async (_what, hostile) => {
    const began = performance.now();
    const found = await find({ commands: everyCommand(hostile) });
    expectValid(found);
    expect(found.accelerators.length).toBeLessThanOrEqual(512);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
