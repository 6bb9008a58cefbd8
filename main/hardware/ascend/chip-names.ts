import type { Accelerator } from "../../../shared/schemas/machine.ts";

type Family = Exclude<Accelerator["family"], "nvidia" | null>;

/** What the sources say of a chip; null: none said it. */
export interface ChipNames {
  /** Column Name of `npu-smi info`, or Chip Name of its board or mapping answer: "910B3", "Ascend910", "Ascend950PR". */
  readonly model: string | null;
  /** NPU Name of the board answer: "9391", "9579". */
  readonly npuName: string | null;
  /** "d802" */
  readonly pciDeviceId: string | null;
}

/** Processors by PCI device id, as far as the public record shows (official tools' fixtures and npu-smi's own documentation). */
const PCI_FAMILIES: Readonly<Record<string, Family>> = { d100: "310", d500: "310P", d801: "910A", d802: "910B", d803: "910C", d806: "950" };

/**
 * Name patterns, without "Ascend". Names mislead: "910B" without a digit is a *first*-generation 910 and no 910B1…B4, "A2G…" is a 910B by another
 * name (the CH driver kit), "I2…" a 310P; an A3 die calls itself only "Ascend910".
 */
const NAME_FAMILIES: readonly (readonly [RegExp, Family])[] = [
  [/^310B/, "310B"], [/^(?:310P|I2)/, "310P"], [/^310$/, "310"],
  [/^(?:910B[0-9]|A2G)/, "910B"], [/^910_93[0-9]{2}$/, "910C"], [/^910C/, "910C"], [/^910(?:A|B|Pro[AB]?|Premium[AB]?)$/i, "910A"],
  [/^950/, "950"],
];

/** @returns null for a chip newer than this program */
export function familyOf(names: ChipNames): Family | null {
  const byPci = names.pciDeviceId === null ? undefined : PCI_FAMILIES[names.pciDeviceId];
  return byPci ?? familyOfName(names) ?? null;
}

/** The family that the name alone speaks of; null where it is not enough. */
export function familyOfName({ model, npuName }: ChipNames): Family | null {
  if (model === null) return null;
  if (isBareAscend910(model) || (shortName(model) === "910" && npuName !== null)) return "910C";
  return NAME_FAMILIES.find(([pattern]) => pattern.test(shortName(model)))?.[1] ?? null;
}

/**
 * What ATC and kernels are compiled for, as vllm-ascend's setup.py derives it: "Ascend" + chip name; on A3 and 950 chip name + "_" + NPU name.
 * @returns null where the names do not reach: a wrong one compiles and fails on the device
 */
export function socNameOf(names: ChipNames): string | null {
  if (names.model === null) return null;
  const short = shortName(names.model);
  switch (familyOf(names)) {
    case "910C":
      if (/^910_93[0-9]{2}$/.test(short)) return `Ascend${short}`;
      return short === "910" && isNpuName(names.npuName) ? `Ascend910_${names.npuName}` : null;
    case "950":
      if (/^950[A-Z]{2}_[0-9A-Z]{4}$/i.test(short)) return `Ascend${short}`;
      return /^950[A-Z]{2}$/i.test(short) && isNpuName(names.npuName) ? `Ascend${short}_${names.npuName}` : null;
    case "910B":
      return /^A2G/.test(short) ? "Ascend910B1" : /^910B[0-9][A-Z]?(?:-[0-9])?$/.test(short) ? `Ascend${short}` : null;
    case "910A":
      return /^910(?:A|B|Pro[AB]|Premium[AB])$/i.test(short) ? `Ascend${short}` : null;
    case "310P":
      return /^310P[0-9]$/.test(short) ? `Ascend${short}` : null;
    case "310B":
      return /^310B[0-9]$/.test(short) ? `Ascend${short}` : null;
    case "310":
      return short === "310" ? "Ascend310" : null;
    case null:
      return null;
  }
}

/** "Ascend 910B3" and "910B3" are one name. */
export function shortName(model: string): string {
  return model.replace(/\s+/g, "").replace(/^Ascend/i, "");
}

function isBareAscend910(model: string): boolean {
  return /^Ascend\s*910$/i.test(model);
}

function isNpuName(name: string | null): name is string {
  return name !== null && /^[0-9a-z]{4}$/i.test(name);
}
