import { changePolicy, distrustSigner, makeRevocationList, newKey, newReceiptKey, takeRevocationList, type TrustDesk, trustOverview, trustSigner } from "../pipeline/manage-trust.ts";
import { implementer } from "./implementer.ts";
import { requireAbsolute } from "./require-absolute.ts";
import type { Workbench } from "./workbench.ts";

const deskOf = ({ files, clock, home }: Workbench): TrustDesk => ({ files, clock, directory: home.trust });

export const trust = {
  overview: implementer.trust.overview.handler(({ context: { workbench } }) => trustOverview(deskOf(workbench))),
  addSigner: implementer.trust.addSigner.handler(async ({ input, context: { workbench } }) => {
    requireAbsolute("file", input.file);
    const signer = await trustSigner(deskOf(workbench), input);
    workbench.store.audit.append("trust.addSigner", signer.keyId, { name: signer.name, kind: signer.kind, may: signer.may, models: signer.models, subjects: signer.subjects });
    return signer;
  }),
  removeSigner: implementer.trust.removeSigner.handler(async ({ input, context: { workbench } }) => {
    const signer = await distrustSigner(deskOf(workbench), input.name);
    workbench.store.audit.append("trust.removeSigner", signer.keyId, { name: signer.name });
    return signer;
  }),
  setPolicy: implementer.trust.setPolicy.handler(async ({ input, context: { workbench } }) => {
    const policy = await changePolicy(deskOf(workbench), input);
    workbench.store.audit.append("trust.setPolicy", policy.mode, { ...policy });
    return policy;
  }),
  makeList: implementer.trust.makeList.handler(async ({ input, context: { workbench } }) => {
    requireAbsolute("key", input.key);
    requireAbsolute("out", input.out);
    const list = await makeRevocationList(deskOf(workbench), input);
    workbench.store.audit.append("trust.makeList", list.issuer, { sequence: list.sequence, out: input.out });
    return list;
  }),
  importList: implementer.trust.importList.handler(async ({ input, context: { workbench } }) => {
    requireAbsolute("file", input.file);
    const list = await takeRevocationList(deskOf(workbench), input.file);
    workbench.store.audit.append("trust.importList", list.issuer, { sequence: list.sequence, validUntil: list.validUntil });
    return list;
  }),
  newKey: implementer.trust.newKey.handler(async ({ input, context: { workbench } }) => {
    requireAbsolute("out", input.out);
    const made = await newKey(deskOf(workbench), input);
    workbench.store.audit.append("trust.newKey", made.keyId, { privateKey: made.privateKey });
    return made;
  }),
  newReceiptKey: implementer.trust.newReceiptKey.handler(async ({ context: { workbench } }) => {
    const made = await newReceiptKey(deskOf(workbench));
    workbench.store.audit.append("trust.newReceiptKey", made.keyId, {});
    return made;
  }),
};
