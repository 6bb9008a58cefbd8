import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type ProveEgress, proveEgress } from "../../../main/hosts/egress/prove-egress.ts";
import { findWatchMeans } from "../../../main/hosts/egress/watched-run.ts";
import { EgressEvidence } from "../../../shared/schemas/egress.ts";

const root = mkdtempSync(path.join(os.tmpdir(), "sallyport-egress-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const means = findWatchMeans();
const none = { used: false, what: "not asked for" };

/** Each step is a little program in place of a command of ours. */
const prove = (programs: readonly string[], options: Partial<ProveEgress> = {}) => proveEgress({
  program: [process.execPath], steps: programs.map((text) => () => ["-e", text, "--"]), workDirectory: root, at: new Date(0).toISOString(), versions: { sallyport: "0", runtime: "0" }, onProgress: () => {}, signal: new AbortController().signal, means, ...options,
});

const LOOPBACK = "const net = require('net'); const s = net.createServer((c) => c.end()).listen(0, '127.0.0.1', () => net.connect(s.address().port, '127.0.0.1').resume().on('close', () => s.close()))";
const OUT = "require('net').connect(443, '192.0.2.1').on('error', () => {}); setTimeout(() => process.exit(), 200)";
const LOOKUP = "require('dns').lookup('example.com', () => process.exit())";
const DATAGRAM = "const s = require('dgram').createSocket('udp4'); s.send('x', 9, '198.51.100.7', () => s.close())";
/** By a child that outlives its parent, as a job does. */
const DETACHED = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(OUT)}], { detached: true, stdio: 'ignore' }).unref()`;

describe("where calls can be traced", () => {
  it.skipIf(!means.trace.used)("a program that stays here is seen to stay", async () => {
    const evidence = await prove(["1", "require('child_process').execFileSync('true')"]);
    expect(evidence).toMatchObject({ verdict: "none", trace: { unreadLines: 0 }, steps: [{ exitCode: 0 }, { exitCode: 0 }] });
    expect(evidence.trace.processes).toBeGreaterThan(1);
    expect(EgressEvidence.parse(JSON.parse(JSON.stringify(evidence)))).toEqual(evidence);
  });

  it.skipIf(!means.trace.used).each([["a connection", OUT, "192.0.2.1"], ["a datagram", DATAGRAM, "198.51.100.7"], ["a connection by a process left behind", DETACHED, "192.0.2.1"]])("%s to elsewhere is seen, though it reached nobody", async (_, program, address) => {
    const evidence = await prove(["1", program]);
    expect(evidence.verdict).toBe("outside");
    expect(evidence.sockets).toContainEqual(expect.objectContaining({ scope: "outside", address }));
  });

  it.skipIf(!means.trace.used)("without a namespace too, and loopback is not elsewhere", async () => {
    const evidence = await prove([LOOPBACK], { means: { ...means, namespace: none } });
    expect(evidence).toMatchObject({ verdict: "none", namespace: { used: false, interfaces: [] } });
    expect(evidence.sockets.some(({ scope }) => scope === "loopback")).toBe(true);
  });

  it.skipIf(!means.trace.used)("asking for a name is asking somebody, unless this machine asks nobody", async ({ skip }) => {
    const evidence = await prove([LOOKUP]);
    if (evidence.verdict === "none") skip("no name server is set on this machine");
    expect(evidence.verdict).toBe("outside");
  });
});

it.skipIf(!means.namespace.used)("where there is only a namespace, no more is said than that", async () => {
  const evidence = await prove([OUT], { means: { ...means, trace: none, strace: null } });
  expect(evidence).toMatchObject({ verdict: "confined", namespace: { used: true, interfaces: ["lo"] }, trace: { used: false }, sockets: [] });
});

it("where neither can be had it refuses, with both reasons", async () => {
  await expect(prove(["1"], { means: { namespace: { used: false, what: "a" }, trace: { used: false, what: "b" }, strace: null, hasFilter: false } })).rejects.toMatchObject({ code: "egress.cannotWatch", details: { namespace: "a", trace: "b" } });
});

it.skipIf(!means.trace.used && !means.namespace.used)("a job that fails proves nothing", async () => {
  await expect(prove(["1", "console.error('no'); process.exit(3)", "1"])).rejects.toMatchObject({ code: "egress.jobFailed", details: { exitCode: 3, log: "no\n" } });
});

if (!means.trace.used) console.warn(`egress: nothing was traced here: ${means.trace.what}`);
if (!means.namespace.used) console.warn(`egress: no namespace here: ${means.namespace.what}`);
