import type { z } from "zod";
import type { AddSignerRequest, MakeListRequest, NewKeyAnswer, NewKeyRequest, RevocationList, SetPolicyRequest, TrustedSigner, TrustOverview, TrustPolicy } from "../../shared/schemas/trust.ts";
import { makeKey } from "../bundle/trust/make-key.ts";
import { createPemSigner } from "../bundle/trust/pem-signer.ts";
import { makeReceiptKey, receiptSigner, shownKey } from "../bundle/trust/receipt-key.ts";
import { MAX_LIST_BYTES, signRevocationList } from "../bundle/trust/revocation-list.ts";
import { addSigner, importRevocationList, openTrust, readPem, removeSigner, setPolicy, type TrustPlace } from "../bundle/trust/trust-store.ts";
import type { Clock } from "../domain/clock.ts";

/** The trust store of a home, and the time. */
export interface TrustDesk extends TrustPlace {
  readonly clock: Clock;
}

const stamp = ({ clock }: TrustDesk): string => new Date(clock.now()).toISOString();

export async function trustOverview(desk: TrustDesk): Promise<TrustOverview> {
  const { signers, policy, lists } = await openTrust(desk);
  const receiptKey = await receiptSigner(desk);
  return {
    signers: [...signers], policy, receiptKey: receiptKey === undefined ? null : shownKey(receiptKey),
    lists: lists.map(({ issuer, sequence, issuedAt, validUntil, revokedKeys, revokedBundles, keyExpiry }) => ({ issuer, sequence, issuedAt, validUntil, revokedKeys: revokedKeys.length, revokedBundles: revokedBundles.length, keyExpiry: keyExpiry.length })),
  };
}

export async function trustSigner(desk: TrustDesk, { file, ...signer }: z.output<typeof AddSignerRequest>): Promise<TrustedSigner> {
  return addSigner(desk, await readPem(desk.files, file), file, { ...signer, addedAt: stamp(desk) });
}

export const distrustSigner = (desk: TrustDesk, name: string): Promise<TrustedSigner> => removeSigner(desk, name);

export const changePolicy = (desk: TrustDesk, change: z.output<typeof SetPolicyRequest>): Promise<TrustPolicy> => setPolicy(desk, change);

/** Signs a list for other sites; here it counts once it is imported. @throws files.alreadyExists, and as `createPemSigner` */
export async function makeRevocationList(desk: TrustDesk, { list, key, passphrase, out }: z.output<typeof MakeListRequest>): Promise<RevocationList> {
  const whole: RevocationList = { formatVersion: 1, ...list, issuedAt: stamp(desk) };
  const signer = createPemSigner({ pem: await readPem(desk.files, key), file: key, passphrase });
  await desk.files.writeWhole(out, await signRevocationList(signer, whole));
  return whole;
}

export async function takeRevocationList(desk: TrustDesk, file: string): Promise<RevocationList> {
  return importRevocationList(desk, await desk.files.readAll(file, MAX_LIST_BYTES), file, desk.clock.now());
}

export const newKey = ({ files }: TrustDesk, request: z.output<typeof NewKeyRequest>): Promise<z.output<typeof NewKeyAnswer>> => makeKey({ files, ...request });

export const newReceiptKey = (desk: TrustDesk): Promise<{ keyId: string; pem: string }> => makeReceiptKey(desk);
