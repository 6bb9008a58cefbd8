import type { SignatureAnswer, TrustMode, TrustRule } from "../../shared/schemas/trust.ts";
import type { OpenedBundle } from "../bundle/opened-bundle.ts";
import { bundleSubject } from "../bundle/trust/bundle-subject.ts";
import { checkSignatures, ruleFor } from "../bundle/trust/check-signatures.ts";
import { effectiveMode } from "../bundle/trust/require-trust.ts";
import type { Trust } from "../bundle/trust/trust.ts";
import { openTrust } from "../bundle/trust/trust-store.ts";
import type { Clock } from "../domain/clock.ts";
import type { Files } from "../domain/files.ts";

export interface SitePolicy {
  readonly trust: Trust;
  readonly mode: TrustMode;
}

/** What this site asks of a bundle; `asked` may only be stricter. @throws trust.storeInvalid, trust.policyDowngrade */
export async function openSitePolicy(files: Files, trustDirectory: string, asked: TrustMode | undefined): Promise<SitePolicy> {
  const trust = await openTrust({ files, directory: trustDirectory });
  return { trust, mode: effectiveMode(trust.policy.mode, asked) };
}

export interface CheckedSignatures {
  readonly answer: SignatureAnswer;
  readonly rule: TrustRule;
}

/** Who signed a bundle that has been opened, under the site's trust. `present`: its files, hashed or about to be. */
export async function checkBundleSignatures({ files, clock }: { readonly files: Files; readonly clock: Clock }, bundle: OpenedBundle, present: ReadonlyMap<string, string>, trust: Trust): Promise<CheckedSignatures> {
  const subject = bundleSubject(bundle);
  const answer = await checkSignatures({ files, directory: bundle.directory, present, subject, trust, now: clock.now() });
  return { answer, rule: ruleFor({ trust, subject }) };
}
