import { z } from "zod";

/**
 * What a DSSE signature is put over: the type of the payload and the payload, each with its length
 * (github.com/secure-systems-lab/dsse, protocol.md: "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body; lengths in bytes, decimal).
 */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType, "utf8");
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${payload.length} `), payload]);
}

/** Strict: what a lenient decoder skips, another one would read. Not by a regular expression, whose stack a payload of megabytes overflows. */
export const Base64 = z.string().max(64 * 2 ** 20).transform((text, context) => {
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64") !== text) context.addIssue({ code: "custom", message: "not base64" });
  return new Uint8Array(bytes);
});

/** One signature: ours and the Model Signing package's envelopes have no second. */
export const Envelope = z.strictObject({
  payload: Base64,
  payloadType: z.string().max(200),
  signatures: z.array(z.strictObject({ sig: Base64, keyid: z.string().max(200).optional() })).length(1),
});
export type Envelope = z.infer<typeof Envelope>;

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
