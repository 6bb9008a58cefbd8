import type { Bundle } from "../../shared/schemas/bundle.ts";
import type { JobRequest } from "../../shared/schemas/job-requests.ts";
import type { SignatureAnswer } from "../../shared/schemas/trust.ts";
import { createModelBundle } from "../pipeline/create-bundle.ts";
import { installModelBundle } from "../pipeline/install-bundle.ts";
import type { JobContext } from "../pipeline/job-context.ts";
import { verifyModelBundle } from "../pipeline/verify-bundle.ts";
import type { JobResult } from "./job-results.ts";
import { openPackage } from "./resolve-model.ts";
import { keepReport } from "./run-measure-job.ts";
import { modelId } from "./run-model-job.ts";
import type { Workbench } from "./workbench.ts";

export async function runBundleCreate(workbench: Workbench, request: JobRequest<"bundle.create">, context: JobContext): Promise<JobResult<"bundle.create">> {
  const { store, clock } = workbench;
  const model = await openPackage(workbench, request.model);
  const made = await createModelBundle(context, { model, out: request.out });
  const bundle: Bundle = {
    id: `bundle-${made.digest.replace(/^sha256:/, "").slice(0, 12)}`,
    digest: made.digest,
    path: made.path,
    modelId: modelId("package", made.modelDigest),
    modelDigest: made.modelDigest,
    name: model.manifest.name,
    bytes: made.bytes,
    createdAt: new Date(clock.now()).toISOString(),
  };
  store.bundles.insert(bundle);
  store.audit.append("bundle.create", bundle.digest, { id: bundle.id, path: bundle.path, model: bundle.modelDigest });
  return { bundle };
}

export async function runBundleVerify(workbench: Workbench, request: JobRequest<"bundle.verify">, context: JobContext): Promise<JobResult<"bundle.verify">> {
  const { bundle: path, expectedDigest } = request;
  const { store, home } = workbench;
  const language = request.language ?? store.settings.read().language ?? "en";
  const verification = await verifyModelBundle(context, { bundle: path, expectedDigest, trustDirectory: home.trust, policy: request.policy, receipt: request.receipt === undefined ? undefined : { stem: request.receipt, language } });
  store.audit.append("bundle.verify", verification.digest, { path, expectedDigest: expectedDigest ?? null, policy: verification.policy, ...audited(verification.signature), receipt: verification.receipt?.json ?? null });
  return { verification, path };
}

/** The answer and who signed, without their files and chains. */
function audited(signature: SignatureAnswer): { readonly signature: string; readonly signers: readonly (string | null)[]; readonly fault: string | null } {
  return { signature: signature.answer, signers: signature.answer === "notSigned" ? [] : signature.signatures.map(({ signer, keyId }) => signer ?? keyId), fault: signature.answer === "wrong" ? signature.fault.code : null };
}

export async function runBundleInstall(workbench: Workbench, request: JobRequest<"bundle.install">, context: JobContext): Promise<JobResult<"bundle.install">> {
  const { bundle, to, expectedDigest, parity } = request;
  const installed = await installModelBundle(context, { bundle, to, expectedDigest, parity, trustDirectory: workbench.home.trust, policy: request.policy });
  const report = installed.parity === null ? null : keepReport(workbench, installed.parity);
  const { directory, modelDigest } = installed;
  workbench.store.audit.append("bundle.install", modelDigest, { bundle, directory, ...audited(installed.signature), parityPassed: report?.body.kind === "parity" ? report.body.passed : null });
  return { modelId: modelId("package", modelDigest), modelDigest, directory, signature: installed.signature, report };
}
