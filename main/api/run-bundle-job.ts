import { basename } from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Bundle } from "../../shared/schemas/bundle.ts";
import type { JobRequest } from "../../shared/schemas/job-requests.ts";
import { changeVersion } from "../pipeline/change-version.ts";
import type { SignatureAnswer } from "../../shared/schemas/trust.ts";
import { createModelBundle } from "../pipeline/create-bundle.ts";
import { installModelBundle } from "../pipeline/install-bundle.ts";
import { installAtSite } from "../pipeline/install-site.ts";
import type { JobContext } from "../pipeline/job-context.ts";
import { verifyModelBundle } from "../pipeline/verify-bundle.ts";
import type { JobResult } from "./job-results.ts";
import { machineNamed } from "./machine-named.ts";
import { resolveModel } from "./resolve-model.ts";
import { keepReport } from "./run-measure-job.ts";
import { modelId } from "./run-model-job.ts";
import type { Workbench } from "./workbench.ts";

export async function runBundleCreate(workbench: Workbench, request: JobRequest<"bundle.create">, context: JobContext): Promise<JobResult<"bundle.create">> {
  const { store, clock, installation } = workbench;
  const { marks, images, runtimes, out } = request;
  const models = await Promise.all([request.model, ...request.models].map((reference) => modelToPack(workbench, reference)));
  const named = new Map([request.model, ...request.models].map((reference, index) => [reference, models[index]?.name]));
  const targets = await Promise.all(request.targets.map(async (target) => ({ ...target, model: target.model === undefined ? undefined : (named.get(target.model) ?? target.model), machine: await machineNamed(workbench, target.machine), machineName: basename(target.machine).replace(/\.(json|txt)$/i, "") })));
  const reports = request.reports.map((id) => store.reports.resolve(id));
  const created = await createModelBundle(context, { models, name: request.name ?? null, targets, marks, images, runtimes, reports, installation, out });
  const bundle: Bundle = {
    id: `bundle-${created.digest.replace(/^sha256:/, "").slice(0, 12)}`,
    digest: created.digest,
    path: created.path,
    modelId: modelId(created.modelKind, created.modelDigest),
    modelDigest: created.modelDigest,
    name: created.name,
    bytes: created.bytes,
    createdAt: new Date(clock.now()).toISOString(),
  };
  store.bundles.insert(bundle);
  store.audit.append("bundle.create", bundle.digest, { id: bundle.id, path: bundle.path, model: bundle.modelDigest, marks });
  return { bundle, marks };
}

async function modelToPack(workbench: Workbench, reference: string): Promise<{ directory: string; name: string }> {
  const resolved = await resolveModel(workbench, reference);
  return resolved.kind === "stored" ? { directory: resolved.model.directory, name: resolved.model.name } : { directory: resolved.path, name: basename(resolved.path) };
}

export async function runBundleVerify(workbench: Workbench, request: JobRequest<"bundle.verify">, context: JobContext): Promise<JobResult<"bundle.verify">> {
  const { bundle: path, expectedDigest } = request;
  const { store, home } = workbench;
  const language = request.language ?? store.settings.read().language ?? "en";
  const verification = await verifyModelBundle(context, { bundle: path, expectedDigest, trustDirectory: home.trust, policy: request.policy, receipt: request.receipt === undefined ? undefined : { stem: request.receipt, language, evidence: { directory: home.evidence, file: request.egress } } });
  store.audit.append("bundle.verify", verification.digest, { path, expectedDigest: expectedDigest ?? null, policy: verification.policy, ...audited(verification.signature), marks: verification.marks, receipt: verification.receipt?.json ?? null });
  return { verification, path };
}

/** The answer and who signed, without their files and chains. */
function audited(signature: SignatureAnswer): { readonly signature: string; readonly signers: readonly (string | null)[]; readonly fault: string | null } {
  return { signature: signature.answer, signers: signature.answer === "notSigned" ? [] : signature.signatures.map(({ signer, keyId }) => signer ?? keyId), fault: signature.answer === "wrong" ? signature.fault.code : null };
}

export async function runBundleInstall(workbench: Workbench, request: JobRequest<"bundle.install">, context: JobContext): Promise<JobResult<"bundle.install">> {
  const { bundle, to, expectedDigest, parity } = request;
  if (to === undefined) return installVersion(workbench, request, context);
  const installed = await installModelBundle(context, { bundle, to, package: request.package, expectedDigest, parity, trustDirectory: workbench.home.trust, policy: request.policy });
  const report = installed.parity === null ? null : keepReport(workbench, installed.parity);
  const { directory, modelDigest, kind, marks } = installed;
  workbench.store.audit.append("bundle.install", modelDigest, { bundle, directory, ...audited(installed.signature), parityPassed: report?.body.kind === "parity" ? report.body.passed : null, marks });
  return { modelId: modelId(kind, modelDigest), modelDigest, directory, signature: installed.signature, report, marks: [...marks], site: null };
}

async function installVersion(workbench: Workbench, { bundle, site, package: wanted, expectedDigest, policy, parity }: JobRequest<"bundle.install">, context: JobContext): Promise<JobResult<"bundle.install">> {
  const { store, home, actor, program } = workbench;
  if (site === undefined) throw new WorkbenchError("usage.invalid", { reason: "say where to install: a folder to make, or a site" });
  const installed = await installAtSite(context, { bundle, site, package: wanted, expectedDigest, policy, trustDirectory: home.trust, parity, by: actor, program });
  const { directory, kind, modelDigest, version, before, signature, marks, wrote } = installed;
  const report = installed.parity === null ? null : keepReport(workbench, installed.parity);
  store.audit.append("bundle.install", modelDigest, { bundle, site, version, before, ...audited(signature), parityPassed: installed.parity === null ? null : true, marks });
  return { modelId: modelId(kind, modelDigest), modelDigest, directory, signature, report, marks: [...marks], site: { directory: site, version, before, wrote } };
}

export async function runBundleRollback(workbench: Workbench, { site, to, verify }: JobRequest<"bundle.rollback">, context: JobContext): Promise<JobResult<"bundle.rollback">> {
  const { store, actor, program } = workbench;
  const { directory, modelDigest, version, before } = await changeVersion(context, { site, to, verify, by: actor, program });
  store.audit.append("bundle.rollback", modelDigest, { site, version, before, verified: verify });
  return { modelId: modelId("package", modelDigest), modelDigest, directory, site, version, before };
}
