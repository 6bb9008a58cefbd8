import { armCore } from "./arm-cores.ts";
import { boundedText } from "./bounded.ts";

export interface CpuInfo {
  /** Processors listed: those online. */
  readonly threads: number;
  readonly sockets: number | null;
  readonly cores: number | null;
  readonly model: string | null;
  readonly vendor: string | null;
  /** Flags (x86) or features (Arm) that every processor has. */
  readonly flags: ReadonlySet<string>;
  /** Those that only some have. */
  readonly flagsOfSome: ReadonlySet<string>;
}

/** Parses /proc/cpuinfo of x86 and Arm. Arm kernels give no model, sockets or cores, but the numbers of implementer and part; null: nothing about processors in it. */
export function parseCpuinfo(text: string): CpuInfo | null {
  const processors = text.split(/\n\s*\n/).map(fieldsOf).filter((fields) => /^\d+$/.test(fields.get("processor") ?? ""));
  if (processors.length === 0) return null;
  const flagSets = processors.map((fields) => fields.get("flags") ?? fields.get("features")).filter((flags) => flags !== undefined).map((flags) => new Set(flags.split(/\s+/)));
  const anywhere = new Set(flagSets.flatMap((flags) => [...flags]));
  const everywhere = new Set([...anywhere].filter((flag) => flagSets.every((flags) => flags.has(flag))));
  const arm = armCores(processors);
  return {
    threads: processors.length,
    sockets: countDistinct(processors, ["physical id"]),
    cores: countDistinct(processors, ["physical id", "core id"]),
    model: processors[0]?.get("model name") ?? arm.model,
    vendor: processors[0]?.get("vendor_id") ?? arm.vendor,
    flags: everywhere,
    flagsOfSome: new Set([...anywhere].filter((flag) => !everywhere.has(flag))),
  };
}

function fieldsOf(block: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) fields.set(line.slice(0, colon).trim().toLowerCase(), boundedText(line.slice(colon + 1).trim()));
  }
  return fields;
}

/** How many combinations of these fields there are; null unless every processor has them all. */
function countDistinct(processors: readonly Map<string, string>[], names: readonly string[]): number | null {
  const seen = new Set<string>();
  for (const fields of processors) {
    const values = names.map((name) => fields.get(name));
    if (values.includes(undefined)) return null;
    seen.add(values.join("/"));
  }
  return seen.size;
}

/** A machine of unequal cores names each kind: "Cortex-A510 + Cortex-A710". */
function armCores(processors: readonly Map<string, string>[]): { readonly model: string | null; readonly vendor: string | null } {
  const cores = processors.flatMap((fields) => {
    const implementer = hexadecimal(fields.get("cpu implementer"));
    const part = hexadecimal(fields.get("cpu part"));
    return implementer === null || part === null ? [] : [armCore(implementer, part)];
  });
  if (cores.length === 0) return { model: null, vendor: null };
  const kinds = (names: readonly string[]): string => boundedText([...new Set(names)].join(" + "));
  return { model: kinds(cores.map(({ core }) => core)), vendor: kinds(cores.map(({ vendor }) => vendor)) };
}

function hexadecimal(text: string | undefined): number | null {
  return text !== undefined && /^0x[0-9a-f]{1,8}$/i.test(text) ? Number(text) : null;
}
