import type { Machine } from "../../shared/schemas/machine.ts";
import type { Files } from "../domain/files.ts";
import { parseMachine } from "../plan/check-machine.ts";
import { describeRecordedMachine } from "./describe-machine.ts";

/** A Machine document lists some thousand devices and links at most; the largest capture is about 10 MB and goes another way. */
const MAX_MACHINE_BYTES = 64 << 20;

/**
 * The machine a file or folder tells of: a Machine document ("hardware --json", alone or under "machine"), a capture, or pasted outputs.
 * @throws plan.newerMachine, plan.machineInvalid, machine.capture*
 */
export async function readMachine(files: Files, path: string): Promise<Machine> {
  const status = await files.status(path);
  if (status?.kind !== "file" || status.bytes > MAX_MACHINE_BYTES) return describeRecordedMachine(files, path);
  const document = machineDocument(new TextDecoder().decode(await files.readAll(path, MAX_MACHINE_BYTES)));
  return document === undefined ? describeRecordedMachine(files, path) : parseMachine(document, path);
}

/** undefined: it is no Machine document, be it whole or broken. */
function machineDocument(text: string): unknown {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof json !== "object" || json === null) return undefined;
  const inner = "machine" in json ? json.machine : json;
  return typeof inner === "object" && inner !== null && "observation" in inner ? inner : undefined;
}
