import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNodeFiles } from "../../main/hosts/node-files.ts";
import { readParityFile } from "../../main/pipeline/parity-file.ts";
import { eventually, readMetrics, sendRaw } from "../hosts/openai/fake-server.ts";

/** The server as people start it, on the bundled model, asked by the official client; what it answers is compared with transformers (test/sample). */
const repository = fileURLToPath(new URL("../../", import.meta.url));
const root = mkdtempSync(path.join(os.tmpdir(), "sallyport-serve-"));
const expected = JSON.parse(readFileSync(new URL("../sample/expected.json", import.meta.url), "utf8"));
const token = "the-token-of-this-journey";
const command = path.join(repository, "main/hosts/cli/sallyport.ts");
const env = { ...process.env, SALLYPORT_HOME: path.join(root, "home") };

interface Server {
  readonly process: ChildProcess;
  readonly port: number;
  readonly client: OpenAI;
  readonly ended: Promise<{ readonly status: number | null; readonly log: string }>;
}
const started: ChildProcess[] = [];

async function serve(...options: string[]): Promise<Server> {
  const child = spawn(process.execPath, [command, "serve", "--api", "--port", "0", "--json", "--model", "sample-f32", "--token-file", "token", ...options], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  started.push(child);
  let out = "";
  let log = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (out += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (log += chunk));
  const ended = new Promise<{ status: number | null; log: string }>((resolve) => child.on("close", (status) => resolve({ status, log })));
  await Promise.race([ended.then(() => Promise.reject(new Error(`${out}${log}`))), until(() => out.includes("\n"))]);
  const { url, models } = JSON.parse(out.split("\n")[0] as string).listening as { url: string; models: string[] };
  expect(models).toEqual(["sample-f32"]);
  return { process: child, port: Number(new URL(url).port), client: new OpenAI({ baseURL: `${url}/v1`, apiKey: token, maxRetries: 0 }), ended };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

let server: Server;
beforeAll(async () => {
  writeFileSync(path.join(root, "token"), `${token}\n`);
  for (const args of [["model", "import", path.join(repository, "resources/sample/checkpoint"), "--name", "sample"], ["quantize", "sample", "--recipe", "f32", "--name", "sample-f32"]]) {
    const ran = spawnSync(process.execPath, [command, ...args], { cwd: root, env, encoding: "utf8" });
    expect(ran.status, ran.stderr).toBe(0);
  }
  server = await serve();
});
afterAll(() => {
  for (const child of started) if (child.exitCode === null) child.kill("SIGKILL");
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

const metrics = async () => readMetrics((await sendRaw(server.port, "/metrics", { token })).text);
const { greedy, chat } = expected;

describe("the server on a real model", () => {
  it("continues greedily as transformers does, whole and streamed", async () => {
    const request = { model: "sample-f32", prompt: greedy.prompt, max_tokens: greedy.ids.length, temperature: 0 };
    const whole = await server.client.completions.create(request);
    expect(whole.choices[0]).toMatchObject({ text: greedy.text, finish_reason: "length" });
    expect(whole.usage).toMatchObject({ prompt_tokens: greedy.prompt_ids.length, completion_tokens: greedy.ids.length });
    let text = "";
    let usage: OpenAI.CompletionUsage | undefined;
    for await (const chunk of await server.client.completions.create({ ...request, stream: true, stream_options: { include_usage: true } })) {
      text += chunk.choices[0]?.text ?? "";
      usage = chunk.usage ?? usage;
    }
    expect(text).toBe(greedy.text);
    expect(usage?.completion_tokens).toBe(greedy.ids.length);
  });

  it("does not compute again what a conversation has computed already", async () => {
    const answer = await server.client.completions.create({ model: "sample-f32", prompt: [...greedy.prompt_ids, ...greedy.ids, 5], max_tokens: 1, temperature: 0 });
    // All but the last token of the answer, which ended it, and the new one.
    expect(answer.usage?.prompt_tokens_details?.cached_tokens).toBeGreaterThanOrEqual(greedy.prompt_ids.length + greedy.ids.length - 1);
  });

  it("chats", async () => {
    const answer = await server.client.chat.completions.create({ model: "sample-f32", messages: chat.messages, max_completion_tokens: 12, temperature: 0, logprobs: true, top_logprobs: 3 });
    expect(answer.choices[0]?.message.content?.length).toBeGreaterThan(5);
    expect(answer.choices[0]?.logprobs?.content?.map((scored) => scored.token).join("")).toBe(answer.choices[0]?.message.content);
    for (const scored of answer.choices[0]?.logprobs?.content ?? []) expect(scored.logprob).toBe(scored.top_logprobs[0]?.logprob);
  });

  it("echoes a prompt with the log probabilities that transformers' logits give", async () => {
    const { record } = (await readParityFile(createNodeFiles(), fileURLToPath(new URL("../sample/expected.safetensors", import.meta.url))));
    const answer = await server.client.completions.create({ model: "sample-f32", prompt: [...record.inputIds], max_tokens: 1, echo: true, logprobs: 1, temperature: 0 });
    const { token_logprobs = [], top_logprobs = [] } = answer.choices[0]?.logprobs ?? {};
    expect(token_logprobs).toHaveLength(record.inputIds.length + 1);
    expect(token_logprobs[0]).toBeNull();
    const targets = [...record.inputIds.slice(1), record.greedyIds[0] as number];
    for (const [place, id] of targets.entries()) {
      const row = record.logits.subarray(place * record.vocabSize, (place + 1) * record.vocabSize);
      const peak = Math.max(...row);
      const logOfSum = peak + Math.log(row.reduce((sum, logit) => sum + Math.exp(logit - peak), 0));
      expect(token_logprobs[place + 1]).toBeCloseTo((row[id] as number) - logOfSum, 3);
      expect(Math.max(...Object.values(top_logprobs[place + 1] ?? {}))).toBeCloseTo(peak - logOfSum, 3);
    }
  });

  it("answers with JSON when JSON is asked for", async () => {
    const answer = await server.client.chat.completions.create({ model: "sample-f32", messages: [{ role: "user", content: "Describe a table as JSON." }], response_format: { type: "json_object" }, max_tokens: 400, temperature: 1, top_p: 0.8, seed: 3 });
    const { message, finish_reason } = answer.choices[0] as OpenAI.ChatCompletion.Choice;
    // A model that knows nothing may not find an end; what it says until then is the beginning of a JSON value.
    if (finish_reason === "stop") expect(() => JSON.parse(message.content ?? "")).not.toThrow();
    expect(message.content).toMatch(/^\s*[[{"\d\-tfn]/);
  });

  it("refuses what it must", async () => {
    const body = JSON.stringify({ model: "sample-f32", prompt: "x", max_tokens: 1 });
    expect((await sendRaw(server.port, "/v1/completions", { body, token: null })).status).toBe(401);
    expect((await sendRaw(server.port, "/v1/completions", { body, token, headers: { host: `evil.example:${server.port}` } })).status).toBe(403);
    expect((await sendRaw(server.port, "/v1/completions", { body: JSON.stringify({ model: "sample-f32", prompt: "x".repeat(10 * 2 ** 20) }), token })).status).toBe(413);
    await expect(server.client.completions.create({ model: "other", prompt: "x" })).rejects.toMatchObject({ status: 404, code: "model_not_found" });
    await expect(server.client.completions.create({ model: "sample-f32", prompt: "word ".repeat(5000) })).rejects.toMatchObject({ status: 400, code: "context_length_exceeded" });
  });

  it("32 streams, cut at random: none leaves a sequence or its cache behind", { timeout: 300_000 }, async () => {
    const outcomes = await Promise.all(Array.from({ length: 32 }, async (_, index) => {
      const controller = new AbortController();
      const leavesAfter = index % 2 === 0 ? (index * 7) % 23 : Number.POSITIVE_INFINITY;
      if (leavesAfter === 0) setTimeout(() => controller.abort(), index * 3);
      let chunks = 0;
      try {
        const stream = await server.client.completions.create({ model: "sample-f32", prompt: `${index} things about tables:`, max_tokens: 40, stream: true, logprobs: 0 }, { signal: controller.signal });
        for await (const chunk of stream) {
          if ((chunk.choices[0]?.logprobs?.tokens?.length ?? 0) > 0) chunks++;
          if (chunks >= leavesAfter) controller.abort();
        }
        return controller.signal.aborted ? "left" : "complete";
      } catch (thrown) {
        if (thrown instanceof OpenAI.APIUserAbortError) return "left";
        throw thrown;
      }
    }));
    expect(outcomes.filter((outcome) => outcome === "complete").length).toBeGreaterThanOrEqual(16);
    await eventually(async () => (await metrics()).get("sallyport_engine_sequences_running") === 0);
    const after = await metrics();
    for (const name of ["requests_active", "sequences_running", "sequences_waiting", "engine_sequences_waiting", 'cache_bytes{held="running"}']) expect(after.get(`sallyport_${name}`), name).toBe(0);
    expect(after.get("sallyport_cache_limit_bytes")).toBeGreaterThan(0);
  });

  it("told to stop, finishes the stream that runs and ends with 0", async () => {
    const stream = await server.client.completions.create({ model: "sample-f32", prompt: "The", max_tokens: 150, temperature: 1, seed: 1, stream: true, logprobs: 0 });
    let tokens = 0;
    let reason: string | null = null;
    for await (const chunk of stream) {
      if (tokens === 0) server.process.kill("SIGTERM");
      tokens += chunk.choices[0]?.logprobs?.tokens?.length ?? 0;
      reason = chunk.choices[0]?.finish_reason ?? reason;
    }
    expect(["length", "stop"]).toContain(reason);
    expect((await server.ended).status).toBe(0);
    await expect(sendRaw(server.port, "/health", {})).rejects.toThrow("ECONNREFUSED");
  });
});
