import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { checkVersion, readInstalledVersion, verifyVersion } from "../../../main/bundle/site/installed-version.ts";
import { INSTALL_SCRIPT_TEXT } from "../../../main/bundle/site/install-script.ts";
import { currentPackage, readSite } from "../../../main/bundle/site/read-site.ts";
import { changeVersion } from "../../../main/pipeline/change-version.ts";
import { createTestJobContext } from "../../pipeline/test-job-context.ts";
import { contentsOf, files, fresh, install, makeBundle, verify } from "../bundle-fixture.ts";
import { clock, installVersion, processes } from "./site-fixture.ts";

const SHELLS = [["dash"], ["busybox", "sh"], ["bash", "--posix"]].filter(([shell = "", ...rest]) => spawnSync(shell, [...rest, "-c", ":"]).status === 0);
const [shell = []] = SHELLS;
for (const missing of ["dash", "busybox"]) if (!SHELLS.some(([name]) => name === missing)) console.warn(`install.sh: not tried in ${missing}, which is not here`);

const odd = { "it's a $(name) `with` [odd] parts.txt": "odd", "多语.txt": "text" };
const first = await makeBundle(odd);
const second = await makeBundle({ ...odd, "tokenizer.json": '{"second":true}' });
const traffic = { files, signal: new AbortController().signal, onBytes: () => {} };
const context = { files, clock, processes };
const job = createTestJobContext();

const run = (script: string, args: readonly string[], inShell: readonly string[] = shell, env: NodeJS.ProcessEnv = {}) => {
  const [command = "", ...rest] = inShell;
  const { status, stdout, stderr } = spawnSync(command, [...rest, script, ...args], { encoding: "utf8", env: { PATH: process.env["PATH"], HOME: "/nowhere", ...env } });
  return { status, stdout, stderr };
};
const fromBundle = (bundle: string, site: string, ...args: string[]) => run(path.join(bundle, "install.sh"), ["--site", site, ...args]);
const oddSite = (): string => path.join(fresh(), "a site; it's $(odd) [x]*");
const copyOf = (bundle: string): string => {
  const copy = fresh();
  cpSync(bundle, copy, { recursive: true });
  return copy;
};
const expected = async (bundle: string): Promise<Record<string, string>> => {
  const to = fresh();
  await install(bundle, to);
  return contentsOf(to);
};
const [contentsOfFirst, contentsOfSecond] = [await expected(first.whole), await expected(second.whole)];

describe.skipIf(SHELLS.length === 0)("install.sh", () => {
  it("is clean by shellcheck", ({ skip }) => {
    if (spawnSync("shellcheck", ["--version"]).status !== 0) skip("no shellcheck on this machine");
    const file = `${fresh()}.sh`;
    writeFileSync(file, INSTALL_SCRIPT_TEXT);
    expect(spawnSync("shellcheck", ["-s", "sh", file], { encoding: "utf8" }).stdout).toBe("");
  });

  it.each(SHELLS.map((words) => [words.join(" "), words] as const))("in %s installs as Sallyport does, goes back, forward, and lists", async (_, words) => {
    const site = oddSite();
    const installing = (bundle: string, ...args: string[]) => run(path.join(bundle, "install.sh"), ["--site", site, ...args], words);
    // verify.sh says that nobody signed.
    const stderr = expect.stringMatching(/^(NOT SIGNED: .*\n)?$/);
    expect(installing(first.whole, "--plan")).toMatchObject({ status: 0, stderr });
    expect(existsSync(site)).toBe(false);
    expect(installing(first.whole)).toMatchObject({ status: 0, stderr });
    expect(installing(second.whole, "--digest", second.digest)).toMatchObject({ status: 0, stderr });
    const [one = "", two = ""] = readdirSync(path.join(site, "versions"));
    expect(contentsOf(path.join(site, "versions", one))).toEqual(contentsOfFirst);
    expect(contentsOf(path.join(site, "versions", two))).toEqual(contentsOfSecond);
    expect(statSync(path.join(site, "versions", two, "bundle/start.sh")).mode & 0o111).not.toBe(0);
    expect(statSync(path.join(site, "versions", two, "graph.onnx")).ino).toBe(statSync(path.join(site, "versions", one, "graph.onnx")).ino);
    const here = path.join(site, "install.sh");
    expect(run(here, ["--rollback"], words)).toMatchObject({ status: 0, stderr: "" });
    expect(run(here, ["--list"], words).stdout).toBe(`* ${one}\n  ${two}\n`);
    expect(run(here, ["--rollback"], words)).toMatchObject({ status: 1 });
    expect(run(here, ["--rollforward"], words)).toMatchObject({ status: 0 });
    expect(run(here, ["--rollback", "--to", one], words)).toMatchObject({ status: 0 });
    const { current, history } = await readSite(context, site);
    expect(current).toMatchObject({ version: one, bundle: first.digest, model: `sha256:${first.model.digest}`, with: "install.sh" });
    expect(history.map((record) => ("version" in record ? `${record.action} ${record.checked}` : record.refused))).toEqual(["install contents", "install digest", "rollback contents", "install.sh", "rollforward contents", "rollback contents"]);
    expect(readFileSync(path.join(site, "current/model.json"), "latin1")).toBe(contentsOfFirst["model.json"]);
    expect(readdirSync(site).sort()).toEqual(["current", "current.json", "history.jsonl", "install.sh", "versions"]);
  });

  it("takes turns with Sallyport on one site", async () => {
    const site = oddSite();
    expect(fromBundle(first.whole, site).status).toBe(0);
    const two = await installVersion(second.whole, site);
    expect(run(path.join(site, "install.sh"), ["--rollback"]).status).toBe(0);
    expect(await changeVersion(job, { site, to: "after", verify: true, by: "x", program: "tests" })).toMatchObject({ version: two });
    expect(fromBundle(first.whole, site).stdout).toContain("which is here already");
    expect((await readSite(context, site)).history.map((record) => record.with)).toEqual(["install.sh", "tests", "install.sh", "tests", "install.sh"]);
  });

  it("respects Sallyport's lock, and takes over one whose process is gone", async () => {
    const site = oddSite();
    await installVersion(first.whole, site);
    writeFileSync(path.join(site, "lock"), `${JSON.stringify({ ...processes.self(), nonce: "a" })}\n`);
    expect(fromBundle(second.whole, site)).toMatchObject({ status: 1, stderr: expect.stringContaining(`process ${process.pid}`) });
    writeFileSync(path.join(site, "lock"), `${JSON.stringify({ ...processes.self(), started: "another boot:1", nonce: "a" })}\n`);
    expect(fromBundle(second.whole, site)).toMatchObject({ status: 0 });
    expect(existsSync(path.join(site, "lock"))).toBe(false);
  });

  it("says who runs from the site", async () => {
    const site = oddSite();
    const version = await installVersion(first.whole, site);
    mkdirSync(path.join(site, "running"));
    writeFileSync(path.join(site, "running/1.json"), `${JSON.stringify({ ...processes.self(), version, what: "serve" })}\n`);
    writeFileSync(path.join(site, "running/2.json"), `${JSON.stringify({ ...processes.self(), started: "x:1", version, what: "serve" })}\n`);
    expect(fromBundle(second.whole, site, "--plan").stdout.match(/runs now: .*/g)).toEqual([`runs now: process ${process.pid}, from ${version}; it keeps to that version until it is started again`]);
  });

  it("lets verify.sh decide, where there is one", async () => {
    const bundle = copyOf(first.whole);
    writeFileSync(path.join(bundle, "SHA256SUMS"), "");
    const verifyScript = (status: number): void => writeFileSync(path.join(bundle, "verify.sh"), `echo "$1" >&2\nexit ${status}\n`);
    verifyScript(4);
    expect(fromBundle(bundle, oddSite())).toMatchObject({ status: 1 });
    verifyScript(3);
    expect(fromBundle(bundle, oddSite(), "--key", "k.pem")).toMatchObject({ status: 1, stderr: expect.stringContaining("not signed") });
    expect(fromBundle(bundle, oddSite())).toMatchObject({ status: 0 });
    verifyScript(0);
    const site = oddSite();
    expect(fromBundle(bundle, site, "--key", "k.pem")).toMatchObject({ status: 0, stderr: "k.pem\n" });
    expect((await readSite(context, site)).current?.checked).toBe("signature");
  });

  it.each([[[], "--site"], [["--site"], "value"], [["--nonsense"], "not known"], [["--site", "/x", "--rollback", "--to", "../../etc"], "not the name"]])("asked wrongly (%s) ends with 2", (args, said) => {
    expect(run(path.join(first.whole, "install.sh"), args)).toMatchObject({ status: 2, stderr: expect.stringContaining(said) });
  });
});

const listOf = (bundle: string): string => path.join(bundle, "files.tsv");
const editList = (bundle: string, edit: (text: string) => string): void => writeFileSync(listOf(bundle), edit(readFileSync(listOf(bundle), "utf8")));
const blobNamed = (bundle: string, name: string): string => path.join(bundle, "blobs/sha256", new RegExp(`^file\t(\\w+)\t.*\t${name}$`, "m").exec(readFileSync(listOf(bundle), "utf8"))?.[1] as string);

describe.skipIf(SHELLS.length === 0)("a bundle that was tampered with is refused by install.sh, and the site stays as it was:", () => {
  it.each<[string, (bundle: string) => void]>([
    ["a blob changed", (b) => writeFileSync(blobNamed(b, "tokenizer.json"), "[]")],
    ["a blob gone", (b) => rmSync(blobNamed(b, "tokenizer.json"))],
    ["a blob that is a link", (b) => { const file = blobNamed(b, "tokenizer.json"); rmSync(file); symlinkSync("/etc/passwd", file); }],
    ["a path out of the site", (b) => editList(b, (text) => text.replace("\tgraph.onnx", "\t../../../../graph.onnx"))],
    ["an absolute path", (b) => editList(b, (text) => text.replace("\tgraph.onnx", "\t/tmp/graph.onnx"))],
    ["a file under another name", (b) => editList(b, (text) => text.replace("\tgraph.onnx", "\tgraph2.onnx"))],
    ["a file left out", (b) => editList(b, (text) => text.replace(/^file.*graph.onnx\n/m, ""))],
    ["a file added", (b) => editList(b, (text) => `${text}${/^file.*graph.onnx\n/m.exec(text)?.[0].replace("graph.onnx", "extra.sh")}`)],
    ["a digest that is none", (b) => editList(b, (text) => text.replace(/^file\t\w/m, "file\t."))],
    ["a line of another kind", (b) => editList(b, (text) => `${text}run\trm -rf /\n`)],
    ["another model", (b) => editList(b, (text) => text.replace(/^(package\t\w+\t)\w/m, "$1f"))],
    ["another bundle's digest", (b) => editList(b, (text) => text.replace(/^bundle\t.*/m, `bundle\t${second.digest}`))],
    ["another bundle's manifest", (b) => editList(b, (text) => text.replaceAll(first.digest.slice(7), second.digest.slice(7)))],
    ["no list", (b) => rmSync(listOf(b))],
    ["a list of another format", (b) => editList(b, (text) => text.replace("sallyport-files\t1", "sallyport-files\t2"))],
  ])("%s", async (_, tamper) => {
    const bundle = copyOf(first.whole);
    // verify.sh would find it first; whoever can change the one can change the other.
    for (const name of ["verify.sh", "SHA256SUMS"]) rmSync(path.join(bundle, name));
    tamper(bundle);
    const site = oddSite();
    await installVersion(second.whole, site);
    const before = await currentPackage(files, site);
    expect(fromBundle(bundle, site)).toMatchObject({ status: 1, stderr: expect.stringContaining("install.sh: ") });
    expect(await currentPackage(files, site)).toBe(before);
    expect(readdirSync(path.join(site, "versions")).filter((name) => !name.endsWith(".partial"))).toHaveLength(1);
    expect(existsSync(path.join(site, "lock"))).toBe(false);
  });

  it("another than the sender told", async () => {
    expect(fromBundle(first.whole, oddSite(), "--digest", second.digest)).toMatchObject({ status: 1, stderr: expect.stringContaining(second.digest) });
  });

  it("by verifying as well, when its list was touched", async () => {
    const bundle = copyOf(first.whole);
    editList(bundle, (text) => text.replace("\tgraph.onnx", "\tgraph2.onnx"));
    await expect(verify(bundle)).rejects.toMatchObject({ code: "bundle.layoutInvalid", details: { file: listOf(bundle) } });
  });
});

describe.skipIf(SHELLS.length === 0 || process.platform !== "linux")("install.sh killed at twenty random moments", () => {
  it("leaves the site with one whole version each time, and goes on", async () => {
    const site = oddSite();
    await installVersion(first.whole, site);
    const [command = "", ...rest] = shell;
    let met = 0;
    for (let round = 0; round < 20; round++) {
      const bundle = round % 2 === 0 ? second.whole : first.whole;
      if (round % 4 === 0) for (const name of readdirSync(path.join(site, "versions"))) if (!(await currentPackage(files, site)).endsWith(name)) rmSync(path.join(site, "versions", name), { recursive: true });
      const child = spawn(command, [...rest, path.join(bundle, "install.sh"), "--site", site], { detached: true, stdio: "ignore" });
      const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on("close", (_, signal) => resolve(signal)));
      await sleep(Math.random() * 350);
      try {
        process.kill(-(child.pid as number), "SIGKILL");
      } catch {
        // It was quicker.
      }
      if ((await ended) === "SIGKILL") met++;
      const running = await currentPackage(files, site);
      await checkVersion(files, await readInstalledVersion(files, running));
    }
    console.log(`install.sh: ${met} of 20 kills met it at work`);
    expect(met).toBeGreaterThan(0);
    expect(fromBundle(second.whole, site)).toMatchObject({ status: 0 });
    const running = await currentPackage(files, site);
    await verifyVersion(traffic, await readInstalledVersion(files, running));
    expect(contentsOf(running)).toEqual(contentsOfSecond);
  });
});
