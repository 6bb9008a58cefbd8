import { type ErrorRecord, errorFromRecord } from "../../../shared/errors.ts";
import type { BundleVerification } from "../../../shared/schemas/bundle.ts";
import type { Job } from "../../../shared/schemas/job.ts";
import type { SignatureAnswer, SignatureFacts } from "../../../shared/schemas/trust.ts";
import type { CommandOutcome } from "./define-command.ts";
import { errorText } from "./error-texts.ts";
import type { ExitReason } from "./exit-codes.ts";
import { formatBytes, formatCount, formatDuration } from "./format-units.ts";
import { markLines } from "./present-bundle.ts";
import { fieldList, printable } from "./text-table.ts";

/** Under "off" the answer is told and decides nothing, so it does not decide the exit status either. Under "enforce" the job itself has failed. */
const STATUS: Readonly<Record<SignatureAnswer["answer"], ExitReason>> = { verified: "ok", notSigned: "notSigned", wrong: "signatureWrong" };

export function presentVerification(job: Job, verification: BundleVerification, path: string): CommandOutcome {
  const id = `bundle-${verification.digest.replace(/^sha256:/, "").slice(0, 12)}`;
  const { signature, policy, receipt } = verification;
  const lines = [
    ...markLines(verification.marks),
    `The bundle is intact: ${formatCount(verification.blobs)} blobs, ${formatBytes(verification.bytes)}, re-hashed in ${formatDuration(verification.seconds)}.`,
    fieldList([["digest", verification.digest], ["model", verification.modelDigest]]),
    signatureText(signature),
    ...(signature.answer === "notSigned" ? ["Compare the digest with the one its sender told you."] : signature.signatures.map(signatureLine)),
    ...(policy === "off" && signature.answer !== "verified" ? ["This site's policy is \"off\": signatures decide nothing here."] : []),
    ...(receipt === null ? [] : [`Receipt: ${printable(receipt.html)}${receipt.signature === null ? " (not signed: this site has no receipt key)" : ""}`]),
  ];
  return { json: { id, verification: { id, ...verification, path }, job }, text: lines.join("\n"), ...(policy === "off" ? {} : { status: STATUS[signature.answer] }) };
}

/** The three answers, each with a word of its own. */
export function signatureText(signature: SignatureAnswer): string {
  switch (signature.answer) {
    case "verified":
      return `VERIFIED: ${formatCount(signature.files)} files, signed by ${signature.signatures.filter(({ fault }) => fault === null).map(({ signer }) => printable(signer ?? "")).join(" and ")}.`;
    case "notSigned":
      return "NOT SIGNED: nobody vouches for this bundle.";
    case "wrong": {
      const { what, next } = errorText(errorFromRecord(signature.fault as ErrorRecord));
      return `WRONG SIGNATURE: ${printable(what)}\n  ${next}`;
    }
    default:
      return signature satisfies never;
  }
}

function signatureLine({ signer, purpose, statedAt, algorithm, keyId, over, fault }: SignatureFacts): string {
  const who = signer === null ? `somebody unknown${keyId === null ? "" : ` (key ${keyId.slice(0, 16)})`}` : printable(signer);
  const details = [purpose, ...(statedAt === null ? [] : [`says ${statedAt}`]), ...(algorithm === null ? [] : [algorithm]), ...(over.length === 0 ? [] : [`over ${over.join(", ")}`])];
  return `  ${fault === null ? "+" : "-"} ${who}: ${details.join(", ")}`;
}
