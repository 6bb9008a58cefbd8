interface Implementer {
  readonly name: string;
  readonly cores: Readonly<Record<string, string>>;
}

/** "CPU implementer" and "CPU part" of /proc/cpuinfo (MIDR_EL1), hexadecimal without 0x, for cores that are met in servers; the tables of util-linux (sys-utils/lscpu-arm.c). */
const IMPLEMENTERS: Readonly<Record<string, Implementer>> = {
  "41": {
    name: "ARM",
    cores: {
      d03: "Cortex-A53", d05: "Cortex-A55", d07: "Cortex-A57", d08: "Cortex-A72", d09: "Cortex-A73", d0a: "Cortex-A75", d0b: "Cortex-A76", d0c: "Neoverse-N1",
      d0d: "Cortex-A77", d40: "Neoverse-V1", d41: "Cortex-A78", d42: "Cortex-A78AE", d44: "Cortex-X1", d46: "Cortex-A510", d47: "Cortex-A710", d48: "Cortex-X2",
      d49: "Neoverse-N2", d4a: "Neoverse-E1", d4d: "Cortex-A715", d4e: "Cortex-X3", d4f: "Neoverse-V2", d80: "Cortex-A520", d81: "Cortex-A720", d82: "Cortex-X4",
      d83: "Neoverse-V3AE", d84: "Neoverse-V3", d85: "Cortex-X925", d87: "Cortex-A725", d8e: "Neoverse-N3",
    },
  },
  "42": { name: "Broadcom", cores: { "516": "Vulcan" } },
  "43": { name: "Cavium", cores: { "0a1": "ThunderX 88XX", "0af": "ThunderX2 99xx", "0b8": "ThunderX3" } },
  "46": { name: "Fujitsu", cores: { "001": "A64FX", "003": "MONAKA" } },
  // Kunpeng 920 is TaiShan-v110; its later versions (7270Z, 7280Z, 7285Z) are TaiShan-v120.
  "48": { name: "HiSilicon", cores: { d01: "TaiShan-v110 (Kunpeng 920)", d02: "TaiShan-v120 (Kunpeng 920, later version)", d40: "Cortex-A76", d41: "Cortex-A77" } },
  "4e": { name: "NVIDIA", cores: { "003": "Denver 2", "004": "Carmel", "010": "Olympus" } },
  "50": { name: "APM", cores: { "000": "X-Gene" } },
  "51": { name: "Qualcomm", cores: { "001": "Oryon", c00: "Falkor" } },
  "61": { name: "Apple", cores: {} },
  "6d": { name: "Microsoft", cores: { d49: "Azure Cobalt 100" } },
  "70": {
    name: "Phytium",
    cores: { "303": "FTC310", "660": "FTC660", "661": "FTC661", "662": "FTC662", "663": "FTC663", "664": "FTC664", "862": "FTC862" },
  },
  c0: { name: "Ampere", cores: { ac3: "Ampere-1", ac4: "Ampere-1a", ac5: "Ampere-1b" } },
};

/** Who made a core and what it is called; a core newer than the table is named by its numbers. */
export function armCore(implementer: number, part: number): { readonly vendor: string; readonly core: string } {
  const known = IMPLEMENTERS[hexadecimal(implementer, 2)];
  return { vendor: known?.name ?? `implementer 0x${hexadecimal(implementer, 2)}`, core: known?.cores[hexadecimal(part, 3)] ?? `part 0x${hexadecimal(part, 3)}` };
}

function hexadecimal(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
