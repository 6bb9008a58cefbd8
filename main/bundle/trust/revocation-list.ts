import { verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { WorkbenchError } from "../../../shared/errors.ts";
import { RevocationList } from "../../../shared/schemas/trust.ts";
import { base64, Envelope, preAuthenticationEncoding } from "./dsse.ts";
import { CURVES, curveOf, keyIdOf } from "./key-id.ts";
import type { Signer } from "./signer.ts";
import { parseUniqueJson } from "./unique-json.ts";

const PAYLOAD_TYPE = "application/vnd.sallyport.revocations+json";
/** 30,000 entries with reasons. */
export const MAX_LIST_BYTES = 32 * 2 ** 20;

/** A DSSE envelope; its `keyid` only says which key to try. */
export async function signRevocationList(signer: Signer, list: RevocationList): Promise<Uint8Array> {
  const payload = new TextEncoder().encode(JSON.stringify(RevocationList.parse(list)));
  const sig = await signer.sign(CURVES[curveOf(signer.publicKey, "the signing key")].hash, preAuthenticationEncoding(PAYLOAD_TYPE, payload));
  return new TextEncoder().encode(`${JSON.stringify({ payload: base64(payload), payloadType: PAYLOAD_TYPE, signatures: [{ sig: base64(sig), keyid: keyIdOf(signer.publicKey) }] })}\n`);
}

/**
 * @param keys of those who may sign lists
 * @throws trust.listInvalid, trust.listSignerUnknown
 */
export function openRevocationList(bytes: Uint8Array, file: string, keys: readonly KeyObject[]): RevocationList {
  const envelope = parsed(Envelope, bytes, file);
  if (envelope.payloadType !== PAYLOAD_TYPE) throw new WorkbenchError("trust.listInvalid", { file, reason: `it holds ${envelope.payloadType}, not ${PAYLOAD_TYPE}` });
  const message = preAuthenticationEncoding(PAYLOAD_TYPE, envelope.payload);
  const sig = envelope.signatures[0]?.sig ?? new Uint8Array();
  const signed = keys.some((key) => verify(CURVES[curveOf(key, file)].hash, message, { key, dsaEncoding: "der" }, sig));
  // Read only now: what nobody answers for is not worth a parser's trouble.
  if (!signed) throw new WorkbenchError("trust.listSignerUnknown", { file, keyId: envelope.signatures[0]?.keyid ?? "" });
  return parsed(RevocationList, envelope.payload, file);
}

function parsed<T>(schema: { safeParse(json: unknown): { success: true; data: T } | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } } }, bytes: Uint8Array, file: string): T {
  let json: unknown;
  try {
    json = parseUniqueJson(bytes);
  } catch (cause) {
    throw new WorkbenchError("trust.listInvalid", { file, reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new WorkbenchError("trust.listInvalid", { file, reason: `${issue?.path.join(".") || "the file"}: ${issue?.message.slice(0, 200)}` });
}
