import { execFileSync, spawnSync } from "node:child_process";
import { createPublicKey } from "node:crypto";
import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { keyIdOf, publicPem } from "../../../main/bundle/trust/key-id.ts";
import { VERIFY_SCRIPT_TEXT } from "../../../main/bundle/trust/verify-script.ts";
import { fresh } from "../bundle-fixture.ts";
import { check, codeOf, knows, makePerson, sign, signatureFiles, trustOf, unsigned } from "./trust-fixture.ts";

const which = (name: string): string | undefined => (process.env["PATH"] ?? "").split(":").map((folder) => path.join(folder, name)).find((file) => existsSync(file));
const openssl = which("openssl");
const sha256sum = which("sha256sum");
const dash = which("dash");
const busybox = which("busybox");

/** A PATH with these two alone, so that whatever else the script would need is not found. */
const tools = fresh();
mkdirSync(tools, { recursive: true });
if (openssl !== undefined && sha256sum !== undefined) {
  symlinkSync(openssl, path.join(tools, "openssl"));
  symlinkSync(sha256sum, path.join(tools, "sha256sum"));
}
const busyTools = fresh();
mkdirSync(busyTools, { recursive: true });
if (openssl !== undefined && busybox !== undefined) {
  symlinkSync(openssl, path.join(busyTools, "openssl"));
  symlinkSync(busybox, path.join(busyTools, "sha256sum"));
}

const maker = makePerson();
const border = makePerson("secp384r1");
const keys = fresh();
mkdirSync(keys, { recursive: true });
const keyFile = (name: string, pem: string): string => {
  const file = path.join(keys, name);
  writeFileSync(file, pem);
  return file;
};
const makerKey = keyFile("maker.pub.pem", publicPem(maker.publicKey));
const borderKey = keyFile("border.pub.pem", publicPem(border.publicKey));
const otherKey = keyFile("other.pub.pem", publicPem(makePerson().publicKey));

const SHELLS: readonly (readonly [string, string | undefined, readonly string[], string])[] = [["dash", dash, [], tools], ["busybox ash", busybox, ["ash"], busyTools]];

describe.each(SHELLS)("verify.sh under %s, with sha256sum and openssl alone,", (_, shell, before, onPath) => {
  const run = (bundle: string, ...words: string[]) => {
    const { status, stdout, stderr } = spawnSync(shell ?? "", [...before, path.join(bundle, "verify.sh"), ...words], { env: { PATH: onPath }, encoding: "utf8", cwd: keys });
    return { status, said: `${stdout}${stderr}` };
  };
  const present = openssl !== undefined && sha256sum !== undefined && shell !== undefined;

  it.skipIf(!present)("has three answers", async () => {
    const bundle = unsigned();
    expect(run(bundle)).toMatchObject({ status: 3, said: expect.stringMatching(/^NOT SIGNED: /) });
    expect(run(bundle, "maker.pub.pem")).toMatchObject({ status: 3 });
    await sign(bundle, maker.signer);
    await sign(bundle, border.signer);
    expect(run(bundle, "maker.pub.pem")).toMatchObject({ status: 0, said: expect.stringMatching(/^VERIFIED: /) });
    expect(run(bundle, borderKey)).toMatchObject({ status: 0 });
    expect(run(bundle, otherKey)).toMatchObject({ status: 4, said: expect.stringContaining("WRONG: none of its 2 signatures is by the owner of") });
    expect(run(bundle)).toMatchObject({ status: 2, said: expect.stringContaining("It is signed.") });
    expect(run(bundle, "nothing.pem")).toMatchObject({ status: 2 });
    expect(run(bundle, makerKey, fresh())).toMatchObject({ status: 2 });
  });

  it.skipIf(!present)("checks a bundle that lies elsewhere, in a folder with blanks", async () => {
    const bundle = path.join(fresh(), "a bundle; here");
    cpSync(unsigned(), bundle, { recursive: true });
    await sign(bundle, maker.signer);
    const script = keyFile("mine.sh", VERIFY_SCRIPT_TEXT);
    expect(spawnSync(shell ?? "", [...before, script, "maker.pub.pem", bundle], { env: { PATH: onPath }, encoding: "utf8", cwd: keys }).status).toBe(0);
  });

  const sums = (bundle: string): string => path.join(bundle, "SHA256SUMS");
  const firstBlob = (bundle: string): string => path.join(bundle, "blobs/sha256", readdirSync(path.join(bundle, "blobs/sha256"))[0] as string);
  it.skipIf(!present).each<[string, (bundle: string) => void, string]>([
    ["a byte more in a blob", (bundle) => appendFileSync(firstBlob(bundle), "x"), "is not what was packed"],
    ["a blob gone", (bundle) => rmSync(firstBlob(bundle)), "is missing or is not what was packed"],
    ["a stranger among the blobs", (bundle) => writeFileSync(path.join(bundle, "blobs/sha256/run"), ""), "blobs/sha256/run is in no list"],
    ["a hidden stranger", (bundle) => writeFileSync(path.join(bundle, ".profile"), ""), ".profile is in no list"],
    ["a stranger that looks like a list", (bundle) => writeFileSync(path.join(bundle, "SHA256SUMS.exe"), ""), "SHA256SUMS.exe is in no list"],
    ["a program among the signatures", (bundle) => writeFileSync(path.join(bundle, "signatures/run.sh"), ""), "signatures/run.sh is no signature"],
    ["a folder among the signatures", (bundle) => mkdirSync(path.join(bundle, "signatures/x.sig")), "signatures/x.sig is no file"],
    ["a link among the signatures", (bundle) => symlinkSync("/etc/passwd", path.join(bundle, "signatures/x.sig")), "signatures/x.sig is no file"],
    ["a link", (bundle) => symlinkSync("/etc/passwd", path.join(bundle, "passwd")), "passwd is a link"],
    ["the list changed", (bundle) => writeFileSync(sums(bundle), readFileSync(sums(bundle), "utf8").replace(/^(.*verify\.sh)\n/m, "$1\n$1\n")), "names verify.sh twice"],
    ["the list without a line", (bundle) => writeFileSync(sums(bundle), readFileSync(sums(bundle), "utf8").replace(/^.*verify\.ps1\n/m, "")), "verify.ps1 is in no list"],
    ["a path out of the folder", (bundle) => appendFileSync(sums(bundle), `${"0".repeat(64)}  ../x\n`), "names a path that is refused"],
    ["a line with an escape", (bundle) => appendFileSync(sums(bundle), `\\${"0".repeat(63)}  x\n`), "not a digest and a path"],
    ["another line ending", (bundle) => writeFileSync(sums(bundle), readFileSync(sums(bundle), "utf8").replaceAll("\n", "\r\n")), "names a path that is refused"],
    ["no list", (bundle) => rmSync(sums(bundle)), "SHA256SUMS is missing"],
    ["an empty list", (bundle) => writeFileSync(sums(bundle), ""), "SHA256SUMS is empty"],
    ["no signature that openssl could check", (bundle) => { for (const file of signatureFiles(bundle)) rmSync(file.replace(".sigstore.json", ".SHA256SUMS.sig")); }, "none over SHA256SUMS that openssl could check"],
  ])("says that %s is wrong", async (__, damage, because) => {
    const bundle = unsigned();
    await sign(bundle, maker.signer);
    damage(bundle);
    const { status, said } = run(bundle, makerKey);
    expect(said).toContain("WRONG: ");
    expect(said).toContain(because);
    expect(status).toBe(4);
  });
});

it.skipIf(which("shellcheck") === undefined)("verify.sh is clean for shellcheck", () => {
  expect(execFileSync("shellcheck", ["-s", "sh", "-"], { input: VERIFY_SCRIPT_TEXT, encoding: "utf8" })).toBe("");
});

describe.skipIf(openssl === undefined || sha256sum === undefined)("openssl and sha256sum by hand", () => {
  const run = (bundle: string, program: string, words: readonly string[]) => execFileSync(program, words, { cwd: bundle, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });

  it.each([["P-256", maker, makerKey], ["P-384", border, borderKey]] as const)("verify what was signed here with %s", async (_, person, key) => {
    const bundle = unsigned();
    await sign(bundle, person.signer);
    expect(run(bundle, "sha256sum", ["--strict", "-c", "SHA256SUMS"]).split("\n").filter((line) => line !== "" && !line.endsWith(": OK"))).toEqual([]);
    expect(run(bundle, "openssl", ["dgst", "-sha256", "-verify", key, "-signature", `signatures/${person.keyId.slice(0, 16)}.SHA256SUMS.sig`, "SHA256SUMS"])).toBe("Verified OK\n");
    // The statement as well: its envelope is text that a shell can put together.
    const { payload, payloadType, signatures } = JSON.parse(readFileSync(signatureFiles(bundle)[0] as string, "utf8")).dsseEnvelope;
    const body = Buffer.from(payload, "base64");
    writeFileSync(path.join(keys, "message"), Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${body.length} `), body]));
    writeFileSync(path.join(keys, "sig"), Buffer.from(signatures[0].sig, "base64"));
    expect(run(keys, "openssl", ["dgst", person === maker ? "-sha256" : "-sha384", "-verify", key, "-signature", "sig", "message"])).toBe("Verified OK\n");
  });

  it.each(["prime256v1", "secp384r1"])("sign with a key on %s that they made, and it is verified here", async (curve) => {
    const bundle = unsigned();
    run(keys, "openssl", ["ecparam", "-name", curve, "-genkey", "-out", "hand.pem"]);
    const pem = run(keys, "openssl", ["ec", "-in", "hand.pem", "-pubout"]);
    mkdirSync(path.join(bundle, "signatures"));
    run(bundle, "openssl", ["dgst", "-sha256", "-sign", path.join(keys, "hand.pem"), "-out", "signatures/by-hand.SHA256SUMS.sig", "SHA256SUMS"]);
    const publicKey = createPublicKey(pem);
    const hand = { ...maker, publicKey, keyId: keyIdOf(publicKey) };
    expect(await check(bundle, trustOf([knows(hand, "hand")]))).toMatchObject({ answer: "verified", signatures: [{ signer: "hand", statedAt: null }] });
    expect(codeOf(await check(bundle, trustOf([knows(maker, "maker")])))).toBe("trust.signerUnknown");
    expect(codeOf(await check(bundle, trustOf([knows(hand, "hand", { may: ["approve"] })])))).toBe("trust.notEntitled");
  });
});
