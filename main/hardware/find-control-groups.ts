import type { Host } from "../domain/host.ts";
import { readText } from "./ask-host.ts";
import { parseMountInfo } from "./parse-mount-info.ts";

/** Deeper nesting than any service manager or container runtime makes; stops a record that would have us read for ever. */
const DEEPEST = 64;

/** Directories of this process's control groups, its own first, then each parent up to the mount's root: a limit of any of them holds. */
export interface ControlGroups {
  readonly v2: readonly string[];
  readonly memory: readonly string[];
  readonly cpu: readonly string[];
  readonly cpuset: readonly string[];
}

/** Where records hold no mountinfo. */
const USUAL_PLACES: ControlGroups = { v2: ["/sys/fs/cgroup"], memory: ["/sys/fs/cgroup/memory"], cpu: ["/sys/fs/cgroup/cpu"], cpuset: ["/sys/fs/cgroup/cpuset"] };

/** Finds the control groups of the process that looks, in the unified hierarchy (v2), in those by controller (v1), or in both side by side. */
export async function findControlGroups(host: Host): Promise<ControlGroups> {
  const [membership, mountInfo] = await Promise.all([readText(host, "/proc/self/cgroup"), readText(host, "/proc/self/mountinfo")]);
  if (mountInfo === null) return USUAL_PLACES;
  const mounts = parseMountInfo(mountInfo);
  const paths = parseMembership(membership ?? "");
  const directories = (path: string | undefined, mount: { readonly root: string; readonly mountPoint: string } | undefined): string[] =>
    mount === undefined ? [] : upwards(mount.mountPoint, pathBelow(mount.root, path ?? "/"));
  const v1 = (controller: string): string[] => directories(paths.get(controller), mounts.find((mount) => mount.filesystem === "cgroup" && mount.superOptions.includes(controller)));
  return { v2: directories(paths.get(""), mounts.find((mount) => mount.filesystem === "cgroup2")), memory: v1("memory"), cpu: v1("cpu"), cpuset: v1("cpuset") };
}

/** /proc/self/cgroup as controller → path; the unified hierarchy has the empty name. */
function parseMembership(text: string): Map<string, string> {
  const paths = new Map<string, string>();
  for (const line of text.split("\n")) {
    const match = /^\d+:([^:]*):(\/.*)$/.exec(line);
    for (const controller of match?.[1]?.split(",") ?? []) paths.set(controller, match?.[2] as string);
  }
  return paths;
}

/**
 * The group's path below what is mounted. A container often sees only its own part of the tree mounted while /proc tells the path in the whole tree, or (in a namespace of its own) one
 * that climbs out with "/..": its own group is then the mount's root.
 */
function pathBelow(root: string, path: string): string[] {
  const below = root === "/" ? path : path === root || path.startsWith(`${root}/`) ? path.slice(root.length) : "/";
  const names = below.split("/").filter((name) => name !== "");
  return names.includes("..") ? [] : names.slice(0, DEEPEST);
}

function upwards(mountPoint: string, names: readonly string[]): string[] {
  return Array.from({ length: names.length + 1 }, (_, up) => [mountPoint, ...names.slice(0, names.length - up)].join("/"));
}
