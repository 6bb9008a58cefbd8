import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { chainTo } from "../../../main/bundle/trust/certificate-chain.ts";
import { certificateFacts } from "../../../main/bundle/trust/certificate-facts.ts";
import { keyIdOf } from "../../../main/bundle/trust/key-id.ts";
import { parseStatement } from "../../../main/bundle/trust/model-statement.ts";
import { checkSignature, parseSignature } from "../../../main/bundle/trust/sigstore-bundle.ts";
import { makePerson, sign, signatureFiles, unsigned } from "./trust-fixture.ts";

const vector = (name: string) => new URL(`./model-signing/${name}.sigstore.json`, import.meta.url);
const read = (name: string) => parseSignature(readFileSync(vector(name)), name);

describe("signatures by the Model Signing project's own package", () => {
  const [withKey, withCertificate] = [read("elliptic-key"), read("certificate")];
  const key = (withCertificate.certificates[0] as (typeof withCertificate.certificates)[0]).publicKey;

  it("name their key as it is named here", () => {
    expect(withKey.keyHint).toBe(keyIdOf(key));
    expect(withKey.certificates).toEqual([]);
  });

  it("hold, and what they state is read", () => {
    for (const signature of [withKey, withCertificate]) expect(() => checkSignature(signature, key)).not.toThrow();
    expect(parseStatement(withKey.payload, "key")).toMatchObject({ modelName: "v1.1.0-elliptic-key", resources: new Map([["signme-1", "bc9a717db6064a32cbe9eae6fc40651dd6d36ef1757183f590eff2b1765d7ebc"], ["signme-2", expect.any(String)]]), sallyport: undefined });
    expect(parseStatement(withCertificate.payload, "certificate").resources.size).toBe(2);
  });

  it("lead to the authority that their chain ends in, while it is valid and no further", () => {
    const { certificates } = withCertificate;
    const authority = certificates[1] as (typeof certificates)[0];
    expect(chainTo({ file: "f", certificates, authority, at: new Date("2026-01-01") })).toEqual(certificates);
    expect(() => chainTo({ file: "f", certificates, authority, at: new Date("2036-01-01") })).toThrow(expect.objectContaining({ code: "trust.certificateExpired" }));
    expect(certificateFacts(authority, "f")).toMatchObject({ isAuthority: true, keyUsage: { keyCertSign: true } });
  });

  it("do not hold with another key, or another byte", () => {
    expect(() => checkSignature(withKey, makePerson("secp384r1").publicKey)).toThrow(expect.objectContaining({ code: "trust.signatureMismatch" }));
    expect(() => checkSignature({ ...withKey, payload: withKey.payload.map((byte, index) => (index === 40 ? byte ^ 1 : byte)) }, key)).toThrow(expect.objectContaining({ code: "trust.signatureMismatch" }));
  });

  it("have the fields that ours have, no fewer and, but for our own in the predicate, no others", async () => {
    const bundle = unsigned();
    await sign(bundle, makePerson("secp384r1").signer);
    const shape = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.length === 0 ? [] : [shape(value[0])];
      return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, shape(inner)])) : typeof value;
    };
    const documents = (file: string | URL) => {
      const outer = JSON.parse(readFileSync(file, "utf8"));
      const statement = JSON.parse(Buffer.from(outer.dsseEnvelope.payload, "base64").toString());
      delete statement.predicate.sallyport;
      return { outer: shape(outer), statement: shape(statement), constants: [outer.mediaType, outer.dsseEnvelope.payloadType, outer.dsseEnvelope.signatures[0].keyid, statement._type, statement.predicateType, statement.predicate.serialization.method, statement.predicate.serialization.hash_type] };
    };
    expect(documents(signatureFiles(bundle)[0] as string)).toEqual(documents(vector("elliptic-key")));
  });
});
