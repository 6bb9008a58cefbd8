import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPages } from "../../journeys/build-pages.ts";

/**
 * What electron-builder packs, by letting it pack: with a stand-in for Electron's own files, which it copies and does not run. What lies outside the
 * archive is then used as the desktop uses it, by the Node that was packed.
 */
const repository = fileURLToPath(new URL("../../../", import.meta.url));
const root = mkdtempSync(path.join(os.tmpdir(), "sallyport-packed-"));
const resources = path.join(root, "out", "linux-unpacked", "resources");
const unpackedRoot = path.join(resources, "app.asar.unpacked");
const platform = `${process.platform}-${process.arch}`;

interface Header {
  readonly files?: Readonly<Record<string, Header>>;
  readonly unpacked?: boolean;
  readonly integrity?: { readonly algorithm: string };
}
const text = readFileSync(path.join(repository, "electron-builder.yml"), "utf8");
const FUSES = /^electronFuses:\n((?: {2}.*\n)+)/m;
const archived: string[] = [];
const unpacked: string[] = [];
const withoutIntegrity: string[] = [];

/** The header of an ASAR archive: a pickle that holds a pickle that holds JSON. */
function readHeader(file: string): Header {
  const bytes = readFileSync(file);
  return JSON.parse(bytes.subarray(16, 16 + bytes.readUInt32LE(12)).toString("utf8"));
}
function list(node: Header, prefix: string): void {
  for (const [name, entry] of Object.entries(node.files ?? {})) {
    const at = `${prefix}${name}`;
    if (entry.files !== undefined) list(entry, `${at}/`);
    else {
      (entry.unpacked === true ? unpacked : archived).push(at);
      if (entry.integrity?.algorithm !== "SHA256") withoutIntegrity.push(at);
    }
  }
}

beforeAll(async () => {
  if (process.platform !== "linux") return;
  await buildPages();
  const standIn = path.join(root, "electron");
  mkdirSync(path.join(standIn, "resources"), { recursive: true });
  writeFileSync(path.join(standIn, "electron"), "");
  chmodSync(path.join(standIn, "electron"), 0o755);
  writeFileSync(path.join(standIn, "version"), createRequire(import.meta.url)("electron/package.json").version);
  // The repository's own configuration but for the fuses, which are bits of Electron's binary; their setting is read below.
  const config = path.join(root, "electron-builder.yml");
  writeFileSync(config, `${text.replace(FUSES, "").replace("output: dist/packages", `output: ${path.join(root, "out")}`)}electronDist: ${standIn}\n`);
  const ran = spawnSync(path.join(repository, "node_modules/.bin/electron-builder"), ["--linux", "dir", "--publish", "never", "--config", config], { cwd: repository, encoding: "utf8" });
  expect(ran.status, ran.stdout + ran.stderr).toBe(0);
  list(readHeader(path.join(resources, "app.asar")), "");
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const inside = (folder: string, files: readonly string[]) => files.filter((file) => file.startsWith(folder));

describe.skipIf(process.platform !== "linux")("a package", () => {
  it("keeps in its archive the pages and the window's own process, and nothing else", () => {
    expect(archived.filter((file) => !file.startsWith("dist/renderer/")).sort()).toEqual(["LICENSE", "dist/electron/main.cjs", "dist/electron/preload.cjs"]);
    expect(archived).toContain("dist/renderer/index.html");
    expect(inside("dist/renderer/assets/", archived).length).toBeGreaterThan(0);
    expect(withoutIntegrity).toEqual([]);
  });

  it.each([
    "package.json", "shared/contract.ts", "main/hosts/electron/workbench-process.ts", "main/hosts/job/job-process.ts", "main/hosts/job/weight-writer-thread.ts", "main/hosts/engine/engine-process.ts", "main/hosts/read-bandwidth-thread.ts",
    "main/runtime/render-template-worker.ts", "main/hosts/cli/sallyport.mjs", "resources/recipes/int4.json", "resources/capture/capture.sh", "resources/sample/checkpoint/config.json",
    `node_modules/node-${platform}/bin/node`, `node_modules/better-sqlite3/prebuilds/${platform}.node`, `node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/onnxruntime_binding.node`,
  ])("has outside its archive, for plain Node: %s", (file) => {
    expect(unpacked).toContain(file);
    expect(statSync(path.join(unpackedRoot, file)).isFile()).toBe(true);
  });

  it("brings a Node that may be run, and every native module outside the archive", () => {
    expect(statSync(path.join(unpackedRoot, `node_modules/node-${platform}/bin/node`)).mode & 0o111).toBe(0o111);
    expect(archived.filter((file) => /\.(node|so(\.\d+)*|dll|dylib)$/.test(file))).toEqual([]);
  });

  it("brings nothing of other systems, of development, of tests, and no updater", () => {
    const all = [...archived, ...unpacked];
    expect(all.filter((file) => /^(test|renderer|\.ci|\.github)\//.test(file))).toEqual([]);
    expect(all.filter((file) => /\.(map|d\.ts|d\.mts|d\.cts|wat|pdb)$/.test(file))).toEqual([]);
    expect(all.filter((file) => /^(?!resources\/).*\.(dll|dylib|exe)$/.test(file))).toEqual([]);
    expect(all.filter((file) => /prebuilds\//.test(file))).toEqual([`node_modules/better-sqlite3/prebuilds/${platform}.node`]);
    for (const name of ["electron", "electron-updater", "electron-builder", "vite", "react", "@mantine/core", "typescript", "vitest", "playwright-core"]) expect(inside(`node_modules/${name}/`, all)).toEqual([]);
    expect(all.filter((file) => /(^|\/)\.(env|npmrc|git)/.test(file))).toEqual([]);
    expect(existsSync(path.join(resources, "app-update.yml"))).toBe(false);
  });

  it("runs: the packed Node runs the packed command, which opens a store and reads the packed recipes", () => {
    const ran = spawnSync(path.join(unpackedRoot, `node_modules/node-${platform}/bin/node`), [path.join(unpackedRoot, "main/hosts/cli/sallyport.ts"), "recipe", "ls", "--json", "--home", path.join(root, "home")], { cwd: root, encoding: "utf8", env: { PATH: "/nowhere" } });
    expect(ran.status, ran.stderr).toBe(0);
    expect(JSON.parse(ran.stdout).recipes.map((recipe: { name: string }) => recipe.name)).toContain("int4");
  });
});

describe("the configuration", () => {
  const fuses = Object.fromEntries([...(FUSES.exec(text)?.[1] ?? "").matchAll(/^ {2}(\w+): (true|false)$/gm)].map(([, name, value]) => [name, value === "true"]));

  it("sets every fuse that Electron has, each to the safe side", () => {
    const schema = JSON.parse(readFileSync(path.join(repository, "node_modules/app-builder-lib/scheme.json"), "utf8"));
    expect(Object.keys(fuses).sort()).toEqual(Object.keys(schema.definitions.FuseOptionsV1.properties).sort());
    expect(fuses).toEqual({
      runAsNode: false, enableNodeOptionsEnvironmentVariable: false, enableNodeCliInspectArguments: false, enableEmbeddedAsarIntegrityValidation: true, onlyLoadAppFromAsar: true, enableCookieEncryption: true,
      loadBrowserProcessSpecificV8Snapshot: false, grantFileProtocolExtraPrivileges: false, resetAdHocDarwinSignature: true,
    });
  });

  it("makes the packages that were promised, publishes nowhere and compiles nothing", () => {
    for (const target of ["deb", "rpm", "AppImage", "nsis", "dmg"]) expect(text).toMatch(new RegExp(`^ {4}- ${target}$`, "m"));
    for (const line of ["publish: null", "npmRebuild: false", "nodeGypRebuild: false", "buildDependenciesFromSource: false", "asar: true"]) expect(text).toMatch(new RegExp(`^${line}$`, "m"));
  });
});
