import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interleaved, readBenchmarkState } from "../../../renderer/wizards/benchmark/benchmark-state.ts";
import { folderName, readExportState, targetOf } from "../../../renderer/wizards/export/export-state.ts";
import { isAbsolutePath, joinPath, lastPart } from "../../../renderer/wizards/folder/join-path.ts";
import { readImportState, templateMark } from "../../../renderer/wizards/import/import-state.ts";
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
    fc.assert(fc.property(fc.dictionary(fc.constantFrom("step", "folder", "mode", "name", "job", "jobs", "models", "runs", "workload", "machine", "promptTokens"), fc.jsonValue()), (search) => {
      expect(["copy", "inPlace"]).toContain(readImportState(search).mode);
      expect(typeof readQuantizeState(search).machine).toBe("string");
      expect(readBenchmarkState(search).models.length).toBeLessThanOrEqual(4);
      expect(readBenchmarkState(search).runs).toBeGreaterThanOrEqual(3);
      expect(readExportState(search).jobs.length).toBeLessThanOrEqual(2);
    }));
  });

  it("approves the very template that was read, and not a longer or another one", () => {
    expect(templateMark("{{ a }}")).toBe(templateMark("{{ a }}"));
    expect(new Set(["{{ a }}", "{{ b }}", "{{ a }} ", ""].map(templateMark)).size).toBe(4);
  });
});

it("every contestant stands once in each round, the second the other way round", () => {
  expect(interleaved(["a", "b", "c"]).map(({ model }) => model)).toEqual(["a", "b", "c", "c", "b", "a"]);
});
