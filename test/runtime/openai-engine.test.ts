import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { ChatEvent, ChatRequest, EngineAddress } from "../../main/domain/chat-engine.ts";
import type { EngineTimeouts } from "../../main/runtime/engine-connection.ts";
import { createOpenAiEngine } from "../../main/runtime/openai-engine.ts";
import { startFakeServer, TOKEN } from "../hosts/openai/fake-server.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Answering = (request: IncomingMessage & { readonly json: Record<string, unknown> }, response: ServerResponse) => void;

/** A server of the worst kind: it answers whatever the test says. */
async function serve(answering: Answering): Promise<EngineAddress> {
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (piece: string) => (text += piece)).on("end", () => answering(Object.assign(request, { json: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) }), response));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, key: null };
}

const sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };
const request: ChatRequest = { model: "m", prompt: { kind: "chat", messages: [{ role: "user", content: "Hello" }] }, maxTokens: 8, sampling, stop: [] };
const ticks = (): number => performance.now();

async function ask(address: EngineAddress, { timeouts, signal = new AbortController().signal, asked = request }: { readonly timeouts?: Partial<EngineTimeouts>; readonly signal?: AbortSignal; readonly asked?: ChatRequest } = {}): Promise<ChatEvent[]> {
  const engine = createOpenAiEngine({ ticks, timeouts: { connectMs: 2000, firstByteMs: 2000, silenceMs: 2000, ...timeouts } });
  const events: ChatEvent[] = [];
  for await (const event of engine.complete(address, asked, signal)) events.push(event);
  return events;
}

const stream = (response: ServerResponse): ServerResponse => response.writeHead(200, { "content-type": "text/event-stream" });
const chunk = (content: string, rest: object = {}): string => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: null }], ...rest })}\n\n`;
const STOP = `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] })}\n\n`;
const textOf = (events: readonly ChatEvent[]): string => events.map((event) => (event.kind === "piece" ? event.text : "")).join("");

describe("an engine elsewhere", () => {
  it("that is another Sallyport answers the same text, token count and models as it gives the official client", async () => {
    const says = "The 🙂 interface is a gate.";
    const server = await startFakeServer({ says });
    try {
      const engine = createOpenAiEngine({ ticks });
      const address = { url: `${server.url}/v1`, key: TOKEN };
      expect(await engine.models(address, new AbortController().signal)).toEqual(["sample"]);
      const events = await ask(address, { asked: { ...request, model: "sample", maxTokens: 64 } });
      const official = await server.client.chat.completions.create({ model: "sample", messages: [{ role: "user", content: "Hello" }], max_tokens: 64 });
      expect(textOf(events)).toBe(official.choices[0]?.message.content);
      expect(events.at(-1)).toEqual({ kind: "end", reason: "ended", usage: { promptTokens: official.usage?.prompt_tokens, generatedTokens: official.usage?.completion_tokens } });
      const plain = await ask(address, { asked: { ...request, model: "sample", prompt: { kind: "text", text: "Once" }, maxTokens: 3, sampling: { ...sampling, seed: 7, topK: 5, minP: 0.1, repetitionPenalty: 1.1 } } });
      expect(plain.at(-1)).toMatchObject({ reason: "length", usage: { generatedTokens: 3 } });
      expect(server.engine.requests.at(-1)?.sampling).toEqual({ temperature: 0, topK: 5, topP: 1, minP: 0.1, repetitionPenalty: 1.1, seed: 7 });
      await expect(ask({ ...address, key: "wrong" })).rejects.toMatchObject({ code: "engine.refused", details: { status: 401 } });
      expect(server.engine.running).toBe(0);
    } finally {
      await server.drain(0);
    }
  });

  it("is timed by this side's clock: the first piece from the question, each other from the one before", async () => {
    const address = await serve(async (_, response) => {
      stream(response);
      for (const word of ["one ", "two ", "three"]) {
        await sleep(60);
        response.write(chunk(word));
      }
      response.end(`${STOP}data: [DONE]\n\n`);
    });
    const pieces = (await ask(address)).flatMap((event) => (event.kind === "piece" ? [event.ms] : []));
    expect(pieces).toHaveLength(3);
    for (const ms of pieces) expect(ms).toBeGreaterThan(40);
    for (const ms of pieces) expect(ms).toBeLessThan(1000);
  });

  it("keeps thoughts apart and leaves the count to the pieces where no usage is sent", async () => {
    const address = await serve((_, response) => {
      stream(response).end(`data: ${JSON.stringify({ choices: [{ delta: { reasoning_content: "hm" } }] })}\n\n${chunk("yes")}${STOP}`);
    });
    expect(await ask(address)).toMatchObject([{ text: "hm", isThought: true }, { text: "yes", isThought: false }, { kind: "end", reason: "ended", usage: null }]);
  });

  it("that does not know stream_options is asked again without", async () => {
    const asked: boolean[] = [];
    const address = await serve(({ json }, response) => {
      asked.push("stream_options" in json);
      if ("stream_options" in json) response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify({ error: { message: "unknown field stream_options" } }));
      else stream(response).end(`${chunk("yes")}${STOP}`);
    });
    expect(textOf(await ask(address))).toBe("yes");
    expect(asked).toEqual([true, false]);
  });

  it("gets the key it was named with, and characters split over packets arrive whole", async () => {
    let authorization: string | undefined;
    const address = await serve(({ headers }, response) => {
      authorization = headers.authorization;
      const bytes = Buffer.from(`${chunk("汉字🙂")}${STOP}data: [DONE]\n\n`);
      stream(response);
      void (async () => {
        for (const byte of bytes) {
          response.write(Buffer.of(byte));
          await sleep(0);
        }
        response.end();
      })();
    });
    expect(textOf(await ask({ ...address, key: "sk-1" }))).toBe("汉字🙂");
    expect(authorization).toBe("Bearer sk-1");
  });
});

describe("a hostile or broken server", () => {
  it.each<[string, string, Answering, Record<string, unknown>]>([
    ["an HTML page", "engine.notOpenAi", (_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>"), { found: "text/html" }],
    ["one document where a stream was asked for", "engine.notOpenAi", (_, response) => response.writeHead(200, { "content-type": "application/json" }).end("{}"), { found: "application/json" }],
    ["an answer without a type", "engine.notOpenAi", (_, response) => response.writeHead(200).end("data: {}\n\n"), {}],
    ["a compressed answer", "engine.notOpenAi", (_, response) => response.writeHead(200, { "content-type": "text/event-stream", "content-encoding": "gzip" }).end(), {}],
    ["events that are no JSON", "engine.notOpenAi", (_, response) => stream(response).end("data: hello\n\n"), { found: "hello" }],
    ["events of another shape", "engine.notOpenAi", (_, response) => stream(response).end('data: {"choices":[{"delta":{"content":7}}]}\n\n'), {}],
    ["a redirect", "engine.redirected", (_, response) => response.writeHead(307, { location: "http://evil.example/v1" }).end(), { status: 307, to: "http://evil.example/v1" }],
    ["a refused key", "engine.refused", (_, response) => response.writeHead(401, { "content-type": "application/json" }).end('{"error":{"message":"bad key"}}'), { status: 401, reason: "bad key" }],
    ["a model it does not have", "engine.refused", (_, response) => response.writeHead(404).end('{"detail":"no such model"}'), { status: 404, reason: "no such model" }],
    ["too many requests", "engine.refused", (_, response) => response.writeHead(429).end("later"), { status: 429, reason: "later" }],
    ["a stream without an end", "engine.cutOff", (_, response) => stream(response).end(chunk("half")), {}],
    ["a connection closed in the middle", "engine.cutOff", (_, response) => { stream(response).write(chunk("half"), () => response.destroy()); }, {}],
    ["a fault in the middle", "engine.failed", (_, response) => stream(response).end(`${chunk("half")}data: {"error":{"message":"out of memory"}}\n\n`), { reason: "out of memory" }],
  ])("with %s is %s", async (_name, code, answering, details) => {
    const address = await serve(answering);
    await expect(ask(address)).rejects.toMatchObject({ code, details: { url: address.url, ...details } });
  });

  it.each([["a line", "x".repeat(65_536)], ["one event", "data: ".padEnd(65_536, "x")], ["lines that say nothing", ": still here\n".repeat(5000)]])("that never ends %s is left after a megabyte", async (_name, piece) => {
    let sent = 0;
    const address = await serve((_, response) => {
      stream(response);
      const more = (): void => {
        if (response.destroyed || sent > 64 * 2 ** 20) return;
        sent += piece.length;
        response.write(piece, () => setImmediate(more));
      };
      more();
    });
    await expect(ask(address)).rejects.toMatchObject({ code: "engine.tooLarge", details: { what: "event" } });
    expect(sent).toBeLessThan(32 * 2 ** 20);
  });

  it("with an error without end is refused with the beginning of its words", async () => {
    const address = await serve((_, response) => {
      response.writeHead(500);
      const more = (): void => void (response.destroyed || response.write("no ".repeat(20_000), () => setImmediate(more)));
      more();
    });
    const refused = await ask(address).catch((thrown: unknown) => thrown as { readonly code: string; readonly details: { readonly reason: string } });
    expect(refused).toMatchObject({ code: "engine.refused", details: { status: 500 } });
    expect((refused as { details: { reason: string } }).details.reason.length).toBeLessThan(700);
  });

  it("that says nothing, before an answer or in it, is silent", async () => {
    const mute = await serve(() => {});
    await expect(ask(mute, { timeouts: { firstByteMs: 150 } })).rejects.toMatchObject({ code: "engine.silent", details: { seconds: 0.15 } });
    const stalls = await serve((_, response) => void stream(response).write(chunk("half")));
    await expect(ask(stalls, { timeouts: { silenceMs: 150 } })).rejects.toMatchObject({ code: "engine.silent", details: { seconds: 0.15 } });
  });

  it("that is not there, or speaks no HTTP, is unreachable", async () => {
    const nobody = await serve(() => {});
    servers.splice(0)[0]?.close();
    await expect(ask(nobody)).rejects.toMatchObject({ code: "engine.unreachable", details: { reason: expect.stringContaining("ECONNREFUSED") } });
    const garbage = createTcpServer((socket) => socket.end("SSH-2.0-OpenSSH\r\n"));
    await new Promise<void>((resolve) => garbage.listen(0, "127.0.0.1", resolve));
    await expect(ask({ url: `http://127.0.0.1:${(garbage.address() as AddressInfo).port}/v1`, key: null })).rejects.toMatchObject({ code: "engine.unreachable" });
    garbage.close();
  });

  it("is asked at its own address even where the environment names a proxy", async () => {
    const proxied: string[] = [];
    const proxy = await serve(({ url }, response) => {
      proxied.push(url ?? "");
      response.writeHead(502).end();
    });
    const address = await serve((_, response) => stream(response).end(`${chunk("direct")}${STOP}`));
    const before = { ...process.env };
    Object.assign(process.env, { HTTP_PROXY: proxy.url, http_proxy: proxy.url, NODE_USE_ENV_PROXY: "1" });
    try {
      expect(textOf(await ask(address))).toBe("direct");
    } finally {
      process.env = before;
    }
    expect(proxied).toEqual([]);
  });

  it("is left at once when the person stops", async () => {
    let isLeft = false;
    const address = await serve((_, response) => {
      response.on("close", () => (isLeft = true));
      stream(response).write(chunk("half"));
    });
    const stop = new AbortController();
    const asking = ask(address, { signal: stop.signal });
    setTimeout(() => stop.abort(new Error("stopped")), 100);
    await expect(asking).rejects.toThrow("stopped");
    await expect.poll(() => isLeft).toBe(true);
  });
});
