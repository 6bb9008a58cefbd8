import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { signRevocationList } from "../../../main/bundle/trust/revocation-list.ts";
import { effectiveMode, requireTrust } from "../../../main/bundle/trust/require-trust.ts";
import { addSigner, importRevocationList, openTrust, removeSigner, setPolicy } from "../../../main/bundle/trust/trust-store.ts";
import { publicPem } from "../../../main/bundle/trust/key-id.ts";
import { files, fresh } from "../bundle-fixture.ts";
import { check, codeOf, editSignature, knows, listOf, makePerson, NOW, restate, sign, trustOf, unsigned } from "./trust-fixture.ts";

const maker = makePerson();
const border = makePerson("secp384r1");
const stranger = makePerson();
const makerKnown = trustOf([knows(maker, "maker")]);

/** The statement's subject over changed resources, so that only what the test is about is wrong. */
function withResources(change: (resources: { name: string; algorithm: string; digest: string }[]) => void): (text: string) => string {
  return (text) => {
    const statement = JSON.parse(text);
    change(statement.predicate.resources);
    const hash = createHash("sha256");
    for (const { digest } of statement.predicate.resources) hash.update(digest, "hex");
    statement.subject[0].digest.sha256 = hash.digest("hex");
    return JSON.stringify(statement);
  };
}

describe("three answers:", () => {
  it("not signed", async () => {
    expect(await check(unsigned(), makerKnown)).toEqual({ answer: "notSigned" });
  });

  it.each([["P-256", maker, "ECDSA P-256 SHA-256"], ["P-384", border, "ECDSA P-384 SHA-384"]] as const)("verified, with a key on %s: by whom, when it says so, and how much", async (_, person, algorithm) => {
    const bundle = unsigned();
    await sign(bundle, person.signer);
    const answer = await check(bundle, trustOf([knows(person, "the maker")]));
    expect(answer).toMatchObject({ answer: "verified", signatures: [{ signer: "the maker", keyId: person.keyId, purpose: "release", statedAt: new Date(NOW).toISOString(), algorithm, over: [], fault: null }] });
    // Layout, index, list and two scripts beside the blobs.
    expect(answer.answer === "verified" && answer.files).toBeGreaterThan(10);
  });

  it("wrong, and why", async () => {
    const bundle = unsigned();
    await sign(bundle, stranger.signer);
    expect(await check(bundle, makerKnown)).toMatchObject({ answer: "wrong", fault: { code: "trust.signerUnknown", details: { keyId: stranger.keyId } }, signatures: [{ signer: null }] });
  });
});

describe("refused, each with its own reason:", () => {
  const tampered: readonly [what: string, code: string, tamper: (bundle: string, file: string) => void | Promise<void>][] = [
    ["signed by another key under a trusted key's name", "trust.signatureMismatch", (_, file) => restate(file, stranger.signer, (text) => text)],
    ["a statement changed after signing", "trust.signatureMismatch", (_, file) => editSignature(file, ({ dsseEnvelope }) => { dsseEnvelope.payload = Buffer.from(Buffer.from(dsseEnvelope.payload, "base64").toString().replace("\"release\"", "\"approve\"")).toString("base64"); })],
    ["a hash that does not belong to the curve", "trust.algorithmRefused", (_, file) => restate(file, maker.signer, (text) => text, "sha384")],
    ["resources by a weaker algorithm", "trust.algorithmRefused", (_, file) => restate(file, maker.signer, withResources((resources) => { (resources[0] as { algorithm: string }).algorithm = "md5"; }))],
    ["a serialization by another hash", "trust.algorithmRefused", (_, file) => restate(file, maker.signer, (text) => text.replace('"hash_type":"sha256"', '"hash_type":"blake2b"'))],
    ["the predicate of old versions", "trust.formatOutdated", (_, file) => restate(file, maker.signer, (text) => text.replace("https://model_signing/signature/v1.0", "https://model_signing/Digests/v0.1"))],
    ["an older Sigstore bundle", "trust.formatOutdated", (_, file) => editSignature(file, (document) => { document.mediaType = "application/vnd.dev.sigstore.bundle+json;version=0.1"; })],
    ["another predicate", "trust.signatureInvalid", (_, file) => restate(file, maker.signer, (text) => text.replace("https://model_signing/signature/v1.0", "https://slsa.dev/provenance/v1"))],
    ["another payload type", "trust.signatureInvalid", (_, file) => editSignature(file, ({ dsseEnvelope }) => { dsseEnvelope.payloadType = "text/plain"; })],
    ["a resource named twice", "trust.duplicateName", (_, file) => restate(file, maker.signer, withResources((resources) => resources.push({ ...(resources[0] as (typeof resources)[0]), digest: "0".repeat(64) })))],
    ["a key of JSON twice", "trust.signatureInvalid", (_, file) => restate(file, maker.signer, (text) => text.replace('"predicateType":', '"predicateType":"x","predicateType":'))],
    ["a root digest that does not fit", "trust.signatureInvalid", (_, file) => restate(file, maker.signer, (text) => text.replace(/"sha256":"[0-9a-f]{8}/, '"sha256":"00000000'))],
    ["a file added", "trust.contentDiffers", (bundle) => writeFileSync(path.join(bundle, "run-me.sh"), "")],
    ["a file changed", "trust.contentDiffers", (bundle) => appendFileSync(path.join(bundle, "verify.sh"), "\n")],
    ["a file taken away", "trust.contentDiffers", (bundle) => rmSync(path.join(bundle, "verify.ps1"))],
    ["a file left out of the statement", "trust.contentDiffers", (_, file) => restate(file, maker.signer, withResources((resources) => resources.splice(resources.findIndex(({ name }) => name === "index.json"), 1)))],
    ["a statement about another bundle", "trust.otherBundle", (_, file) => restate(file, maker.signer, (text) => text.replace(/"bundleDigest":"sha256:[0-9a-f]{8}/, '"bundleDigest":"sha256:00000000'))],
    ["SHA256SUMS signed by another", "trust.signatureMismatch", async (bundle, file) => writeFileSync(file.replace(".sigstore.json", ".SHA256SUMS.sig"), await stranger.signer.sign("sha256", readFileSync(path.join(bundle, "SHA256SUMS"))))],
    ["two signatures in one envelope", "trust.signatureInvalid", (_, file) => editSignature(file, ({ dsseEnvelope }) => dsseEnvelope.signatures.push({ sig: "", keyid: "" }))],
    ["no JSON at all", "trust.signatureInvalid", (_, file) => writeFileSync(file, "PK")],
  ];
  it.each(tampered)("%s: %s", async (_, code, tamper) => {
    const bundle = unsigned();
    const file = await sign(bundle, maker.signer);
    expect(codeOf(await check(bundle, makerKnown))).toBe("verified");
    await tamper(bundle, file);
    expect(codeOf(await check(bundle, makerKnown))).toBe(code);
  });

  it("a signer who may not release", async () => {
    const bundle = unsigned();
    await sign(bundle, maker.signer);
    expect(codeOf(await check(bundle, trustOf([knows(maker, "maker", { may: ["approve"] })])))).toBe("trust.notEntitled");
    expect(codeOf(await check(bundle, trustOf([knows(maker, "maker", { models: "DeepSeek-*" })])))).toBe("trust.notEntitled");
    expect(codeOf(await check(bundle, trustOf([knows(maker, "maker", { models: "f*e" })])))).toBe("verified");
  });

  it("a revoked key, whatever time the signature states; an expired one; a recalled bundle; a list out of date", async () => {
    const bundle = unsigned();
    await sign(bundle, maker.signer);
    const under = async (changes: Parameters<typeof listOf>[0], now = NOW) => codeOf(await check(bundle, trustOf([knows(maker, "maker")], { lists: [listOf(changes)] }), { now }));
    expect(await under({})).toBe("verified");
    expect(await under({ revokedKeys: [{ keyId: maker.keyId, reason: "lost" }] })).toBe("trust.keyRevoked");
    expect(await under({ keyExpiry: [{ keyId: maker.keyId, notAfter: "2026-05-31T00:00:00Z" }] })).toBe("trust.keyExpired");
    expect(await under({ keyExpiry: [{ keyId: maker.keyId, notAfter: "2026-06-30T00:00:00Z" }] })).toBe("verified");
    const manifest = JSON.parse(readFileSync(path.join(bundle, "index.json"), "utf8")).manifests[0].digest;
    expect(await under({ revokedBundles: [{ digest: manifest, reason: "answers badly" }] })).toBe("trust.bundleRevoked");
    expect(await under({}, Date.parse("2027-01-02T00:00:00Z"))).toBe("trust.listExpired");
  });
});

describe("at a border", () => {
  const both = trustOf([knows(maker, "maker"), knows(border, "border", { may: ["approve"] })]);
  const twice = { ...both, policy: { ...both.policy, rules: [{ models: "*", marks: null, release: 1, approve: 1 }] } };
  async function passed(): Promise<{ bundle: string; first: string; second: string }> {
    const bundle = unsigned();
    const first = await sign(bundle, maker.signer);
    return { bundle, first, second: await sign(bundle, border.signer) };
  }

  it("the earlier signature stays, and the new one names it", async () => {
    const { bundle } = await passed();
    const answer = await check(bundle, twice);
    expect(answer.answer).toBe("verified");
    expect(answer.answer === "verified" && answer.signatures.map(({ signer, purpose, over }) => ({ signer, purpose, over }))).toEqual(
      expect.arrayContaining([{ signer: "maker", purpose: "release", over: [] }, { signer: "border", purpose: "approve", over: [maker.keyId.slice(0, 16)] }]));
  });

  it("behind it only the border's key need be known", async () => {
    const { bundle } = await passed();
    const inside = trustOf([knows(border, "border", { may: ["approve"] })], { policy: { ...both.policy, rules: [{ models: "*", marks: null, release: 0, approve: 1 }] } });
    expect(codeOf(await check(bundle, inside))).toBe("verified");
    expect(codeOf(await check(bundle, trustOf([knows(border, "border", { may: ["approve"] })])))).toBe("trust.tooFewSignatures");
  });

  it("a signature taken away, or exchanged, is missed", async () => {
    const { bundle, first } = await passed();
    const kept = readFileSync(first);
    rmSync(first);
    rmSync(first.replace(".sigstore.json", ".SHA256SUMS.sig"));
    expect(codeOf(await check(bundle, both))).toBe("trust.earlierSignatureMissing");
    writeFileSync(first, `${kept} `);
    expect(codeOf(await check(bundle, both))).toBe("trust.earlierSignatureMissing");
  });

  it("who may not sign again is refused, though all that was asked for is there", async () => {
    for (const [person, code] of [[stranger, "trust.signerUnknown"], [border, "trust.notEntitled"]] as const) {
      const bundle = unsigned();
      await sign(bundle, maker.signer);
      await sign(bundle, person.signer);
      expect(codeOf(await check(bundle, trustOf([knows(maker, "maker"), knows(border, "border", { may: ["release"] })])))).toBe(code);
    }
  });

  it("a rule asks for two, by model or by mark; one person twice is one", async () => {
    const bundle = unsigned();
    const first = await sign(bundle, maker.signer);
    const needTwo = (models: string, marks: string | null) => trustOf([knows(maker, "maker"), knows(stranger, "second")], { policy: { ...both.policy, rules: [{ models, marks, release: 2, approve: 0 }] } });
    expect(codeOf(await check(bundle, needTwo("*", null)))).toBe("trust.tooFewSignatures");
    expect(codeOf(await check(bundle, needTwo("other*", null)))).toBe("verified");
    expect(codeOf(await check(bundle, needTwo("*", "SECRET*")))).toBe("verified");
    expect(codeOf(await check(bundle, needTwo("*", "SECRET*"), { marks: ["SECRET//NOFORN"] }))).toBe("trust.tooFewSignatures");
    const copy = first.replace(".sigstore", "-again.sigstore");
    writeFileSync(copy, readFileSync(first));
    expect(codeOf(await check(bundle, needTwo("*", null)))).toBe("trust.tooFewSignatures");
    rmSync(copy);
    await sign(bundle, stranger.signer, "release");
    expect(codeOf(await check(bundle, needTwo("*", null)))).toBe("verified");
  });

  it("nobody signs twice, and a broken signature is not signed over", async () => {
    const { bundle, first } = await passed();
    await expect(sign(bundle, border.signer)).rejects.toMatchObject({ code: "trust.alreadySigned" });
    writeFileSync(first, "{}");
    await expect(sign(bundle, stranger.signer)).rejects.toMatchObject({ code: "trust.signatureInvalid" });
  });
});

describe("a signature by hand over SHA256SUMS", () => {
  const byHand = async (bundle: string, person: typeof maker): Promise<void> => {
    mkdirSync(path.join(bundle, "signatures"), { recursive: true });
    writeFileSync(path.join(bundle, "signatures/hand.SHA256SUMS.sig"), await person.signer.sign("sha256", readFileSync(path.join(bundle, "SHA256SUMS"))));
  };

  it("counts as any other, and says nothing of a bundle whose list it is not", async () => {
    const bundle = unsigned();
    await byHand(bundle, maker);
    expect(codeOf(await check(bundle, makerKnown))).toBe("verified");
    expect(codeOf(await check(bundle, trustOf([knows(maker, "maker")], { lists: [listOf({ revokedKeys: [{ keyId: maker.keyId, reason: "lost" }] })] })))).toBe("trust.keyRevoked");
    appendFileSync(path.join(bundle, "verify.sh"), "\n");
    expect(codeOf(await check(bundle, makerKnown))).toBe("bundle.sumsInvalid");
  });

  it("is signed over at a border like any other", async () => {
    const bundle = unsigned();
    await byHand(bundle, stranger);
    await sign(bundle, border.signer);
    const inside = trustOf([knows(border, "border", { may: ["approve"] })], { policy: { mode: "enforce", expiredCertificates: "refuse", rules: [{ models: "*", marks: null, release: 0, approve: 1 }] } });
    expect(codeOf(await check(bundle, inside))).toBe("verified");
    rmSync(path.join(bundle, "signatures/hand.SHA256SUMS.sig"));
    expect(codeOf(await check(bundle, inside))).toBe("trust.earlierSignatureMissing");
  });
});

it("a revoked key that nobody here has is known by its name, though a border has vouched", async () => {
  const bundle = unsigned();
  await sign(bundle, stranger.signer);
  await sign(bundle, border.signer);
  const inside = (lists: ReturnType<typeof listOf>[]) => trustOf([knows(border, "border", { may: ["approve"] })], { lists, policy: { mode: "enforce", expiredCertificates: "refuse", rules: [{ models: "*", marks: null, release: 0, approve: 1 }] } });
  expect(codeOf(await check(bundle, inside([listOf()])))).toBe("verified");
  expect(codeOf(await check(bundle, inside([listOf({ revokedKeys: [{ keyId: stranger.keyId, reason: "lost" }] })])))).toBe("trust.keyRevoked");
});

describe("a policy", () => {
  it("of enforce lets only a verified bundle pass; others let pass and tell", async () => {
    const bundle = unsigned();
    const notSigned = await check(bundle, makerKnown);
    expect(() => requireTrust(notSigned, "enforce", bundle)).toThrow(expect.objectContaining({ code: "trust.notSigned" }));
    await sign(bundle, stranger.signer);
    const wrong = await check(bundle, makerKnown);
    expect(() => requireTrust(wrong, "enforce", bundle)).toThrow(expect.objectContaining({ code: "trust.signerUnknown" }));
    for (const mode of ["off", "warn"] as const) for (const answer of [notSigned, wrong]) expect(() => requireTrust(answer, mode, bundle)).not.toThrow();
  });

  it("is tightened by a caller, never loosened", () => {
    expect(effectiveMode("warn", "enforce")).toBe("enforce");
    expect(effectiveMode("warn", undefined)).toBe("warn");
    expect(() => effectiveMode("enforce", "warn")).toThrow(expect.objectContaining({ code: "trust.policyDowngrade" }));
  });
});

describe("the trust store", () => {
  it("keeps signers and policy, refuses what it knows or cannot use, and forgets nobody a list depends on", async () => {
    const place = { files, directory: fresh() };
    expect(await openTrust(place)).toMatchObject({ signers: [], policy: { mode: "off" }, lists: [] });
    const add = (name: string, pem: string, may: ("release" | "approve" | "revoke")[] = ["release"]) => addSigner(place, pem, `${name}.pem`, { name, may, models: "*", subjects: "*", addedAt: new Date(NOW).toISOString() });
    await add("maker", publicPem(maker.publicKey));
    await expect(add("again", publicPem(maker.publicKey))).rejects.toMatchObject({ code: "trust.signerExists" });
    await expect(add("MAKER", publicPem(border.publicKey))).rejects.toMatchObject({ code: "trust.signerExists" });
    await expect(add("private", stranger.pem)).rejects.toMatchObject({ code: "trust.keyRefused" });
    await add("root", publicPem(stranger.publicKey), ["revoke"]);
    await setPolicy(place, { mode: "enforce" });

    const list = (sequence: number, signer = stranger) => signRevocationList(signer.signer, listOf({ sequence, revokedKeys: [{ keyId: maker.keyId, reason: "lost" }] }));
    await expect(importRevocationList(place, await list(2, maker), "list", NOW)).rejects.toMatchObject({ code: "trust.listSignerUnknown" });
    const second = await list(2);
    expect(await importRevocationList(place, second, "list", NOW)).toMatchObject({ sequence: 2 });
    expect(await importRevocationList(place, second, "list", NOW)).toMatchObject({ sequence: 2 });
    await expect(importRevocationList(place, await list(1), "list", NOW)).rejects.toMatchObject({ code: "trust.listOutdated", details: { found: 1, known: 2 } });
    await expect(importRevocationList(place, await list(3), "list", Date.parse("2028-01-01"))).rejects.toMatchObject({ code: "trust.listExpired" });
    await expect(removeSigner(place, "root")).rejects.toMatchObject({ code: "trust.signerInUse", details: { issuer: "site" } });
    await removeSigner(place, "maker");
    await expect(removeSigner(place, "maker")).rejects.toMatchObject({ code: "trust.signerNotFound" });
    expect(await openTrust(place)).toMatchObject({ signers: [{ name: "root" }], policy: { mode: "enforce" }, lists: [{ sequence: 2 }] });
  });

  it("that was damaged, or a list in it that was, is no empty store", async () => {
    const place = { files, directory: fresh() };
    await setPolicy(place, { mode: "enforce" });
    const store = path.join(place.directory, "trust.json");
    for (const text of ["", "{}", readFileSync(store, "utf8").replace("{", '{"formatVersion":1,'), readFileSync(store, "utf8").replace("enforce", "Enforce")]) {
      writeFileSync(store, text);
      await expect(openTrust(place)).rejects.toMatchObject({ code: "trust.storeInvalid" });
    }
    rmSync(store);
    await addSigner(place, publicPem(stranger.publicKey), "root", { name: "root", may: ["revoke"], models: "*", subjects: "*", addedAt: new Date(NOW).toISOString() });
    await importRevocationList(place, await signRevocationList(stranger.signer, listOf()), "list", NOW);
    renameSync(store, `${store}.away`);
    await expect(openTrust(place)).rejects.toMatchObject({ code: "trust.listSignerUnknown" });
  });
});
