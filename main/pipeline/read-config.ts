import { WorkbenchError } from "../../shared/errors.ts";
import type { Files } from "../domain/files.ts";

/** The largest published config.json is 8 KB. */
const MAX_CONFIG_BYTES = 4 * 2 ** 20;

/** A lone config.json. @throws checkpoint.jsonInvalid, files.readFailed */
export async function readConfig(files: Files, file: string): Promise<Readonly<Record<string, unknown>>> {
  let config: unknown;
  try {
    config = JSON.parse(new TextDecoder().decode(await files.readAll(file, MAX_CONFIG_BYTES)));
  } catch (cause) {
    if (cause instanceof WorkbenchError) throw cause;
    throw new WorkbenchError("checkpoint.jsonInvalid", { file, reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
  }
  if (typeof config !== "object" || config === null || Array.isArray(config)) throw new WorkbenchError("checkpoint.jsonInvalid", { file, reason: "it is not an object" });
  return config as Readonly<Record<string, unknown>>;
}
