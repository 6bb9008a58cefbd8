import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { createModelBundle } from "../../main/pipeline/create-bundle.ts";
import { presetMachine } from "../../main/plan/preset-machine.ts";
import { createTestJobContext } from "../pipeline/test-job-context.ts";
import { fresh, verify } from "./bundle-fixture.ts";

/* Tools that nobody here wrote carry a delivery: skopeo between layouts, and to a registry and back. */

const reference = (name: string) => ({ directory: fileURLToPath(new URL(`../references/${name}/`, import.meta.url)), name });
const whole = fresh();
const context = createTestJobContext();
afterAll(() => context.dispose());
const { digest } = await createModelBundle(context, {
  models: [reference("deepseek-v3"), reference("deepseek-v2")], name: "Two models", marks: [{ kind: "handling", text: "by hand only" }], images: [], runtimes: [], reports: [], out: whole,
  installation: { root: "", version: "0.1.0", node: "", nodeVersion: "", platform: "linux-x64" },
  targets: [{ kind: "sglang", machine: presetMachine("h200"), machineName: "h200", concurrency: 1, nodes: 1, preference: "best-quality", directory: "/opt/models", port: 8000 }],
});
const index = JSON.parse(readFileSync(path.join(whole, "index.json"), "utf8"));
const names: string[] = index.manifests.map((each: { annotations: Record<string, string> }) => each.annotations["org.opencontainers.image.ref.name"]);

const has = (program: string): boolean => spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined;
const skopeo = (...args: string[]): string => execFileSync("skopeo", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

describe("skopeo, where there is one,", () => {
  it("inspects every manifest under its name", ({ skip }) => {
    if (!has("skopeo")) skip("no skopeo on this machine");
    expect(names).toEqual(["deepseek-v3", "deepseek-v2", "delivery"]);
    for (const [at, name] of names.entries()) expect(JSON.parse(skopeo("inspect", "--raw", `oci:${whole}:${name}`)).artifactType).toBe(index.manifests[at].artifactType);
  });

  it("copies them to another layout, which verifies under the same digest", async ({ skip }) => {
    if (!has("skopeo")) skip("no skopeo on this machine");
    const copy = fresh();
    for (const name of names.toReversed()) skopeo("copy", "--insecure-policy", `oci:${whole}:${name}`, `oci:${copy}:${name}`);
    expect((await verify(copy, digest)).digest).toBe(digest);
  });

  it("pushes them to a registry, from which they come back whole", async ({ skip }) => {
    if (!has("skopeo") || !has("docker-registry")) skip("no skopeo or no docker-registry on this machine");
    const port = await freePort();
    const directory = fresh();
    mkdirSync(directory);
    writeFileSync(path.join(directory, "config.yml"), `version: 0.1\nlog:\n  level: error\n  accesslog:\n    disabled: true\nstorage:\n  filesystem:\n    rootdirectory: ${directory}/data\nhttp:\n  addr: 127.0.0.1:${port}\n`);
    const registry = spawn("docker-registry", ["serve", path.join(directory, "config.yml")], { stdio: "ignore" });
    try {
      await answering(`http://127.0.0.1:${port}/v2/`);
      const back = fresh();
      for (const name of names) skopeo("copy", "--insecure-policy", "--dest-tls-verify=false", `oci:${whole}:${name}`, `docker://127.0.0.1:${port}/site/delivery:${name}`);
      for (const name of names) skopeo("copy", "--insecure-policy", "--src-tls-verify=false", `docker://127.0.0.1:${port}/site/delivery:${name}`, `oci:${back}:${name}`);
      expect(await verify(back, digest)).toMatchObject({ digest, marks: [{ text: "by hand only" }] });
    } finally {
      registry.kill();
    }
  }, 30_000);
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

async function answering(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await fetch(url).then((answer) => answer.ok, () => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} does not answer`);
}
