import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

/**
 * Each checker on code that is wrong on purpose: a checker that sees nothing is worse than none (dependency-cruiser 17 once cruised no module of ours and
 * reported no violation).
 */
const repository = fileURLToPath(new URL("../../", import.meta.url));
const root = mkdtempSync(path.join(os.tmpdir(), "sallyport-fences-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let trees = 0;

/** A tree with the repository's configuration and these files. */
function tree(files: Readonly<Record<string, string>>): string {
  const directory = path.join(root, String(trees++));
  mkdirSync(directory, { recursive: true });
  for (const name of ["package.json", "tsconfig.json", "tsconfig.base.json", "tsconfig.pure.json", "pure-globals.d.ts", ".dependency-cruiser.mjs", "biome.json", "knip.json"]) cpSync(path.join(repository, name), path.join(directory, name));
  symlinkSync(path.join(repository, "node_modules"), path.join(directory, "node_modules"));
  for (const folder of ["main", "shared", "test"]) mkdirSync(path.join(directory, folder), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    writeFileSync(path.join(directory, name), text);
  }
  return directory;
}

const run = (directory: string, tool: string, ...args: string[]) => {
  const result = spawnSync(path.join(repository, "node_modules/.bin", tool), args, { cwd: directory, encoding: "utf8" });
  return { status: result.status, output: result.stdout + result.stderr };
};
const fence = (files: Readonly<Record<string, string>>) => {
  const folders = ["main", "shared", "test", ...(Object.keys(files).some((name) => name.startsWith("renderer/")) ? ["renderer"] : [])];
  return run(tree(files), "depcruise", "--config", ".dependency-cruiser.mjs", ...folders);
};
const value = (name: string) => `export const ${name} = 1;\n`;
const use = (from: string) => `import { x } from "${from}";\nexport const y = x;\n`;

describe("dependency-cruiser", () => {
  it("sees a tree without faults, and sees its modules", () => {
    const { status, output } = fence({ "main/domain/a.ts": value("x"), "main/spec/b.ts": use("../domain/a.ts") });
    expect(output).toMatch(/no dependency violations found \([1-9]\d* modules/);
    expect(status).toBe(0);
  });

  it.each([
    ["no-cycles", { "main/domain/a.ts": `import { b } from "./b.ts";\nexport const a = (): number => b();\n`, "main/domain/b.ts": `import { a } from "./a.ts";\nexport const b = (): number => a();\n` }],
    ["renderer-imports-no-main", { "main/domain/a.ts": value("x"), "renderer/b.ts": use("../main/domain/a.ts") }],
    ["shared-imports-only-contract-tools", { "main/domain/a.ts": value("x"), "shared/b.ts": use("../main/domain/a.ts") }],
    ["shared-imports-only-contract-tools", { "shared/b.ts": `import { readFileSync } from "node:fs";\nexport const y = readFileSync;\n` }],
    ["no-stage-reaches-into-another", { "main/spec/a.ts": value("x"), "main/graph/b.ts": use("../spec/a.ts") }],
    ["stages-import-domain-and-shared", { "main/pipeline/a.ts": value("x"), "main/bundle/b.ts": use("../pipeline/a.ts") }],
    ["domain-imports-only-shared", { "main/spec/a.ts": value("x"), "main/domain/b.ts": use("../spec/a.ts") }],
    ["pure-stages-touch-no-machine", { "main/quantize/b.ts": `import { readFileSync } from "node:fs";\nexport const y = readFileSync;\n` }],
    ["hardware-looks-through-the-host-port", { "main/hardware/b.ts": `import { readFileSync } from "node:fs";\nexport const y = readFileSync;\n` }],
    ["pure-stages-use-no-driver", { "main/plan/b.ts": `import { Command } from "commander";\nexport const y = Command;\n` }],
    ["pipeline-joins-stages-only", { "main/store/a.ts": value("x"), "main/pipeline/b.ts": use("../store/a.ts") }],
    ["store-and-jobs-know-no-stage", { "main/spec/a.ts": value("x"), "main/jobs/b.ts": use("../spec/a.ts") }],
    ["api-imports-pipeline-jobs-store", { "main/spec/a.ts": value("x"), "main/api/b.ts": use("../spec/a.ts") }],
    ["hosts-import-api", { "main/store/a.ts": value("x"), "main/hosts/cli/b.ts": use("../../store/a.ts") }],
    ["nothing-imports-tests", { "test/a.ts": value("x"), "main/hosts/cli/b.ts": use("../../../test/a.ts") }],
    ["onnxruntime-only-in-runtime", { "main/bundle/b.ts": `import ort from "onnxruntime-node";\nexport const y = ort;\n` }],
    ["sqlite-only-in-store", { "main/jobs/b.ts": `import Database from "better-sqlite3";\nexport const y = Database;\n` }],
    ["electron-only-in-its-host", { "main/hosts/web/b.ts": `import { app } from "electron";\nexport const y = app;\n` }],
    ["window-process-loads-no-workbench", { "main/api/a.ts": value("x"), "main/hosts/electron/b.ts": use("../../api/a.ts") }],
    ["window-process-loads-no-workbench", { "main/hosts/electron/serve-ports.ts": value("x"), "main/hosts/electron/b.ts": use("./serve-ports.ts") }],
    ["preload-loads-only-electron", { "main/hosts/electron/a.ts": value("x"), "main/hosts/electron/preload.ts": use("./a.ts") }],
    ["no-unresolvable", { "main/domain/b.ts": use("./gone.ts") }],
  ] as [string, Record<string, string>][])("keeps %s", (rule, files) => {
    const { status, output } = fence(files);
    expect(output).toContain(`error ${rule}:`);
    expect(status).not.toBe(0);
  });
});

describe("TypeScript", () => {
  it.each([
    ["a pure stage that imports from Node", "tsconfig.pure.json", { "main/graph/b.ts": `import { readFileSync } from "node:fs";\nexport const y = readFileSync;\n` }],
    ["a pure stage that uses a global of Node's", "tsconfig.pure.json", { "main/spec/b.ts": "export const y = process.env;\n" }],
    ["a pure stage that touches a page", "tsconfig.pure.json", { "main/quantize/b.ts": "export const y = document;\n" }],
    ["an index that may miss", "tsconfig.json", { "main/domain/b.ts": "export const y = (list: number[]): number => list[0];\n" }],
    ["an enum, which cannot be stripped", "tsconfig.json", { "main/domain/b.ts": "export enum E { a }\n" }],
    ["an error without its details", "tsconfig.json", { "shared/errors.ts": `interface D { "a.b": { n: number } }\nexport class E<C extends keyof D> { constructor(c: C, d: D[C]) { void c; void d; } }\nexport const y = new E("a.b", {});\n` }],
  ])("refuses %s", (_, project, files) => {
    const { status, output } = run(tree(files), "tsc", "-p", project);
    expect(output).toMatch(/error TS\d+/);
    expect(status).not.toBe(0);
  });
});

describe("Biome", () => {
  it.each([
    ["noNodejsModules", { "main/graph/b.ts": `import { readFileSync } from "node:fs";\nexport const y = readFileSync;\n` }],
    ["noRestrictedImports", { "main/bundle/b.ts": `import ort from "onnxruntime-node";\nexport const y = ort;\n` }],
    ["noExplicitAny", { "main/domain/b.ts": "export const y: any = 1;\n" }],
    ["useFilenamingConvention", { "main/domain/BadName.ts": value("x") }],
    ["noUnusedImports", { "main/domain/b.ts": `import { x } from "./a.ts";\n`, "main/domain/a.ts": value("x") }],
    ["useNodejsImportProtocol", { "main/runtime/b.ts": `import { readFileSync } from "fs";\nexport const y = readFileSync;\n` }],
  ] as [string, Record<string, string>][])("keeps %s", (rule, files) => {
    const directory = tree(files);
    // The fixture is no git checkout.
    const { status, output } = run(directory, "biome", "check", "--vcs-enabled=false", "main", "shared");
    expect(output).toContain(rule);
    expect(status).not.toBe(0);
  });
});

describe("knip", () => {
  it("finds an export that nobody uses, and a file that nobody imports", () => {
    const { status, output } = run(tree({ "main/hosts/cli/main.ts": `import { used } from "./a.ts";\nused();\n`, "main/hosts/cli/a.ts": "export const used = (): void => {};\nexport const unused = 1;\n", "main/hosts/cli/orphan.ts": value("x") }), "knip");
    expect(output).toContain("unused");
    expect(output).toContain("orphan.ts");
    expect(status).not.toBe(0);
  });
});
