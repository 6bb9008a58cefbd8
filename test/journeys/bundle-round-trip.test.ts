import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { findPreset } from "../../main/quantize/presets.ts";
import { EgressEvidence } from "../../shared/schemas/egress.ts";
import { flip, partOf, volumesIn } from "../bundle/volumes/volume-fixture.ts";

/**
 * A delivery's whole way, once, by the real commands: made and signed in one home, on volumes of 64 MiB of which one is lost and one damaged, installed by another user who has no network, followed by a second version as a delta on
 * volumes of its own, gone back and forward, with install.sh taking its turns. The engine that travels inside makes the delivery large enough for several volumes; the delta is small, and so are its volumes.
 */
const repository = fileURLToPath(new URL("../../", import.meta.url));
const program = path.join(repository, "main/hosts/cli/sallyport.ts");
const root = mkdtempSync(path.join(os.tmpdir(), "sallyport-round-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...names: string[]): string => path.join(root, ...names);

const MARK = "export-control:EAR99";
const finerExperts = { ...findPreset("int4"), name: "int4-experts8", rules: findPreset("int4").rules.map((rule) => (rule.pattern === "experts.*" ? { pattern: "experts.*", storage: { bits: 8, blockSize: 128, symmetric: true } } : rule)) };

/** As a self-test of this site would have left it; the self-test itself is test/hosts/egress. */
const EVIDENCE = EgressEvidence.parse({
  formatVersion: 1, kind: "egress", at: "2026-11-01T00:00:00.000Z", versions: { sallyport: "0.1.0", node: "24", runtime: "1.30.0", kernel: "6", strace: "strace 6.1" }, namespace: { used: true, what: "unshare", interfaces: ["lo"] },
  trace: { used: true, what: "strace", calls: 3, processes: 2, unreadLines: 0 }, steps: [], sockets: [], verdict: "none",
});

type Answer = Record<string, unknown>;
interface Person {
  readonly home: string;
  /** What stands before a command for it to run as this person does. */
  readonly as: readonly string[];
}
const maker: Person = { home: at("maker"), as: [] };
const stranger = { uid: 65534, gid: 65534 };
const confined = ["unshare", "--net", "setpriv", `--reuid=${stranger.uid}`, `--regid=${stranger.gid}`, "--clear-groups"];
const isConfinable = spawnSync("unshare", [...confined.slice(1), process.execPath, program, "--version"], { cwd: "/" }).status === 0;
const site: Person = { home: at("elsewhere", "site"), as: isConfinable ? confined : [] };

function shell({ home, as }: Person, words: readonly string[]) {
  const [command = "", ...rest] = [...as, ...words];
  return spawnSync(command, rest, { encoding: "utf8", cwd: home, env: { PATH: `${path.dirname(process.execPath)}:${process.env["PATH"]}`, HOME: home, SALLYPORT_PASSPHRASE: "open sesame" } });
}
function sallyport(person: Person, ...words: string[]): { readonly status: number | null; readonly answer: Answer; readonly said: string } {
  const { status, stdout, stderr } = shell(person, [process.execPath, program, ...words, "--json"]);
  return { status, answer: JSON.parse(stdout.trimEnd().split("\n").at(-1) || "{}"), said: stdout + stderr };
}
function done(person: Person, ...words: string[]): Answer {
  const { status, answer, said } = sallyport(person, ...words);
  expect(status, `${words.join(" ")}\n${said}`).toBe(0);
  return answer;
}

it("a delivery goes from its maker to a site, loses a volume on the way, and is followed by a second version", () => {
  for (const folder of [maker.home, at("media"), path.dirname(site.home), site.home]) mkdirSync(folder, { recursive: true });
  chmodSync(root, 0o755);
  if (isConfinable) chownSync(site.home, stranger.uid, stranger.gid);
  else console.warn("bundle round trip: as this user and with a network; only root can become another user here");

  // At the maker's.
  const [first, second] = [path.join(maker.home, "first"), path.join(maker.home, "second")];
  writeFileSync(path.join(maker.home, "finer.json"), JSON.stringify(finerExperts));
  done(maker, "key", "new", "--out", "release.pem");
  done(maker, "model", "import", path.join(repository, "resources/sample/checkpoint"), "--name", "sample");
  for (const [name, recipe] of [["int4", "int4"], ["mixed", "mixed"], ["finer", "finer.json"]] as const) done(maker, "quantize", "sample", "--recipe", recipe, "--name", name);
  for (const [name, out] of [["int4", first], ["finer", second]] as const) {
    done(maker, "bundle", "create", name, "mixed", "--name", "delivery", "--target", `onnx:here,model=${name}`, "--mark", MARK, "--out", out);
    done(maker, "bundle", "sign", out, "--key", "release.pem", "--no-verify");
  }
  done(maker, "bundle", "split", first, "--size", "64MiB", "--recovery", "2", "--out", at("media/first"));
  done(maker, "bundle", "delta", first, second, "--out", "to-second.delta");
  done(maker, "bundle", "split", path.join(maker.home, "to-second.delta"), "--size", "2MiB", "--recovery", "1", "--out", at("media/second"));

  // On the way.
  const [lost = "", struck = ""] = volumesIn(at("media/first")).filter((name) => name.includes(".vol"));
  rmSync(at("media/first", lost), { recursive: true });
  for (const where of [1, 123_456, 9_999_999]) flip(partOf(at("media/first"), struck), where);
  rmSync(at("media/second", volumesIn(at("media/second")).find((name) => name.includes(".vol")) ?? ""), { recursive: true });

  // At the site, which trusts the maker's key and nothing else.
  writeFileSync(path.join(site.home, "maker.pub.pem"), readFileSync(path.join(maker.home, "release.pub.pem")));
  done(site, "trust", "add", "maker.pub.pem", "--name", "maker", "--may", "release");
  done(site, "trust", "policy", "enforce");
  expect(done(site, "bundle", "volumes", at("media/first"))).toMatchObject({ check: { verdict: "repairable" } });
  expect(done(site, "bundle", "repair", at("media/first"), "--out", "repaired")).toMatchObject({ repair: { repaired: [lost, struck] } });
  done(site, "bundle", "join", at("media/first"), "repaired", "--out", "first");
  writeFileSync(path.join(site.home, "evidence.json"), JSON.stringify(EVIDENCE));
  expect(done(site, "bundle", "verify", "first", "--receipt", "receipt", "--egress", "evidence.json")).toMatchObject({ verification: { signature: { answer: "verified" } } });
  expect(JSON.parse(readFileSync(path.join(site.home, "receipt.json"), "utf8"))).toMatchObject({ answer: "verified", policy: { mode: "enforce" }, egress: { verdict: "none", at: EVIDENCE.at }, bundle: { name: "delivery", marks: [MARK.replace(":", ": ")] }, signature: { signatures: [{ signer: "maker" }] } });
  for (const name of ["receipt.txt", "receipt.html"]) expect(readFileSync(path.join(site.home, name), "utf8")).toContain("export-control: EAR99");

  const held = { report: { body: { kind: "parity", passed: true } }, install: { signature: { answer: "verified" } } };
  expect(sallyport(site, "bundle", "install", "first", "--site", "served")).toMatchObject({ answer: { error: { code: "bundle.packageNotFound" } } });
  expect(done(site, "bundle", "install", "first", "--package", "int4", "--site", "./served")).toMatchObject(held);
  done(site, "bundle", "join", at("media/second"), "--out", "to-second.delta");
  done(site, "bundle", "apply", "to-second.delta", "--base", "first", "--out", "second");
  expect(done(site, "bundle", "install", "second", "--package", "finer", "--site", "./served")).toMatchObject(held);
  expect(done(site, "bundle", "rollback", "--site", "./served", "--verify")).toMatchObject({ switch: { version: expect.stringMatching(/^0001-/) } });
  expect(done(site, "bundle", "rollforward", "--site", "./served")).toMatchObject({ switch: { version: expect.stringMatching(/^0002-/) } });

  // Nobody's bundle does not come in, and the site keeps what it has.
  rmSync(path.join(site.home, "first/signatures"), { recursive: true });
  expect(sallyport(site, "bundle", "install", "first", "--package", "mixed", "--site", "./served")).toMatchObject({ answer: { error: { code: "trust.notSigned" } } });

  // Without Sallyport, taking turns.
  const shells = [["dash"], ["busybox", "sh"]].filter(([name = "", ...rest]) => spawnSync(name, [...rest, "-c", ":"]).status === 0);
  for (const words of shells) {
    const script = (...more: string[]): void => {
      const { status, stdout, stderr } = shell(site, [...words, ...more]);
      expect(status, `${[...words, ...more].join(" ")}\n${stdout}${stderr}`).toBe(0);
    };
    script("second/install.sh", "--site", "served", "--package", "mixed", "--key", "maker.pub.pem");
    script("served/install.sh", "--rollback", "--to", versionNames()[0] as string);
    script("served/install.sh", "--rollforward");
  }
  const turns = shells.flatMap(() => ["install install.sh", "rollback install.sh", "rollforward install.sh"]);
  const { site: found } = done(site, "bundle", "versions", "--site", "./served") as { site: { history: { action: string; with: string; refused?: string; checked?: string; smoke?: string }[] } };
  expect(found.history.map((record) => `${record.refused === undefined ? "" : `${record.refused} `}${record.action} ${record.with.split(" ")[0]}`)).toEqual([
    "install sallyport", "install sallyport", "rollback sallyport", "rollforward sallyport", "trust.notSigned install sallyport", ...turns,
  ]);
  // The engine that came along has answered, without a network, and openssl has checked who signed.
  for (const record of found.history.filter((each) => each.with === "install.sh" && each.action === "install")) expect(record).toMatchObject({ smoke: "ran", checked: "signature" });
  expect(done(site, "parity", "check", "./served")).toMatchObject({ report: { body: { passed: true } } });
  for (const folder of [site.home, path.join(site.home, "served"), path.join(site.home, "served/versions"), maker.home]) expect(readdirSync(folder).filter((name) => /\.partial$|^lock$/.test(name))).toEqual([]);
  expect(existsSync(path.join(site.home, "served/current/model.json"))).toBe(true);
}, 400_000);

const versionNames = (): string[] => readdirSync(path.join(site.home, "served/versions")).sort();
