import path from "node:path";
import product from "../../package.json" with { type: "json" };
import { asWorkbenchError, WorkbenchError } from "../../shared/errors.ts";
import type { BundleVerification } from "../../shared/schemas/bundle.ts";
import { RECEIPT_CHECKS, type Receipt, type WrittenReceipt } from "../../shared/schemas/receipt.ts";
import { DEFAULT_TRUST_RULE, type TrustMode } from "../../shared/schemas/trust.ts";
import { readBundle } from "../bundle/read-bundle.ts";
import { bundleSubject } from "../bundle/trust/bundle-subject.ts";
import { keyIdOf } from "../bundle/trust/key-id.ts";
import { receiptSigner } from "../bundle/trust/receipt-key.ts";
import type { ReceiptLanguage } from "../../shared/receipt/receipt-texts.ts";
import { requireTrust } from "../bundle/trust/require-trust.ts";
import { receiptStem, requireNoReceipt, writeReceipt } from "../bundle/trust/write-receipt.ts";
import { type VerifiedBundle, verifyBundle } from "../bundle/verify-bundle.ts";
import { checkBundleSignatures, type CheckedSignatures, openSitePolicy, type SitePolicy } from "./check-bundle-signatures.ts";
import type { JobContext } from "./job-context.ts";
import { type EvidencePlace, readEgressEvidence } from "./read-egress-evidence.ts";

export interface VerifyModelBundle {
  readonly bundle: string;
  readonly expectedDigest?: string | undefined;
  readonly trustDirectory: string;
  readonly policy: TrustMode | undefined;
  readonly receipt: { readonly stem: string; readonly language: ReceiptLanguage; readonly evidence: EvidencePlace } | undefined;
}

/** What is known at the end, however far it went. */
interface Findings {
  readonly passed: Set<Receipt["checks"][number]["check"]>;
  verified?: VerifiedBundle;
  signatures?: CheckedSignatures;
  fault?: WorkbenchError;
}

/**
 * Hashes a bundle, asks who signed it, and holds both against the site's policy. A receipt is written whatever came of it.
 * @throws files.readFailed for evidence that is none; bundle.*, package.*; under "enforce" trust.*
 */
export async function verifyModelBundle(context: JobContext, request: VerifyModelBundle): Promise<BundleVerification> {
  const { files } = context;
  const stem = request.receipt === undefined ? undefined : receiptStem(request.receipt.stem);
  if (stem !== undefined) await requireNoReceipt(files, stem);
  const egress = request.receipt === undefined ? null : await readEgressEvidence(files, request.receipt.evidence);
  const site = await openSitePolicy(files, request.trustDirectory, request.policy);
  const findings = await find(context, request, site);
  const receipt = stem === undefined ? null : await leaveReceipt(context, request, site, findings, { stem, egress });
  const { fault, verified, signatures } = findings;
  if (fault !== undefined || verified === undefined || signatures === undefined) throw fault ?? new WorkbenchError("internal.unexpected", { reason: "a verification without an answer" });
  const { digest, blobs, bytes, modelDigest, marks, seconds } = verified;
  return { digest, blobs, bytes, modelDigest, marks, seconds, signature: signatures.answer, policy: site.mode, receipt };
}

async function find(context: JobContext, { bundle, expectedDigest }: VerifyModelBundle, site: SitePolicy): Promise<Findings> {
  const { files, clock, threads, blobVerifierEntry, onProgress, signal } = context;
  const findings: Findings = { passed: new Set() };
  try {
    findings.verified = await verifyBundle({ files, clock, path: bundle, expectedDigest, threads: { count: threads, entry: blobVerifierEntry }, onProgress, signal, onPassed: (check) => findings.passed.add(check) });
    const { bundle: opened, present } = findings.verified;
    findings.signatures = await checkBundleSignatures({ files, clock }, opened, present, site.trust);
    if (findings.signatures.answer.answer === "verified") findings.passed.add("signatures");
    requireTrust(findings.signatures.answer, site.mode, bundle);
    findings.passed.add("policy");
  } catch (error) {
    // A cancelled verification has found nothing.
    if (signal.aborted) throw error;
    findings.fault = asWorkbenchError(error);
  }
  return findings;
}

async function leaveReceipt(context: JobContext, request: VerifyModelBundle, site: SitePolicy, findings: Findings, { stem, egress }: { readonly stem: string; readonly egress: Receipt["egress"] }): Promise<WrittenReceipt> {
  const { files, clock, witness } = context;
  const signer = await receiptSigner({ files, directory: request.trustDirectory });
  const { signatures, fault } = findings;
  const wrong = signatures?.answer.answer === "wrong" ? signatures.answer.fault : null;
  const receipt: Receipt = {
    formatVersion: 1,
    bundle: await contents(context, request, findings),
    answer: signatures === undefined ? "broken" : signatures.answer.answer,
    fault: wrong ?? fault?.toRecord() ?? null,
    checks: checksOf(findings),
    signature: signatures?.answer ?? null,
    policy: { mode: site.mode, rule: signatures?.rule ?? DEFAULT_TRUST_RULE, lists: site.trust.lists.map(({ issuer, sequence, validUntil }) => ({ issuer, sequence, validUntil })) },
    egress, madeAt: new Date(clock.now()).toISOString(), madeBy: witness.actor, system: witness.system, receiptKeyId: signer === undefined ? null : keyIdOf(signer.publicKey),
  };
  return writeReceipt({ files, receipt, stem, signer, language: request.receipt?.language ?? "en", tell: (error) => witness.tellError(error) });
}

/** In their order, what did not pass before the first failure failed, and what would have come after it was not done. */
function checksOf({ passed, signatures }: Findings): Receipt["checks"] {
  let failed = false;
  return RECEIPT_CHECKS.map((check) => {
    const isHashing = check === "blobs" || check === "sums";
    const [tool, version] = check === "signatures" || isHashing ? ["OpenSSL in Node", `${process.versions.openssl} / ${process.versions.node}`] : ["Sallyport", product.version];
    if (passed.has(check)) return { check, result: "passed", tool, version };
    // Nobody signed: there was nothing to check, and whether that will do is the policy's question.
    if (failed || (check === "signatures" && signatures?.answer.answer === "notSigned")) return { check, result: "notDone", tool, version };
    failed = check !== "signatures";
    return { check, result: "failed", tool, version };
  });
}

/** Of a bundle that is not whole, what its documents say, if they can be read. */
async function contents({ files }: JobContext, { bundle: directory }: VerifyModelBundle, { verified }: Findings): Promise<Receipt["bundle"]> {
  const place = path.resolve(directory);
  const bundle = verified?.bundle ?? (await readBundle(files, directory).catch(() => undefined));
  if (bundle === undefined) return { path: place, digest: null, name: null, modelDigest: null, checkpointDigest: null, bytes: null, blobs: null, files: [], marks: [] };
  const { digest, name, modelDigest, checkpointDigest, bytes, files: inside, marks } = bundleSubject(bundle);
  return { path: place, digest, name, modelDigest, checkpointDigest, bytes, blobs: verified?.blobs ?? null, files: [...inside], marks: [...marks] };
}
