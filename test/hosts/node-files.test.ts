import { execFileSync } from "node:child_process";
import { existsSync, linkSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createNodeFiles } from "../../main/hosts/node-files.ts";
import { WorkbenchError } from "../../shared/errors.ts";

const files = createNodeFiles();

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), "node-files-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function errorOf(action: () => Promise<unknown>): Promise<WorkbenchError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof WorkbenchError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("looking", () => {
  it("lists by code unit, on every machine alike", async () => {
    const at = directory();
    for (const name of ["b", "B", "a10", "a2", "ä"]) writeFileSync(join(at, name), "");
    expect(await files.list(at)).toEqual(["B", "a10", "a2", "b", "ä"]);
  });

  it("tells files, directories, links and the rest apart, and links from their targets", async () => {
    const at = directory();
    writeFileSync(join(at, "file"), "12345");
    linkSync(join(at, "file"), join(at, "again"));
    symlinkSync("file", join(at, "link"));
    execFileSync("mkfifo", [join(at, "pipe")]);
    expect(await files.status(join(at, "file"))).toMatchObject({ kind: "file", bytes: 5, linkCount: 2 });
    expect((await files.status(at))?.kind).toBe("directory");
    expect((await files.status(join(at, "link")))?.kind).toBe("link");
    expect((await files.status(join(at, "pipe")))?.kind).toBe("other");
    expect(await files.status(join(at, "none"))).toBeUndefined();
    expect(await files.status(join(at, "file", "below"))).toBeUndefined();
  });
});

describe("reading", () => {
  it("fills the buffer from any offset, and says where a file ends too early", async () => {
    const path = join(directory(), "x");
    writeFileSync(path, "0123456789");
    const file = await files.open(path);
    const into = new Uint8Array(4);
    await file.read(into, 6);
    expect(Buffer.from(into).toString()).toBe("6789");
    const error = await errorOf(() => file.read(into, 8));
    expect(error.code).toBe("files.readFailed");
    expect(error.message).toContain("byte 10");
    await file.close();
  });

  it("does not wait at a pipe", async () => {
    const path = join(directory(), "pipe");
    execFileSync("mkfifo", [path]);
    expect((await errorOf(() => files.open(path))).code).toBe("files.readFailed");
    expect((await errorOf(() => files.open("/dev/zero"))).code).toBe("files.readFailed");
  });

  it("of a whole file is refused above its limit", async () => {
    const path = join(directory(), "x");
    writeFileSync(path, "12345");
    expect((await errorOf(() => files.readAll(path, 4))).code).toBe("files.readFailed");
    expect(Buffer.from(await files.readAll(path, 5)).toString()).toBe("12345");
  });
});

describe("writing", () => {
  it("at random places makes the file its final length at once and keeps what is there", async () => {
    const path = join(directory(), "x");
    const first = await files.openForWriting(path, 10);
    expect(statSync(path).size).toBe(10);
    await first.write(Buffer.from("abc"), 7);
    await first.sync();
    await first.close();
    const second = await files.openForWriting(path, 10);
    await second.write(Buffer.from("xy"), 0);
    await second.close();
    expect(readFileSync(path, "latin1")).toBe("xy\0\0\0\0\0abc");
  });

  it("more than the disk holds is refused before the file exists", async () => {
    const path = join(directory(), "x");
    const error = await errorOf(() => files.openForWriting(path, 2 ** 50));
    expect(error.code).toBe("files.noSpace");
    expect(error.details).toMatchObject({ file: path, neededBytes: 2 ** 50 });
    expect(existsSync(path)).toBe(false);
  });

  it("does not follow a link someone put in the file's place", async () => {
    const at = directory();
    writeFileSync(join(at, "victim"), "precious");
    symlinkSync("victim", join(at, "x"));
    await errorOf(() => files.openForWriting(join(at, "x"), 3));
    expect(readFileSync(join(at, "victim"), "utf8")).toBe("precious");
  });

  it("whole replaces the old content and leaves no temporary file, not even when it fails", async () => {
    const at = directory();
    await files.writeWhole(join(at, "x"), Buffer.from("old"));
    await files.writeWhole(join(at, "x"), Buffer.from("new"));
    expect(readFileSync(join(at, "x"), "utf8")).toBe("new");
    mkdirSync(join(at, "folder"));
    await errorOf(() => files.writeWhole(join(at, "folder"), Buffer.from("z")));
    expect(readdirSync(at).sort()).toEqual(["folder", "x"]);
  });

  it("where nobody may write, not even root, says so", async () => {
    // Kernel tables on Linux, the sealed system volume on macOS.
    const error = await errorOf(() => files.makeDirectory("/sys/kernel/sallyport-test"));
    expect(error.code).toBe("files.notPermitted");
    expect(error.details).toMatchObject({ operation: "makeDirectory" });
  });
});

describe("making directories", () => {
  it("makes parents, minds no directory that is there, and links to one neither", async () => {
    const at = directory();
    await files.makeDirectory(join(at, "a/b/c"));
    await files.makeDirectory(join(at, "a/b/c"));
    symlinkSync("a", join(at, "alias"));
    await files.makeDirectory(join(at, "alias"));
    await files.makeDirectory(join(at, "alias/d"));
    expect(readdirSync(join(at, "a")).sort()).toEqual(["b", "d"]);
    await files.makeDirectory("/");
  });

  it("is refused where a file is in the way", async () => {
    const at = directory();
    writeFileSync(join(at, "x"), "");
    expect((await errorOf(() => files.makeDirectory(join(at, "x")))).code).toBe("files.alreadyExists");
    expect((await errorOf(() => files.makeDirectory(join(at, "x/y")))).code).toBe("files.readFailed");
  });

  it("ends where the file system denies that the parent exists (Node's recursive mkdir spins for ever in /proc)", async () => {
    expect((await errorOf(() => files.makeDirectory("/proc/sallyport-test"))).code).toMatch(/^files\.(readFailed|notPermitted)$/);
  });
});

describe("moving and removing", () => {
  it("renames across directories", async () => {
    const at = directory();
    await files.makeDirectory(join(at, "a/b"));
    writeFileSync(join(at, "x"), "1");
    await files.rename(join(at, "x"), join(at, "a/b/y"));
    expect(readFileSync(join(at, "a/b/y"), "utf8")).toBe("1");
    expect((await errorOf(() => files.rename(join(at, "gone"), join(at, "z")))).code).toBe("files.readFailed");
  });

  it("removes a directory without following its links, and does not mind absence", async () => {
    const at = directory();
    mkdirSync(join(at, "kept"));
    writeFileSync(join(at, "kept/file"), "1");
    mkdirSync(join(at, "gone"));
    symlinkSync("../kept", join(at, "gone/link"));
    await files.remove(join(at, "gone"));
    await files.remove(join(at, "gone"));
    expect(readdirSync(at)).toEqual(["kept"]);
    expect(existsSync(join(at, "kept/file"))).toBe(true);
  });

  it("links where it can, to the file behind a link, and never over something", async () => {
    const at = directory();
    writeFileSync(join(at, "x"), "1");
    symlinkSync("x", join(at, "alias"));
    await files.linkOrCopy(join(at, "alias"), join(at, "y"));
    expect(lstatSync(join(at, "y")).isSymbolicLink()).toBe(false);
    expect(statSync(join(at, "y")).ino).toBe(statSync(join(at, "x")).ino);
    expect((await errorOf(() => files.linkOrCopy(join(at, "x"), join(at, "y")))).code).toBe("files.alreadyExists");
  });

  it("knows how much room is left", async () => {
    expect(await files.freeBytes(directory())).toBeGreaterThan(1e6);
    expect((await errorOf(() => files.freeBytes("/nowhere/at/all"))).code).toBe("files.readFailed");
  });
});
