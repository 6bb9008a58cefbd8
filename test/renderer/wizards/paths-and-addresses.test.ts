import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { benchmarkCommand, readBenchmarkState } from "../../../renderer/wizards/benchmark/benchmark-state.ts";
import { folderName, readExportState, targetOf } from "../../../renderer/wizards/export/export-state.ts";
import { isAbsolutePath, joinPath, lastPart } from "../../../renderer/wizards/folder/join-path.ts";
import { checksumSource, importCommand, readImportState } from "../../../renderer/wizards/import/import-state.ts";
import { diskOf } from "../../../renderer/wizards/plan/disk-of.ts";
import { readQuantizeState } from "../../../renderer/wizards/quantize/quantize-state.ts";
import type { Machine } from "../../../shared/schemas/machine.ts";

describe("paths of a machine that need not be the browser's", () => {
  it.each([["/data", "a b", "/data/a b"], ["/", "x", "/x"], ["C:\\Models", "x", "C:\\Models\\x"], ["C:\\", "x", "C:\\x"], ["\\\\nas\\share", "x", "\\\\nas\\share\\x"]])("%s and %s make %s", (folder, name, path) => {
    expect(joinPath(folder, name)).toBe(path);
    expect(lastPart(path)).toBe(name);
    expect(isAbsolutePath(path)).toBe(true);
  });

  it.each(["", "data", "./data", "~/data", "C:data"])("%j is not the whole path", (path) => expect(isAbsolutePath(path)).toBe(false));

  it("a backslash in a name of Linux is a letter of the name", () => expect(lastPart("/data/a\\b")).toBe("a\\b"));

  it("a bundle's folder never leaves the folder that was chosen, whatever the model is called", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (name) => {
      expect(folderName(name)).not.toMatch(/[/\\<>:"|?*\0]|^\.|\.$/);
    }));
    expect(folderName("../../etc")).toBe("etc");
    expect(targetOf(readExportState({ folder: "/media/usb" }), folderName("../.."))).toBe("");
  });
});

describe("the disk of a path", () => {
  const machine = { disks: [{ mountPoint: "/" }, { mountPoint: "/media/usb" }] } as unknown as Machine;
  it.each([["/media/usb", "/media/usb"], ["/media/usb/a", "/media/usb"], ["/media/usbstick", "/"], ["/home", "/"]])("of %s is the one mounted at %s", (path, mountPoint) => expect(diskOf(machine, path)?.mountPoint).toBe(mountPoint));
});

describe("an address that anybody may have written", () => {
  it("always makes a state", () => {
    fc.assert(fc.property(fc.dictionary(fc.constantFrom("step", "folder", "mode", "name", "job", "jobs", "models", "rounds", "workload", "prompts", "machine", "promptTokens"), fc.jsonValue()), (search) => {
      expect(["copy", "link", "inPlace"]).toContain(readImportState(search).mode);
      expect(typeof readQuantizeState(search).machine).toBe("string");
      expect(readBenchmarkState(search).models.length).toBeLessThanOrEqual(4);
      expect(readBenchmarkState(search).rounds).toBeGreaterThanOrEqual(2);
      expect(readExportState(search).jobs.length).toBeLessThanOrEqual(2);
    }));
  });
});

describe("an import's address", () => {
  const state = readImportState({ folder: "/models/v3", mode: "link", list: "file", listFile: "/media/usb/SHA256SUMS", approved: "a".repeat(64), name: "v3" });
  it("says the command that does the same", () => {
    expect(importCommand(state)).toEqual(["model", "import", "/models/v3", "--name", "v3", "--link", "--checksums", "/media/usb/SHA256SUMS", "--approve-template", "a".repeat(64)]);
  });
  it("that names a pasted list is not ready again before it was pasted again", () => {
    expect(checksumSource({ ...state, list: "text" }, " ")).toBeNull();
    expect(checksumSource({ ...state, list: "file", listFile: "" }, "")).toBeNull();
    expect(checksumSource({ ...state, list: "text" }, "x")).toEqual({ from: "text", text: "x" });
    expect(checksumSource(readImportState({ list: "anything" }), "")).toEqual({ from: "folder" });
  });
});

it("a comparison's address says the command that does the same", () => {
  expect(benchmarkCommand(readBenchmarkState({ models: ["pkg-1", "engine:gpu"], workload: "own", prompts: "/p.jsonl", rounds: 3 }))).toEqual(["bench", "compare", "pkg-1", "engine:gpu", "--prompts", "/p.jsonl", "--answer", "128", "--rounds", "3"]);
  expect(benchmarkCommand(readBenchmarkState({ models: ["a", "b"], workload: "preamble", rounds: 900 }))).toEqual(["bench", "compare", "a", "b", "--workload", "preamble", "--rounds", "5"]);
});
