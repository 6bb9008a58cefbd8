import type { Accelerator } from "../../../shared/schemas/machine.ts";

export interface KnownModel {
  readonly computeCapability: string;
  readonly memoryKind: NonNullable<Accelerator["memory"]["kind"]>;
}

/**
 * What a product name says, for drivers older than the field compute_cap (510) and for the kind of memory, which no tool tells. The first that matches counts.
 * After Nvidia's table of compute capabilities (developer.nvidia.com/cuda-gpus and its legacy page).
 */
const MODELS: readonly (readonly [pattern: RegExp, computeCapability: string, memoryKind: KnownModel["memoryKind"]])[] = [
  // Memory of the host, addressed by both.
  [/\bGB10\b|DGX Spark/, "12.1", "shared"],
  [/\bThor\b/, "11.0", "shared"],
  [/\bOrin\b/, "8.7", "shared"],
  [/\bXavier\b/, "7.2", "shared"],
  // Data centre, by stacks of memory beside the chip.
  [/\bG?B300\b/, "10.3", "hbm"],
  [/\bG?B[12]00\b/, "10.0", "hbm"],
  [/\b(?:GH200|H[128]00|H20)\b/, "9.0", "hbm"],
  [/\b(?:A[18]00|A30)\b/, "8.0", "hbm"],
  [/\bV100\b|TITAN V\b|Quadro GV100/, "7.0", "hbm"],
  [/\bP100\b|Quadro GP100/, "6.0", "hbm"],
  // The rest.
  [/\bRTX PRO \d{3,4} Blackwell\b|\bRTX 50[5-9]0\b/, "12.0", "gddr"],
  [/\bL(?:2|4|20|40|40S|40G)\b|\bRTX 40[5-9]0\b|\bRTX \d{4} (?:SFF )?Ada\b|\bRTX \d{3,4} Ada\b/, "8.9", "gddr"],
  [/\bA(?:2|10|10G|10M|16|40)\b|\bRTX A\d{3,4}\b|\bRTX 30[5-9]0\b/, "8.6", "gddr"],
  [/\bT4G?\b|\bT(?:400|600|1000|1200)\b|TITAN RTX|Quadro RTX|\bRTX 20[5-8]0\b|\bGTX 16[3-6]0\b/, "7.5", "gddr"],
  [/\bP(?:4|6|40)\b|\bGTX 10[5-8]0\b|TITAN Xp?\b|Quadro P\d{3,4}\b|\bGT 1030\b/, "6.1", "gddr"],
];

/** @returns null for a model that this version does not know */
export function knownModel(name: string): KnownModel | null {
  const found = MODELS.find(([pattern]) => pattern.test(name));
  return found === undefined ? null : { computeCapability: found[1], memoryKind: found[2] };
}
