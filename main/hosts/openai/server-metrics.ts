import type { ServiceState } from "../../api/completion-service.ts";
import type { CompletionEvent } from "../../domain/completion.ts";
import { createCounter, createHistogram, gaugeLines } from "./prometheus.ts";

/** Seconds; from a warm small model to a long prompt behind a full queue. */
const FIRST_TOKEN_BOUNDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const INTER_TOKEN_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export interface ServerMetrics {
  /** An answer has gone out, or its reader has gone (`isDisconnect`). */
  request(route: string, status: number, isDisconnect: boolean): void;
  /** Passes a sequence's events on and counts them. @param arrivedMs when its request came, in `ticks` */
  observed(events: AsyncIterable<CompletionEvent>, arrivedMs: number, ticks: () => number): AsyncGenerator<CompletionEvent, void>;
  text(state: ServiceState): string;
}

export function createServerMetrics(): ServerMetrics {
  const requests = createCounter("sallyport_requests_total", "Answered requests, by route and HTTP status; 499: the client left first.");
  const disconnects = createCounter("sallyport_client_disconnects_total", "Requests whose client left before the answer was complete.");
  const promptTokens = createCounter("sallyport_prompt_tokens_total", "Tokens of prompts, cached ones included.");
  const cachedTokens = createCounter("sallyport_cached_tokens_total", "Tokens of prompts that were in the cache already.");
  const generatedTokens = createCounter("sallyport_generated_tokens_total", "Tokens generated.");
  const firstToken = createHistogram("sallyport_time_to_first_token_seconds", "From a request's arrival to the first token of each of its sequences, waiting included.", FIRST_TOKEN_BOUNDS);
  const interToken = createHistogram("sallyport_inter_token_seconds", "Between two tokens of a sequence.", INTER_TOKEN_BOUNDS);

  async function* observed(events: AsyncIterable<CompletionEvent>, arrivedMs: number, ticks: () => number): AsyncGenerator<CompletionEvent, void> {
    let isFirst = true;
    for await (const event of events) {
      if (event.kind === "token") {
        generatedTokens.add(1);
        if (isFirst) firstToken.observe((ticks() - arrivedMs) / 1000);
        else interToken.observe(event.ms / 1000);
        isFirst = false;
      } else if (event.kind === "end") {
        promptTokens.add(event.promptTokens);
        cachedTokens.add(event.cachedTokens);
      }
      yield event;
    }
  }

  return {
    request: (route, status, isDisconnect) => {
      requests.add(1, { route, status: String(isDisconnect ? 499 : status) });
      if (isDisconnect) disconnects.add(1);
    },
    observed,
    text: (state) => `${[requests, disconnects, promptTokens, cachedTokens, generatedTokens, firstToken, interToken].flatMap((metric) => metric.lines()).concat(stateLines(state)).join("\n")}\n`,
  };
}

function stateLines({ requests, runningSequences, waitingSequences, cache }: ServiceState): readonly string[] {
  return [
    ...gaugeLines("sallyport_requests_active", "Requests let in and not yet answered.", [{ value: requests }]),
    ...gaugeLines("sallyport_sequences_running", "Sequences that hold a place of the server.", [{ value: runningSequences }]),
    ...gaugeLines("sallyport_sequences_waiting", "Sequences that wait for a place of the server: the queue.", [{ value: waitingSequences }]),
    ...gaugeLines("sallyport_engine_sequences_running", "Sequences that the engine computes in turn.", [{ value: cache?.runningSequences ?? 0 }]),
    ...gaugeLines("sallyport_engine_sequences_waiting", "Sequences that wait in the engine for room in its cache.", [{ value: cache?.waitingSequences ?? 0 }]),
    ...gaugeLines("sallyport_cache_bytes", "Cache in use: by running sequences, and by prefixes kept for those to come.", [
      { value: cache?.runningBytes ?? 0, labels: { held: "running" } }, { value: cache?.keptBytes ?? 0, labels: { held: "kept" } },
    ]),
    ...gaugeLines("sallyport_cache_limit_bytes", "What the cache may grow to.", [{ value: cache?.limitBytes ?? 0 }]),
  ];
}
