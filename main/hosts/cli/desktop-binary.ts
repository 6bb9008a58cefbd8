import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Electron's binary as its own installer leaves it; undefined when it was never fetched. */
export function desktopBinary(checkout: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  const installed = join(checkout, "node_modules", "electron");
  const pathFile = join(installed, "path.txt");
  if (!existsSync(pathFile)) return undefined;
  const binary = join(env["ELECTRON_OVERRIDE_DIST_PATH"] || join(installed, "dist"), readFileSync(pathFile, "utf8").trim());
  return existsSync(binary) ? binary : undefined;
}

/** Whether a window could be seen. */
export function hasDisplay(platform: NodeJS.Platform, env: Readonly<Record<string, string | undefined>>): boolean {
  return platform === "win32" || platform === "darwin" || Boolean(env["DISPLAY"]) || Boolean(env["WAYLAND_DISPLAY"]);
}
