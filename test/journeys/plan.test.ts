import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../hosts/cli/test-io.ts";

/** A person's way from a model to a plan, and from the plan to what came of it, through the command line. */
const sample = fileURLToPath(new URL("../../resources/sample/checkpoint", import.meta.url));
let home = "";
const run = (...words: string[]) => runCommand(words, { home, workingDirectory: home });
const json = async <T>(...words: string[]): Promise<T> => (await run(...words, "--json")).last() as T;

interface PlanAnswer {
  readonly plan: { readonly machine: { readonly pools: { readonly kind: string }[] }; readonly options: { readonly engine: string; readonly verdict: { readonly kind: string } }[] };
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "sallyport-plan-"));
  await run("model", "import", sample, "--name", "sample");
  await run("quantize", "sample", "--recipe", "int4", "--name", "small");
});
afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));

describe("a plan for this machine", () => {
  test("is made, run, remembered, and forgotten on request", async () => {
    const made = await json<PlanAnswer>("plan", "small", "--context", "256", "--out", "plan.json");
    expect(made.plan.options.find((option) => option.engine === "onnx")?.verdict).toEqual({ kind: "fits" });
    expect(JSON.parse(readFileSync(join(home, "plan.json"), "utf8"))).toEqual(made.plan);

    const checked = await run("plan", "check", "plan.json", "--json");
    expect(checked.status, checked.stderr).toBe(0);
    const records = await json<{ records: { engine: string; memory: { predicted: number; measured: number } }[] }>("plan", "records");
    expect(records.records).toHaveLength(1);
    expect((await run("plan", "records", "--reset")).status).toBe(0);
    expect(await json<object>("plan", "records")).toEqual({ records: [] });
  });

  test("of a model that has changed since is not run", async () => {
    await run("quantize", "sample", "--recipe", "int8", "--name", "other");
    const { plan } = await json<{ plan: { model: { digest: string } } }>("plan", "other", "--context", "256", "--out", "other.json");
    writeFileSync(join(home, "foreign.json"), JSON.stringify({ ...plan, model: { ...plan.model, digest: "0".repeat(64) } }));
    const refused = await run("plan", "check", "foreign.json", "--json");
    expect(refused.status).not.toBe(0);
    expect(refused.last()).toMatchObject({ error: { next: expect.any(String) } });
  });
});

describe("a plan for a machine elsewhere", () => {
  test("is the same from its capture as from here, but for what moves", async () => {
    writeFileSync(join(home, "site.json"), (await run("hardware", "capture")).stdout);
    const there = await json<PlanAnswer>("plan", "small", "--context", "256", "--machine", "./site.json");
    const here = await json<PlanAnswer>("plan", "small", "--context", "256");
    expect(there.plan.options.map(({ engine, verdict }) => [engine, verdict.kind])).toEqual(here.plan.options.map(({ engine, verdict }) => [engine, verdict.kind]));
    expect(there.plan.machine.pools.map(({ kind }) => kind)).toEqual(here.plan.machine.pools.map(({ kind }) => kind));
  });

  test.each([
    ["of the future", { format: "sallyport-capture", formatVersion: 99 }, "machine.newerCapture"],
    ["that is no capture", { hello: 1 }, "machine.captureInvalid"],
  ])("from a file %s is refused by name", async (_name, document, code) => {
    writeFileSync(join(home, "bad.json"), JSON.stringify(document));
    expect(await json<object>("plan", "small", "--context", "256", "--machine", "./bad.json")).toMatchObject({ error: { code, next: expect.any(String) } });
  });

  test("beyond what the model was made for is refused with its limit", async () => {
    expect(await json<object>("plan", "small", "--context", "4096")).toMatchObject({ error: { code: expect.stringMatching(/^plan\./) } });
  });
});
