import { connect } from "node:net";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FakeServer, startFakeServer, TOKEN } from "./fake-server.ts";

let server: FakeServer;
beforeAll(async () => {
  server = await startFakeServer({ says: "Hello.", access: { token: TOKEN, allowedHosts: ["llm.example"], allowedOrigins: ["https://app.example"] } });
});
afterAll(() => server.drain(0));

const chat = (changes: object = {}) => JSON.stringify({ model: "sample", messages: [{ role: "user", content: "Hi" }], ...changes });
const completion = (changes: object = {}) => JSON.stringify({ model: "sample", prompt: "Hi", ...changes });

describe("who may call", () => {
  it.each([
    ["no token", null, "missing_api_key"], ["a wrong token", "a-token-of-the-tests-onlx", "invalid_api_key"], ["a beginning of the token", "a-token-of", "invalid_api_key"],
  ])("%s is refused with 401, the model untouched", async (_name, token, code) => {
    server.engine.requests.length = 0;
    for (const [path, body] of [["/v1/chat/completions", chat()], ["/v1/completions", completion()], ["/v1/models", undefined], ["/metrics", undefined], ["/nowhere", undefined]] as const) {
      const answer = await server.send(path, { token, ...(body === undefined ? {} : { body }) });
      expect(answer.status, path).toBe(401);
      expect(answer.json().error).toMatchObject({ type: "authentication_error", code });
      expect(answer.headers["www-authenticate"]).toBe("Bearer");
    }
    expect(server.engine.requests).toEqual([]);
  });

  it("the official client gets its own error class for it", async () => {
    const stranger = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "not-the-token-at-all", maxRetries: 0 });
    await expect(stranger.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
  });

  it.each(["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example:1", "127.0.0.2", "0.0.0.0", "[::1]", "localhost@evil.example", "evil.example#localhost"])(
    "a Host of %j is refused, with or without a token: names can be rebound", async (host) => {
      for (const token of [TOKEN, null]) {
        for (const path of ["/v1/models", "/health"]) {
          const answer = await server.send(path, { token, headers: { host } });
          expect([400, 403]).toContain(answer.status);
          expect(answer.json().error.code).toMatch(/^host_/);
        }
      }
    },
  );

  it.each(["localhost", "LOCALHOST:1234", "localhost.", "127.0.0.1", "127.0.0.1:9", "llm.example:443"])("a Host of %s is known, whatever the port", async (host) => {
    expect((await server.send("/v1/models", { headers: { host } })).status).toBe(200);
  });

  it("two Host headers, or none, are refused", async () => {
    expect(await sendBytes(server.port, `GET /v1/models HTTP/1.0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 .*"host_invalid"/s);
    expect(await sendBytes(server.port, `GET /v1/models HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it("a page of another origin gets no CORS header, and no preflight", async () => {
    const plain = await server.send("/v1/models", { headers: { origin: "https://evil.example" } });
    expect(Object.keys(plain.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    const preflight = await server.send("/v1/chat/completions", { method: "OPTIONS", token: null, headers: { origin: "https://evil.example", "access-control-request-method": "POST" } });
    expect(preflight.status).toBe(403);
    expect(Object.keys(preflight.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  it("a named origin may ask and call, errors included, streams too", async () => {
    const origin = "https://app.example";
    const preflight = await server.send("/v1/chat/completions", { method: "OPTIONS", token: null, headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization, content-type, x-stainless-os" } });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({ "access-control-allow-origin": origin, "access-control-allow-methods": "GET, POST", "access-control-allow-headers": "authorization, content-type, x-stainless-os", vary: "origin" });
    for (const options of [{ body: chat() }, { body: chat({ stream: true }) }, { body: "{" }, { body: chat(), token: null }]) {
      expect((await server.send("/v1/chat/completions", { ...options, headers: { origin } })).headers["access-control-allow-origin"]).toBe(origin);
    }
  });

  it("without named origins nothing is said about origins at all", async () => {
    const other = await startFakeServer({ says: "x" });
    const answer = await other.send("/v1/models", { headers: { origin: "https://app.example" } });
    expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control") || name === "vary")).toEqual([]);
    await other.drain(0);
  });

  it("health needs no token and tells no more than that it lives", async () => {
    for (const path of ["/health", "/health?ready"]) expect(await server.send(path, { token: null })).toMatchObject({ status: 200, text: '{"status":"ok"}' });
  });
});

describe("what is asked", () => {
  it.each([
    ["/v1/completions", completion({ model: "gpt-4" }), 404, "model_not_found", "model"],
    ["/v1/completions", completion({ model: "/etc/passwd" }), 404, "model_not_found", "model"],
    ["/v1/completions", completion({ model: 5 }), 400, "invalid_type", "model"],
    ["/v1/completions", JSON.stringify({ model: "sample" }), 400, null, "prompt"],
    ["/v1/completions", completion({ prompt: [] }), 400, null, "prompt"],
    ["/v1/completions", completion({ prompt: [[]] }), 400, null, "prompt[0]"],
    ["/v1/completions", completion({ prompt: ["a", 1] }), 400, null, "prompt"],
    ["/v1/completions", completion({ prompt: [1.5] }), 400, "invalid_value", "prompt"],
    ["/v1/completions", completion({ prompt: [-1] }), 400, "invalid_value", "prompt[0]"],
    ["/v1/completions", completion({ prompt: [99_999] }), 400, "token_out_of_range", "prompt"],
    ["/v1/completions", completion({ prompt: Array(2049).fill(5) }), 400, "context_length_exceeded", "prompt"],
    ["/v1/completions", completion({ max_tokens: "5" }), 400, "invalid_type", "max_tokens"],
    ["/v1/completions", completion({ max_tokens: -1 }), 400, "invalid_value", "max_tokens"],
    ["/v1/completions", completion({ max_tokens: 0 }), 400, "invalid_value", "max_tokens"],
    ["/v1/completions", completion({ temperature: "hot" }), 400, "invalid_type", "temperature"],
    ["/v1/completions", completion({ temperature: -1 }), 400, "invalid_value", "temperature"],
    ["/v1/completions", completion({ top_p: 1.5 }), 400, "invalid_value", "top_p"],
    ["/v1/completions", completion({ logprobs: 21 }), 400, "invalid_value", "logprobs"],
    ["/v1/completions", completion({ n: 0 }), 400, "invalid_value", "n"],
    ["/v1/completions", completion({ prompt: Array(129).fill("x"), n: 2 }), 400, "invalid_value", "n"],
    ["/v1/completions", completion({ best_of: 3 }), 400, "unsupported_parameter", "best_of"],
    ["/v1/completions", completion({ suffix: "end" }), 400, "unsupported_parameter", "suffix"],
    ["/v1/completions", completion({ presence_penalty: 0.5 }), 400, "unsupported_parameter", "presence_penalty"],
    ["/v1/completions", completion({ frequency_penalty: 0.5 }), 400, "unsupported_parameter", "frequency_penalty"],
    ["/v1/completions", completion({ logit_bias: { 5: 100 } }), 400, "unsupported_parameter", "logit_bias"],
    ["/v1/completions", completion({ stop: Array(17).fill("x") }), 400, null, "stop"],
    ["/v1/completions", completion({ stream_options: { include_usage: true } }), 400, "invalid_value", "stream_options"],
    ["/v1/completions", "[]", 400, "invalid_type", null],
    ["/v1/completions", "null", 400, "invalid_type", null],
    ["/v1/completions", "{", 400, "invalid_body", null],
    ["/v1/completions", "", 400, "invalid_body", null],
    ["/v1/completions", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, 400, "invalid_type", null],
    ["/v1/chat/completions", chat({ messages: [] }), 400, "invalid_value", "messages"],
    ["/v1/chat/completions", chat({ messages: [{ role: "wizard", content: "x" }] }), 400, "invalid_value", "messages[0].role"],
    ["/v1/chat/completions", chat({ messages: [{ role: "user", content: 5 }] }), 400, null, "messages[0].content"],
    ["/v1/chat/completions", chat({ messages: [{ role: "user" }] }), 400, "invalid_type", "messages[0].content"],
    ["/v1/chat/completions", chat({ messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "http://x" } }] }] }), 400, "invalid_value", "messages[0].content[0].type"],
    ["/v1/chat/completions", chat({ tools: [{ type: "function", function: { name: "f" } }] }), 400, "unsupported_parameter", "tools"],
    ["/v1/chat/completions", chat({ tool_choice: "required" }), 400, "unsupported_parameter", "tool_choice"],
    ["/v1/chat/completions", chat({ response_format: { type: "json_schema", json_schema: {} } }), 400, "unsupported_parameter", "response_format"],
    ["/v1/chat/completions", chat({ top_logprobs: 2 }), 400, "invalid_value", "top_logprobs"],
    ["/v1/chat/completions", chat({ stream: "yes" }), 400, "invalid_type", "stream"],
    ["/v1/nothing", "{}", 404, "unknown_url", null],
  ].map(([path, body, ...expected]) => [path, String(body).slice(0, 80), expected, body] as const))("POST %s %s is answered %j", async (path, _shown, [status, code, param], body) => {
    const answer = await server.send(String(path), { body: String(body) });
    const { error } = answer.json();
    expect([answer.status, error.param]).toEqual([status, param]);
    if (code !== null) expect(error.code).toBe(code);
    expect(error).toEqual({ message: expect.stringMatching(/^\S.{8,}$/s), type: "invalid_request_error", param, code: expect.any(String) });
    expect(answer.headers["content-type"]).toMatch(/^application\/json/);
  });

  it.each([["GET", "/v1/completions", "POST"], ["DELETE", "/v1/models", "GET"], ["POST", "/health", "GET"], ["PUT", "/v1/models/sample", "GET"]])("%s %s is 405", async (method, path, allowed) => {
    const answer = await server.send(path, { method });
    expect(answer.status).toBe(405);
    expect(answer.json().error).toMatchObject({ code: "method_not_allowed", message: expect.stringContaining(allowed) });
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/octet-stream"])("a body of %s is 415: a page may send those without asking", async (type) => {
    const answer = await server.send("/v1/completions", { body: completion(), headers: { "content-type": type } });
    expect([answer.status, answer.json().error.code]).toEqual([415, "unsupported_media_type"]);
  });

  it("a body of 10 MB is refused with 413, sent at once or in pieces of unknown number", async () => {
    const body = completion({ prompt: "x".repeat(10 * 2 ** 20) });
    for (const headers of [{}, { "transfer-encoding": "chunked" }]) {
      const answer = await server.send("/v1/completions", { body, headers });
      expect(answer.status).toBe(413);
      expect(answer.json().error).toMatchObject({ code: "body_too_large", message: expect.stringContaining(String(4 * 2 ** 20)) });
    }
    await expect(server.client.completions.create({ model: "sample", prompt: "x".repeat(10 * 2 ** 20) })).rejects.toMatchObject({ status: 413, code: "body_too_large" });
  });

  it("a client that sends all of its 10 MB before it reads still gets to read the 413", async () => {
    const total = 10 * 2 ** 20;
    const answer = await new Promise<string>((resolve, reject) => {
      let text = "";
      const socket = connect(server.port, "127.0.0.1", async () => {
        socket.write(`POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Type: application/json\r\nContent-Length: ${total}\r\n\r\n`);
        for (let sent = 0; sent < total && !socket.destroyed; sent += total / 20) {
          socket.write(Buffer.alloc(total / 20, "x"));
          await new Promise((next) => setTimeout(next, 5));
        }
        // It reads only now.
        socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk)).on("close", () => resolve(text));
      });
      socket.on("error", reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413 .*"code":"body_too_large"/s);
  });

  it("fields nobody knows are left aside, and null is the default", async () => {
    const answer = await server.send("/v1/chat/completions", { body: chat({ user: "me", metadata: { a: 1 }, store: false, future: [1], temperature: null, stop: null, n: null, tools: [], seed: null, logit_bias: {}, presence_penalty: 0 }) });
    expect(answer.status).toBe(200);
  });

  it("bytes that are no HTTP, and headers without end, are told so", async () => {
    expect(await sendBytes(server.port, "hello\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 .*"type":"invalid_request_error"/s);
    expect(await sendBytes(server.port, `GET /health HTTP/1.1\r\nHost: localhost\r\nx-long: ${"x".repeat(64 * 1024)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  });
});

describe("an engine that fails", () => {
  it("before the first token is a 500 that tells no path, and a line in the log that does", async () => {
    server.engine.failNext = { code: "runtime.engineExited", details: { exitCode: 1, signal: null, log: "secret /home/me" }, afterTokens: 0 };
    const answer = await server.send("/v1/completions", { body: completion() });
    expect([answer.status, answer.json().error.type]).toEqual([500, "server_error"]);
    expect(answer.text).not.toContain("secret");
    expect(server.log.join("\n")).toContain("secret /home/me");
    expect((await server.send("/v1/completions", { body: completion() })).status).toBe(200);
  });

  it("in the middle of a stream is an error the official client throws", async () => {
    server.engine.failNext = { code: "runtime.engineExited", details: { exitCode: 1, signal: null, log: "" }, afterTokens: 1 };
    const stream = await server.client.chat.completions.create({ model: "sample", messages: [{ role: "user", content: "Hi" }], stream: true });
    await expect((async () => {
      for await (const _ of stream);
    })()).rejects.toThrow("server's log");
  });

  it("before the first token of a stream is an answer with its own status", async () => {
    server.engine.failNext = { code: "runtime.cacheExceeded", details: { neededTokens: 5, bytesPerToken: 1, neededBytes: 5, limitBytes: 1 }, afterTokens: 0 };
    await expect(server.client.chat.completions.create({ model: "sample", messages: [{ role: "user", content: "Hi" }], stream: true })).rejects.toMatchObject({ status: 400, code: "cache_exceeded", param: "max_tokens" });
  });
});

function sendBytes(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    socket.setEncoding("utf8").on("data", (chunk: string) => (answer += chunk)).on("close", () => resolve(answer)).on("error", (error: NodeJS.ErrnoException) => (error.code === "ECONNRESET" ? resolve(answer) : reject(error)));
  });
}
