import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createRouterClient } from "@orpc/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { router } from "../../main/api/router.ts";
import { fromWireError } from "../../main/api/wire-error.ts";
import { type ComposedWorkbench, composeWorkbench } from "../../main/hosts/compose.ts";
import { type ServedApi, serveApi } from "../../main/hosts/openai/serve-api.ts";
import { verdictsOf } from "../../shared/comparison-verdict.ts";
import { isStopped, type Job } from "../../shared/schemas/job.ts";
import { type ComparisonReport, Report } from "../../shared/schemas/report.ts";

const KEY = "a-token-of-these-tests-only";
const sample = fileURLToPath(new URL("../../resources/sample/checkpoint", import.meta.url));
let root: string;
let workbench: ComposedWorkbench;
let served: ServedApi;
let strict: Server;
/** What the strict server was asked. */
const asked: Record<string, unknown>[] = [];

const client = () => createRouterClient(router, { context: { workbench } });
const failure = async (work: Promise<unknown>): Promise<unknown> => work.then(() => null, (thrown: unknown) => fromWireError(thrown).toRecord());

async function ended(started: Job): Promise<Job> {
  let job = started;
  for (; !isStopped(job); job = await client().job.get({ id: started.id })) await sleep(50);
  return job;
}

function bodyOf(job: Job): ComparisonReport {
  expect(job.error).toBeNull();
  const { body } = Report.parse(job.result?.["report"]);
  if (body.kind !== "comparison") throw new Error(body.kind);
  return body;
}

/** Refuses what it does not know, as OpenAI's own does, and says nothing of usage. */
function strictServer(): Server {
  return createServer((request, response) => {
    if (request.url === "/v1/models") return void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data: [{ id: "strict" }] }));
    let text = "";
    request.on("data", (piece: Buffer) => (text += String(piece))).on("end", () => {
      const body = JSON.parse(text) as Record<string, unknown>;
      asked.push(body);
      const unknown = ["ignore_eos", "stream_options"].find((field) => field in body);
      if (unknown !== undefined) return void response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify({ error: { message: `Unrecognized request argument supplied: ${unknown}` } }));
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const word of ["one ", "two ", "three"]) response.write(`data: ${JSON.stringify({ choices: [{ delta: { content: word } }] })}\n\n`);
      setTimeout(() => response.end(`data: ${JSON.stringify({ choices: [{ delta: { content: "!" }, finish_reason: "stop" }] })}\n\ndata: [DONE]\n\n`), 20);
    });
  });
}

beforeAll(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), "sallyport-compare-"));
  workbench = await composeWorkbench(path.join(root, "home"));
  await ended(await client().model.import({ directory: sample, name: "sample", mode: "inPlace" }));
  const recipe = (await client().quantize.presets()).find(({ name }) => name === "int4");
  await ended(await client().quantize.start({ model: "sample", recipe: recipe as NonNullable<typeof recipe> }));
  served = await serveApi(workbench, { host: "127.0.0.1", port: 0, models: ["sample-int4"], threads: 1, maxSequences: 2, maxQueue: 4, bodyLimitBytes: 1 << 20, allowedHosts: [], allowedOrigins: [], token: KEY, log: () => {}, onProgress: () => {} }, new AbortController().signal);
  await client().engine.add({ name: "ours", url: served.url, key: KEY });
  strict = strictServer();
  await new Promise<void>((resolve) => strict.listen(0, "127.0.0.1", resolve));
  await client().engine.add({ name: "strict", url: `http://127.0.0.1:${(strict.address() as AddressInfo).port}` });
});
afterAll(async () => {
  await served?.drain(0);
  strict?.close();
  await workbench?.close();
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

describe("a comparison", () => {
  it("measures a package here and the same one behind Sallyport's own server, by turns, and keeps neither key nor text", async () => {
    const job = await ended(await client().benchmark.compare({ contestants: [{ model: "sample-int4", threads: 1 }, { model: "engine:ours" }], rounds: 3, seed: 7 }));
    const body = bodyOf(job);
    expect(body.contestants.map(({ contestant: { kind, name }, countedBy }) => ({ kind, name, countedBy }))).toEqual([{ kind: "package", name: "sample-int4", countedBy: "engine" }, { kind: "engine", name: "ours", countedBy: "usage" }]);
    const [here, there] = body.contestants;
    // The same tokens went in, and the same came out: 64 of them, through every end of text.
    expect(here?.runs.map(({ round, promptTokens, generatedTokens, characters }) => ({ round, promptTokens, generatedTokens, characters }))).toEqual(there?.runs.map(({ round, promptTokens, generatedTokens, characters }) => ({ round, promptTokens, generatedTokens, characters })));
    expect(there?.runs.map(({ generatedTokens }) => generatedTokens)).toEqual([64, 64, 64]);
    expect(new Set(here?.runs.map(({ characters }) => characters)).size).toBeGreaterThan(1);
    expect(Math.abs((here?.runs[0]?.promptTokens ?? 0) - 128)).toBeLessThan(24);
    expect(body.workload).toMatchObject({ name: "chat", form: "chat", file: null, promptTokens: 128, answerTokens: 64 });
    expect(body.notes).toEqual(["tokenizersDiffer", "overNetwork"]);
    expect(body.residency.kind).toBe("kept");
    expect(verdictsOf(body).map(({ measure }) => measure)).toEqual(["characters", "firstToken", "total"]);
    expect(job.progress).toMatchObject({ step: "measure", done: 6, total: 6 });
    expect(job.progress?.lines?.map((line) => line.length)).toEqual([3, 3]);
    expect(JSON.stringify(job)).not.toContain(KEY);
    for (const ending of ["", "-wal"]) expect(readFileSync(`${workbench.home.database}${ending}`).includes(KEY)).toBe(false);
    expect((await client().audit.list({ limit: 1 }))[0]).toMatchObject({ action: "bench.compare", details: { contestants: [{ name: "sample-int4" }, { name: "ours" }] } });
    // Found under the package, as any of its reports.
    expect((await client().report.list({ model: "sample-int4" })).map(({ body: { kind } }) => kind)).toContain("comparison");
  });

  it("asks a person's own prompts, and says when answers differ in length and a server counts nothing", async () => {
    const file = path.join(root, "own.jsonl");
    writeFileSync(file, '\uFEFF{"prompt":"Hello"}\r\n{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Why?"}],"max_tokens":5}\r\n');
    expect(await client().benchmark.prompts({ file })).toMatchObject({ count: 2, first: [{ text: "Hello", messages: 1, maxTokens: null }, { text: "Why?", messages: 2, maxTokens: 5 }] });
    asked.length = 0;
    const body = bodyOf(await ended(await client().benchmark.compare({ contestants: [{ model: "engine:strict" }, { model: "sample-int4" }], promptsFile: file, answerTokens: 8, rounds: 2 })));
    expect(body.workload).toMatchObject({ name: "prompts", file: { name: "own.jsonl" }, prompts: 2 });
    expect(body.contestants.map(({ runs }) => runs.length)).toEqual([4, 4]);
    expect(body.contestants[0]).toMatchObject({ countedBy: "pieces", figures: { prefill: null } });
    expect(body.notes).toEqual(["tokenizersDiffer", "countedInPieces", "overNetwork", "promptsRepeated", "answersDiffer"]);
    expect(asked.every((request) => !("ignore_eos" in request))).toBe(true);
    expect(asked.at(-1)).toMatchObject({ max_tokens: 5, messages: [{ role: "system" }, { role: "user", content: "Why?" }] });
  });

  it("lets a server be that does not go on behind the end of a text, and says so", async () => {
    asked.length = 0;
    const body = bodyOf(await ended(await client().benchmark.compare({ contestants: [{ model: "engine:strict" }, { model: "engine:strict" }], workload: "writing", rounds: 2 })));
    expect(body.notes).toContain("endsEarly");
    expect(asked.some((request) => request["ignore_eos"] === true)).toBe(true);
    // Refusals are no part of the time: the answer alone takes 20 ms to its end, and no more to its beginning.
    expect(body.contestants[0]?.figures.total.minimum).toBeGreaterThan(15);
  });

  it("is refused before it starts where a line cannot be read, a contestant is not known or there are too many runs", async () => {
    const before = workbench.store.jobs.list().length;
    const file = path.join(root, "bad.jsonl");
    writeFileSync(file, '{"prompt":"a"}\n{"promt":"b"}\n');
    const contestants = [{ model: "sample-int4" }, { model: "engine:ours" }];
    expect(await failure(client().benchmark.compare({ contestants, promptsFile: file }))).toEqual({ code: "benchmark.promptsInvalid", details: { file, line: 2, field: "prompt", found: "missing", expected: "prompt or messages" } });
    expect(await failure(client().benchmark.compare({ contestants: [{ model: "sample-int4" }, { model: "engine:nobody" }] }))).toMatchObject({ code: "store.notFound", details: { kind: "engine", reference: "nobody" } });
    expect(workbench.store.jobs.list()).toHaveLength(before);
    writeFileSync(file, '{"prompt":"a"}\n'.repeat(500));
    const many = await ended(await client().benchmark.compare({ contestants, promptsFile: file, rounds: 50 }));
    expect(many).toMatchObject({ state: "failed", error: { code: "benchmark.tooManyRuns", details: { runs: 50_000, limit: 4000 } } });
  });

  it("cancelled in the middle keeps its whole rounds, and resumed measures only what is missing", async () => {
    const started = await client().benchmark.compare({ contestants: [{ model: "sample-int4", threads: 1 }, { model: "engine:strict" }], workload: "writing", rounds: 20 });
    asked.length = 0;
    let job = started;
    for (; (job.progress?.lines?.[0]?.length ?? 0) < 2; job = await client().job.get({ id: started.id })) await sleep(20);
    await client().job.cancel({ id: started.id });
    expect((await ended(job)).state).toBe("cancelled");
    const answered = asked.filter((request) => !("ignore_eos" in request) && !("stream_options" in request)).length;
    expect(answered).toBeLessThan(20);
    await client().job.resume({ id: started.id });
    const body = bodyOf(await ended({ ...job, state: "queued" }));
    expect(body.contestants.map(({ runs }) => runs.map(({ round }) => round))).toEqual([1, 2].map(() => Array.from({ length: 20 }, (_, index) => index + 1)));
    const all = asked.filter((request) => !("ignore_eos" in request) && !("stream_options" in request)).length;
    // Each start warms up once; whole rounds are not asked again, the one that was cut may be.
    expect(all).toBeLessThanOrEqual(20 + 2 + 1);
  });
});
