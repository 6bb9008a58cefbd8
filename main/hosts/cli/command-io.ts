import type { Readable } from "node:stream";
import type { Clock } from "../../domain/clock.ts";
import type { Surroundings } from "../home-paths.ts";
import type { ProgressOutput } from "./progress-display.ts";

/** All that a command sees of the process it runs in; tests put their own in its place. */
export interface CommandIo {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: ProgressOutput;
  readonly stderr: ProgressOutput;
  readonly surroundings: Surroundings;
  readonly clock: Clock;
  /** Calls `handler` at the first Ctrl-C instead of ending the process; the second one ends it at once. Returns how to take it back. */
  onInterrupt(handler: () => void): () => void;
  /** The terminal itself, for a conversation; undefined when input or output is not one. */
  readonly terminal: { readonly input: NodeJS.ReadableStream; readonly output: NodeJS.WritableStream } | undefined;
}
