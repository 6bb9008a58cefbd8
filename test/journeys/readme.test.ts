import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { parseStrace } from "../../main/hosts/egress/parse-strace.ts";
import { verdictOf } from "../../main/hosts/egress/prove-egress.ts";
import { findWatchMeans, watchedCommand } from "../../main/hosts/egress/watched-run.ts";

/** Every command of the README's "First model", "Who made it?", "Will it run there?" and "Packed for a site", as written, one after the other; and every link and script that the documents name. */
const repository = fileURLToPath(new URL("../../", import.meta.url));
const root = mkdtempSync(path.join(os.tmpdir(), "sallyport-readme-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Watched on the way, where calls can be traced: no dependency may open a socket to the outside during the whole of it. */
const means = findWatchMeans();
const userHome = path.join(root, "user");
mkdirSync(userHome);
const traceFile = path.join(root, "network.trace");

const readme = readFileSync(path.join(repository, "README.md"), "utf8");
const commands = ["## First model", "## Who made it?", "## Will it run there?", "## Packed for a site"].flatMap((heading) => /```\n([\s\S]*?)```/.exec(readme.slice(readme.indexOf(heading)))?.[1]?.trim().split("\n") ?? []);

it("has commands to run", () => expect(commands.length).toBeGreaterThan(10));

it("runs as written, start to finish", () => {
  for (const line of commands) {
    // `npx sallyport` is this checkout's own command; relative outputs go to a folder of the test's.
    const [command = "", output] = line.replace(/\s+#.*$/, "").split(" > ");
    const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? (match[2] as string));
    expect(words.slice(0, 2)).toEqual(["npx", "sallyport"]);
    const args = words.slice(2).map((word) => (word.startsWith("resources/") ? path.join(repository, word) : word));
    const [program = "", ...watched] = watchedCommand({ ...means, namespace: { used: false, what: "" } }, traceFile, [process.execPath, path.join(repository, "main/hosts/cli/sallyport.ts"), ...args]);
    const result = spawnSync(program, watched, { cwd: root, encoding: "utf8", env: { ...process.env, HOME: userHome, XDG_CACHE_HOME: undefined, SALLYPORT_HOME: path.join(root, "home"), SALLYPORT_PASSPHRASE: "open sesame" } });
    expect(result.status, `${command}\n${result.stdout}${result.stderr}`).toBe(0);
    if (output !== undefined) writeFileSync(path.join(root, output), result.stdout);
  }
  expect(existsSync(path.join(root, "installed", "model.json"))).toBe(true);
  expect(JSON.parse(readFileSync(path.join(root, "receipt.json"), "utf8"))).toMatchObject({ answer: "verified" });
}, 400_000);

it("opens no socket to the outside while it does", ({ skip }) => {
  if (!means.trace.used) skip(`calls cannot be traced here: ${means.trace.what}`);
  const trace = parseStrace(readFileSync(traceFile, "utf8"));
  expect(trace.sockets.filter(({ scope }) => scope !== "local" && scope !== "loopback")).toEqual([]);
  expect(verdictOf(trace, commands.length)).toBe("none");
});

it("leaves nothing in its user's own folder: ONNX Runtime keeps there what it would send", () => expect(readdirSync(userHome)).toEqual([]));

it.each(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])("names only files and scripts that are there: %s", (document) => {
  const text = readFileSync(path.join(repository, document), "utf8");
  const scripts = JSON.parse(readFileSync(path.join(repository, "package.json"), "utf8")).scripts;
  for (const [, script] of text.matchAll(/npm run ([a-z:-]+)/g)) expect(Object.keys(scripts)).toContain(script);
  for (const [, target] of text.matchAll(/\]\(([^)#:]+)\)/g)) expect(existsSync(path.join(repository, target as string)), target).toBe(true);
  for (const [, file] of text.matchAll(/`((?:main|shared|test|resources)\/[\w./-]+\.(?:ts|json|py|jinja|txt))`/g)) expect(existsSync(path.join(repository, file as string)), file).toBe(true);
  for (const [, file] of text.matchAll(/`((?:pipeline|spec|graph|runtime|bundle|hosts|quantize)\/[\w./-]+\.ts)`/g)) expect(existsSync(path.join(repository, "main", file as string)), file).toBe(true);
});

it("is what the bin of package.json starts, on Node 24, whatever Node the shell has", ({ skip }) => {
  let version: string;
  try {
    version = execFileSync("/usr/bin/env", ["-i", "PATH=/usr/local/bin:/usr/bin:/bin", "node", "--version"], { encoding: "utf8" }).trim();
  } catch {
    skip("no other Node on this machine");
    return;
  }
  const out = spawnSync("/usr/bin/env", ["-i", "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/tmp", "node", path.join(repository, "main/hosts/cli/sallyport.mjs"), "--version"], { cwd: repository, encoding: "utf8" });
  expect(out.status, `${version} ${out.stdout}${out.stderr}`).toBe(0);
});
