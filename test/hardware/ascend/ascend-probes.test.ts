import { describe, expect, it } from "vitest";
import { ASCEND_PROBES, NPU_SMI_PATHS } from "../../../main/hardware/ascend/ascend-probes.ts";
import { findAscend } from "../../../main/hardware/ascend/find-ascend.ts";
import { hostOf, type MachineParts } from "../host-of.ts";
import { recorded } from "./recorded.ts";

/** The questions that ASCEND_PROBES allows, as patterns of what a host notes down. */
function allowed(env: Readonly<Record<string, string>>): RegExp[] {
  const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const path = (pattern: string): string => literal(pattern.replace(/^\$([A-Z_]+)/, (_, name: string) => env[name] ?? "/unset")).replaceAll("\\*", "[^/]+");
  return ASCEND_PROBES.map((probe) => {
    switch (probe.kind) {
      case "file": return new RegExp(`^read ${path(probe.path)}$`);
      case "directory": return new RegExp(`^list ${path(probe.path)}$`);
      case "status": return new RegExp(`^status ${path(probe.path)}$`);
      case "environment": return new RegExp(`^env ${probe.name}$`);
      case "command": {
        const commands = probe.command === "npu-smi" ? NPU_SMI_PATHS : [probe.command];
        const args = literal(probe.args.join(" ")).replace(/\\\{(?:npu|chip)\\\}/g, "[0-9]+");
        return new RegExp(`^run (?:${commands.map(literal).join("|")})${args === "" ? "" : ` ${args}`}$`);
      }
      default: return probe satisfies never;
    }
  });
}

const ENV = { ASCEND_TOOLKIT_HOME: "/opt/cann", HOME: "/home/user" };
const MACHINES: Readonly<Record<string, MachineParts>> = {
  "an empty machine": {},
  "a folder without anything": { how: "folder" },
  "a machine on which everything is there and little answers": {
    env: ENV, directories: { "/usr/local/Ascend": ["cann-9.1.0"], "/usr/local/Ascend/ascend-toolkit": ["8.0.0"], "/usr/local/Ascend/nnal/atb": ["9.1.0"] },
    files: { "/sys/bus/pci/devices/0000:41:00.0/vendor": "0x19e5" }, statuses: { "/dev/davinci0": {} },
    commands: { "npu-smi info": recorded("ascend_npu-smi-info_24.1.rc3.7_A3-910C_16chips.txt") }, how: "folder",
  },
  "a folder with a list of cards": { how: "folder", commands: { "npu-smi info -l": "NPU ID : 0\nChip Count : 1\n" } },
  "a machine whose devices are held": { statuses: { "/dev/davinci0": {} }, commands: { "npu-smi info": { exitCode: 172 } } },
};

describe("ASCEND_PROBES", () => {
  it.each(Object.entries(MACHINES))("%s is asked for nothing that the list does not name", async (_what, parts) => {
    const host = hostOf(parts);
    await findAscend(host);
    const patterns = allowed(parts.env ?? {});
    expect(host.asked.filter((question) => !patterns.some((pattern) => pattern.test(question)))).toEqual([]);
  });

  it("names nothing that no machine is asked for", async () => {
    const asked: string[] = [];
    for (const parts of Object.values(MACHINES)) {
      const host = hostOf(parts);
      await findAscend(host);
      asked.push(...host.asked);
    }
    const patterns = allowed(ENV);
    // Asked only where a home of CANN is known by another variable, or its kind of installation.
    const unasked = patterns.filter((pattern) => !asked.some((question) => pattern.test(question))).map(String).filter((pattern) => !pattern.includes("/unset"));
    expect(unasked).toEqual([]);
  });
});
