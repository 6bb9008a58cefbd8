import path from "node:path";
import type { JobContext } from "./job-context.ts";

/** A result and a path; far below this. */
const MAX_RECORD_BYTES = 2 ** 20;

/**
 * A job's last step gives its output the name the person chose. A kill between that and the job's own record would leave a resume before a name that is taken,
 * and it could not know by whom. So the result is written down in the job's directory just before: a name that is taken, with nothing half-made beside it and
 * this record in place, was given by this job.
 */
export async function writeNamingRecord({ files, workDirectory }: JobContext, to: string, result: object): Promise<void> {
  await files.writeWhole(recordFile(workDirectory), new TextEncoder().encode(JSON.stringify({ to, result })));
}

/** @returns what this job was about to answer when it had given the name `to`; undefined when it had not */
export async function readNamingRecord({ files, workDirectory }: JobContext, to: string): Promise<unknown> {
  const file = recordFile(workDirectory);
  if ((await files.status(file))?.kind !== "file" || (await files.status(to))?.kind !== "directory" || (await files.status(`${to}.partial`)) !== undefined) return undefined;
  const record = JSON.parse(new TextDecoder().decode(await files.readAll(file, MAX_RECORD_BYTES))) as { to: string; result: unknown };
  return record.to === to ? record.result : undefined;
}

const recordFile = (workDirectory: string): string => path.join(workDirectory, "naming.json");
