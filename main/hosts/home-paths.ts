import { join, posix, resolve, win32 } from "node:path";
import type { HomePaths } from "../api/workbench.ts";

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The user's own directory. */
  readonly userHome: string;
  readonly workingDirectory: string;
}

/** Where the workbench lives: what the caller says, else $SALLYPORT_HOME, else the system's place for an application's data. */
export function homeDirectory(option: string | undefined, surroundings: Surroundings): string {
  const { env, platform, userHome, workingDirectory } = surroundings;
  const said = option ?? (env["SALLYPORT_HOME"] || undefined);
  if (said !== undefined) return resolve(workingDirectory, said);
  if (platform === "darwin") return posix.join(userHome, "Library", "Application Support", "sallyport");
  if (platform === "win32") return win32.join(env["LOCALAPPDATA"] || win32.join(userHome, "AppData", "Local"), "sallyport");
  // The XDG specification: a relative path there is to be ignored.
  const data = env["XDG_DATA_HOME"];
  return posix.join(data?.startsWith("/") ? data : posix.join(userHome, ".local", "share"), "sallyport");
}

export function homePaths(root: string): HomePaths {
  return {
    root,
    database: join(root, "sallyport.db"),
    checkpoints: join(root, "checkpoints"),
    packages: join(root, "packages"),
    bundles: join(root, "bundles"),
    sites: join(root, "sites"),
    evidence: join(root, "evidence"),
    compiled: join(root, "compiled"),
    jobs: join(root, "jobs"),
    engineKeys: join(root, "engine-keys"),
    tickets: join(root, "web", "tickets"),
    servers: join(root, "web", "servers"),
    trust: join(root, "trust"),
    trash: join(root, "trash"),
  };
}
