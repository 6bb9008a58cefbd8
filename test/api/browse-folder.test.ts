import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRouterClient } from "@orpc/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browseFolder } from "../../main/api/browse-folder.ts";
import { listPlaces } from "../../main/api/list-places.ts";
import { router } from "../../main/api/router.ts";
import { fromWireError } from "../../main/api/wire-error.ts";
import { type ComposedWorkbench, composeWorkbench } from "../../main/hosts/compose.ts";
import { createNodeFiles } from "../../main/hosts/node-files.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-browse-")));
let workbench: ComposedWorkbench;
beforeAll(async () => void (workbench = await composeWorkbench(join(root, "home"))));
afterAll(async () => {
  await workbench.close();
  rmSync(root, { recursive: true, force: true });
});

const browse = (path: string, show: "folders" | "foldersAndFiles" = "folders") => createRouterClient(router, { context: { workbench } }).files.browse({ path, show });
const codeOf = (path: string) => browse(path).then(() => "nothing was thrown", (thrown) => fromWireError(thrown).code);

function tree(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(root, name);
  mkdirSync(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

describe("a folder", () => {
  test("tells what can be made of its entries, folders first, counted as people count", async () => {
    const folder = tree("kinds", {
      "run-10/config.json": "{}", "run-10/model-00001-of-00002.safetensors": "", "run-2/config.json": "{}", "packed/model.json": "{}", "packed/graph.onnx": "", "bundle/oci-layout": "{}", "bundle/index.json": "{}",
      "empty/readme.md": "", "site.json": '{"format":"sallyport-capture","formatVersion":1}', "other.json": '{"format":"else"}', "text.txt": "words", ".hidden/config.json": "{}",
    });
    const { entries, hiddenCount, parent, path, holds } = await browse(folder);
    expect(entries.map(({ name, holds }) => [name, holds])).toEqual([["bundle", "bundle"], ["empty", null], ["packed", "package"], ["run-2", "config"], ["run-10", "checkpoint"], ["site.json", "capture"]]);
    expect({ hiddenCount, parent, path, holds }).toEqual({ hiddenCount: 1, parent: root, path: folder, holds: null });
    expect((await browse(folder, "foldersAndFiles")).entries.slice(5).map(({ name, bytes }) => [name, bytes])).toEqual([["other.json", 17], ["site.json", 48], ["text.txt", 5]]);
    expect((await browse(join(folder, "packed"))).holds).toBe("package");
  });

  test("is named by where it really is, however the path winds", async () => {
    const folder = tree("winding", { "inner/a.txt": "" });
    symlinkSync(join(folder, "inner"), join(folder, "link"));
    symlinkSync(join(folder, "nowhere"), join(folder, "broken"));
    symlinkSync("loop", join(folder, "loop"));
    expect((await browse(`${folder}/link/../inner/./`)).path).toBe(join(folder, "inner"));
    expect((await browse(join(folder, "link"))).path).toBe(join(folder, "inner"));
    expect((await browse(folder)).entries.map((entry) => entry.name)).toEqual(["inner", "link"]);
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === "win32")("of somebody else is shown and not entered", async () => {
    const folder = tree("theirs", { "secret/config.json": "{}" });
    chmodSync(join(folder, "secret"), 0);
    expect((await browse(folder)).entries).toMatchObject([{ name: "secret", readable: false, holds: null }]);
    expect(await codeOf(join(folder, "secret"))).toBe("files.notPermitted");
    chmodSync(join(folder, "secret"), 0o755);
  });

  test("that cannot be read into is shown so", async () => {
    const folder = tree("refusing", { "secret/config.json": "{}", "open/config.json": "{}" });
    const disk = createNodeFiles();
    const files = { ...disk, list: (path: string) => (path.endsWith("secret") ? Promise.reject(new Error("EACCES")) : disk.list(path)) };
    expect((await browseFolder(files, folder, "folders")).entries).toMatchObject([{ name: "open", readable: true, holds: "config" }, { name: "secret", readable: false, holds: null }]);
  });

  test("on a slow drive is listed before everything in it was looked into", async () => {
    const names = Array.from({ length: 100 }, (_, at) => `d${at}/x`);
    const folder = tree("slow", Object.fromEntries(names.map((name) => [name, ""])));
    const disk = createNodeFiles();
    const files = { ...disk, list: async (path: string) => {
      if (path !== folder) await new Promise((resolve) => setTimeout(resolve, 400));
      return disk.list(path);
    } };
    const { entries, unexaminedCount } = await browseFolder(files, folder, "folders");
    expect(entries).toHaveLength(100);
    expect(unexaminedCount).toBeGreaterThan(10);
  });

  test("of very many entries is cut, and says by how many", async () => {
    const disk = createNodeFiles();
    const many = Array.from({ length: 6000 }, (_, at) => `n${at}`);
    const folder = tree("many", {});
    const files = { ...disk, list: async (path: string) => (path === folder ? many : []), status: async (path: string) => (await disk.status(folder))! && { ...(await disk.status(folder))!, kind: "directory" as const, path } };
    const { entries, leftOutCount } = await browseFolder(files, folder, "folders");
    expect([entries.length, leftOutCount]).toEqual([5000, 1000]);
    expect(entries[4999]?.name).toBe("n4999");
  });

  test.each([
    ["nothing", join(root, "gone"), "files.notFound"],
    ["a path that is not absolute", "home", "usage.invalid"],
    ["a path that begins at the reader's home", "~/models", "usage.invalid"],
    ["a zero byte", `${root}\0/etc`, "files.notFound"],
    ["an empty path", "", "usage.invalid"],
    ["a path of 5 kB", `/${"a".repeat(5000)}`, "usage.invalid"],
    ["a name longer than any file's", `/${"a".repeat(4000)}`, "files.readFailed"],
  ])("that is %s is refused", async (_, path, code) => expect(await codeOf(path)).toBe(code));

  test("that is a file is refused, and the kernel's trees are", async () => {
    const folder = tree("file", { "a.txt": "" });
    expect(await codeOf(join(folder, "a.txt"))).toBe("files.notADirectory");
    if (process.platform !== "linux") return;
    symlinkSync("/proc/self", join(folder, "self"));
    for (const path of ["/proc", "/sys/kernel", "/dev/../dev", join(folder, "self")]) expect(await codeOf(path)).toBe("files.notPermitted");
  });
});

describe("places", () => {
  const places = (env: Readonly<Record<string, string>>, folders: Readonly<Record<string, readonly string[]>>) => listPlaces({
    home: workbench.home, host: { ...workbench.host, env: (name) => env[name] },
    files: {
      ...workbench.files,
      list: async (path) => [...(folders[path] ?? [])],
      status: async (path) => (Object.entries(folders).some(([folder, names]) => path === folder || names.some((name) => path === join(folder, name))) ? { kind: "directory", bytes: 0, modifiedMs: 0, changedMs: 0, inode: 1, linkCount: 1 } : undefined),
    },
  });

  test("are the person's home, ours, the root and the drives that hang below it", async () => {
    const found = await places({ HOME: "/home/ann", USER: "ann" }, { "/home/ann": [], "/": [], "/media": ["ann", "bob"], "/media/ann": ["STICK 1", ".trash"], "/mnt": ["data"] });
    expect(found).toEqual([
      { kind: "home", path: "/home/ann" }, { kind: "workbench", path: workbench.home.root }, { kind: "drive", path: "/" }, { kind: "drive", path: "/media/ann/STICK 1" }, { kind: "drive", path: "/media/bob" }, { kind: "drive", path: "/mnt/data" },
    ]);
  });

  test("are drive letters on Windows", async () => {
    const found = await places({ SystemDrive: "C:", USERPROFILE: "C:\\Users\\ann" }, { "C:\\Users\\ann": [], "C:\\": [], "E:\\": [] });
    expect(found.filter(({ kind }) => kind !== "workbench")).toEqual([{ kind: "home", path: "C:\\Users\\ann" }, { kind: "drive", path: "C:\\" }, { kind: "drive", path: "E:\\" }]);
  });
});
