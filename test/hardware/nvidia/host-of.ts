import type { Host, HostNames, HostObservation, HostRun, HostStatus, HostText } from "../../../main/domain/host.ts";

/** A machine written down: what it does not hold is absent on it. */
export interface MachineContent {
  /** Path → text, or the answer itself. Directories are listed from the paths. */
  readonly files?: Readonly<Record<string, string | HostText>>;
  /** "nvidia-smi -L" → what it prints (and exits with 0), or the answer itself. */
  readonly commands?: Readonly<Record<string, string | HostRun>>;
  /** Path → a character device anyone may open, or the answer itself. */
  readonly statuses?: Readonly<Record<string, "device" | HostStatus>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly observation?: Partial<HostObservation>;
  /** What a path or command that is not written down answers: "absent" of a whole machine, "notRecorded" of a record. */
  readonly unknown?: "absent" | "notRecorded";
}

const DEVICE: HostStatus = { kind: "characterDevice", mode: 0o666, owner: "root", group: "root", readable: true, writable: true };

/** A Host made of a plain object. */
export function hostOf(content: MachineContent): Host {
  const { files = {}, commands = {}, statuses = {}, env = {}, unknown = "absent" } = content;
  const paths = [...Object.keys(files), ...Object.keys(statuses)];
  return {
    observation: { how: "live", at: null, redacted: false, ...content.observation },
    read: async (path, limitBytes = Number.POSITIVE_INFINITY): Promise<HostText> => {
      const file = files[path];
      if (file === undefined) return { kind: unknown };
      return typeof file === "string" ? { kind: "text", text: file.slice(0, limitBytes), isCut: file.length > limitBytes } : file;
    },
    list: async (directory): Promise<HostNames> => {
      const prefix = directory === "/" ? "/" : `${directory}/`;
      const names = paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length).split("/")[0] ?? "");
      return names.length === 0 ? { kind: unknown } : { kind: "names", names: [...new Set(names)].sort() };
    },
    status: async (path): Promise<HostStatus> => {
      const status = statuses[path];
      if (status !== undefined) return status === "device" ? DEVICE : status;
      return path in files ? { kind: "file", mode: 0o444, owner: "root", group: "root", readable: true, writable: false } : { kind: unknown };
    },
    run: async (command, args): Promise<HostRun> => {
      const run = commands[[command, ...args].join(" ")];
      if (run === undefined) return { kind: unknown === "absent" ? "missing" : "notRecorded" };
      return typeof run === "string" ? { kind: "exited", exitCode: 0, stdout: run, stderr: "" } : run;
    },
    env: (name) => env[name],
    measureReadBandwidth: async () => null,
    measureDiskRead: async () => null,
  };
}
