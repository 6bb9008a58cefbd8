import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { NVIDIA_NOTICE_TEXTS } from "../../main/hosts/cli/nvidia-notice-texts.ts";

const schema = readFileSync(new URL("../../shared/schemas/nvidia-notices.ts", import.meta.url), "utf8");
/** Details that the search leaves out where it could not tell: these alone may be empty, or −1. */
const MAY_BE_UNKNOWN = /^(?:notRecorded|afterMs|exitCode|loadedVersion|libraryVersion|kernelDrivers|seenElsewhere|busId|status|model|totalBytes)$/;
const MAY_BE_SILENT = ["nvidia.toolFailed", "nvidia.outputUnreadable", "nvidia.devicesLost", "nvidia.notPermitted", "nvidia.blockedBySystem", "nvidia.libraryMissing", "nvidia.memoryUnknown", "nvidia.topologyUnknown"];

function detailsOf(code: string, fields: string, isKnown: boolean): Record<string, string | number> {
  const isLeftOut = (name: string): boolean => !isKnown && (MAY_BE_UNKNOWN.test(name) || (name === "words" && MAY_BE_SILENT.includes(code)) || (code === "nvidia.fabricNotReady" && name === "fabricManager") || (code === "nvidia.gpuNotListed" && name === "kernelDriver"));
  return Object.fromEntries([...fields.matchAll(/(\w+): (string|number)/g)].map(([, name = "", type]) => [name, isLeftOut(name) ? (type === "number" ? -1 : "") : type === "number" ? 12_345 : `<${name}>`]));
}

const DECLARED = [...schema.matchAll(/^ {2}"(nvidia\.\w+)": \{(.*)\};$/gm)].map(([, code = "", fields = ""]) => ({ code, all: detailsOf(code, fields, true), few: detailsOf(code, fields, false) }));

it("there is a text for every notice", () => {
  expect(DECLARED.map(({ code }) => code).sort()).toEqual(Object.keys(NVIDIA_NOTICE_TEXTS).sort());
});

it.each(DECLARED)("$code is whole sentences with a next step, whether or not its details are known", ({ code, all, few }) => {
  const text = NVIDIA_NOTICE_TEXTS[code as keyof typeof NVIDIA_NOTICE_TEXTS] as { says: (details: unknown, subject: string) => string; next: string };
  for (const details of [all, few]) {
    const said = text.says(details, "nvidia:GPU-1");
    expect(said).toMatch(/^[A-Z<"n].*[.>:]/);
    expect(said).not.toMatch(/undefined|NaN|\s[.,;]|\.\.|\(\)| {2}| -1\b/);
  }
  expect(text.next).toMatch(/^[A-Z"].*\.$/);
});
