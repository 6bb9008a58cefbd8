import type { Machine } from "../../shared/schemas/machine.ts";
import type { Files } from "../domain/files.ts";
import type { Host } from "../domain/host.ts";
import { describeMachine } from "../hardware/describe-machine.ts";
import { openRecording } from "../hardware/open-recording.ts";

/** The machine under our feet, with the disk that the home lies on marked. */
export async function describeThisMachine(host: Host, files: Files, options: { readonly home: string; readonly measure: boolean }): Promise<Machine> {
  return describeMachine(host, { ...options, home: await files.realPath(options.home) });
}

/** A machine elsewhere, from its capture or a folder of pasted outputs at `path`. */
export async function describeRecordedMachine(files: Files, path: string): Promise<Machine> {
  return describeMachine(await openRecording(files, path), { home: null, measure: true });
}
