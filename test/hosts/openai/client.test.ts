import type OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FakeServer, startFakeServer, tokenizer } from "./fake-server.ts";

const SAYS = "Hello, wörld 🙂 and more.";
let server: FakeServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startFakeServer({ says: SAYS });
  client = server.client;
});
afterAll(() => server.drain(0));

const messages = [{ role: "user", content: "Hi" }] as const;

describe("the official client", () => {
  it("lists the models and finds one by its name", async () => {
    const list = await client.models.list();
    expect(list.data).toMatchObject([{ id: "sample", object: "model", created: 1_700_000_000, owned_by: "sallyport" }]);
    expect((await client.models.retrieve("pkg-000000000000")).id).toBe("sample");
  });

  it("chats", async () => {
    const answer = await client.chat.completions.create({ model: "sample", messages: [...messages] });
    expect(answer.choices).toEqual([{ index: 0, message: { role: "assistant", content: SAYS, refusal: null }, logprobs: null, finish_reason: "stop" }]);
    const generated = tokenizer.encode(SAYS, { addSpecialTokens: false }).length;
    const prompt = tokenizer.encode("<｜begin▁of▁sentence｜><｜User｜>Hi<｜Assistant｜>", { addSpecialTokens: false }).length;
    expect(answer.usage).toEqual({ prompt_tokens: prompt, completion_tokens: generated, total_tokens: prompt + generated, prompt_tokens_details: { cached_tokens: 3 } });
    expect(answer).toMatchObject({ object: "chat.completion", model: "sample" });
  });

  it("streams a chat with usage, and no chunk holds half a character", async () => {
    const stream = await client.chat.completions.create({ model: "sample", messages: [...messages], stream: true, stream_options: { include_usage: true } });
    let text = "";
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of stream) {
      chunks.push(chunk);
      text += chunk.choices[0]?.delta.content ?? "";
      expect(chunk.choices[0]?.delta.content ?? "").not.toContain("\u{FFFD}");
    }
    expect(text).toBe(SAYS);
    expect(chunks[0]?.choices[0]?.delta.role).toBe("assistant");
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe("stop");
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: tokenizer.encode(SAYS, { addSpecialTokens: false }).length } });
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
    expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1);
  });

  it("ends before a stop string, and says it stopped", async () => {
    const answer = await client.chat.completions.create({ model: "sample", messages: [...messages], stop: ["rld", "never"] });
    expect(answer.choices[0]).toMatchObject({ message: { content: "Hello, wö" }, finish_reason: "stop" });
    expect(answer.usage?.prompt_tokens_details?.cached_tokens).toBe(3);
  });

  it("gets n answers, each drawn with its own seed", async () => {
    server.engine.requests.length = 0;
    const answer = await client.chat.completions.create({ model: "sample", messages: [...messages], n: 3, seed: -1 });
    expect(answer.choices.map((choice) => [choice.index, choice.message.content])).toEqual([[0, SAYS], [1, SAYS], [2, SAYS]]);
    expect(new Set(server.engine.requests.map((request) => request.sampling.seed)).size).toBe(3);
  });

  it("gets the log probabilities of a chat, token by token with bytes", async () => {
    const answer = await client.chat.completions.create({ model: "sample", messages: [...messages], logprobs: true, top_logprobs: 2 });
    const content = answer.choices[0]?.logprobs?.content ?? [];
    expect(new TextDecoder().decode(Uint8Array.from(content.flatMap((token) => token.bytes ?? [])))).toBe(SAYS);
    expect(content.every((token) => token.logprob === -0.5 && token.top_logprobs.length === 2)).toBe(true);
    expect(content.some((token) => token.token.startsWith("bytes:\\x"))).toBe(true);
  });

  it("asks for JSON by response_format, and for text by the other", async () => {
    server.engine.requests.length = 0;
    await client.chat.completions.create({ model: "sample", messages: [...messages], response_format: { type: "json_object" } });
    await client.chat.completions.create({ model: "sample", messages: [...messages], response_format: { type: "text" } });
    expect(server.engine.requests.map((request) => request.constraint)).toEqual(["json", null]);
  });

  it("hands over every way of sampling, with OpenAI's defaults", async () => {
    server.engine.requests.length = 0;
    const extended = { model: "sample", prompt: "x", top_k: 5, min_p: 0.1, repetition_penalty: 1.1, temperature: 0.3, top_p: 0.9, seed: 7 };
    await client.completions.create(extended);
    await client.completions.create({ model: "sample", prompt: "x", top_p: 0 });
    expect(server.engine.requests.map((request) => request.sampling)).toEqual([
      { temperature: 0.3, topK: 5, topP: 0.9, minP: 0.1, repetitionPenalty: 1.1, seed: 7 }, { temperature: 1, topK: 0, topP: Number.MIN_VALUE, minP: 0, repetitionPenalty: 1 },
    ]);
    expect(server.engine.requests[0]?.maxTokens).toBe(16);
  });

  it("completes several prompts, of text or of token ids, in their order", async () => {
    const ids = tokenizer.encode("A prompt", { addSpecialTokens: false });
    server.engine.requests.length = 0;
    const answer = await client.completions.create({ model: "sample", prompt: [ids, [5, 6]], max_tokens: 2, n: 2 });
    expect(answer.choices.map((choice) => choice.index)).toEqual([0, 1, 2, 3]);
    expect(server.engine.requests.map((request) => [...request.promptIds])).toEqual([ids, ids, [5, 6], [5, 6]]);
    expect(answer.usage).toMatchObject({ prompt_tokens: ids.length + 2, completion_tokens: 8 });
    await client.completions.create({ model: "sample", prompt: ids });
    expect(server.engine.requests.at(-1)?.promptIds).toEqual(ids);
    // Text gets the beginning-of-text of its tokenizer.
    await client.completions.create({ model: "sample", prompt: ["A prompt"] });
    expect(server.engine.requests.at(-1)?.promptIds).toEqual([0, ...ids]);
  });
});

describe("completions with logprobs and echo, as evaluation tools ask", () => {
  it("list prompt and answer side by side, null first", async () => {
    const prompt = tokenizer.encode("The 🙂 interface", { addSpecialTokens: false });
    const answer = await client.completions.create({ model: "sample", prompt: [prompt], max_tokens: 1, logprobs: 1, echo: true, temperature: 0 });
    const choice = answer.choices[0];
    expect(choice?.text).toBe(`The 🙂 interface${tokenizer.decode(tokenizer.encode(SAYS, { addSpecialTokens: false }).slice(0, 1))}`);
    const { tokens = [], token_logprobs = [], top_logprobs = [], text_offset = [] } = choice?.logprobs ?? {};
    for (const list of [tokens, token_logprobs, top_logprobs, text_offset]) expect(list).toHaveLength(prompt.length + 1);
    expect([token_logprobs[0], top_logprobs[0]]).toEqual([null, null]);
    expect(token_logprobs.slice(1).every((logprob) => logprob === -0.5)).toBe(true);
    // What lm-evaluation-harness does with it: a token is greedy if none is likelier.
    for (const [at, top] of top_logprobs.slice(1).entries()) expect(token_logprobs[at + 1]).toBe(Math.max(...Object.values(top ?? {})));
    expect(text_offset[0]).toBe(0);
    expect(text_offset.at(-1)).toBe([..."The 🙂 interface"].length);
    expect(text_offset).toEqual([...text_offset].sort((a, b) => a - b));
    expect(server.engine.requests.at(-1)).toMatchObject({ promptLogprobs: true, topLogprobs: 1 });
  });

  it("list the token that ends the text too, so that there is one for every step", async () => {
    const ended = await startFakeServer({ says: "" });
    const answer = await ended.client.completions.create({ model: "sample", prompt: [5, 6, 7], max_tokens: 1, logprobs: 1, echo: true });
    expect(answer.choices[0]?.logprobs?.tokens).toHaveLength(4);
    expect(answer.choices[0]?.logprobs?.tokens?.at(-1)).toBe("<｜end▁of▁sentence｜>");
    expect(answer.choices[0]).toMatchObject({ text: tokenizer.decode([5, 6, 7]), finish_reason: "stop" });
    await ended.drain(0);
  });

  it("score a prompt alone with max_tokens 0", async () => {
    const answer = await client.completions.create({ model: "sample", prompt: "Nothing follows", max_tokens: 0, logprobs: 0, echo: true });
    expect(answer.choices[0]?.text).toBe("Nothing follows");
    expect(answer.choices[0]?.logprobs?.tokens?.slice(0, 2)).toEqual(["<｜begin▁of▁sentence｜>", "N"]);
    expect(answer.usage?.completion_tokens).toBe(0);
  });

  it("leave out tokens that begin behind a stop string", async () => {
    const answer = await client.completions.create({ model: "sample", prompt: "x", max_tokens: 50, logprobs: 0, stop: [" and"] });
    expect(answer.choices[0]?.text).toBe("Hello, wörld 🙂");
    const { tokens = [], text_offset = [] } = answer.choices[0]?.logprobs ?? {};
    expect(text_offset.every((offset) => offset < [..."Hello, wörld 🙂"].length)).toBe(true);
    expect(tokens).not.toContain(" and");
  });

  it("stream the same lists as the whole answer has", async () => {
    const request = { model: "sample", prompt: "x", max_tokens: 50, logprobs: 2, echo: true } as const;
    const whole = await client.completions.create(request);
    const streamed = { text: "", tokens: [] as string[], text_offset: [] as number[] };
    for await (const chunk of await client.completions.create({ ...request, stream: true })) {
      streamed.text += chunk.choices[0]?.text ?? "";
      streamed.tokens.push(...(chunk.choices[0]?.logprobs?.tokens ?? []));
      streamed.text_offset.push(...(chunk.choices[0]?.logprobs?.text_offset ?? []));
    }
    expect(streamed).toEqual({ text: whole.choices[0]?.text, tokens: whole.choices[0]?.logprobs?.tokens, text_offset: whole.choices[0]?.logprobs?.text_offset });
  });
});
