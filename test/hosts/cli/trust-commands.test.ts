import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeBundle } from "../../bundle/bundle-fixture.ts";
import { runCommand } from "./test-io.ts";

const root = mkdtempSync(path.join(os.tmpdir(), "sallyport-trust-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...names: string[]): string => path.join(root, ...names);
const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
const { whole } = await makeBundle();
let homes = 0;
const newHome = (): string => at(`home-${homes++}`);
const copyOf = (from: string, name: string): string => {
  cpSync(from, at(name), { recursive: true });
  return at(name);
};

const passphrases: Record<string, string> = {};
async function newKey(name: string, curve: string): Promise<string> {
  passphrases[name] = at(`${name}.pass`);
  writeFileSync(at(`${name}.pass`), `secret of ${name}\n`);
  const ran = await runCommand(["key", "new", "--curve", curve, "--out", at(`${name}.pem`), "--passphrase-file", at(`${name}.pass`), "--json"], { home: at("home-of-keys") });
  expect(ran.status).toBe(0);
  return ran.last()["id"] as string;
}
const sign = (home: string, bundle: string, name: string, ...more: string[]) => runCommand(["bundle", "sign", bundle, "--key", at(`${name}.pem`), "--passphrase-file", passphrases[name] as string, ...more], { home });

describe("keys, signatures and policy from the command line", () => {
  let makerId: string;
  let signed: string;
  beforeAll(async () => {
    makerId = await newKey("maker", "p256");
    await newKey("border", "p384");
    signed = copyOf(whole, "signed");
    expect(await sign(newHome(), signed, "maker")).toMatchObject({ status: 0, stdout: expect.stringContaining("Signed.") });
  });

  it("a new key is encrypted, its owner's alone, and never overwritten", async () => {
    const pem = readFileSync(at("maker.pem"), "utf8");
    expect(pem).toContain("BEGIN ENCRYPTED PRIVATE KEY");
    expect(statSync(at("maker.pem")).mode & 0o777).toBe(0o600);
    expect(readFileSync(at("maker.pub.pem"), "utf8")).toContain("BEGIN PUBLIC KEY");
    const again = await runCommand(["key", "new", "--out", at("maker.pem"), "--passphrase-file", at("maker.pass")], { home: newHome() });
    expect(again.status).toBe(6);
    expect(readFileSync(at("maker.pem"), "utf8")).toBe(pem);
    writeFileSync(at("wrong.pass"), "guess\n");
    expect(await runCommand(["bundle", "sign", signed, "--no-verify", "--key", at("maker.pem"), "--passphrase-file", at("wrong.pass")], { home: newHome() })).toMatchObject({ status: 2, stderr: expect.stringContaining("does not open") });
    expect(await runCommand(["bundle", "sign", signed, "--no-verify", "--key", at("maker.pem")], { home: newHome() })).toMatchObject({ status: 2, stderr: expect.stringContaining("is encrypted") });
  });

  it("three answers have three words and three exit statuses; a receipt says the same", async () => {
    const home = newHome();
    await runCommand(["trust", "add", at("maker.pub.pem"), "--name", "Model maker", "--may", "release"], { home });
    await runCommand(["trust", "receipt-key"], { home });
    await runCommand(["trust", "policy", "warn"], { home });
    const ask = async (bundle: string, receipt: string) => runCommand(["bundle", "verify", bundle, "--receipt", at(receipt)], { home });

    expect(await ask(signed, "good.html")).toMatchObject({ status: 0, stdout: expect.stringMatching(/VERIFIED: \d+ files, signed by Model maker\.\n {2}\+ Model maker: release, says .*ECDSA P-256 SHA-256/) });
    expect(await ask(whole, "none.json")).toMatchObject({ status: 7, stdout: expect.stringContaining("NOT SIGNED: nobody vouches for this bundle.") });
    const other = copyOf(whole, "other");
    await sign(newHome(), other, "border");
    expect(await ask(other, "wrong")).toMatchObject({ status: 8, stdout: expect.stringMatching(/WRONG SIGNATURE: .*is by somebody this site does not know: key [0-9a-f]{64}/) });
    const broken = copyOf(signed, "broken");
    writeFileSync(path.join(broken, "SHA256SUMS"), "");
    expect((await ask(broken, "broken")).status).toBe(1);
    expect(await ask(signed, "good")).toMatchObject({ status: 6, stderr: expect.stringContaining("good.json") });

    const receipts = ["good", "none", "wrong", "broken"].map((name) => JSON.parse(readFileSync(at(`${name}.json`), "utf8")));
    expect(receipts.map(({ answer }) => answer)).toEqual(["verified", "notSigned", "wrong", "broken"]);
    expect(receipts[0].checks.map(({ check, result }: { check: string; result: string }) => `${check} ${result}`)).toEqual(["documents passed", "strangers passed", "blobs passed", "model passed", "sums passed", "signatures passed", "policy passed"]);
    expect(receipts[3]).toMatchObject({ fault: { code: "bundle.sumsInvalid" }, checks: expect.arrayContaining([expect.objectContaining({ check: "sums", result: "failed" }), expect.objectContaining({ check: "signatures", result: "notDone" })]) });
    expect(receipts[0]).toMatchObject({ bundle: { name: "fake", files: expect.arrayContaining([expect.objectContaining({ path: "model.json" })]) }, signature: { signatures: [{ keyId: makerId }] }, madeBy: expect.stringContaining("@") });

    const { trust: { receiptKey } } = (await runCommand(["trust", "ls", "--json"], { home })).last() as { trust: { receiptKey: { pem: string } } };
    writeFileSync(at("site.pem"), receiptKey.pem);
    if (hasOpenssl) expect(execFileSync("openssl", ["dgst", "-sha256", "-verify", at("site.pem"), "-signature", at("good.json.sig"), at("good.json")], { encoding: "utf8" })).toBe("Verified OK\n");
    const html = readFileSync(at("good.html"), "utf8");
    expect(html).not.toMatch(/<script|https?:\/\//);
    expect(html).toContain("Model maker");
    expect(readFileSync(at("wrong.txt"), "utf8")).toContain("*** Wrong ***");
  });

  it("under enforce nothing else is verified or installed, a command may ask for more than the site, and no command for less", async () => {
    const home = newHome();
    expect(await runCommand(["bundle", "verify", whole], { home })).toMatchObject({ status: 0, stdout: expect.stringContaining('policy is "off"') });
    expect((await runCommand(["bundle", "verify", whole, "--policy", "enforce"], { home })).status).toBe(7);
    await runCommand(["trust", "policy", "enforce"], { home });
    expect((await runCommand(["bundle", "verify", whole], { home })).status).toBe(7);
    expect((await runCommand(["bundle", "verify", signed], { home })).status).toBe(8);
    expect(await runCommand(["bundle", "verify", signed, "--policy", "off"], { home })).toMatchObject({ status: 2, stderr: expect.stringContaining('The policy of this site is "enforce"') });
    for (const [bundle, status] of [[whole, 7], [signed, 8]] as const) {
      expect((await runCommand(["bundle", "install", bundle, "--to", at("installed"), "--no-parity"], { home })).status).toBe(status);
      expect(existsSync(at("installed"))).toBe(false);
      expect(existsSync(at("installed.partial"))).toBe(false);
    }
    await runCommand(["trust", "add", at("maker.pub.pem"), "--name", "maker", "--may", "release"], { home });
    // Two are needed: the second signs although, so far, there are too few.
    writeFileSync(at("rules.json"), JSON.stringify([{ models: "fake*", marks: null, release: 1, approve: 1 }]));
    expect((await runCommand(["trust", "policy", "--rules", at("rules.json")], { home })).status).toBe(0);
    expect((await runCommand(["bundle", "verify", signed], { home })).status).toBe(8);
    await runCommand(["trust", "add", at("border.pub.pem"), "--name", "border", "--may", "approve"], { home });
    const passed = copyOf(signed, "passed");
    expect(await sign(home, passed, "border")).toMatchObject({ status: 0, stdout: expect.stringContaining(makerId.slice(0, 16)) });
    expect(await runCommand(["bundle", "verify", passed], { home })).toMatchObject({ status: 0, stdout: expect.stringMatching(/signed by (maker and border|border and maker)/) });
    const actions = ((await runCommand(["audit", "ls", "--json"], { home })).last()["entries"] as { action: string; details: Record<string, unknown> }[]);
    expect(actions.map(({ action }) => action)).toEqual(expect.arrayContaining(["trust.setPolicy", "trust.addSigner", "bundle.sign", "bundle.verify", "bundle.verify.failed", "bundle.install.failed"]));
    expect(JSON.stringify(actions)).not.toContain("secret of");
  });

  it("a revocation list travels as a file and counts where its signer may revoke", async () => {
    const home = newHome();
    await newKey("root", "p256");
    await runCommand(["trust", "add", at("maker.pub.pem"), "--name", "maker", "--may", "release"], { home });
    await runCommand(["trust", "policy", "warn"], { home });
    const made = await runCommand(["trust", "make-list", "--issuer", "site", "--sequence", "2", "--revoke-key", `${makerId}:laptop stolen`, "--key", at("root.pem"), "--passphrase-file", at("root.pass"), "--out", at("list.json")], { home: newHome() });
    expect(made.status).toBe(0);
    expect(await runCommand(["trust", "import-list", at("list.json")], { home })).toMatchObject({ status: 4 });
    expect((await runCommand(["bundle", "verify", signed], { home })).status).toBe(0);
    await runCommand(["trust", "add", at("root.pub.pem"), "--name", "root", "--may", "revoke"], { home });
    expect((await runCommand(["trust", "import-list", at("list.json")], { home })).status).toBe(0);
    expect(await runCommand(["bundle", "verify", signed], { home })).toMatchObject({ status: 8, stdout: expect.stringContaining("which site has revoked: laptop stolen") });
    expect((await runCommand(["trust", "rm", "root"], { home })).status).toBe(6);
  });
});

it.skipIf(!hasOpenssl)("a certificate's chain is believed by its authority, for the names it is trusted with", async () => {
  const home = newHome();
  mkdirSync(at("ca"));
  const openssl = (...words: string[]) => execFileSync("openssl", words, { cwd: at("ca"), stdio: "pipe" });
  const extensions = (name: string, text: string): string => {
    writeFileSync(at("ca", name), text);
    return name;
  };
  openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-nodes", "-keyout", "root.pem", "-out", "root.crt", "-subj", "/O=Corp/CN=Corp Root", "-days", "30", "-addext", "basicConstraints=critical,CA:TRUE,pathlen:0", "-addext", "keyUsage=critical,keyCertSign,cRLSign");
  openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "leaf.pem", "-out", "leaf.csr", "-subj", "/O=Corp/CN=Model Release 1");
  openssl("x509", "-req", "-in", "leaf.csr", "-CA", "root.crt", "-CAkey", "root.pem", "-CAcreateserial", "-days", "20", "-out", "leaf.crt", "-extfile", extensions("leaf.ext", "keyUsage=critical,digitalSignature\nextendedKeyUsage=codeSigning\n"));
  const bundle = copyOf(whole, "certified");
  expect((await runCommand(["bundle", "sign", bundle, "--no-verify", "--key", at("ca/leaf.pem"), "--certificate", at("ca/leaf.crt")], { home })).status).toBe(0);
  await runCommand(["trust", "policy", "warn"], { home });
  expect((await runCommand(["bundle", "verify", bundle], { home })).status).toBe(8);
  expect((await runCommand(["trust", "add", at("ca/root.crt"), "--name", "Corp CA", "--may", "release", "--subjects", "Model Release *"], { home })).status).toBe(0);
  const { verification } = (await runCommand(["bundle", "verify", bundle, "--json"], { home })).last() as { verification: { signature: { answer: string; signatures: { chain: { subject: string }[] }[] } } };
  expect(verification.signature).toMatchObject({ answer: "verified", signatures: [{ signer: "Corp CA", chain: [{ subject: "O=Corp, CN=Model Release 1" }, { subject: "O=Corp, CN=Corp Root" }] }] });
  await runCommand(["trust", "rm", "Corp CA"], { home });
  await runCommand(["trust", "add", at("ca/root.crt"), "--name", "Corp CA", "--may", "release", "--subjects", "Other *"], { home });
  expect((await runCommand(["bundle", "verify", bundle], { home })).status).toBe(8);
});
