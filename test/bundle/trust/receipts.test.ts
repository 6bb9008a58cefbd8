import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { makeReceiptKey, receiptSigner } from "../../../main/bundle/trust/receipt-key.ts";
import { RECEIPT_TEXTS, type ReceiptLanguage } from "../../../shared/receipt/receipt-texts.ts";
import { receiptStem, requireNoReceipt, writeReceipt } from "../../../main/bundle/trust/write-receipt.ts";
import { RECEIPT_CHECKS, Receipt } from "../../../shared/schemas/receipt.ts";
import { files, fresh } from "../bundle-fixture.ts";
import { makePerson } from "./trust-fixture.ts";

const { keyId } = makePerson();
const HOSTILE = '<img src=x onerror=alert(1)>"&\u202egnp.';
const receipt = Receipt.parse({
  formatVersion: 1,
  bundle: { path: "/media/usb", digest: `sha256:${"a".repeat(64)}`, name: HOSTILE, modelDigest: "b".repeat(64), checkpointDigest: "c".repeat(64), bytes: 5, blobs: 2, files: [{ path: `${HOSTILE}.bin`, bytes: 5, digest: `sha256:${"d".repeat(64)}` }], marks: ["EAR99\n*** Verified ***"] },
  answer: "wrong", fault: { code: "trust.keyRevoked", details: {} }, checks: RECEIPT_CHECKS.map((check) => ({ check, result: "passed", tool: "Sallyport", version: "1" })),
  signature: { answer: "wrong", fault: { code: "trust.keyRevoked", details: {} }, signatures: [{ file: "signatures/x.sigstore.json", keyId, signer: "maker", purpose: "release", statedAt: "2026-01-01T00:00:00Z", algorithm: "ECDSA P-256 SHA-256", chain: [{ subject: HOSTILE, validFrom: "2026-01-01T00:00:00Z", validTo: "2027-01-01T00:00:00Z" }], over: [], fault: { code: "trust.keyRevoked", details: {} } }] },
  policy: { mode: "enforce", rule: { models: "*", marks: null, release: 1, approve: 0 }, lists: [{ issuer: "site", sequence: 3, validUntil: "2027-01-01T00:00:00Z" }] },
  egress: { digest: `sha256:${"e".repeat(64)}`, at: "2026-05-01T00:00:00Z", verdict: "outside", versions: { sallyport: "1", node: "24", runtime: "1.30", kernel: "6", strace: "strace 6.1" }, sockets: [{ family: "AF_INET", scope: "outside", address: HOSTILE, port: 443, calls: { connect: 1 }, processes: 1 }, { family: "AF_UNIX", scope: "local", address: "/dev/log", port: null, calls: { connect: 1 }, processes: 1 }] },
  madeAt: "2026-06-01T12:00:00Z", madeBy: "officer@gate", system: "Linux", receiptKeyId: keyId,
});
const write = async (language: ReceiptLanguage, stem = path.join(fresh(), "receipt")) => writeReceipt({ files, receipt, stem, signer: undefined, language, tell: () => `because ${HOSTILE}` });

describe("a receipt", () => {
  it.each(Object.keys(RECEIPT_TEXTS) as ReceiptLanguage[])("in %s is one light page without a script, in which nothing a bundle says becomes markup", async (language) => {
    const { html, json } = await write(language);
    const page = readFileSync(html, "utf8");
    expect(page).toContain(`lang="${language}" dir="${RECEIPT_TEXTS[language].direction}"`);
    expect(page).not.toMatch(/<(script|img|link|iframe|object)|src=x onerror=alert\(1\)>|https?:\/\//);
    expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;&quot;&amp;");
    expect(page).toContain("@page{size:A4");
    // Whoever holds the page can tell whether it is of this JSON.
    expect(page).toContain(createHash("sha256").update(readFileSync(json)).digest("hex"));
    for (const word of RECEIPT_TEXTS[language].answer.wrong) expect(page).toContain(word);
    // What the self-test saw of the network: what led out, and what it is proven by.
    for (const word of [RECEIPT_TEXTS[language].egress.outside, "e".repeat(64), "AF_INET &lt;img"]) expect(page).toContain(word);
    expect(page).not.toContain("/dev/log");
  });

  it("as text turns no line around, and lets no mark pass for an answer", async () => {
    const text = readFileSync((await write("en")).text, "utf8");
    expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
    expect(text.split("\n").filter((line) => line.startsWith("***"))).toEqual(["*** Wrong ***"]);
  });

  it("is signed by the site's key over its JSON, and is never overwritten", async () => {
    const place = { files, directory: fresh() };
    expect(await receiptSigner(place)).toBeUndefined();
    const { pem } = await makeReceiptKey(place);
    await expect(makeReceiptKey(place)).rejects.toMatchObject({ code: "files.alreadyExists" });
    const stem = path.join(fresh(), "receipt");
    const signer = await receiptSigner(place);
    const written = await writeReceipt({ files, receipt, stem, signer, language: "en", tell: () => "" });
    expect(verify("sha256", readFileSync(written.json), { key: createPublicKey(pem), dsaEncoding: "der" }, readFileSync(written.signature ?? ""))).toBe(true);
    for (const name of [stem, `${stem}.json`, `${stem}.html`, `${stem}.txt`]) await expect(requireNoReceipt(files, receiptStem(name))).rejects.toMatchObject({ code: "files.alreadyExists" });
    expect(Receipt.parse(JSON.parse(readFileSync(written.json, "utf8")))).toEqual(receipt);
  });
});
