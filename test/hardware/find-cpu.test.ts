import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findCpu } from "../../main/hardware/find-cpu.ts";
import { findNuma } from "../../main/hardware/find-numa.ts";
import { parseCpuList } from "../../main/hardware/parse-cpu-list.ts";
import { parseCpuinfo } from "../../main/hardware/parse-cpuinfo.ts";
import { parseLscpu } from "../../main/hardware/parse-lscpu.ts";
import { hostOf } from "./host-of.ts";

const recording = (name: string): string => readFileSync(new URL(`recordings/${name}`, import.meta.url), "utf8");
const [graceProcessor = "", graceNodes = ""] = recording("cpu_lscpu_grace_gh200_excerpts.txt").split("----\n");
const pasted = (lscpu: string) => hostOf({ how: "folder", commands: { lscpu } });
const codes = (found: { readonly notices: readonly { readonly code: string }[] }): string[] => found.notices.map(({ code }) => code);

/** /proc/cpuinfo of Arm processors: no model, sockets or cores. */
const armCpuinfo = (count: number, implementer: string, part: string, features: string): string =>
  Array.from({ length: count }, (_, id) => `processor\t: ${id}\nBogoMIPS\t: 200.00\nFeatures\t: ${features}\nCPU implementer\t: ${implementer}\nCPU architecture: 8\nCPU variant\t: 0x1\nCPU part\t: ${part}\nCPU revision\t: 0\n`).join("\n");

const x86Cpuinfo = (rows: readonly { readonly socket: number; readonly core: number; readonly flags?: string }[]): string =>
  rows.map(({ socket, core, flags = "fpu avx2 fma" }, id) => `processor\t: ${id}\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Xeon(R) Platinum 8480+\nphysical id\t: ${socket}\ncore id\t\t: ${core}\nflags\t\t: ${flags}\n`).join("\n");

describe("processors from pasted lscpu", () => {
  test("a two-socket Xeon of the old layout with AMX", async () => {
    const { cpu, notices } = await findCpu(pasted(recording("cpu_lscpu_xeon8463B_amx.txt")));
    expect(cpu).toMatchObject({
      model: "Intel(R) Xeon(R) Platinum 8463B", vendor: "GenuineIntel", sockets: 2, cores: 96, threads: 192, usableThreads: null, l3CacheBytes: 210 * 2 ** 20,
      instructionSets: ["avx2", "fma", "f16c", "avx_vnni", "avx512f", "avx512bw", "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_tile", "amx_int8", "amx_bf16"],
      evidence: { threads: "lscpu", instructionSets: "lscpu" },
    });
    expect(notices.map(({ code }) => code)).toEqual(["cpu.limitsUnknown"]);
  });

  test("a Grace whose flags were cut off", async () => {
    const { cpu } = await findCpu(pasted(graceProcessor));
    expect(cpu).toMatchObject({ model: "Neoverse-V2", vendor: "ARM", sockets: 1, cores: 72, threads: 72, l3CacheBytes: null, instructionSets: [] });
  });

  test("a Grace has one node with processors; the eight of the GPU's memory are told apart", async () => {
    const found = await findNuma(pasted(graceNodes));
    expect(found.numa.map((node) => node.cpus)).toEqual(["0-71", "", "", "", "", "", "", "", ""]);
    expect(found.notices).toMatchObject([{ code: "numa.nodesWithoutProcessors", details: { nodes: 8, memoryBytes: -1 } }]);
  });

  test("a Kunpeng 920 7285Z has only the firmware's name", async () => {
    const { cpu } = await findCpu(pasted("Architecture: aarch64\nCPU(s): 320\nVendor ID: HiSilicon\n  BIOS Vendor ID: HiSilicon\n  Model name: -\n  BIOS Model name: Kunpeng 920 7285Z  CPU @ 2.9GHz\nThread(s) per core: 2\nCore(s) per socket: 80\nSocket(s): 2\nFlags: fp asimd fphp asimdhp asimddp sve bf16 i8mm\n"));
    expect(cpu).toMatchObject({ model: "Kunpeng 920 7285Z", vendor: "HiSilicon", sockets: 2, cores: 160, threads: 320, instructionSets: ["neon", "dotprod", "i8mm", "bf16", "fp16", "sve"] });
  });

  test("an Arm machine that counts clusters where it knows no sockets", () => {
    expect(parseLscpu("CPU(s): 64\nCore(s) per cluster: 16\nSocket(s): -\nCluster(s): 4\n")).toMatchObject({ threads: 64, sockets: null, cores: 64 });
  });

  test("the labels of a Chinese system", () => {
    expect(parseLscpu("架构：                              aarch64\nCPU:                             96\n每个座的核数：                   48\n座：                             2\n厂商 ID：                        HiSilicon\n型号名称：                       Kunpeng-920\nNUMA 节点0 CPU：                 0-23\nL3 缓存：                        96 MiB\n标记：                           fp asimd asimddp\n")).toMatchObject({
      architecture: "aarch64", threads: 96, sockets: 2, cores: 96, vendor: "HiSilicon", model: "Kunpeng-920", l3CacheBytes: 96 * 2 ** 20, flags: ["fp", "asimd", "asimddp"], numaNodes: [{ id: 0, cpus: "0-23" }],
    });
  });

  test("processors that are offline do not count, and a cache of one of many instances is no total", () => {
    expect(parseLscpu("CPU(s): 8\nOn-line CPU(s) list: 0-3\nOff-line CPU(s) list: 4-7\nL3 cache: 36608K\n")).toMatchObject({ threads: 4, l3CacheBytes: null });
  });
});

describe("processors from /proc/cpuinfo", () => {
  test("of which somebody pasted the beginning are counted by lscpu", async () => {
    const beginning = `${x86Cpuinfo([{ socket: 0, core: 0 }])}siblings\t: 96\n`;
    const { cpu, notices } = await findCpu(hostOf({ how: "folder", files: { "/proc/cpuinfo": beginning }, commands: { lscpu: recording("cpu_lscpu_xeon8463B_amx.txt") } }));
    expect(cpu).toMatchObject({ sockets: 2, cores: 96, threads: 192, evidence: { threads: "lscpu" } });
    expect(codes({ notices })).not.toContain("cpu.sourcesDisagree");
  });

  test.each([
    ["0x48", "0xd01", "TaiShan-v110 (Kunpeng 920)", "HiSilicon"], ["0x41", "0xd4f", "Neoverse-V2", "ARM"], ["0xc0", "0xac3", "Ampere-1", "Ampere"], ["0x70", "0x663", "FTC663", "Phytium"], ["0x99", "0x7", "part 0x007", "implementer 0x99"],
  ])("implementer %s, part %s is %s of %s", (implementer, part, model, vendor) => {
    expect(parseCpuinfo(armCpuinfo(4, implementer, part, "fp asimd"))).toMatchObject({ threads: 4, model, vendor, sockets: null, cores: null });
  });

  test("sockets and cores are counted by their ids, hyper-threads once", () => {
    const rows = [0, 1].flatMap((socket) => [0, 1, 2].flatMap((core) => [{ socket, core }, { socket, core }]));
    expect(parseCpuinfo(x86Cpuinfo(rows))).toMatchObject({ threads: 12, sockets: 2, cores: 6 });
  });

  test("only what every core has counts; what some have is told", async () => {
    const files = { "/proc/cpuinfo": x86Cpuinfo([{ socket: 0, core: 0, flags: "avx2 avx512f" }, { socket: 0, core: 1, flags: "avx2" }]) };
    const found = await findCpu(hostOf({ files }));
    expect(found.cpu.instructionSets).toEqual(["avx2"]);
    expect(found.notices).toContainEqual(expect.objectContaining({ code: "cpu.coresDiffer", details: { missingFromSome: "avx512f" } }));
  });

  test("lscpu that tells another number is told as a contradiction, and /proc believed", async () => {
    const found = await findCpu(hostOf({ files: { "/proc/cpuinfo": x86Cpuinfo([{ socket: 0, core: 0 }, { socket: 0, core: 1 }]) }, commands: { lscpu: "CPU(s): 64\nCore(s) per socket: 32\nSocket(s): 1\n" } }));
    expect(found.cpu).toMatchObject({ threads: 2, cores: 2, sockets: 1 });
    expect(found.notices.filter(({ code }) => code === "machine.sourcesDisagree").map(({ details }) => [details["field"], details["taken"], details["other"]])).toEqual([["threads", "2", "64"], ["cores", "2", "32"]]);
  });

  test("nothing at all is a notice, not a failure", async () => {
    expect(codes(await findCpu(hostOf({})))).toEqual(["cpu.unknown"]);
  });
});

describe("a list of processors", () => {
  test.each([["0-3,8,10-11", [0, 1, 2, 3, 8, 10, 11]], ["", []], ["0\n", [0]], ["3-1", null], ["0-4294967295", null], ["x", null], ["-1", null]])("%j is %j", (text, ids) => {
    expect(parseCpuList(text)).toEqual(ids);
  });

  test("of any ranges has each id once, in order", () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(2000), fc.nat(40)), { minLength: 1, maxLength: 20 }), (ranges) => {
      const expected = new Set(ranges.flatMap(([first, more]) => Array.from({ length: more + 1 }, (_, step) => first + step)));
      expect(parseCpuList(ranges.map(([first, more]) => (more === 0 ? `${first}` : `${first}-${first + more}`)).join(","))).toEqual([...expected].sort((a, b) => a - b));
    }));
  });
});

test("no text makes a parser of processors throw", () => {
  const words = fc.array(fc.oneof(fc.constantFrom("CPU(s):", "Socket(s): ", "processor : 0", "flags: ", "NUMA node0 CPU(s): ", "L3 cache: 9 MiB", "CPU implementer : 0x", "\n", "\n\n", "-", "："), fc.string()));
  fc.assert(fc.property(words, (parts) => {
    const text = parts.join("");
    parseLscpu(text);
    parseCpuinfo(text);
    parseCpuList(text);
  }));
});
