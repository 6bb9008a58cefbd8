import { unescapeMountField } from "./parse-mounts.ts";

export interface MountInfo {
  /** Which directory of the file system is mounted: "/" unless it is a part. */
  readonly root: string;
  readonly mountPoint: string;
  readonly filesystem: string;
  readonly superOptions: readonly string[];
}

/** Parses /proc/self/mountinfo (proc_pid_mountinfo(5)); lines that are not of its form are left out. */
export function parseMountInfo(text: string): MountInfo[] {
  return text.split("\n").flatMap((line) => {
    // id parent major:minor root mountPoint options [optional fields…] - filesystem source superOptions
    const [before = "", after] = line.split(" - ", 2);
    const [, , , root, mountPoint] = before.split(" ");
    const [filesystem, , superOptions = ""] = after?.split(" ") ?? [];
    if (root === undefined || mountPoint === undefined || filesystem === undefined) return [];
    return [{ root: unescapeMountField(root), mountPoint: unescapeMountField(mountPoint), filesystem, superOptions: superOptions.split(",") }];
  });
}
