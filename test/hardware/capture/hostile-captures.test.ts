import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { openRecording } from "../../../main/hardware/open-recording.ts";
import { openRecordedHost } from "../../../main/hardware/recorded-host.ts";
import { parseCapture } from "../../../main/hardware/recording/parse-capture.ts";
import { createNodeFiles } from "../../../main/hosts/node-files.ts";
import { WorkbenchError } from "../../../shared/errors.ts";

const files = createNodeFiles();
const directory = mkdtempSync(join(tmpdir(), "sallyport-hostile-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const CAPTURE = {
  format: "sallyport-capture", formatVersion: 1, capturedAt: "2026-11-24T12:00:00Z", redacted: false, script: { version: 1 }, environment: { HOME: "/root" },
  files: [{ path: "/proc/meminfo", content: "MemTotal: 5 kB\n" }, { path: "/etc/shadowed/x", error: "denied" }],
  directories: [{ path: "/dev", names: ["null", "davinci0"] }, { path: "/usr/local/Ascend", error: "absent" }, { path: "/secret", error: "denied" }],
  statuses: [{ path: "/dev/davinci0", kind: "characterDevice", mode: 432, owner: "root", group: "HwHiAiUser", readable: false, writable: false }],
  commands: [{ argv: ["npu-smi"], error: "missing" }, { argv: ["/opt/npu-smi", "info"], exitCode: 0, timedOut: false, limitMs: 45000, stdout: "t", stderr: "" }],
};

function errorOf(document: unknown): WorkbenchError {
  try {
    parseCapture(typeof document === "string" ? document : JSON.stringify(document), "site.json");
  } catch (error) {
    if (error instanceof WorkbenchError) return error;
    throw error;
  }
  throw new Error("it was taken");
}

describe("a capture that is not one is refused with the place and what stood there", () => {
  it.each<[string, unknown, string, string | RegExp]>([
    ["no JSON", "not a capture", "the document", /Unexpected token|not JSON/],
    ["cut off", JSON.stringify(CAPTURE).slice(0, 300), "the document", /JSON/],
    ["nested without end", "[".repeat(200_000), "the document", /./],
    ["another document", { name: "package" }, "format", "missing"],
    ["a mode below zero", { ...CAPTURE, statuses: [{ ...CAPTURE.statuses[0], mode: -1 }] }, "statuses[0].mode", "-1"],
    ["a time limit below zero", { ...CAPTURE, commands: [{ ...CAPTURE.commands[1], limitMs: -5 }] }, "commands[0].limitMs", "-5"],
    ["a number for a text", { ...CAPTURE, files: [{ path: "/x", content: 5 }] }, "files[0].content", "5"],
    ["content and error at once", { ...CAPTURE, files: [{ path: "/x", content: "", error: "absent" }] }, "files[0]", "an object"],
    ["no answer at all", { ...CAPTURE, commands: [{ argv: ["x"], exitCode: 0 }] }, "commands[0]", "an object"],
    ["a path twice", { ...CAPTURE, files: [CAPTURE.files[0], { path: "/proc/./meminfo", content: "" }] }, "files[1].path", '"/proc/./meminfo"'],
    ["a command twice", { ...CAPTURE, commands: [CAPTURE.commands[0], CAPTURE.commands[0]] }, "commands[1].argv", '"npu-smi"'],
    ["no date", { ...CAPTURE, capturedAt: "yesterday\u001b[2J" }, "capturedAt", '"yesterday\\u001b[2J"'],
    ["a list in place of a map", { ...CAPTURE, environment: ["HOME"] }, "environment", "a list"],
  ])("%s", (_what, document, field, found) => {
    const error = errorOf(document);
    expect(error.code).toBe("machine.captureInvalid");
    expect(error.details).toMatchObject({ file: "site.json", field, found: typeof found === "string" ? found : expect.stringMatching(found) });
  });

  it("of a later version: by its version, whatever else it holds", () => {
    const error = errorOf({ format: "sallyport-capture", formatVersion: 7, everything: "else" });
    expect([error.code, error.details]).toEqual(["machine.newerCapture", { file: "site.json", found: 7, supported: 1 }]);
  });

  it("one changed anywhere is taken or refused, never another error", () => {
    const text = JSON.stringify(CAPTURE);
    fc.assert(fc.property(fc.nat(text.length - 1), fc.string({ maxLength: 3 }), fc.nat(3), (at, put, drop) => {
      try {
        parseCapture(text.slice(0, at) + put + text.slice(at + drop), "site.json");
      } catch (error) {
        expect(error).toBeInstanceOf(WorkbenchError);
      }
    }), { numRuns: 500 });
  });
});

describe("what a capture says and what follows from it", () => {
  const host = openRecordedHost(parseCapture(JSON.stringify({ ...CAPTURE, laterField: { any: "thing" } }), "site.json"));
  it("fields of a later script are passed over", async () => {
    expect(await host.read("/proc/meminfo")).toEqual({ kind: "text", text: "MemTotal: 5 kB\n", isCut: false });
    expect(await host.read("/proc/meminfo", 3)).toEqual({ kind: "text", text: "Mem", isCut: true });
    expect(host.observation).toEqual({ how: "capture", at: "2026-11-24T12:00:00Z", redacted: false });
  });
  it("below what is absent or closed all is absent or closed; beside a listing a name is absent; else nothing is known", async () => {
    expect(await host.read("/usr/local/Ascend/driver/version.info")).toEqual({ kind: "absent" });
    expect(await host.status("/dev/davinci1")).toEqual({ kind: "absent" });
    expect(await host.list("/secret/inner")).toEqual({ kind: "denied" });
    expect(await host.read("/etc/hosts")).toEqual({ kind: "notRecorded" });
    expect(await host.status("/proc/meminfo")).toEqual({ kind: "notRecorded" });
    expect(await host.list("/proc")).toEqual({ kind: "notRecorded" });
  });
  it("a tool off the PATH is missing by its name and answers by its place, or by any place nobody looked at", async () => {
    expect(await host.run("npu-smi", ["info"])).toEqual({ kind: "missing" });
    expect(await host.run("/opt/npu-smi", ["info"])).toMatchObject({ stdout: "t" });
    expect(await host.run("/usr/local/bin/npu-smi", ["info"])).toMatchObject({ stdout: "t" });
    expect(await host.run("nvidia-smi", [])).toEqual({ kind: "notRecorded" });
    expect(await host.measureReadBandwidth()).toBeNull();
  });
});

describe("the place of a recording", () => {
  const code = async (path: string): Promise<string> => openRecording(files, path).then(() => "opened", (error: WorkbenchError) => error.code);
  it("a file of a gigabyte is refused before it is read", async () => {
    const path = join(directory, "huge.json");
    writeFileSync(path, "{");
    truncateSync(path, 2 ** 30);
    const begun = performance.now();
    expect(await code(path)).toBe("machine.captureTooLarge");
    expect(performance.now() - begun).toBeLessThan(1000);
  });
  it("nothing there", async () => expect(await code(join(directory, "none"))).toBe("machine.captureNotFound"));
  it("an archive, whatever its name, is refused where it is named, and said where it lies in a folder", async () => {
    const folder = join(directory, "archives");
    mkdirSync(folder);
    const texts = join(directory, "texts");
    mkdirSync(texts);
    writeFileSync(join(texts, "npu.txt"), "$ npu-smi info\nnothing\n");
    execFileSync("tar", ["-cf", join(folder, "site.txt"), "-C", texts, "."]);
    writeFileSync(join(folder, "site.json"), gzipSync("{}"));
    writeFileSync(join(folder, "site.docx"), Buffer.from("504b030414000000", "hex"));
    for (const name of ["site.txt", "site.json", "site.docx"]) expect(await code(join(folder, name))).toBe("machine.captureArchived");
    const host = await openRecording(files, folder);
    expect(host.notices).toMatchObject(["site.docx", "site.json", "site.txt"].map((subject) => ({ code: "recording.archiveNotOpened", severity: "warning", subject })));
    expect(await host.run("npu-smi", ["info"])).toEqual({ kind: "notRecorded" });
  });
  it("a capture with the mark and line ends of Windows' editors", async () => {
    const path = join(directory, "windows.json");
    writeFileSync(path, Buffer.from(`\ufeff${JSON.stringify(CAPTURE, null, 2).replaceAll("\n", "\r\n")}`, "utf16le"));
    expect(await (await openRecording(files, path)).read("/proc/meminfo")).toMatchObject({ text: "MemTotal: 5 kB\n" });
  });
  it("a folder: files in folders are read, links are not followed, what systems leave behind is passed over", async () => {
    const folder = join(directory, "folder");
    mkdirSync(join(folder, "proc"), { recursive: true });
    writeFileSync(join(folder, "proc", "meminfo"), "MemTotal: 7 kB\n");
    writeFileSync(join(folder, ".DS_Store"), "x");
    symlinkSync("/etc/passwd", join(folder, "link.txt"));
    const host = await openRecording(files, folder);
    expect(await host.read("/proc/meminfo")).toMatchObject({ text: "MemTotal: 7 kB\n" });
    expect(host.notices).toMatchObject([{ code: "recording.fileNotRecognised", subject: "link.txt", details: { reason: "binary" } }]);
  });
});
