import type { Host, HostObservation, HostRun, HostStatus } from "../../main/domain/host.ts";

type Status = Partial<Extract<HostStatus, { mode: number }>>;
type Failure = Exclude<HostRun, { kind: "exited" }> | { readonly exitCode: number; readonly stdout?: string; readonly stderr?: string };

export interface MachineParts {
  /** Path → text, or why it cannot be had. */
  readonly files?: Readonly<Record<string, string | "denied" | { readonly failed: string }>>;
  /** Directories beside those that files and statuses are in. */
  readonly directories?: Readonly<Record<string, readonly string[] | "denied">>;
  /** Path → what differs from a character device 0666 root:root that may be opened. */
  readonly statuses?: Readonly<Record<string, Status | "denied">>;
  /** "npu-smi info -t board -i 0" → what it prints with exit status 0, or how it fails. */
  readonly commands?: Readonly<Record<string, string | Failure>>;
  readonly env?: Readonly<Record<string, string>>;
  /** What the object does not mention is absent on a live machine, and not recorded in a record. */
  readonly how?: HostObservation["how"];
}

/** A Host made of a plain object. Every question that was asked is in `asked`, as "read PATH", "list PATH", "status PATH", "run COMMAND LINE", "env NAME". */
export function hostOf(parts: MachineParts): Host & { readonly asked: readonly string[] } {
  const how = parts.how ?? "live";
  const unmentioned = how === "live" ? ({ kind: "absent" } as const) : ({ kind: "notRecorded" } as const);
  const asked: string[] = [];
  const own = <T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined => (record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined);
  const paths = [...Object.keys(parts.files ?? {}), ...Object.keys(parts.statuses ?? {}), ...Object.keys(parts.directories ?? {})];
  return {
    asked,
    observation: { how, at: null, redacted: false },
    async read(path, limitBytes = Number.MAX_SAFE_INTEGER) {
      asked.push(`read ${path}`);
      const file = own(parts.files, path);
      if (file === undefined) return unmentioned;
      if (file === "denied") return { kind: "denied" };
      if (typeof file === "object") return { kind: "failed", reason: file.failed };
      return { kind: "text", text: file.slice(0, limitBytes), isCut: file.length > limitBytes };
    },
    async list(directory) {
      asked.push(`list ${directory}`);
      const listed = own(parts.directories, directory);
      if (listed === "denied") return { kind: "denied" };
      const below = paths.filter((path) => path.startsWith(`${directory}/`)).map((path) => path.slice(directory.length + 1).split("/")[0] ?? "");
      const names = [...new Set([...(listed ?? []), ...below])].sort();
      return listed === undefined && names.length === 0 ? unmentioned : { kind: "names", names };
    },
    async status(path) {
      asked.push(`status ${path}`);
      const status = own(parts.statuses, path);
      if (status === "denied") return { kind: "denied" };
      if (status !== undefined) return { kind: "characterDevice", mode: 0o666, owner: "root", group: "root", readable: true, writable: true, ...status };
      if (own(parts.files, path) !== undefined) return { kind: "file", mode: 0o644, owner: "root", group: "root", readable: true, writable: false };
      return unmentioned;
    },
    async run(command, args) {
      asked.push(["run", command, ...args].join(" "));
      const answer = own(parts.commands, [command, ...args].join(" "));
      if (answer === undefined) return how === "live" ? { kind: "missing" } : { kind: "notRecorded" };
      if (typeof answer === "string") return { kind: "exited", exitCode: 0, stdout: answer, stderr: "" };
      return "kind" in answer ? answer : { kind: "exited", exitCode: answer.exitCode, stdout: answer.stdout ?? "", stderr: answer.stderr ?? "" };
    },
    env(name) {
      asked.push(`env ${name}`);
      return own(parts.env, name);
    },
    measureReadBandwidth: async () => null,
    measureDiskRead: async () => null,
  };
}
