export interface Mount {
  readonly device: string;
  readonly mountPoint: string;
  readonly filesystem: string;
  readonly readOnly: boolean;
}

/** Parses /proc/self/mounts. Of several mounts on one directory the last hides the others. */
export function parseMounts(text: string): Mount[] {
  const mounts = new Map<string, Mount>();
  for (const line of text.split("\n")) {
    const [device, mountPoint, filesystem, options] = line.split(" ");
    if (device === undefined || filesystem === undefined || options === undefined || !mountPoint?.startsWith("/")) continue;
    const mount = { device: unescapeMountField(device), mountPoint: unescapeMountField(mountPoint), filesystem, readOnly: options.split(",").includes("ro") };
    mounts.delete(mount.mountPoint);
    mounts.set(mount.mountPoint, mount);
  }
  return [...mounts.values()];
}

/** Parses what mount(8) prints on macOS: "/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled)". */
export function parseDarwinMounts(text: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    const match = /^(.+?) on (\/.*) \(([^,)]+)(.*)\)$/.exec(line);
    return match === null ? [] : [{ device: match[1] as string, mountPoint: match[2] as string, filesystem: match[3] as string, readOnly: /, read-only\b/.test(match[4] as string) }];
  });
}

/** The kernel writes space, tab, newline and backslash in these tables as octal numbers. */
export function unescapeMountField(field: string): string {
  return field.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
