import type { Cpu, Memory } from "../../shared/schemas/machine.ts";
import type { Host } from "../domain/host.ts";
import { runText } from "./ask-host.ts";
import { boundedBytes, boundedCount, boundedText } from "./bounded.ts";
import { instructionSetsOf } from "./instruction-sets.ts";

const SYSCTL = "sysctl hw machdep.cpu vm.swapusage";

/** Apple's names of features (hw.optional, machdep.cpu) as Linux names them. */
const FEATURES: Readonly<Record<string, string>> = {
  "hw.optional.neon": "neon", "hw.optional.AdvSIMD": "neon", "hw.optional.arm.FEAT_DotProd": "dotprod", "hw.optional.arm.FEAT_I8MM": "i8mm", "hw.optional.arm.FEAT_BF16": "bf16", "hw.optional.arm.FEAT_FP16": "fp16",
  "hw.optional.avx2_0": "avx2", "hw.optional.fma": "fma", "hw.optional.f16c": "f16c", "hw.optional.avx512f": "avx512f", "hw.optional.avx512bw": "avx512bw",
};

/** Processors and memory of macOS. There are no control groups and no affinity: every processor may be used. */
export async function findDarwin(host: Host): Promise<{ readonly cpu: Cpu; readonly memory: Memory }> {
  const [command = "", ...args] = SYSCTL.split(" ");
  // It ends with 1 when it does not know one of the names, and still tells the others.
  const ran = await host.run(command, args, { timeoutMs: 5_000 });
  const values = new Map("stdout" in ran ? Array.from(ran.stdout.matchAll(/^([\w.]+): (.*)$/gm), ([, name = "", value = ""]) => [name, boundedText(value.trim())] as const) : []);
  const number = (name: string): number | null => (/^\d{1,16}$/.test(values.get(name) ?? "") ? Number(values.get(name)) : null);
  const threads = boundedCount(number("hw.logicalcpu") ?? number("hw.ncpu")) || null;
  const features = Object.entries(FEATURES).flatMap(([name, feature]) => (values.get(name) === "1" ? [feature] : []));
  const totalBytes = number("hw.memsize");
  const availableBytes = availableOf((await runText(host, "vm_stat", [])) ?? "");
  const swapMegabytes = /total = (\d+(?:\.\d+)?)M/.exec(values.get("vm.swapusage") ?? "")?.[1];
  const model = values.get("machdep.cpu.brand_string") ?? null;
  const cpu = {
    model, vendor: values.get("machdep.cpu.vendor") ?? (model?.startsWith("Apple") === true ? "Apple" : null),
    sockets: boundedCount(number("hw.packages")), cores: boundedCount(number("hw.physicalcpu")), threads, usableThreads: threads, instructionSets: instructionSetsOf(features), l3CacheBytes: number("hw.l3cachesize"),
  };
  const swapBytes = boundedBytes(swapMegabytes === undefined ? null : Math.round(Number(swapMegabytes) * 2 ** 20));
  return {
    cpu: { ...cpu, evidence: evidenceOf(cpu) },
    memory: {
      totalBytes, availableBytes, limitBytes: null, limitUsedBytes: null, usableBytes: availableBytes, swapBytes,
      hugePages: [], readBandwidth: null, evidence: { ...evidenceOf({ totalBytes, swapBytes }), ...(availableBytes === null ? {} : { availableBytes: "vm_stat" }) },
    },
  };
}

function evidenceOf(facts: object): Record<string, string> {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null).map(([field]) => [field, SYSCTL]));
}

/** Free and inactive pages: the latter hold what can be dropped or read again. */
function availableOf(text: string): number | null {
  const pageBytes = /page size of (\d{1,6}) bytes/.exec(text)?.[1];
  const pages = ["free", "inactive", "speculative"].map((kind) => new RegExp(`^Pages ${kind}:\\s+(\\d{1,15})\\.`, "m").exec(text)?.[1]);
  if (pageBytes === undefined || pages[0] === undefined) return null;
  return boundedBytes(pages.reduce((sum, count) => sum + Number(count ?? 0), 0) * Number(pageBytes));
}
