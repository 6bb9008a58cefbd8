import { setImmediate } from "node:timers/promises";
import { asWorkbenchError } from "../../shared/errors.ts";
import type { EngineCall, EngineReply } from "./engine-messages.ts";
import { EngineRequest } from "./engine-messages.ts";
import { EngineServer } from "./engine-server.ts";

/** Answers calls that come over this process's IPC channel, one at a time in order of arrival, until the parent goes away. */
export function serveEngine(): void {
  const server = new EngineServer();
  const running = new Map<number, AbortController>();
  let queue: Promise<void> = Promise.resolve();
  const send = (reply: EngineReply): void => {
    if (process.connected) process.send?.(reply);
  };

  process.on("message", (message: unknown) => {
    const request = EngineRequest.parse(message);
    if ("cancel" in request) {
      running.get(request.cancel)?.abort();
      return;
    }
    const controller = new AbortController();
    running.set(request.id, controller);
    queue = queue.then(async () => {
      try {
        const result = await answer(server, request.call, controller.signal, (event) => send({ id: request.id, event }));
        send({ id: request.id, done: { result } });
      } catch (thrown) {
        send({ id: request.id, done: { error: asWorkbenchError(thrown).toRecord() } });
      } finally {
        running.delete(request.id);
      }
    });
  });
  // Whoever started us is gone, killed perhaps: nobody is left to read the answers, and the memory is wanted back.
  process.on("disconnect", () => process.exit(0));
}

type Result = Extract<EngineReply, { done: unknown }>["done"] extends infer D ? (D extends { result: infer R } ? R : never) : never;
type Event = Extract<EngineReply, { event: unknown }>["event"];

async function answer(server: EngineServer, call: EngineCall, signal: AbortSignal, emit: (event: Event) => void): Promise<Result> {
  switch (call.call) {
    case "load":
      return server.load(call.directory, call.manifest, call.threads);
    case "generate":
      for await (const event of server.generate(call, signal)) {
        emit(event);
        // Lets a cancellation in: session.run holds the thread from one token to the next.
        await setImmediate();
      }
      return null;
    case "logits":
      await server.logits(call.tokenIds, call.file, call.chunkTokens, signal);
      return null;
    case "reset":
      server.reset();
      return null;
    case "memory":
      return server.memory();
    default:
      return call satisfies never;
  }
}
