import { INSTRUCTION_SETS, type InstructionSet } from "../../shared/schemas/machine.ts";

/** Arm's names in /proc/cpuinfo where they differ from ours (arch/arm64/kernel/cpuinfo.c). x86 names are the kernel's own. */
const ARM_NAMES: Readonly<Record<string, InstructionSet>> = { asimd: "neon", asimddp: "dotprod", asimdhp: "fp16" };
const OURS: ReadonlySet<string> = new Set(INSTRUCTION_SETS);

/** Those instruction sets of a processor's flags that decide which kernels a runtime takes, in the schema's order. */
export function instructionSetsOf(flags: Iterable<string>): InstructionSet[] {
  const named = new Set([...flags].map((flag) => ARM_NAMES[flag] ?? flag).filter((flag) => OURS.has(flag)));
  return INSTRUCTION_SETS.filter((set) => named.has(set));
}
