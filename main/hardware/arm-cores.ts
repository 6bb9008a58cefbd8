interface Implementer {
  readonly name: string;
  readonly cores: Readonly<Record<number, string>>;
}

/** "CPU implementer" and "CPU part" of /proc/cpuinfo (MIDR_EL1) for cores that are met in servers; the tables of util-linux (sys-utils/lscpu-arm.c). */
const IMPLEMENTERS: Readonly<Record<number, Implementer>> = {
  0x41: {
    name: "ARM",
    cores: {
      0xd03: "Cortex-A53", 0xd05: "Cortex-A55", 0xd07: "Cortex-A57", 0xd08: "Cortex-A72", 0xd09: "Cortex-A73", 0xd0a: "Cortex-A75", 0xd0b: "Cortex-A76", 0xd0c: "Neoverse-N1",
      0xd0d: "Cortex-A77", 0xd40: "Neoverse-V1", 0xd41: "Cortex-A78", 0xd42: "Cortex-A78AE", 0xd44: "Cortex-X1", 0xd46: "Cortex-A510", 0xd47: "Cortex-A710", 0xd48: "Cortex-X2",
      0xd49: "Neoverse-N2", 0xd4a: "Neoverse-E1", 0xd4d: "Cortex-A715", 0xd4e: "Cortex-X3", 0xd4f: "Neoverse-V2", 0xd80: "Cortex-A520", 0xd81: "Cortex-A720", 0xd82: "Cortex-X4",
      0xd83: "Neoverse-V3AE", 0xd84: "Neoverse-V3", 0xd85: "Cortex-X925", 0xd87: "Cortex-A725", 0xd8e: "Neoverse-N3",
    },
  },
  0x42: { name: "Broadcom", cores: { 0x516: "Vulcan" } },
  0x43: { name: "Cavium", cores: { 0x0a1: "ThunderX 88XX", 0x0af: "ThunderX2 99xx", 0x0b8: "ThunderX3" } },
  0x46: { name: "Fujitsu", cores: { 0x001: "A64FX", 0x003: "MONAKA" } },
  // Kunpeng 920 is TaiShan-v110; its later versions (7270Z, 7280Z, 7285Z) are TaiShan-v120.
  0x48: { name: "HiSilicon", cores: { 0xd01: "TaiShan-v110 (Kunpeng 920)", 0xd02: "TaiShan-v120 (Kunpeng 920, later version)", 0xd40: "Cortex-A76", 0xd41: "Cortex-A77" } },
  0x4e: { name: "NVIDIA", cores: { 0x003: "Denver 2", 0x004: "Carmel", 0x010: "Olympus" } },
  0x50: { name: "APM", cores: { 0x000: "X-Gene" } },
  0x51: { name: "Qualcomm", cores: { 0x001: "Oryon", 0xc00: "Falkor" } },
  0x61: { name: "Apple", cores: {} },
  0x6d: { name: "Microsoft", cores: { 0xd49: "Azure Cobalt 100" } },
  0x70: {
    name: "Phytium",
    cores: { 0x303: "FTC310", 0x660: "FTC660", 0x661: "FTC661", 0x662: "FTC662", 0x663: "FTC663", 0x664: "FTC664", 0x862: "FTC862" },
  },
  0xc0: { name: "Ampere", cores: { 0xac3: "Ampere-1", 0xac4: "Ampere-1a", 0xac5: "Ampere-1b" } },
};

/** Who made a core and what it is called; a core newer than the table is named by its numbers. */
export function armCore(implementer: number, part: number): { readonly vendor: string; readonly core: string } {
  const known = IMPLEMENTERS[implementer];
  const vendor = known?.name ?? `implementer 0x${implementer.toString(16)}`;
  return { vendor, core: known?.cores[part] ?? `part 0x${part.toString(16).padStart(3, "0")}` };
}
