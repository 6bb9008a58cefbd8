import { createHash } from "node:crypto";
import path from "node:path";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { RuntimeComponent, RuntimeDocument } from "../../../shared/schemas/delivery.ts";
import type { Files } from "../../domain/files.ts";
import type { Installation } from "../../domain/installation.ts";
import { readThrough } from "../transfer-blob.ts";

/** One file of a runtime: where it lies here, and what it is called in there. */
export interface RuntimeFile {
  readonly path: string;
  readonly file: string;
  readonly bytes: number;
  readonly isProgram: boolean;
}

export interface CollectedRuntime {
  readonly document: RuntimeDocument;
  /** By path. */
  readonly entries: readonly RuntimeFile[];
}

/** What the workbench runs from: sources as they are, and data. Pages are left out: an API and a command need none. */
const OWN = ["package.json", "LICENSE", "main", "shared", "resources"];
/** Sources, types and documents of dependencies; as in electron-builder.yml. */
const LEFT_OUT = /\.(map|d\.ts|d\.mts|d\.cts|tsbuildinfo|md|markdown|flow|cc|cpp|h|hpp|gyp|gypi|c)$/i;
const LICENCE = /^(licen[cs]e|copying|notice|thirdpartynotices)([._-].*)?$/i;
const MAX_PACKAGE_JSON_BYTES = 2 ** 20;
const MAX_FILES = 100_000;

interface Dependency {
  readonly name: string;
  readonly directory: string;
  /** Below the root, with forward slashes. */
  readonly place: string;
  readonly manifest: Readonly<Record<string, unknown>>;
}

/**
 * The engine as it runs here: this Node, the workbench's sources, and the dependencies that they need, without what is for other systems. The same installation
 * gives the same list.
 * @throws bundle.runtimeInvalid when a dependency is not installed
 */
export async function collectRuntime(files: Files, { root, node, nodeVersion, platform }: Installation, signal: AbortSignal): Promise<CollectedRuntime> {
  const own = await readManifest(files, root);
  const dependencies = await closure(files, root, own);
  const groups: { name: string; version: string; licence: string | null; entries: RuntimeFile[] }[] = [
    { name: "node", version: nodeVersion.replace(/^v/, ""), licence: "MIT", entries: [await entry(files, platform.startsWith("win32") ? "bin/node.exe" : "bin/node", await files.realPath(node), true)] },
    { name: "sallyport", version: String(own["version"] ?? ""), licence: textOf(own["license"]), entries: (await Promise.all(OWN.map((name) => below(files, path.join(root, name), name, () => true)))).flat() },
  ];
  for (const { name, directory, place, manifest } of dependencies) {
    groups.push({ name, version: textOf(manifest["version"]) ?? "", licence: textOf(manifest["license"]), entries: await below(files, directory, place, (inner) => isWanted(name, inner, platform)) });
  }
  const entries = groups.flatMap((group) => group.entries).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  if (entries.length > MAX_FILES) throw new WorkbenchError("bundle.runtimeInvalid", { file: root, reason: `it has ${entries.length} files, at most ${MAX_FILES} are taken` });
  const components: RuntimeComponent[] = [];
  for (const { entries: own, ...facts } of groups) components.push({ ...facts, sha256: await digestOfFiles(files, own, signal), licenceFile: own.find(({ path: inner }) => LICENCE.test(path.posix.basename(inner)))?.path ?? null });
  return { document: { formatVersion: 1, platform, nodeVersion, sallyportVersion: String(own["version"] ?? ""), components: components.toSorted((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1)) }, entries };
}

/** Native modules bring binaries for every system; one is run. */
function isWanted(name: string, inner: string, platform: string): boolean {
  const [system = "", processor = ""] = platform.split("-");
  const base = path.posix.basename(inner);
  if (LEFT_OUT.test(base) && !LICENCE.test(base)) return false;
  if (name === "onnxruntime-node") return !inner.startsWith("script/") && (!inner.startsWith("bin/") || new RegExp(`^bin/[^/]+/${system}/${processor}/`).test(inner));
  if (name === "better-sqlite3") return !/^(deps|src)\//.test(inner) && (!inner.startsWith("prebuilds/") || inner === `prebuilds/${platform}.node`);
  return !/(^|\/)(test|tests|docs|examples|benchmark|benchmarks|\.github)\//.test(inner);
}

/** Dependencies of dependencies, each from where Node would take it. */
async function closure(files: Files, root: string, own: Readonly<Record<string, unknown>>): Promise<Dependency[]> {
  const found = new Map<string, Dependency>();
  const follow = async (from: string, manifest: Readonly<Record<string, unknown>>): Promise<void> => {
    for (const name of Object.keys((manifest["dependencies"] as Record<string, unknown> | undefined) ?? {}).toSorted()) {
      const directory = await resolve(files, root, from, name);
      if (directory === null) throw new WorkbenchError("bundle.runtimeInvalid", { file: from, reason: `its dependency ${name} is not installed` });
      if (found.has(directory)) continue;
      const dependency = { name, directory, place: path.relative(root, directory).replaceAll(path.sep, "/"), manifest: await readManifest(files, directory) };
      found.set(directory, dependency);
      await follow(directory, dependency.manifest);
    }
  };
  await follow(root, own);
  return [...found.values()];
}

async function resolve(files: Files, root: string, from: string, name: string): Promise<string | null> {
  for (let at = from; ; at = path.dirname(at)) {
    const directory = path.join(at, "node_modules", name);
    if ((await files.status(path.join(directory, "package.json")))?.kind === "file") return directory;
    if (at === root || at === path.dirname(at)) return null;
  }
}

async function readManifest(files: Files, directory: string): Promise<Readonly<Record<string, unknown>>> {
  return JSON.parse(new TextDecoder().decode(await files.readAll(path.join(directory, "package.json"), MAX_PACKAGE_JSON_BYTES))) as Readonly<Record<string, unknown>>;
}

async function below(files: Files, from: string, place: string, isTaken: (inner: string) => boolean): Promise<RuntimeFile[]> {
  const entries: RuntimeFile[] = [];
  const walk = async (directory: string, inner: string): Promise<void> => {
    for (const name of await files.list(directory)) {
      const each = inner === "" ? name : `${inner}/${name}`;
      const status = await files.status(path.join(directory, name));
      // Nested dependencies are components of their own.
      if (status?.kind === "directory" && name !== "node_modules") await walk(path.join(directory, name), each);
      else if (status?.kind === "file" && isTaken(each)) entries.push({ path: `${place}/${each}`, file: path.join(directory, name), bytes: status.bytes, isProgram: false });
    }
  };
  const status = await files.status(from);
  if (status?.kind === "file") return [{ path: place, file: from, bytes: status.bytes, isProgram: false }];
  if (status?.kind === "directory") await walk(from, "");
  return entries;
}

async function entry(files: Files, inner: string, file: string, isProgram: boolean): Promise<RuntimeFile> {
  const status = await files.status(file);
  if (status?.kind !== "file") throw new WorkbenchError("bundle.runtimeInvalid", { file, reason: "it is not there" });
  return { path: inner, file, bytes: status.bytes, isProgram };
}

/** One file: its own digest. Several: of the sorted lines that sha256sum would print. */
async function digestOfFiles(files: Files, entries: readonly RuntimeFile[], signal: AbortSignal): Promise<string> {
  const lines: string[] = [];
  for (const { path: inner, file, bytes } of entries) {
    const sha256 = await readThrough({ files, signal, onBytes: () => {} }, file, bytes, async () => {});
    if (entries.length === 1) return sha256;
    lines.push(`${sha256}  ${inner}\n`);
  }
  return createHash("sha256").update(lines.toSorted().join("")).digest("hex");
}

/** package.json's licence: a string, or in old ones an object. */
const textOf = (value: unknown): string | null => (typeof value === "string" ? value.slice(0, 200) : typeof value === "object" && value !== null && "type" in value ? String(value.type).slice(0, 200) : null);
