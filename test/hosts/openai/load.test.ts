import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { eventually, startFakeServer, TOKEN } from "./fake-server.ts";

const long = { model: "sample", prompt: [5], max_tokens: 100_000 };

describe("many at once", () => {
  it("32 streams, half of them cut at random: nothing is left behind, and nobody starves", async () => {
    const server = await startFakeServer({ maxSequences: 8, maxQueue: 32, engine: { stepMs: 1 } });
    let seed = 7;
    const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
    const tokens = 60;
    const outcomes = await Promise.all(Array.from({ length: 32 }, async (_, index) => {
      const leavesAfter = index % 2 === 0 ? Math.floor(random() * tokens) : Number.POSITIVE_INFINITY;
      const controller = new AbortController();
      let chunks = 0;
      try {
        if (leavesAfter === 0) setTimeout(() => controller.abort(), random() * 30);
        const stream = await server.client.completions.create({ model: "sample", prompt: [100 + index], max_tokens: tokens, stream: true, logprobs: 0 }, { signal: controller.signal });
        for await (const _chunk of stream) if (++chunks === leavesAfter) controller.abort();
        return controller.signal.aborted ? "left" : "complete";
      } catch (thrown) {
        if (thrown instanceof OpenAI.APIUserAbortError) return "left";
        throw thrown;
      }
    }));
    expect(outcomes.filter((outcome) => outcome === "complete").length).toBeGreaterThanOrEqual(16);
    expect(outcomes.filter((outcome) => outcome === "left").length).toBeGreaterThan(5);
    await eventually(async () => (await server.metrics()).get("sallyport_requests_active") === 0);
    const metrics = await server.metrics();
    for (const name of ["sequences_running", "sequences_waiting", "engine_sequences_running", 'cache_bytes{held="running"}']) expect(metrics.get(`sallyport_${name}`), name).toBe(0);
    expect(server.engine.running).toBe(0);
    expect(metrics.get("sallyport_client_disconnects_total")).toBeGreaterThan(5);

    // Places are given in the order of asking: a later sequence never begins before an earlier one, and among those that run no one gets far ahead.
    const firstTurn = new Map<number, number>();
    for (const [at, sequence] of server.engine.turns.entries()) if (!firstTurn.has(sequence)) firstTurn.set(sequence, at);
    const begun = [...firstTurn.keys()];
    for (let at = 1; at < begun.length; at++) expect(begun[at]).toBeGreaterThan((begun[at - 1] as number) - 8);
    const given = new Map<number, number>();
    const total = new Map<number, number>();
    for (const sequence of server.engine.turns) total.set(sequence, (total.get(sequence) ?? 0) + 1);
    // When the first of those that began together is complete, every other that was not cut is nearly so.
    const together = [...total].filter(([sequence, count]) => sequence < 8 && count === tokens).map(([sequence]) => sequence);
    for (const sequence of server.engine.turns) {
      given.set(sequence, (given.get(sequence) ?? 0) + 1);
      if (given.get(sequence) === tokens) break;
    }
    expect(together.length).toBeGreaterThan(1);
    for (const sequence of together) expect(given.get(sequence) ?? 0).toBeGreaterThan(tokens - 15);
    await server.drain(0);
  });

  it("those who wait are served in the order they came", async () => {
    const server = await startFakeServer({ maxSequences: 1, maxQueue: 10 });
    const order: number[] = [];
    const asked: Promise<unknown>[] = [];
    for (let index = 0; index < 6; index++) {
      asked.push(server.client.completions.create({ model: "sample", prompt: [100 + index], max_tokens: 20 }).then(() => order.push(index)));
      await eventually(() => server.engine.requests.length >= 1);
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    await Promise.all(asked);
    expect(server.engine.requests.map((request) => request.promptIds[0])).toEqual([100, 101, 102, 103, 104, 105]);
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
    await server.drain(0);
  });

  it("a request for many sequences does not stand in the queue many times: another gets its turn between", async () => {
    const server = await startFakeServer({ maxSequences: 2, maxQueue: 10, engine: { stepMs: 1 } });
    const many = server.client.completions.create({ model: "sample", prompt: Array.from({ length: 20 }, (_, index) => [1000 + index]), max_tokens: 5 });
    await eventually(() => server.engine.requests.length >= 2);
    await server.client.completions.create({ model: "sample", prompt: [7], max_tokens: 5 });
    expect(server.engine.requests.length).toBeLessThan(10);
    expect((await many).choices).toHaveLength(20);
    await server.drain(0);
  });

  it("beyond the queue is 429 with Retry-After, and room again once one has left", async () => {
    const server = await startFakeServer({ maxSequences: 1, maxQueue: 1, engine: { stepMs: 5 } });
    const controllers = [new AbortController(), new AbortController()];
    const held = controllers.map((controller) => server.client.completions.create({ ...long }, { signal: controller.signal }).catch(() => "left"));
    await eventually(async () => (await server.metrics()).get("sallyport_requests_active") === 2);
    const refused = await server.send("/v1/completions", { body: JSON.stringify(long) });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThanOrEqual(1);
    expect(refused.json().error).toMatchObject({ type: "rate_limit_error", code: "queue_full" });
    await expect(server.client.completions.create({ ...long })).rejects.toBeInstanceOf(OpenAI.RateLimitError);
    expect((await server.send("/health?ready")).status).toBe(503);
    expect((await server.send("/health")).status).toBe(200);
    expect((await server.metrics()).get("sallyport_sequences_waiting")).toBe(1);
    // The one that waits leaves first, then the one that runs.
    for (const controller of controllers.toReversed()) controller.abort();
    await Promise.all(held);
    await eventually(() => server.engine.running === 0);
    expect((await server.client.completions.create({ ...long, max_tokens: 3 })).usage?.completion_tokens).toBe(3);
    await server.drain(0);
  });

  it.each([["a whole answer", false], ["a stream", true]])("a client that leaves %s ends its sequence at once", async (_name, stream) => {
    const server = await startFakeServer({ engine: { stepMs: 1 } });
    const request = httpRequest({ port: server.port, host: "127.0.0.1", path: "/v1/completions", method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${TOKEN}` } });
    request.on("error", () => {});
    request.on("response", (response) => response.on("error", () => {}));
    request.end(JSON.stringify({ ...long, stream }));
    await eventually(() => server.engine.turns.length > 3);
    request.destroy();
    await eventually(() => server.engine.running === 0);
    expect(server.engine.turns.length).toBeLessThan(5000);
    expect((await server.metrics()).get('sallyport_requests_total{route="/v1/completions",status="499"}')).toBe(1);
    await server.drain(0);
  });

  it("a reader that takes nothing is not fed without end", async () => {
    const server = await startFakeServer();
    const request = httpRequest({ port: server.port, host: "127.0.0.1", path: "/v1/completions", method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${TOKEN}` } });
    request.on("error", () => {});
    request.on("response", (response) => response.pause().on("error", () => {}));
    request.end(JSON.stringify({ ...long, max_tokens: 1 << 20, logprobs: 20, stream: true }));
    let before = -1;
    await eventually(async () => {
      const given = server.engine.turns.length;
      const stalled = given > 10 && given === before;
      before = given;
      await new Promise((resolve) => setTimeout(resolve, 200));
      return stalled;
    });
    expect(server.engine.turns.length).toBeLessThan(100_000);
    request.destroy();
    await eventually(() => server.engine.running === 0);
    await server.drain(0);
  });
});

describe("the metrics", () => {
  it("count requests, tokens and times in Prometheus' text format", async () => {
    const server = await startFakeServer({ says: "Hello." });
    await server.client.completions.create({ model: "sample", prompt: [5, 6, 7, 8] });
    const { text, headers } = await server.send("/metrics");
    expect(headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(text.split("\n").filter((line) => line !== "" && !/^(# (HELP|TYPE) sallyport_\w+ .+|sallyport_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [0-9.e+-]+)$/.test(line))).toEqual([]);
    const metrics = await server.metrics();
    expect(metrics.get("sallyport_prompt_tokens_total")).toBe(4);
    expect(metrics.get("sallyport_cached_tokens_total")).toBe(3);
    expect(metrics.get("sallyport_time_to_first_token_seconds_count")).toBe(1);
    const generated = metrics.get("sallyport_generated_tokens_total") ?? 0;
    expect(metrics.get("sallyport_inter_token_seconds_count")).toBe(generated - 1);
    expect(metrics.get('sallyport_inter_token_seconds_bucket{le="0.001"}')).toBe(generated - 1);
    expect(metrics.get('sallyport_cache_bytes{held="kept"}')).toBe(50);
    expect(metrics.get("sallyport_cache_limit_bytes")).toBe(1e6);
    expect(metrics.get('sallyport_requests_total{route="/v1/completions",status="200"}')).toBe(1);
    await server.drain(0);
  });
});

describe("a server that is told to stop", () => {
  it("finishes running streams, refuses new requests with 503, and is gone", async () => {
    const server = await startFakeServer({ engine: { stepMs: 2 } });
    const stream = await server.client.completions.create({ ...long, max_tokens: 100, stream: true });
    let chunks = 0;
    let drained: Promise<void> | null = null;
    for await (const chunk of stream) {
      if (chunk.choices[0]?.finish_reason != null) expect(chunk.choices[0].finish_reason).toBe("length");
      chunks++;
      if (chunks === 5) {
        drained = server.drain(5000);
        await expect(server.send("/v1/models")).rejects.toThrow("ECONNREFUSED");
      }
    }
    expect(chunks).toBeGreaterThan(50);
    await drained;
    await expect(server.send("/health")).rejects.toThrow("ECONNREFUSED");
  });

  it("answers 503 with Retry-After on a connection that is still open", async () => {
    const server = await startFakeServer({ engine: { stepMs: 2 } });
    const running = server.client.completions.create({ ...long, max_tokens: 100 });
    await eventually(() => server.engine.running === 1);
    let answer = "";
    // Half a request keeps a connection from being idle when the drain begins.
    const socket = connect(server.port, "127.0.0.1", () => socket.write(`GET /v1/models HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\n`));
    const closed = new Promise((resolve) => socket.setEncoding("utf8").on("data", (chunk: string) => (answer += chunk)).on("close", resolve));
    await new Promise((resolve) => setTimeout(resolve, 30));
    const draining = server.drain(5000);
    socket.write("\r\n");
    await closed;
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer).toMatch(/^retry-after: \d+\r$/im);
    expect(answer).toMatch(/^connection: close\r$/im);
    expect(answer).toContain('"code":"draining"');
    expect((await running).usage?.completion_tokens).toBe(100);
    await draining;
  });

  it("aborts what is not finished within the grace, and tells the reader", async () => {
    const server = await startFakeServer({ engine: { stepMs: 2 } });
    const stream = await server.client.completions.create({ ...long, stream: true });
    const reading = (async () => {
      for await (const _ of stream);
    })();
    reading.catch(() => {});
    await eventually(() => server.engine.turns.length > 3);
    const startedMs = performance.now();
    await server.drain(100);
    expect(performance.now() - startedMs).toBeLessThan(3000);
    await expect(reading).rejects.toThrow("shutting down");
    expect(server.engine.running).toBe(0);
  });
});
