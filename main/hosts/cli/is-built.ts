import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Folders and files whose change makes a new build. */
const SOURCES = ["renderer", "shared", "main/hosts/electron", "main/hosts/page-files.ts", "main/hosts/page-policy.ts", "main/hosts/home-paths.ts", "vite.config.ts", "vite.electron.config.ts", "package-lock.json"];
const BUILT = ["dist/renderer/index.html", "dist/electron/main.cjs", "dist/electron/preload.cjs"];

/** Whether what `npm run build` makes is there, and newer than what it is made of. A package without sources is built. */
export function isBuilt(checkout: string): boolean {
  const oldest = Math.min(...BUILT.map((file) => changedMs(join(checkout, file)) ?? Number.NEGATIVE_INFINITY));
  return SOURCES.every((source) => (newestMs(join(checkout, source)) ?? Number.NEGATIVE_INFINITY) <= oldest) && Number.isFinite(oldest);
}

function newestMs(path: string): number | undefined {
  const own = changedMs(path);
  if (own === undefined || !statSync(path).isDirectory()) return own;
  return Math.max(own, ...readdirSync(path).map((name) => newestMs(join(path, name)) ?? Number.NEGATIVE_INFINITY));
}

function changedMs(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
