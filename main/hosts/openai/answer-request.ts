import { randomUUID } from "node:crypto";
import type { OutgoingHttpHeaders } from "node:http";
import type { FastifyReply } from "fastify";
import type { CompletionService } from "../../api/completion-service.ts";
import type { CompletionEvent, ScoredToken } from "../../domain/completion.ts";
import type { ModelPackage } from "../../domain/model-package.ts";
import { finishReason, usageOf } from "./answer-wire.ts";
import { toApiError } from "./api-error.ts";
import type { EndpointShape } from "./endpoint-shape.ts";
import { createEventStream } from "./event-stream.ts";
import { runSequences } from "./run-sequences.ts";
import type { SequencePlan } from "./sequence-plan.ts";
import type { ServerMetrics } from "./server-metrics.ts";

type End = Extract<CompletionEvent, { kind: "end" }>;
type Events = AsyncGenerator<{ readonly index: number; readonly event: CompletionEvent }, void>;

export interface Answering {
  readonly service: CompletionService;
  readonly metrics: ServerMetrics;
  /** Sequences of one request at once. */
  readonly lanes: number;
  readonly now: () => number;
  readonly ticks: () => number;
  readonly log: (line: string) => void;
}

export interface Caller {
  readonly reply: FastifyReply;
  /** Aborted when the client leaves, or the server must end. */
  readonly signal: AbortSignal;
}

/** Runs what a request asks for and answers it, whole or as a stream. Errors before the first event are thrown; later ones go down the stream. */
export async function answerRequest(answering: Answering, plan: SequencePlan, shape: EndpointShape, caller: Caller): Promise<FastifyReply> {
  const { service, metrics, lanes, ticks } = answering;
  const arrivedMs = ticks();
  const model = await service.open(plan.model);
  const leave = service.admit();
  try {
    const count = plan.promptCount * plan.sequencesPerPrompt;
    const start = (index: number, signal: AbortSignal): AsyncGenerator<CompletionEvent, void> => metrics.observed(complete(service, model, plan, index, signal), arrivedMs, ticks);
    const events = runSequences(count, start, { lanes, signal: caller.signal });
    const head = { id: `${shape.idPrefix}${randomUUID().replaceAll("-", "")}`, created: Math.floor(answering.now() / 1000), model: plan.model };
    return plan.stream === null ? await answerWhole(events, count, plan, shape, head, caller) : await answerStream(events, count, plan, shape, head, caller, answering.log);
  } finally {
    leave();
  }
}

function complete(service: CompletionService, model: ModelPackage, plan: SequencePlan, index: number, signal: AbortSignal): AsyncGenerator<CompletionEvent, void> {
  return service.complete(model, plan.sequence(Math.floor(index / plan.sequencesPerPrompt), index % plan.sequencesPerPrompt), signal);
}

function hasLogprobs(plan: SequencePlan): boolean {
  return typeof plan.sequence(0, 0).topLogprobs === "number";
}

async function answerWhole(events: Events, count: number, plan: SequencePlan, shape: EndpointShape, head: object, { reply }: Caller): Promise<FastifyReply> {
  const texts = Array.from({ length: count }, () => "");
  const tokens = Array.from({ length: count }, (): ScoredToken[] => []);
  const ends: End[] = [];
  for await (const { index, event } of events) {
    if (event.kind === "prompt" || event.kind === "text") {
      texts[index] += event.text;
      for (const token of event.tokens) tokens[index]?.push(token);
    } else if (event.kind === "end") ends[index] = event;
  }
  const scored = hasLogprobs(plan);
  const choices = texts.map((text, index) => shape.choice(index, text, scored ? (tokens[index] ?? []) : null, finishReason(ends[index]?.reason ?? "length")));
  return reply.send({ ...head, object: shape.object, choices, usage: usageOf(ends, plan.sequencesPerPrompt) });
}

async function answerStream(events: Events, count: number, plan: SequencePlan, shape: EndpointShape, head: object, { reply, signal }: Caller, log: (line: string) => void): Promise<FastifyReply> {
  const includeUsage = plan.stream?.includeUsage === true;
  const stream = createEventStream(reply.raw, () => {
    const headers = reply.getHeaders() as OutgoingHttpHeaders;
    reply.hijack();
    return headers;
  }, signal);
  const send = (choices: readonly object[]): Promise<void> => stream.send({ ...head, object: shape.chunkObject, choices, ...(includeUsage ? { usage: null } : {}) });
  const scored = hasLogprobs(plan);
  const isOpened = Array.from({ length: count }, () => false);
  const ends: End[] = [];
  try {
    for await (const { index, event } of events) {
      if (event.kind === "prefill" || event.kind === "token") continue;
      const opening = isOpened[index] === true ? null : shape.opening(index);
      isOpened[index] = true;
      if (opening !== null) await send([opening]);
      if (event.kind === "end") {
        ends[index] = event;
        await send([shape.closing(index, finishReason(event.reason))]);
      } else await send([shape.chunk(index, event.text, scored ? event.tokens : null)]);
    }
    if (includeUsage) await stream.send({ ...head, object: shape.chunkObject, choices: [], usage: usageOf(ends, plan.sequencesPerPrompt) });
    await stream.send("[DONE]");
  } catch (thrown) {
    if (!stream.isOpen) throw thrown;
    const error = toApiError(thrown);
    if (error.log !== null && !signal.aborted) log(error.log);
    if (!reply.raw.destroyed) await stream.send(error.body).catch(() => {});
  }
  stream.end();
  return reply;
}
