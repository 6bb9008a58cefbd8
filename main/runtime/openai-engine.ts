import { createParser } from "eventsource-parser";
import { z } from "zod";
import { type ErrorDetails, WorkbenchError } from "../../shared/errors.ts";
import type { ChatEngine, ChatEvent, ChatRequest, EngineAddress } from "../domain/chat-engine.ts";
import { askEngine, bytesOf, ENGINE_TIMEOUTS, type EngineQuestion, type EngineTimeouts, readDocument, shortened } from "./engine-connection.ts";

/** An event holds a few tokens, with log probabilities some kilobytes; what a server sends between two of them is no more than signs of life. */
const MAX_EVENT_BYTES = 2 ** 20;
/** A million tokens of answer, each in an event of some hundred bytes. */
const MAX_ANSWER_BYTES = 512 * 2 ** 20;
const MAX_MODELS = 10_000;

const Models = z.object({ data: z.array(z.object({ id: z.string().min(1).max(4096) })).max(MAX_MODELS) });
const Usage = z.object({ prompt_tokens: z.int().nonnegative(), completion_tokens: z.int().nonnegative() });
const Delta = z.object({
  content: z.string().nullish(),
  /** Of reasoning models: DeepSeek's, vLLM's and SGLang's name, and vLLM's newer one. */
  reasoning_content: z.string().nullish(),
  reasoning: z.string().nullish(),
});
const Chunk = z.object({
  choices: z.array(z.object({ delta: Delta.nullish(), text: z.string().nullish(), finish_reason: z.string().nullish() })).nullish(),
  usage: Usage.nullish().catch(null),
  error: z.union([z.string(), z.object({ message: z.string() })]).nullish(),
});
type Chunk = z.infer<typeof Chunk>;

export interface OpenAiEngineOptions {
  /** Monotonic milliseconds. */
  readonly ticks: () => number;
  readonly timeouts?: EngineTimeouts;
}

/** Speaks to servers with the OpenAI HTTP API: vLLM, vLLM-Ascend, SGLang, TensorRT-LLM, MindIE, llama.cpp's, another Sallyport's. */
export function createOpenAiEngine({ ticks, timeouts = ENGINE_TIMEOUTS }: OpenAiEngineOptions): ChatEngine {
  const ask = (address: EngineAddress, question: EngineQuestion, signal: AbortSignal): ReturnType<typeof askEngine> => askEngine(address, question, timeouts, signal);

  return {
    models: async (address, signal) => {
      const document = await readDocument(await ask(address, { path: "/models", accept: "application/json" }, signal), address, timeouts, signal);
      const models = Models.safeParse(document);
      if (!models.success) throw new WorkbenchError("engine.notOpenAi", { url: address.url, found: shortened(JSON.stringify(document)) });
      return models.data.data.map(({ id }) => id);
    },

    complete: async function* (address, request, signal): AsyncGenerator<ChatEvent, void> {
      const path = request.prompt.kind === "chat" ? "/chat/completions" : "/completions";
      let lastMs = ticks();
      const asked = async (left: readonly Droppable[]): ReturnType<typeof askEngine> => {
        lastMs = ticks();
        try {
          return await ask(address, { path, body: bodyOf(request, left), accept: "text/event-stream" }, signal);
        } catch (thrown) {
          // Without usage the answer is counted in pieces, without ignore_eos it ends where it ends. A refusal is no part of the time.
          const refused = left.find((field) => isRefusalOf(thrown, field));
          if (refused === undefined) throw thrown;
          return asked(left.filter((field) => field !== refused));
        }
      };
      const answer = await asked(DROPPABLE);
      let reason: string | null = null;
      let usage: Chunk["usage"] = null;
      for await (const { chunk, atMs } of chunksOf(bytesOf(answer, address, timeouts, signal), address, ticks)) {
        if (chunk.error != null) throw new WorkbenchError("engine.failed", { url: address.url, reason: shortened(typeof chunk.error === "string" ? chunk.error : chunk.error.message) });
        usage = chunk.usage ?? usage;
        const [choice] = chunk.choices ?? [];
        reason = choice?.finish_reason ?? reason;
        const thought = choice?.delta?.reasoning_content ?? choice?.delta?.reasoning ?? "";
        const text = choice?.delta?.content ?? choice?.text ?? "";
        for (const [piece, isThought] of [[thought, true], [text, false]] as const) {
          if (piece === "") continue;
          yield { kind: "piece", text: piece, isThought, ms: atMs - lastMs };
          lastMs = atMs;
        }
      }
      if (reason === null) throw new WorkbenchError("engine.cutOff", { url: address.url, reason: "the answer has no end" });
      yield {
        kind: "end", reason: reason === "stop" ? "ended" : reason === "length" ? "length" : "other",
        usage: usage == null ? null : { promptTokens: usage.prompt_tokens, generatedTokens: usage.completion_tokens },
      };
    },
  };
}

/** Fields that some servers refuse by their names, and that an answer can do without. */
const DROPPABLE = ["stream_options", "ignore_eos"] as const;
type Droppable = (typeof DROPPABLE)[number];

function isRefusalOf(thrown: unknown, field: string): boolean {
  if (!(thrown instanceof WorkbenchError) || thrown.code !== "engine.refused") return false;
  const { status, reason } = thrown.details as ErrorDetails["engine.refused"];
  return (status === 400 || status === 422) && reason.includes(field);
}

/** Fields beyond OpenAI's own go only where they say something: a strict server refuses what it does not know. */
function bodyOf({ model, prompt, maxTokens, sampling, stop, ignoreEnd = false }: ChatRequest, fields: readonly Droppable[]): object {
  const { temperature, topP, topK, minP, repetitionPenalty, seed } = sampling;
  return {
    model, ...(prompt.kind === "chat" ? { messages: prompt.messages } : { prompt: prompt.kind === "text" ? prompt.text : prompt.ids }),
    max_tokens: maxTokens, temperature, top_p: topP, stream: true, ...(fields.includes("stream_options") ? { stream_options: { include_usage: true } } : {}),
    ...(ignoreEnd && fields.includes("ignore_eos") ? { ignore_eos: true } : {}), ...(seed === undefined ? {} : { seed }), ...(stop.length === 0 ? {} : { stop }),
    ...(topK === 0 ? {} : { top_k: topK }), ...(minP === 0 ? {} : { min_p: minP }), ...(repetitionPenalty === 1 ? {} : { repetition_penalty: repetitionPenalty }),
  };
}

/** Events of a stream up to its "[DONE]" or its end, each with the moment at which its last byte was here. @throws engine.notOpenAi, engine.tooLarge */
async function* chunksOf(bytes: AsyncIterable<Buffer>, { url }: EngineAddress, ticks: () => number): AsyncGenerator<{ readonly chunk: Chunk; readonly atMs: number }, void> {
  const events: string[] = [];
  // The limit of the parser is on what it keeps; lines that it drops are counted here.
  const parser = createParser({ onEvent: ({ data }) => void events.push(data), maxBufferSize: 2 * MAX_EVENT_BYTES });
  const decoder = new TextDecoder();
  let received = 0;
  let sinceEvent = 0;
  for await (const piece of bytes) {
    const atMs = ticks();
    received += piece.byteLength;
    sinceEvent += piece.byteLength;
    if (sinceEvent > MAX_EVENT_BYTES) throw new WorkbenchError("engine.tooLarge", { url, what: "event", limitBytes: MAX_EVENT_BYTES });
    parser.feed(decoder.decode(piece, { stream: true }));
    if (events.length > 0) sinceEvent = 0;
    if (received > MAX_ANSWER_BYTES) throw new WorkbenchError("engine.tooLarge", { url, what: "answer", limitBytes: MAX_ANSWER_BYTES });
    for (const data of events.splice(0)) {
      if (data.trim() === "[DONE]") return;
      yield { chunk: readChunk(data, url), atMs };
    }
  }
}

function readChunk(data: string, url: string): Chunk {
  let document: unknown;
  try {
    document = JSON.parse(data);
  } catch (cause) {
    throw new WorkbenchError("engine.notOpenAi", { url, found: shortened(data) }, { cause });
  }
  const chunk = Chunk.safeParse(document);
  if (!chunk.success) throw new WorkbenchError("engine.notOpenAi", { url, found: shortened(data) });
  return chunk.data;
}
