import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { checkVersion, readInstalledVersion, verifyVersion } from "../../../main/bundle/site/installed-version.ts";
import { planVersion } from "../../../main/bundle/site/plan-version.ts";
import { readSite } from "../../../main/bundle/site/read-site.ts";
import { publicPem } from "../../../main/bundle/trust/key-id.ts";
import { presetMachine } from "../../../main/plan/preset-machine.ts";
import { changeVersion } from "../../../main/pipeline/change-version.ts";
import { createModelBundle } from "../../../main/pipeline/create-bundle.ts";
import { createTestJobContext } from "../../pipeline/test-job-context.ts";
import { contentsOf, files, fresh } from "../bundle-fixture.ts";
import { makePerson, sign } from "../trust/trust-fixture.ts";
import { installVersion, processes } from "./site-fixture.ts";

/** A delivery at a site: of two checkpoints the site takes one, with the launch files of both beside it. Packages go the same way in test/journeys/bundle-round-trip.test.ts. */
const SHELLS = [["dash"], ["busybox", "sh"]].filter(([shell = "", ...rest]) => spawnSync(shell, [...rest, "-c", ":"]).status === 0);
const references = (name: string): string => fileURLToPath(new URL(`../../references/${name}/`, import.meta.url));
const installation = { root: fileURLToPath(new URL("../../../", import.meta.url)), version: "0.1.0", node: process.execPath, nodeVersion: process.version, platform: "linux-x64" };
const job = createTestJobContext();
const traffic = { files, signal: new AbortController().signal, onBytes: () => {} };
const whole = fresh();
const later = fresh();
let digest = "";

const run = (words: readonly string[], script: string, ...args: string[]) => {
  const [command = "", ...rest] = words;
  const { status, stdout, stderr } = spawnSync(command, [...rest, script, ...args], { encoding: "utf8", env: { PATH: process.env["PATH"], HOME: "/nowhere" } });
  return { status, stdout, stderr };
};
const manifestOf = (site: string, version: string, name = "delivery-manifest.json"): string => path.join(site, "versions", version, "bundle", name);
const rewrite = async (file: string, text: string | null): Promise<void> => {
  await files.remove(file);
  if (text !== null) writeFileSync(file, text);
};

beforeAll(async () => {
  const models = [{ directory: references("deepseek-v2"), name: "one" }, { directory: references("deepseek-v3"), name: "two" }];
  const target = { concurrency: 2, nodes: 1, preference: "best-quality", directory: "/opt/models", port: 8000, kind: "vllm", machine: presetMachine("h100"), machineName: "h100", model: "two" } as const;
  const request = { models, name: "Delivery 7", marks: [], images: [], runtimes: [], reports: [], installation, targets: [target] };
  digest = (await createModelBundle(job, { ...request, out: whole })).digest;
  await createModelBundle(job, { ...request, marks: [{ kind: "classification", text: "later" }], out: later });
});

describe("a version from a delivery", () => {
  it("answers for its package's files and the delivery's, by the delivery's digest", async () => {
    const site = fresh();
    const version = await installVersion(whole, site, files, "two");
    const installed = await readInstalledVersion(files, path.join(site, "versions", version));
    expect(installed.bundleDigest).toBe(digest);
    expect(installed.manifestDigest).not.toBe(digest);
    expect([...installed.files.keys()]).toEqual(expect.arrayContaining(["config.json", "bundle/delivery.json", "bundle/launch/vllm-h100/compose.yaml", "bundle/bom.cdx.json"]));
    expect(await verifyVersion(traffic, installed)).toBe(installed.modelDigest);
    // Another package of the same delivery is another version; the same one is there.
    expect(await planVersion(files, site, { bundle: whole, package: "two" })).toMatchObject({ isPresent: true, version });
    expect(await planVersion(files, site, { bundle: whole, package: "one" })).toMatchObject({ isPresent: false });
    expect(await planVersion(files, site, { bundle: later, package: "two" })).toMatchObject({ isPresent: false });
  });

  it.each<[string, string, (text: string) => string | null, string]>([
    ["a launch file gone", "launch/vllm-h100/compose.yaml", () => null, "site.versionDamaged"],
    ["a launch file longer", "launch/vllm-h100/compose.yaml", (text) => `${text}#`, "site.versionDamaged"],
    ["a launch file changed", "launch/vllm-h100/compose.yaml", (text) => text.replace("vllm", "vlln"), "site.versionDamaged"],
    ["a manifest of the delivery that is none", "delivery-manifest.json", () => "{}", "site.versionDamaged"],
    ["a delivery that leads out of the version", "delivery-manifest.json", (text) => text.replace('"delivery.json"', '"../../../delivery.json"'), "bundle.pathEscapes"],
  ])("is not gone back to when it is damaged: %s", async (_, name, change, code) => {
    const site = fresh();
    const one = await installVersion(whole, site, files, "one");
    const two = await installVersion(whole, site, files, "two");
    const file = path.join(site, "versions", one, "bundle", name);
    await rewrite(file, change(readFileSync(file, "utf8")));
    await expect(changeVersion(job, { site, to: "before", verify: true, by: "x", program: "tests" })).rejects.toMatchObject({ code });
    expect((await readSite({ files, processes }, site)).current?.version).toBe(two);
    if (name !== "launch/vllm-h100/compose.yaml" || change("vllm") !== "vlln") await expect(readInstalledVersion(files, path.join(site, "versions", one)).then((installed) => checkVersion(files, installed))).rejects.toMatchObject({ code });
  });

  it("of a checkpoint has no model.json to hold it against, and says so when it names none", async () => {
    const site = fresh();
    const version = await installVersion(whole, site, files, "two");
    const installed = await readInstalledVersion(files, path.join(site, "versions", version));
    expect(installed.files.has("model.json")).toBe(false);
    expect(installed.modelDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(await checkVersion(files, installed)).toBe(installed.modelDigest);
    const manifest = manifestOf(site, version, "manifest.json");
    await rewrite(manifest, readFileSync(manifest, "utf8").replace(/"ai\.sallyport\.model\.digest":"[^"]*"/, '"ai.sallyport.model.digest":"none"'));
    await expect(readInstalledVersion(files, path.join(site, "versions", version))).rejects.toMatchObject({ code: "site.versionDamaged", details: { reason: "it names no model" } });
  });
});

/** A PATH with these two alone. */
const tools = fresh();
const found = ["openssl", "sha256sum"].map((name) => (process.env["PATH"] ?? "").split(":").map((folder) => path.join(folder, name)).find((file) => existsSync(file)));
const hasTools = found.every((file) => file !== undefined);

describe.skipIf(SHELLS.length === 0 || !hasTools)("verify.sh of a signed delivery, with openssl and sha256sum alone", () => {
  it.each(SHELLS.map((words) => [words.join(" "), words] as const))("in %s says who signed it, and that a launch file is not what was packed", async (_, [shell = "", ...rest]) => {
    const bundle = fresh();
    cpSync(whole, bundle, { recursive: true });
    const maker = makePerson();
    await sign(bundle, maker.signer);
    const key = `${bundle}.pub.pem`;
    writeFileSync(key, publicPem(maker.publicKey));
    mkdirSync(tools, { recursive: true });
    for (const file of found as string[]) if (!existsSync(path.join(tools, path.basename(file)))) symlinkSync(file, path.join(tools, path.basename(file)));
    const program = spawnSync("/bin/sh", ["-c", `command -v ${shell}`], { encoding: "utf8" }).stdout.trim();
    const check = () => spawnSync(program, [...rest, path.join(bundle, "verify.sh"), key], { encoding: "utf8", env: { PATH: tools } });
    expect(check()).toMatchObject({ status: 0, stdout: expect.stringMatching(/^VERIFIED: /) });
    const { layers } = JSON.parse(readFileSync(path.join(bundle, "blobs/sha256", digest.slice(7)), "utf8")) as { layers: { digest: string; annotations: Record<string, string> }[] };
    const compose = layers.find(({ annotations }) => annotations["org.cncf.model.filepath"]?.endsWith("compose.yaml"))?.digest.slice(7) as string;
    const file = path.join(bundle, "blobs/sha256", compose);
    writeFileSync(file, readFileSync(file, "utf8").replace("vllm", "vlln"));
    expect(check()).toMatchObject({ status: 4, stderr: expect.stringContaining("is not what was packed") });
  });
});

describe.skipIf(SHELLS.length === 0)("install.sh of a delivery", () => {
  it.each(SHELLS.map((words) => [words.join(" "), words] as const))("in %s asks which package, installs it as Sallyport does, and the other beside it", async (_, words) => {
    const site = path.join(fresh(), "a site");
    const script = path.join(whole, "install.sh");
    expect(run(words, script, "--site", site)).toMatchObject({ status: 1, stderr: expect.stringMatching(/choose one with --package:\n {2}one\n {2}two\n/) });
    expect(run(words, script, "--site", site, "--package", "three")).toMatchObject({ status: 1, stderr: expect.stringContaining("holds no package three") });
    expect(existsSync(path.join(site, "versions"))).toBe(false);
    expect(run(words, script, "--site", site, "--package", "two", "--digest", digest).stdout).toContain("smoke test: not run; an original checkpoint");
    const [version = ""] = readdirSync(path.join(site, "versions"));
    const theirs = fresh();
    const ours = await installVersion(whole, theirs, files, "two");
    expect(version).toBe(ours);
    expect(contentsOf(path.join(site, "versions", version))).toEqual(contentsOf(path.join(theirs, "versions", ours)));
    expect(run(words, script, "--site", site, "--package", "one").stdout).toContain("installed 0002-");
    // The same again is there; the other of the same delivery is not mistaken for it.
    expect(run(words, script, "--site", site, "--package", "two").stdout).toContain(`${version}, which is here already`);
    expect(run(words, path.join(later, "install.sh"), "--site", site, "--package", "two").stdout).toContain("installed 0003-");
    expect((await readSite({ files, processes }, site)).history).toMatchObject([{ bundle: digest, checked: "digest", smoke: "notRun" }, { bundle: digest, smoke: "notRun" }, { bundle: digest, version }, { version: expect.stringMatching(/^0003-/) }]);
  });

  it.each(SHELLS.map((words) => [words.join(" "), words] as const))("in %s does not go back to a version whose launch files are damaged, nor install from a delivery that says something else", async (_, words) => {
    const site = fresh();
    const one = await installVersion(whole, site, files, "one");
    await installVersion(whole, site, files, "two");
    await rewrite(path.join(site, "versions", one, "bundle/launch/vllm-h100/compose.yaml"), null);
    const bundle = fresh();
    cpSync(whole, bundle, { recursive: true });
    expect(run(words, path.join(bundle, "install.sh"), "--site", site, "--rollback")).toMatchObject({ status: 1, stderr: expect.stringContaining("compose.yaml is not as it was installed") });
    // What is there already is hashed whole before it is switched to.
    const file = path.join(site, "versions", one, "bundle/launch/vllm-h100/compose.yaml");
    writeFileSync(file, readFileSync(path.join(site, "current/bundle/launch/vllm-h100/compose.yaml"), "utf8").replace("vllm", "vlln"));
    expect(run(words, path.join(bundle, "install.sh"), "--site", site, "--package", "one")).toMatchObject({ status: 1, stderr: expect.stringContaining("compose.yaml is not as it was installed") });
    for (const name of ["verify.sh", "SHA256SUMS"]) rmSync(path.join(bundle, name));
    const list = path.join(bundle, "files.tsv");
    const text = readFileSync(list, "utf8");
    for (const [change, because] of [
      [text.replace("\tlaunch/vllm-h100/compose.yaml", "\tlaunch/vllm-h100/other.yaml"), "disagree about launch/vllm-h100/other.yaml"],
      [text.replace(/^file.*\tlaunch\/vllm-h100\/compose.yaml\n/m, ""), "does not list all"],
      [text.replace("\tlaunch/vllm-h100/compose.yaml", "\t../launch.yaml"), "a line that is refused"],
      [text.replace(/^(delivery\t)\w/m, "$1z"), "another delivery"],
      [text.replace(/^delivery\t[\s\S]*/m, ""), "another package than the bundle"],
    ] as const) {
      writeFileSync(list, change);
      expect(run(words, path.join(bundle, "install.sh"), "--site", site, "--package", "two")).toMatchObject({ status: 1, stderr: expect.stringContaining(because) });
    }
    expect(readdirSync(path.join(site, "versions")).filter((name) => !name.endsWith(".partial"))).toHaveLength(2);
  });
});
