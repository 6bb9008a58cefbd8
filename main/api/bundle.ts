import { join } from "node:path";
import { JOB_REQUESTS } from "../../shared/schemas/job-requests.ts";
import { WorkbenchError } from "../../shared/errors.ts";
import { createInstalledRuntime } from "../pipeline/create-runtime.ts";
import { inspectModelBundle } from "../pipeline/inspect-bundle.ts";
import { readBundleText } from "../pipeline/read-bundle-text.ts";
import { readReceipt } from "../pipeline/read-receipt.ts";
import { describeSite, pruneSite } from "../pipeline/change-version.ts";
import { planSiteInstall } from "../pipeline/install-site.ts";
import { signModelBundle } from "../pipeline/sign-bundle.ts";
import { implementer } from "./implementer.ts";
import { namedSite } from "./named-site.ts";
import { bundlePath } from "./pin-request.ts";
import { requireAbsolute } from "./require-absolute.ts";
import { startKind } from "./start-kind.ts";
import type { Workbench } from "./workbench.ts";

export const bundle = {
  create: implementer.bundle.create.handler(({ input, context: { workbench } }) => startKind(workbench, "bundle.create", input)),
  runtime: implementer.bundle.runtime.handler(({ input, signal, context: { workbench: { files, installation } } }) => {
    requireAbsolute("out", input.out);
    return createInstalledRuntime({ files, onProgress: () => {}, signal: signal ?? new AbortController().signal }, { installation, out: input.out });
  }),
  verify: implementer.bundle.verify.handler(({ input, context: { workbench } }) => startKind(workbench, "bundle.verify", input)),
  sign: implementer.bundle.sign.handler(async ({ input, context: { workbench } }) => {
    requireAbsolute("key", input.key);
    if (input.certificates !== undefined) requireAbsolute("certificates", input.certificates);
    const bundle = await bundlePath(workbench, input.bundle);
    const { files, clock, home, store } = workbench;
    const signed = await signModelBundle({ files, clock, trustDirectory: home.trust }, { ...input, bundle });
    store.audit.append("bundle.sign", signed.digest, { path: bundle, keyId: signed.keyId, purpose: signed.purpose, over: signed.over });
    return signed;
  }),
  install: implementer.bundle.install.handler(async ({ input, context: { workbench } }) => {
    const bundle = await bundlePath(workbench, input.bundle);
    return startKind(workbench, "bundle.install", { ...input, bundle, ...(input.to === undefined ? { site: await siteFor(workbench, input, bundle) } : {}) });
  }),
  installPlan: implementer.bundle.installPlan.handler(async ({ input, context: { workbench } }) => {
    const bundle = await bundlePath(workbench, input.bundle);
    return planSiteInstall(workbench, { bundle, package: input.package, site: await siteFor(workbench, input, bundle), expectedDigest: input.expectedDigest, compiled: workbench.home.compiled });
  }),
  rollback: implementer.bundle.rollback.handler(({ input, context: { workbench } }) => startKind(workbench, "bundle.rollback", input)),
  versions: implementer.bundle.versions.handler(({ input, context: { workbench } }) => describeSite(workbench, namedSite(workbench, input.site))),
  sites: implementer.bundle.sites.handler(async ({ context: { workbench } }) => {
    const described = await Promise.all((await knownSites(workbench)).map((site) => describeSite(workbench, site).catch(() => null)));
    return described.filter((site) => site !== null);
  }),
  prune: implementer.bundle.prune.handler(async ({ input, context: { workbench } }) => {
    const site = namedSite(workbench, input.site);
    const pruned = await pruneSite(workbench, { site, keep: input.keep });
    for (const version of pruned.removed) workbench.store.audit.append("bundle.prune", version, { site });
    return pruned;
  }),
  split: implementer.bundle.split.handler(({ input, context: { workbench } }) => startKind(workbench, "bundle.split", input)),
  volumes: implementer.bundle.volumes.handler(({ input, context: { workbench } }) => startKind(workbench, "bundle.volumes", input)),
  join: implementer.bundle.join.handler(({ input, context: { workbench } }) => startKind(workbench, "bundle.join", input)),
  repair: implementer.bundle.repair.handler(({ input, context: { workbench } }) => startKind(workbench, "bundle.repair", input)),
  delta: implementer.bundle.delta.handler(({ input, context: { workbench } }) => startKind(workbench, "bundle.delta", input)),
  apply: implementer.bundle.apply.handler(({ input, context: { workbench } }) => startKind(workbench, "bundle.apply", input)),
  inspect: implementer.bundle.inspect.handler(async ({ input, context: { workbench } }) =>
    inspectModelBundle(workbench.files, await bundlePath(workbench, input.bundle))),
  text: implementer.bundle.text.handler(async ({ input, context: { workbench } }) => readBundleText(workbench.files, await bundlePath(workbench, input.bundle), input.path)),
  receipt: implementer.bundle.receipt.handler(({ input, context: { workbench } }) => {
    const { id, kind, request } = workbench.store.jobs.resolve(input.id);
    const stem = kind === "bundle.verify" ? JOB_REQUESTS[kind].parse(request).receipt : undefined;
    if (stem === undefined) throw new WorkbenchError("usage.invalid", { reason: `${id} was not asked for a receipt` });
    return readReceipt(workbench.files, stem);
  }),
  list: implementer.bundle.list.handler(({ context: { workbench } }) => workbench.store.bundles.list()),
};

/** Unless one is named, the site of the home that is called like the model. */
async function siteFor(workbench: Workbench, { site, package: wanted }: { readonly site?: string | undefined; readonly package?: string | undefined }, bundle: string): Promise<string> {
  if (site !== undefined) return namedSite(workbench, site);
  const name = wanted ?? (await inspectModelBundle(workbench.files, bundle)).name;
  return namedSite(workbench, name.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[^\p{L}\p{N}]+/u, "").slice(0, 100) || "model");
}

/** Those in the home, and where jobs of this home installed. */
async function knownSites({ files, home, store }: Workbench): Promise<string[]> {
  const inHome = await files.list(home.sites).then((names) => names.map((name) => join(home.sites, name)), () => []);
  const installed = store.jobs.list().flatMap(({ kind, request: { site } }) => (kind === "bundle.install" && typeof site === "string" ? [site] : []));
  return [...new Set([...inHome, ...installed])].sort();
}
