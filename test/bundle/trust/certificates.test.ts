import { execFileSync, spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { keyIdOf } from "../../../main/bundle/trust/key-id.ts";
import { createPemSigner } from "../../../main/bundle/trust/pem-signer.ts";
import { addSigner } from "../../../main/bundle/trust/trust-store.ts";
import type { TrustedSigner, TrustPolicy } from "../../../shared/schemas/trust.ts";
import { files, fresh } from "../bundle-fixture.ts";
import { check, codeOf, listOf, makePerson, NOW, sign, trustOf, unsigned } from "./trust-fixture.ts";

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

/** A certificate authority made by openssl in a folder of its own; NOW lies in the validity of what it issues unless told otherwise. */
class Authority {
  readonly folder = fresh();
  constructor() {
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(path.join(this.folder, "index.txt"), "");
  }
  run(...words: string[]): void {
    execFileSync("openssl", words, { cwd: this.folder, stdio: "pipe" });
  }
  text(name: string): string {
    return readFileSync(path.join(this.folder, name), "utf8");
  }
  root(name: string, { extensions = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign", subject = "/CN=Root" } = {}): this {
    return this.issue(name, name, { extensions, subject });
  }
  /** @param by its own name: signed by itself */
  issue(name: string, by: string, { extensions = "keyUsage=critical,digitalSignature\nextendedKeyUsage=codeSigning", subject = `/CN=${name}`, from = "20260101000000Z", to = "20270101000000Z", digest = "sha256", key = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"] } = {}): this {
    this.run("genpkey", ...key, "-out", `${name}.pem`);
    this.run("req", "-new", "-key", `${name}.pem`, "-subj", subject, "-out", `${name}.csr`);
    writeFileSync(path.join(this.folder, "ca.cnf"), `[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=${digest}\npolicy=p\nunique_subject=no\nemail_in_dn=no\n[p]\ncommonName=supplied\n[x]\nsubjectKeyIdentifier=hash\n${extensions}\n`);
    this.run("ca", "-batch", "-notext", "-config", "ca.cnf", "-extensions", "x", "-startdate", from, "-enddate", to, "-in", `${name}.csr`, "-out", `${name}.crt`, "-keyfile", `${by}.pem`, ...(by === name ? ["-selfsign"] : ["-cert", `${by}.crt`]));
    return this;
  }
  trusted(name: string, changes: Partial<TrustedSigner> = {}): TrustedSigner {
    const certificate = new X509Certificate(this.text(`${name}.crt`));
    return { name: "authority", kind: "authority", pem: certificate.toString(), keyId: keyIdOf(certificate.publicKey), may: ["release"], models: "*", subjects: "*", addedAt: "2026-01-01T00:00:00.000Z", ...changes };
  }
  async signed(leaf: string, ...between: string[]): Promise<string> {
    const bundle = unsigned();
    const pem = [leaf, ...between].map((name) => this.text(`${name}.crt`)).join("\n");
    await sign(bundle, createPemSigner({ pem: this.text(`${leaf}.pem`), file: leaf, certificates: { pem, file: "chain" } }));
    return bundle;
  }
}

const INTERMEDIATE = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign";

describe.skipIf(!hasOpenssl)("a chain of certificates by openssl", () => {
  const ca = hasOpenssl ? new Authority().root("root").issue("between", "root", { extensions: INTERMEDIATE }).issue("leaf", "between") : (undefined as never);
  const under = async (bundle: string, signer: TrustedSigner, policy: Partial<TrustPolicy> = {}, now = NOW, lists: ReturnType<typeof listOf>[] = []) => {
    const trust = trustOf([signer], { lists });
    return check(bundle, { ...trust, policy: { ...trust.policy, ...policy } }, { now });
  };

  it("leads to the authority, over what lies between", async () => {
    const bundle = await ca.signed("leaf", "between");
    expect(await under(bundle, ca.trusted("root"))).toMatchObject({ answer: "verified", signatures: [{ signer: "authority", chain: [{ subject: "CN=leaf" }, { subject: "CN=between" }, { subject: "CN=Root" }] }] });
    expect(await under(bundle, ca.trusted("between"))).toMatchObject({ answer: "verified" });
    expect(codeOf(await under(await ca.signed("leaf"), ca.trusted("root")))).toBe("trust.signerUnknown");
  });

  it("does not lead to another authority of the same name", async () => {
    const other = new Authority().root("root");
    expect(codeOf(await under(await ca.signed("leaf", "between"), other.trusted("root")))).toBe("trust.signerUnknown");
  });

  it("counts for the names an authority is trusted with", async () => {
    const bundle = await ca.signed("leaf", "between");
    expect(codeOf(await under(bundle, ca.trusted("root", { subjects: "le*" })))).toBe("verified");
    expect(codeOf(await under(bundle, ca.trusted("root", { subjects: "Release *" })))).toBe("trust.signerUnknown");
  });

  it("is valid while all of it is; what the signature states proves nothing unless the site says so", async () => {
    const bundle = await ca.signed("leaf", "between");
    const later = Date.parse("2027-06-01T00:00:00Z");
    expect(codeOf(await under(bundle, ca.trusted("root"), {}, later))).toBe("trust.certificateExpired");
    expect(codeOf(await under(bundle, ca.trusted("root"), { expiredCertificates: "acceptIfSignedBefore" }, later))).toBe("verified");
    expect(codeOf(await under(bundle, ca.trusted("root"), {}, Date.parse("2025-06-01T00:00:00Z")))).toBe("trust.certificateExpired");
    const young = new Authority().root("root").issue("leaf", "root", { from: "20260701000000Z" });
    expect(codeOf(await under(await young.signed("leaf"), young.trusted("root"), { expiredCertificates: "acceptIfSignedBefore" }))).toBe("trust.certificateExpired");
  });

  it("falls with any key in it", async () => {
    const bundle = await ca.signed("leaf", "between");
    for (const name of ["leaf", "between", "root"]) {
      const list = listOf({ revokedKeys: [{ keyId: keyIdOf(new X509Certificate(ca.text(`${name}.crt`)).publicKey), reason: "lost" }] });
      expect(codeOf(await under(bundle, ca.trusted("root"), {}, NOW, [list]))).toBe("trust.keyRevoked");
      expect(codeOf(await under(bundle, ca.trusted("root"), { expiredCertificates: "acceptIfSignedBefore" }, Date.parse("2027-06-01"), [{ ...list, validUntil: "2028-01-01T00:00:00.000Z" }]))).toBe("trust.keyRevoked");
    }
  });

  it.each<[string, RegExp, (ca: Authority) => Authority]>([
    ["issued by a certificate that is no authority", /no certificate authority/, (a) => a.root("root").issue("between", "root", { extensions: "basicConstraints=critical,CA:FALSE" }).issue("leaf", "between")],
    ["issued by an authority that may not issue", /does not allow it to issue/, (a) => a.root("root").issue("between", "root", { extensions: "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,digitalSignature" }).issue("leaf", "between")],
    ["longer than its root allows", /allows 0 certificates/, (a) => a.root("root", { extensions: "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign" }).issue("between", "root", { extensions: INTERMEDIATE }).issue("leaf", "between")],
    ["of a key for other uses", /does not allow digital signatures/, (a) => a.root("root").issue("between", "root", { extensions: INTERMEDIATE }).issue("leaf", "between", { extensions: "keyUsage=critical,keyAgreement" })],
    ["of a server", /does not allow code signing/, (a) => a.root("root").issue("between", "root", { extensions: INTERMEDIATE }).issue("leaf", "between", { extensions: "keyUsage=digitalSignature\nextendedKeyUsage=serverAuth" })],
    ["signed with SHA-1", /is not taken/, (a) => a.root("root").issue("between", "root", { extensions: INTERMEDIATE }).issue("leaf", "between", { digest: "sha1" })],
    ["with a limit that nobody here keeps", /critical extension 2\.5\.29\.30 is not known/, (a) => a.root("root").issue("between", "root", { extensions: `${INTERMEDIATE}\nnameConstraints=critical,permitted;DNS:example.org` }).issue("leaf", "between")],
    ["with a weak RSA key in it", /fewer than 2048 bits/, (a) => a.root("root").issue("between", "root", { extensions: INTERMEDIATE, key: ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"] }).issue("leaf", "between")],
  ])("%s is refused", async (_, reason, make) => {
    const made = make(new Authority());
    const answer = await under(await made.signed("leaf", "between"), made.trusted("root"));
    expect(answer).toMatchObject({ answer: "wrong", fault: { code: "trust.certificateInvalid", details: { reason: expect.stringMatching(reason) } } });
  });

  it("is not taken for a key of RSA, nor for another's certificate", async () => {
    const rsa = new Authority().root("root").issue("leaf", "root", { key: ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"] });
    expect(() => createPemSigner({ pem: rsa.text("leaf.pem"), file: "leaf" })).toThrow(expect.objectContaining({ code: "trust.keyRefused" }));
    expect(() => createPemSigner({ pem: makePerson().pem, file: "mine", certificates: { pem: ca.text("leaf.crt"), file: "theirs" } })).toThrow(expect.objectContaining({ code: "trust.certificateInvalid" }));
  });

  it("is trusted by its authority alone: no leaf, no bundle of certificates, no authority for lists", async () => {
    const add = (pem: string, may: ("release" | "revoke")[] = ["release"]) => addSigner({ files, directory: fresh() }, pem, "f", { name: "n", may, models: "*", subjects: "*", addedAt: new Date(NOW).toISOString() });
    await expect(add(ca.text("leaf.crt"))).rejects.toMatchObject({ code: "trust.certificateInvalid" });
    await expect(add(ca.text("root.crt") + ca.text("between.crt"))).rejects.toMatchObject({ code: "trust.certificateInvalid" });
    await expect(add(ca.text("root.crt"), ["revoke"])).rejects.toMatchObject({ code: "trust.keyRefused" });
    expect(await add(ca.text("root.crt"))).toMatchObject({ kind: "authority" });
  });
});

describe.skipIf(!hasOpenssl)("keys as openssl writes them", () => {
  const folder = fresh();
  mkdirSync(folder, { recursive: true });
  const openssl = (...words: string[]): string => execFileSync("openssl", words, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });

  it.each<[string, readonly string[], string | undefined]>([
    ["with its parameters before it", ["ecparam", "-name", "prime256v1", "-genkey"], undefined],
    ["as PKCS#8", ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"], undefined],
    ["as encrypted PKCS#8", ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-aes256", "-pass", "pass:word"], "word"],
  ])("%s sign", async (_, words, passphrase) => {
    const pem = openssl(...words);
    const signer = createPemSigner({ pem, file: "f", passphrase });
    expect((await signer.sign("sha256", new Uint8Array(3))).length).toBeGreaterThan(60);
    if (passphrase !== undefined) {
      expect(() => createPemSigner({ pem, file: "f" })).toThrow(expect.objectContaining({ code: "trust.passphraseNeeded" }));
      expect(() => createPemSigner({ pem, file: "f", passphrase: "guess" })).toThrow(expect.objectContaining({ code: "trust.passphraseWrong" }));
    }
  });

  it("in the old encrypted form sign too", () => {
    writeFileSync(path.join(folder, "plain.pem"), openssl("ecparam", "-name", "secp384r1", "-genkey", "-noout"));
    const pem = openssl("ec", "-in", "plain.pem", "-aes256", "-passout", "pass:word");
    expect(createPemSigner({ pem, file: "f", passphrase: "word" }).publicKey.asymmetricKeyDetails).toMatchObject({ namedCurve: "secp384r1" });
  });

  it("on other curves, of other kinds, or of no kind are refused by name", () => {
    for (const [words, reason] of [[["ecparam", "-name", "secp256k1", "-genkey", "-noout"], "secp256k1"], [["genpkey", "-algorithm", "ED25519"], "ed25519"]] as const) {
      expect(() => createPemSigner({ pem: openssl(...words), file: "f" })).toThrow(expect.objectContaining({ code: "trust.keyRefused", details: expect.objectContaining({ reason: expect.stringContaining(reason) }) }));
    }
    expect(() => createPemSigner({ pem: "nothing", file: "f" })).toThrow(expect.objectContaining({ code: "trust.keyRefused" }));
  });
});
