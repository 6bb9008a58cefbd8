import path from "node:path";
import { type ErrorCode, WorkbenchError } from "../../../shared/errors.ts";
import { DEFAULT_TRUST_RULE, type SignatureAnswer, type SignaturePurpose, type TrustRule } from "../../../shared/schemas/trust.ts";
import { SIGNATURE_FILE, SIGNATURES_DIRECTORY, SUMS_SIGNATURE_FILE } from "../bundle-layout.ts";
import { judgeSignature } from "./judge-signature.ts";
import { judgeSumsSignature } from "./judge-sums-signature.ts";
import { type JudgedSignature, type SignedContent, signatureStem } from "./judged-signature.ts";
import { matchesPattern } from "./matches-pattern.ts";

/**
 * Faults of a signature that another one, put over it by somebody trusted, makes up for: behind a border only the border's own key need be known. All other
 * faults say that something was changed, or that somebody was warned of.
 */
const PARDONABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["trust.signerUnknown", "trust.notEntitled", "trust.certificateExpired", "trust.keyExpired"]);
/** More would be there to keep its reader busy. */
const MAX_SIGNATURES = 64;

/**
 * Verified, not signed, or wrong: what a bundle's signatures say under what this site believes. Every signature that lies there is looked at, and one that
 * is wrong is not outvoted by good ones.
 * @throws bundle.unexpectedFile, bundle.entryRefused, files.* where there is nothing to give an answer about
 */
export async function checkSignatures(content: SignedContent): Promise<SignatureAnswer> {
  const names = await signatureNames(content);
  if (names.length === 0) return { answer: "notSigned" };
  const judged: JudgedSignature[] = [];
  for (const name of names.filter((known) => SIGNATURE_FILE.test(known))) judged.push(await judgeSignature(content, name));
  const statements = new Map(judged.map((signature) => [signatureStem(signature.name), signature]));
  for (const name of names.filter((known) => SUMS_SIGNATURE_FILE.test(known))) {
    const companion = statements.get(signatureStem(name));
    // Beside a statement that is by nobody known there is no key to check it with; the statement's own fault says so already.
    if (companion !== undefined && companion.key === undefined) continue;
    const sums = await judgeSumsSignature(content, name, companion?.key);
    // It says nothing that its signer's statement does not say better; only that it fails is news.
    if (companion === undefined || sums.fault !== null) judged.push(sums);
  }
  const signatures = judged.map(({ facts, fault }) => ({ ...facts, fault: fault?.toRecord() ?? null }));
  const fault = overallFault(content, judged);
  return fault === undefined ? { answer: "verified", signatures, files: content.present.size } : { answer: "wrong", fault: fault.toRecord(), signatures };
}

async function signatureNames({ files, directory }: SignedContent): Promise<string[]> {
  const folder = path.join(directory, SIGNATURES_DIRECTORY);
  const status = await files.status(folder);
  if (status === undefined) return [];
  if (status.kind !== "directory") throw new WorkbenchError("bundle.entryRefused", { file: folder, reason: `it is a ${status.kind}, not a directory` });
  const names = await files.list(folder);
  const stranger = names.find((name) => !SIGNATURE_FILE.test(name) && !SUMS_SIGNATURE_FILE.test(name));
  if (stranger !== undefined) throw new WorkbenchError("bundle.unexpectedFile", { file: path.join(folder, stranger) });
  if (names.length > MAX_SIGNATURES) throw new WorkbenchError("bundle.entryRefused", { file: folder, reason: `it holds ${names.length} files, more than ${MAX_SIGNATURES}` });
  return names;
}

function overallFault(content: SignedContent, judged: readonly JudgedSignature[]): WorkbenchError | undefined {
  const broken = judged.find(({ fault }) => fault !== null && !PARDONABLE.has(fault.code));
  if (broken?.fault) return broken.fault;
  const digests = new Map(judged.map(({ name, sha256 }) => [name, sha256]));
  for (const { facts, over } of judged) {
    const missing = over.find((earlier) => digests.get(earlier.file) !== earlier.sha256);
    if (missing !== undefined) return new WorkbenchError("trust.earlierSignatureMissing", { file: facts.file, missing: missing.file });
  }
  const good = judged.filter(({ fault }) => fault === null);
  const vouched = new Set(good.flatMap(({ over }) => over.map(({ file }) => file)));
  const alone = judged.find(({ name, fault }) => fault !== null && !vouched.has(name));
  if (alone?.fault) return alone.fault;
  return warned(content) ?? tooFew(ruleFor(content), good);
}

/** What the lists say of the bundle itself, and whether they are fresh enough to be silent. */
function warned({ trust, subject: { digest }, now }: SignedContent): WorkbenchError | undefined {
  for (const { issuer, validUntil, revokedBundles } of trust.lists) {
    const revoked = revokedBundles.find((entry) => entry.digest === digest);
    if (revoked !== undefined) return new WorkbenchError("trust.bundleRevoked", { digest, issuer, reason: revoked.reason });
    if (now > Date.parse(validUntil)) return new WorkbenchError("trust.listExpired", { issuer, validUntil });
  }
  return undefined;
}

function tooFew(rule: TrustRule, good: readonly JudgedSignature[]): WorkbenchError | undefined {
  const count = (purpose: SignaturePurpose): number => new Set(good.filter(({ facts }) => facts.purpose === purpose).map(({ facts }) => facts.keyId)).size;
  const [release, approve] = [count("release"), count("approve")];
  if (release >= rule.release && approve >= rule.approve) return undefined;
  return new WorkbenchError("trust.tooFewSignatures", { release, neededRelease: rule.release, approve, neededApprove: rule.approve });
}

/** What the site's policy asks of this bundle. */
export function ruleFor({ trust, subject: { models, marks } }: Pick<SignedContent, "trust" | "subject">): TrustRule {
  const fits = (rule: TrustRule): boolean => models.some((name) => matchesPattern(rule.models, name)) && (rule.marks === null || marks.some((mark) => matchesPattern(rule.marks as string, mark)));
  return trust.policy.rules.find(fits) ?? DEFAULT_TRUST_RULE;
}
