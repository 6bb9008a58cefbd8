import type { Notice } from "../../../shared/schemas/machine.ts";
import type { HostNames, HostObservation, HostRun, HostStatus, HostText } from "../../domain/host.ts";

/** A command that was asked, with its answer. */
export interface RecordedRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly run: HostRun;
}

/** All that a record holds of a machine. Paths are absolute and normal. */
export interface Recording {
  readonly observation: HostObservation;
  readonly files: ReadonlyMap<string, HostText>;
  readonly directories: ReadonlyMap<string, HostNames>;
  readonly statuses: ReadonlyMap<string, HostStatus>;
  /** In the order they were made. */
  readonly runs: readonly RecordedRun[];
  /** Programs that were looked for and are not there; a path, or a name that was searched for on PATH. */
  readonly missingPrograms: ReadonlySet<string>;
  readonly environment: ReadonlyMap<string, string>;
  readonly notices: readonly Notice[];
}
