import { createHash } from "node:crypto";
import { join } from "node:path";
import type { JobContext } from "../pipeline/job-context.ts";
import type { JobResult } from "./job-results.ts";
import type { Workbench } from "./workbench.ts";

/** The evidence as a file in the home, its digest in the audit chain. An escape that was seen is a result, not an error: it is what was asked for. */
export async function runEgressProve(workbench: Workbench, context: JobContext): Promise<JobResult<"egress.prove">> {
  const { files, store, home } = workbench;
  const evidence = await workbench.proveEgress(context);
  const bytes = new TextEncoder().encode(`${JSON.stringify(evidence, null, 2)}\n`);
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  const file = join(home.evidence, `egress-${digest.slice(7, 19)}.json`);
  await files.makeDirectory(home.evidence);
  await files.writeWhole(file, bytes);
  store.audit.append("egress.prove", digest, { verdict: evidence.verdict, namespace: evidence.namespace.used, trace: evidence.trace.used, file });
  return { evidence, file, digest };
}
