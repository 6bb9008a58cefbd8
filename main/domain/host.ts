import type { Notice } from "../../shared/schemas/machine.ts";

/**
 * The machine, as detection sees it: what can be read, listed and run on it. Three adapters: the machine under our feet
 * (main/hosts/node-host.ts), a capture carried out of a closed site, and a folder of pasted outputs (main/hardware/).
 * Nothing here throws: what could not be had is an answer with its reason, because a finding needs it.
 */
export interface Host {
  readonly observation: HostObservation;
  /** Whole text of a file; sizes in /proc and /sys are not to be believed, so it is cut at `limitBytes` instead. */
  read(path: string, limitBytes?: number): Promise<HostText>;
  /** Names in a directory, sorted. */
  list(directory: string): Promise<HostNames>;
  /** Of the entry a path leads to, links followed. */
  status(path: string): Promise<HostStatus>;
  /** Runs a program without a shell, in the C locale, with no input. Killed with its children after `timeoutMs`. */
  run(command: string, args: readonly string[], options?: { readonly timeoutMs?: number }): Promise<HostRun>;
  env(name: string): string | undefined;
  /** Short measurements, where the host is the machine itself; null where it is a record of another that holds none. */
  measureReadBandwidth(): Promise<HostRate | null>;
  measureDiskRead(directory: string): Promise<HostRate | null>;
  /** What a person must know about the record itself: pasted text that told nothing, an id that had to be assumed. */
  readonly notices?: readonly Notice[];
}

export interface HostObservation {
  readonly how: "live" | "capture" | "folder";
  /** ISO 8601 in UTC; null where a folder does not tell. */
  readonly at: string | null;
  /** Serial numbers, addresses and names were taken out before it reached us. */
  readonly redacted: boolean;
}

/** `notRecorded`: a record of another machine says nothing about this; the machine itself never answers so. */
export type HostText =
  | { readonly kind: "text"; readonly text: string; readonly isCut: boolean }
  | { readonly kind: "absent" | "denied" | "notRecorded" }
  | { readonly kind: "failed"; readonly reason: string };

export type HostNames =
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "absent" | "denied" | "notRecorded" }
  | { readonly kind: "failed"; readonly reason: string };

export type HostStatus =
  | {
      readonly kind: "file" | "directory" | "characterDevice" | "blockDevice" | "other";
      /** Permission bits, e.g. 0o660. */
      readonly mode: number;
      /** Names where they are known, numbers as text otherwise. */
      readonly owner: string;
      readonly group: string;
      /** Whether the process that asked may open it; null where a record does not tell. */
      readonly readable: boolean | null;
      readonly writable: boolean | null;
    }
  | { readonly kind: "absent" | "denied" | "notRecorded" }
  | { readonly kind: "failed"; readonly reason: string };

export type HostRun =
  | { readonly kind: "exited"; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: "signalled"; readonly signal: string; readonly stdout: string; readonly stderr: string }
  /** `stdout` and `stderr`: what it had said until then. */
  | { readonly kind: "timedOut"; readonly afterMs: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: "missing" | "denied" | "notRecorded" };

/** A rate with what it was measured on; `runs` in the order they were made. */
export interface HostRate {
  readonly bytesPerSecond: number;
  readonly runs: readonly number[];
  readonly threads: number;
  readonly bytesRead: number;
  readonly method: string;
}
