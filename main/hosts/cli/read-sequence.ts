import { z } from "zod";
import { WorkbenchError } from "../../../shared/errors.ts";
import { SequenceRequest } from "../../../shared/schemas/job.ts";
import type { Files } from "../../domain/files.ts";

/** Stops a file named by mistake; sixty steps with a recipe each come to 1 MB. */
const SEQUENCE_LIMIT_BYTES = 4 << 20;

/** @throws usage.invalid, files.readFailed */
export async function readSequence(files: Files, file: string): Promise<SequenceRequest> {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder().decode(await files.readAll(file, SEQUENCE_LIMIT_BYTES)));
  } catch (thrown) {
    if (thrown instanceof WorkbenchError) throw thrown;
    throw new WorkbenchError("usage.invalid", { reason: `${file} is not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}` }, { cause: thrown });
  }
  const sequence = SequenceRequest.safeParse(document);
  if (!sequence.success) throw new WorkbenchError("usage.invalid", { reason: `${file}: ${z.prettifyError(sequence.error).replaceAll("\n", " ")}` });
  return sequence.data;
}
