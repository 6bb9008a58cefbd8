import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRouterClient } from "@orpc/server";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { router } from "../../main/api/router.ts";
import { runJob } from "../../main/api/run-job.ts";
import { fromWireError } from "../../main/api/wire-error.ts";
import { type ComposedWorkbench, composeWorkbench } from "../../main/hosts/compose.ts";
import type { JobContext } from "../../main/pipeline/job-context.ts";
import type { Job } from "../../shared/schemas/job.ts";
import type { Model } from "../../shared/schemas/model.ts";

const sample = fileURLToPath(new URL("../../resources/sample/checkpoint", import.meta.url));
let home = "";
let workbench: ComposedWorkbench;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "sallyport-api-"));
  workbench = await composeWorkbench(home);
});
afterEach(async () => {
  await workbench.close();
  rmSync(home, { recursive: true, force: true });
});

const client = () => createRouterClient(router, { context: { workbench } });

async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (thrown) {
    return fromWireError(thrown).code;
  }
  return "nothing was thrown";
}

function store(overrides: Partial<Model>): Model {
  const id = overrides.id ?? "ckpt-000000000000";
  const directory = join(home, "checkpoints", id);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "weights"), "x");
  const model: Model = {
    id, kind: "checkpoint", name: id, family: "deepseek_v3", digest: "0".repeat(64), directory, owned: true, bytes: 1, totalParameters: 1, activeParameters: 1, recipe: null, parentId: null,
    createdAt: "2026-01-01T00:00:00.000Z", ...overrides,
  };
  workbench.store.models.insert(model);
  return model;
}

/** Imports the sample as the job's process does, without the process. */
async function importSample(request: Record<string, unknown>, jobId: string): Promise<Record<string, unknown>> {
  const job: Job = { ...workbench.store.jobs.insert({ id: jobId, kind: "model.import", request }) };
  const { files, clock, processes, threads, createEngine } = workbench;
  const context: JobContext = {
    files, clock, processes, threads, createEngine, onProgress: () => {}, signal: new AbortController().signal, workDirectory: home, weightWriterEntry: "", blobVerifierEntry: "", witness: { actor: "", system: "", tellError: () => "" }, runtimeVersion: "", availableMemoryBytes: () => 0,
  };
  return runJob(workbench, job, context);
}

describe("removing a model", () => {
  test("is refused while a package made from it exists, and names that package", async () => {
    const parent = store({});
    store({ id: "pkg-111111111111", kind: "package", recipe: "int4", parentId: parent.id });
    expect(await codeOf(() => client().model.remove({ model: parent.id }))).toBe("store.inUse");
    expect(readdirSync(join(home, "checkpoints"))).toContain(parent.id);
    await client().model.remove({ model: "pkg-111111111111" });
    await client().model.remove({ model: parent.id });
    expect(await client().model.list()).toEqual([]);
    expect(readdirSync(join(home, "checkpoints"))).toEqual([]);
  });

  test("is refused while a job is at work on it", async () => {
    const model = store({});
    workbench.store.jobs.insert({ id: "job-1", kind: "quantize", request: { model: model.id } });
    workbench.store.jobs.start("job-1", process.pid);
    expect(await codeOf(() => client().model.remove({ model: model.id }))).toBe("store.inUse");
  });

  test("whose files have vanished already is no error", async () => {
    const model = store({});
    rmSync(model.directory, { recursive: true });
    await client().model.remove({ model: model.id });
    expect(await client().model.list()).toEqual([]);
  });

  test("empties what an interrupted removal left in the trash", async () => {
    mkdirSync(join(home, "trash", "old"), { recursive: true });
    await client().model.remove({ model: store({}).id });
    expect(readdirSync(home)).not.toContain("trash");
  });
});

describe("importing the same bytes again", () => {
  test("as a copy takes the place of an entry in place", { timeout: 30_000 }, async () => {
    const inPlace = await importSample({ directory: sample, mode: "inPlace" }, "job-a");
    const copied = await importSample({ directory: sample, mode: "copy" }, "job-b");
    expect(inPlace["model"]).toMatchObject({ owned: false, directory: sample, name: "checkpoint" });
    expect(copied).toMatchObject({ alreadyPresent: false, model: { owned: true, directory: join(home, "checkpoints", "job-b") } });
    expect(workbench.store.models.list()).toHaveLength(1);
  });

  test("in place keeps the copy that is there", { timeout: 30_000 }, async () => {
    await importSample({ directory: sample, mode: "copy" }, "job-a");
    expect(await importSample({ directory: sample, mode: "inPlace" }, "job-b")).toMatchObject({ alreadyPresent: true, model: { owned: true } });
    expect(readdirSync(sample)).toContain("model.safetensors");
  });

  test("replaces files that have vanished", { timeout: 30_000 }, async () => {
    await importSample({ directory: sample, mode: "copy" }, "job-a");
    rmSync(join(home, "checkpoints", "job-a"), { recursive: true });
    expect(await importSample({ directory: sample, mode: "copy" }, "job-b")).toMatchObject({ alreadyPresent: false, model: { directory: join(home, "checkpoints", "job-b") } });
  });

  test("by a job that was killed after its copy was whole finds it again", { timeout: 30_000 }, async () => {
    const first = await importSample({ directory: sample, mode: "copy" }, "job-a");
    const { request } = workbench.store.jobs.find("job-a") as Job;
    const { files, clock, processes, threads, createEngine } = workbench;
    const again = await runJob(workbench, workbench.store.jobs.find("job-a") as Job, {
      files, clock, processes, threads, createEngine, onProgress: () => {}, signal: new AbortController().signal, workDirectory: home, weightWriterEntry: "", blobVerifierEntry: "", witness: { actor: "", system: "", tellError: () => "" }, runtimeVersion: "", availableMemoryBytes: () => 0,
    });
    expect(request).toEqual({ directory: sample, mode: "copy" });
    expect(again).toEqual(first);
    expect(readdirSync(join(home, "checkpoints"))).toEqual(["job-a"]);
  });
});

describe("what is known of how a checkpoint came in", () => {
  test("stays known when the same bytes come in again unchecked, and enters the audit each time", { timeout: 30_000 }, async () => {
    const { template } = await client().model.preflight({ directory: sample });
    const checksums = { from: "text", text: `${createHash("sha256").update(readFileSync(join(sample, "config.json"))).digest("hex")}  config.json` };
    await importSample({ directory: sample, mode: "copy", checksums, templateApproved: template?.sha256 }, "job-a");
    await importSample({ directory: sample, mode: "inPlace" }, "job-b");
    const [model] = workbench.store.models.list();
    expect(model?.arrival).toMatchObject({ mode: "copy", checksums: { source: "pasted", covered: 1, uncovered: 5 }, template: { sha256: template?.sha256, isApproved: true } });
    const entries = workbench.store.audit.list(2).map(({ details }) => details);
    expect(entries.map((details) => [details["mode"], details["checksums"] === null, (details["template"] as { isApproved: boolean }).isApproved])).toEqual([["copy", false, true], ["inPlace", true, false]]);
  });
});

describe("a sequence", () => {
  const step = (kind: "bundle.create" | "bundle.verify", request: Record<string, unknown>, take = {}) => ({ kind, request, take });
  test("is refused before anything starts when a step could not be such a job, names nothing, or takes from a later one", async () => {
    const made = store({ id: "pkg-111111111111", kind: "package", recipe: "int4" });
    const create = step("bundle.create", { model: made.id, out: join(home, "out") });
    expect(await codeOf(() => client().job.startSequence({ steps: [create, step("bundle.verify", {})] }))).toBe("usage.invalid");
    expect(await codeOf(() => client().job.startSequence({ steps: [create, step("bundle.verify", { surplus: 1 }, { bundle: { step: 0, result: "bundle.path" } })] }))).toBe("usage.invalid");
    expect(await codeOf(() => client().job.startSequence({ steps: [step("bundle.verify", {}, { bundle: { step: 0, result: "bundle.path" } }), create] }))).toBe("usage.invalid");
    expect(await codeOf(() => client().job.startSequence({ steps: [step("bundle.create", { model: "nobody", out: join(home, "out") })] }))).toBe("store.notFound");
    expect(await codeOf(() => client().job.startSequence({ steps: [step("bundle.create", { model: made.id, out: "relative" })] }))).toBe("usage.invalid");
    expect(await client().job.list()).toEqual([]);
  });
});

describe("work on the wrong kind of model", () => {
  test("is refused before a job is started", async () => {
    const checkpoint = store({});
    const made = store({ id: "pkg-111111111111", kind: "package", recipe: "int4" });
    expect(await codeOf(() => client().benchmark.speed({ model: checkpoint.id }))).toBe("usage.invalid");
    const [recipe] = await client().quantize.presets();
    if (recipe === undefined) throw new Error("no presets");
    expect(await codeOf(() => client().quantize.start({ model: made.id, recipe }))).toBe("usage.invalid");
    expect(await codeOf(() => client().quantize.start({ model: sample, recipe }))).toBe("store.notFound");
    expect(await codeOf(() => client().model.import({ directory: "relative" }))).toBe("usage.invalid");
    expect(await client().job.list()).toEqual([]);
  });
});
