import { createHash } from "node:crypto";
import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import { EgressEvidence } from "../../shared/schemas/egress.ts";
import type { Receipt } from "../../shared/schemas/receipt.ts";
import type { Files } from "../domain/files.ts";

/** Some dozen sockets and steps are 10 KB. */
const MAX_EVIDENCE_BYTES = 2 ** 20;
const EVIDENCE_FILE = /^egress-([0-9a-f]{12})\.json$/;

export interface EvidencePlace {
  /** Where self-tests leave theirs. */
  readonly directory: string;
  /** This one instead. */
  readonly file: string | undefined;
}

type ReceiptEgress = NonNullable<Receipt["egress"]>;

/** What is told on a receipt of the evidence that was named, or of the latest that was made here; null where there is none. @throws files.readFailed when what was named is no evidence */
export async function readEgressEvidence(files: Files, { directory, file }: EvidencePlace): Promise<Receipt["egress"]> {
  if (file !== undefined) {
    const read = await readOne(files, file);
    if (read === null) throw new WorkbenchError("files.readFailed", { file, reason: "it is not the evidence of an egress self-test" });
    return read;
  }
  if ((await files.status(directory))?.kind !== "directory") return null;
  let latest: ReceiptEgress | null = null;
  for (const name of await files.list(directory)) {
    const begins = EVIDENCE_FILE.exec(name)?.[1];
    const read = begins === undefined ? null : await readOne(files, path.join(directory, name));
    // One that no longer has the digest in its name is no evidence.
    if (read?.digest.startsWith(`sha256:${begins}`) && (latest === null || read.at > latest.at)) latest = read;
  }
  return latest;
}

async function readOne(files: Files, file: string): Promise<ReceiptEgress | null> {
  const bytes = await files.readAll(file, MAX_EVIDENCE_BYTES);
  try {
    const { at, verdict, versions, sockets } = EgressEvidence.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
    return { digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`, at, verdict, versions, sockets };
  } catch {
    return null;
  }
}
