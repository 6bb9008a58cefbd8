import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "./test-io.ts";

const sample = fileURLToPath(new URL("../../../resources/sample/checkpoint", import.meta.url));
let home = "";
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "sallyport-cli-"));
});
afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));

const run = (...words: string[]) => runCommand(words, { home, workingDirectory: home });

describe("in an empty home", () => {
  test.each([
    [["model", "ls"], { models: [] }], [["job", "ls"], { jobs: [] }], [["bundle", "ls"], { bundles: [], sites: [] }], [["report", "ls"], { reports: [] }], [["audit", "ls"], { entries: [] }],
  ])("%j --json is an empty list under its name", async (words, expected) => {
    const ran = await run(...words, "--json");
    expect(ran.status).toBe(0);
    expect(ran.last()).toEqual(expected);
    expect(ran.stderr).toBe("");
  });

  test("model ls tells a person what to do first", async () => {
    expect((await run("model", "ls")).stdout).toBe("No models yet. Bring one in: sallyport model import <directory>\n");
  });

  test("the audit chain is intact", async () => {
    expect((await run("audit", "verify", "--json")).last()).toMatchObject({ audit: { entries: 0, intact: true } });
  });

  test("--home before the command counts too", async () => {
    const ran = await runCommand(["--home", home, "--json", "model", "ls"]);
    expect(ran.last()).toEqual({ models: [] });
  });

  test.each([
    ["a model that is not there", ["model", "rm", "nothing"], 3, "store.notFound"],
    ["a directory that is not there", ["run", "./nothing", "Hello"], 3, "package.notFound"],
    ["a checkpoint where a package is meant", ["run", sample, "Hello"], 3, "store.notFound"],
    ["a checkpoint that was never imported", ["quantize", sample], 3, "store.notFound"],
    ["a recipe nobody knows", ["quantize", "x", "--recipe", "int3"], 2, "recipe.unknownPreset"],
    ["a bundle that is not there", ["bundle", "verify", "./nothing"], 3, "bundle.notFound"],
    ["a job that is not there", ["job", "watch", "job-none"], 3, "store.notFound"],
    ["a report that is not there", ["report", "show", "none"], 3, "store.notFound"],
  ])("%s is refused with its own status and code", async (_name, words, status, code) => {
    const ran = await run(...words, "--json");
    expect(ran.last()).toMatchObject({ error: { code, message: expect.any(String), next: expect.any(String) } });
    expect(ran.status).toBe(status);
  });
});

describe("recipes", () => {
  test("are listed by name, each with an id", async () => {
    const { recipes } = (await run("recipe", "ls", "--json")).last() as { recipes: { id: string; name: string }[] };
    expect(recipes.map((recipe) => recipe.id).sort()).toEqual(["f32", "int4", "int8", "mixed"]);
  });

  test("shown are files that can be given back", async () => {
    const shown = await run("recipe", "show", "mixed");
    writeFileSync(join(home, "mine.json"), shown.stdout);
    const again = await run("recipe", "show", "./mine.json");
    expect(again.stdout).toBe(shown.stdout);
  });

  test.each([["not JSON", "{"], ["no rules", '{"formatVersion":1,"name":"x","description":"","rules":[]}'], ["three bits", '{"formatVersion":1,"name":"x","description":"","rules":[{"pattern":"*","storage":{"bits":3,"blockSize":32,"symmetric":true}}]}']])(
    "with %s are refused, naming the file", async (_name, text) => {
      writeFileSync(join(home, "bad.json"), text);
      const ran = await run("recipe", "show", "bad.json");
      expect(ran.status).toBe(4);
      expect(ran.stderr).toContain("bad.json");
    },
  );
});

describe("a config.json alone", () => {
  test("tells parameters and cache of the model it describes", async () => {
    const ran = await run("model", "inspect", join(sample, "config.json"), "--json");
    expect(ran.last()).toMatchObject({ id: null, model: null, spec: { family: "deepseek_v3" }, arithmetic: { totalParameters: expect.any(Number) } });
  });
});

describe("the life of a model", () => {
  test("import, the same again, inspect, remove", { timeout: 60_000 }, async () => {
    const imported = await run("model", "import", sample, "--name", "sample", "--json");
    expect(imported.status).toBe(0);
    const first = imported.last() as { id: string; alreadyPresent: boolean; model: { id: string }; job: { id: string } };
    expect(first).toMatchObject({ id: expect.stringMatching(/^ckpt-[0-9a-f]{12}$/), alreadyPresent: false, job: { id: expect.stringMatching(/^job-/), state: "done" } });
    expect(first.model.id).toBe(first.id);

    const again = await run("model", "import", sample, "--json");
    expect(again.last()).toMatchObject({ id: first.id, alreadyPresent: true });
    expect(readdirSync(join(home, "checkpoints"))).toHaveLength(1);

    const inspected = await run("model", "inspect", "sample");
    expect(inspected.stdout).toContain(first.id);
    expect(inspected.stdout).toContain("latent (MLA)");

    const listed = await run("model", "ls");
    expect(listed.stdout).toMatch(new RegExp(`^ID +NAME .*\\n${first.id} +sample +deepseek_v3 `));

    const removed = await run("model", "rm", first.id.slice(0, 9), "--json");
    expect(removed.last()).toMatchObject({ id: first.id });
    expect(readdirSync(join(home, "checkpoints"))).toEqual([]);
    expect((await run("model", "ls", "--json")).last()).toEqual({ models: [] });

    const { entries } = (await run("audit", "ls", "--json")).last() as { entries: { action: string; subject: string }[] };
    expect(entries.map((entry) => entry.action)).toEqual(["model.import", "model.import", "model.remove"]);
    expect(new Set(entries.map((entry) => entry.subject)).size).toBe(1);
  });

  test("in place leaves the files where they are when it is removed", { timeout: 60_000 }, async () => {
    const { id } = (await run("model", "import", sample, "--in-place", "--json")).last() as { id: string };
    expect((await run("model", "rm", id, "--json")).status).toBe(0);
    expect(readdirSync(sample)).toContain("model.safetensors");
    expect(readdirSync(join(home, "checkpoints"))).toEqual([]);
  });

  test("a refused directory leaves no model, its own status, and an entry in the audit", { timeout: 60_000 }, async () => {
    writeFileSync(join(home, "config.json"), "{}");
    const ran = await run("model", "import", home, "--json");
    expect(ran.status).toBe(4);
    expect(ran.last()).toMatchObject({ job: { state: "failed" }, error: { code: expect.stringMatching(/^(checkpoint|spec)\./) } });
    const { entries } = (await run("audit", "ls", "--limit", "1", "--json")).last() as { entries: { action: string }[] };
    expect(entries[0]?.action).toBe("model.import.failed");
  });

  test("started with --detach prints only the job's id, and watch tells how it ended", { timeout: 60_000 }, async () => {
    const started = await run("model", "import", sample, "--detach");
    expect(started.stdout).toMatch(/^job-\w+\n$/);
    const watched = await run("job", "watch", started.stdout.trim(), "--json");
    expect(watched.last()).toMatchObject({ id: expect.stringMatching(/^ckpt-/) });
    expect((await run("job", "cancel", started.stdout.trim(), "--json")).last()).toMatchObject({ error: { code: "job.notCancellable" } });
    expect((await run("job", "resume", started.stdout.trim())).status).toBe(6);
  });
});
