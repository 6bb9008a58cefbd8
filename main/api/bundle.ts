import { isAbsolute, join } from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import { inspectModelBundle } from "../pipeline/inspect-bundle.ts";
import { describeSite, pruneSite } from "../pipeline/change-version.ts";
import { planSiteInstall } from "../pipeline/install-site.ts";
import { signModelBundle } from "../pipeline/sign-bundle.ts";
import { implementer } from "./implementer.ts";
import { pinPackage } from "./resolve-model.ts";
import { requireAbsolute, startKind } from "./start-kind.ts";
import type { Workbench } from "./workbench.ts";

export const bundle = {
  create: implementer.bundle.create.handler(async ({ input, context: { workbench } }) => {
    requireAbsolute("out", input.out);
    return startKind(workbench, "bundle.create", { model: await pinPackage(workbench, input.model), out: input.out });
  }),
  verify: implementer.bundle.verify.handler(async ({ input, context: { workbench } }) => {
    if (input.receipt !== undefined) requireAbsolute("receipt", input.receipt);
    return startKind(workbench, "bundle.verify", { ...input, bundle: await bundlePath(workbench, input.bundle) });
  }),
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
    if (input.to !== undefined) requireAbsolute("to", input.to);
    return startKind(workbench, "bundle.install", { ...input, bundle, ...(input.to === undefined ? { site: await siteFor(workbench, input.site, bundle) } : {}) });
  }),
  installPlan: implementer.bundle.installPlan.handler(async ({ input, context: { workbench } }) => {
    const bundle = await bundlePath(workbench, input.bundle);
    const { name } = await inspectModelBundle(workbench.files, bundle);
    return planSiteInstall(workbench, { bundle, name, site: await siteFor(workbench, input.site, bundle), expectedDigest: input.expectedDigest, compiled: workbench.home.compiled });
  }),
  rollback: implementer.bundle.rollback.handler(({ input, context: { workbench } }) => startKind(workbench, "bundle.rollback", { ...input, site: namedSite(workbench, input.site) })),
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
  inspect: implementer.bundle.inspect.handler(async ({ input, context: { workbench } }) =>
    inspectModelBundle(workbench.files, await bundlePath(workbench, input.bundle))),
  list: implementer.bundle.list.handler(({ context: { workbench } }) => workbench.store.bundles.list()),
};

/** A bundle is named by an absolute path, or by the id or name of one that was made here. */
async function bundlePath(workbench: Workbench, reference: string): Promise<string> {
  const path = isAbsolute(reference) ? reference : workbench.store.bundles.resolve(reference).path;
  if ((await workbench.files.status(path)) === undefined) throw new WorkbenchError("bundle.notFound", { file: path });
  return path;
}

/** A site is named by an absolute path, or by the name of one in the home. */
function namedSite({ home }: Workbench, site: string): string {
  if (isAbsolute(site)) return site;
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u.test(site)) throw new WorkbenchError("usage.invalid", { reason: `a site in the home is named by letters, digits and . _ - between them; "${site}" is not. Another is named by its path` });
  return join(home.sites, site);
}

/** Unless one is named, the site of the home that is called like the model. */
async function siteFor(workbench: Workbench, site: string | undefined, bundle: string): Promise<string> {
  if (site !== undefined) return namedSite(workbench, site);
  const { name } = await inspectModelBundle(workbench.files, bundle);
  return namedSite(workbench, name.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[^\p{L}\p{N}]+/u, "").slice(0, 100) || "model");
}

/** Those in the home, and where jobs of this home installed. */
async function knownSites({ files, home, store }: Workbench): Promise<string[]> {
  const inHome = await files.list(home.sites).then((names) => names.map((name) => join(home.sites, name)), () => []);
  const installed = store.jobs.list().flatMap(({ kind, request: { site } }) => (kind === "bundle.install" && typeof site === "string" ? [site] : []));
  return [...new Set([...inHome, ...installed])].sort();
}
