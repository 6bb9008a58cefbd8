import { asWorkbenchError } from "../../shared/errors.ts";
import type { Files } from "../domain/files.ts";
import { type EngineCall, type EngineReply, EngineRequest } from "./engine-messages.ts";
import { EngineServer } from "./engine-server.ts";
import { packWeights } from "./pack-weights.ts";

/** Answers calls that come over this process's IPC channel, several at once, until the parent goes away. */
export function serveEngine(files: Files): void {
  const server = new EngineServer(files);
  const running = new Map<number, AbortController>();
  const send = (reply: EngineReply): void => {
    if (process.connected) process.send?.(reply);
  };

  process.on("message", (message: unknown) => {
    const request = EngineRequest.parse(message);
    if ("cancel" in request) {
      running.get(request.cancel)?.abort();
      return;
    }
    const { id, call } = request;
    const controller = new AbortController();
    running.set(id, controller);
    answer(server, call, controller.signal, (event) => send({ id, event }))
      .then((result) => send({ id, done: { result } }), (thrown) => send({ id, done: { error: asWorkbenchError(thrown).toRecord() } }))
      .finally(() => running.delete(id));
  });
  // Whoever started us is gone, killed perhaps: nobody is left to read the answers, and the memory is wanted back.
  process.on("disconnect", () => process.exit(0));
}

type Result = Extract<EngineReply, { done: unknown }>["done"] extends infer D ? (D extends { result: infer R } ? R : never) : never;
type Event = Extract<EngineReply, { event: unknown }>["event"];

async function answer(server: EngineServer, call: EngineCall, signal: AbortSignal, emit: (event: Event) => void): Promise<Result> {
  switch (call.call) {
    case "load":
      return server.load(call);
    case "generate":
      for await (const event of server.generate(call, signal)) emit(event as Event);
      return null;
    case "logits":
      await server.logits(call.tokenIds, call.file, call.chunkTokens, signal);
      return null;
    case "pack":
      await packWeights(call);
      return null;
    case "reset":
      server.reset();
      return null;
    case "memory":
      return server.memory();
    case "cache":
      return server.cache();
    default:
      return call satisfies never;
  }
}
