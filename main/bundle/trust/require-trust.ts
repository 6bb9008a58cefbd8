import { type ErrorRecord, errorFromRecord, WorkbenchError } from "../../../shared/errors.ts";
import type { SignatureAnswer, TrustMode } from "../../../shared/schemas/trust.ts";

/**
 * Under "enforce" only a verified bundle passes. Under "warn" and "off" everything does: the answer stays what it is, and whoever asked is told.
 * @throws trust.notSigned, or what is wrong
 */
export function requireTrust(answer: SignatureAnswer, mode: TrustMode, directory: string): void {
  if (mode !== "enforce" || answer.answer === "verified") return;
  if (answer.answer === "notSigned") throw new WorkbenchError("trust.notSigned", { file: directory });
  throw errorFromRecord(answer.fault as ErrorRecord);
}

const STRICTNESS: Readonly<Record<TrustMode, number>> = { off: 0, warn: 1, enforce: 2 };

/** A caller may be stricter than the site, never laxer. @throws trust.policyDowngrade */
export function effectiveMode(policy: TrustMode, asked: TrustMode | undefined): TrustMode {
  if (asked === undefined) return policy;
  if (STRICTNESS[asked] < STRICTNESS[policy]) throw new WorkbenchError("trust.policyDowngrade", { asked, policy });
  return asked;
}
