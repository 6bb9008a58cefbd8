import type { OutgoingHttpHeaders, ServerResponse } from "node:http";

/** A reader that takes nothing for so long holds a sequence's place and cache; it is taken for gone. */
const STALLED_MS = 60_000;

export interface EventStream {
  readonly isOpen: boolean;
  /** One `data:` event. Resolves when the client's connection has room for more. @throws the signal's reason */
  send(data: unknown): Promise<void>;
  end(): void;
}

/**
 * Server-sent events on a response that nothing else writes to. Headers go with the first event, so that an error before it can still have its own
 * status.
 * @param open called before the first event; @returns headers that belong to the answer beside those of the stream
 */
export function createEventStream(response: ServerResponse, open: () => OutgoingHttpHeaders, signal: AbortSignal): EventStream {
  let isOpen = false;
  const write = async (text: string): Promise<void> => {
    if (!isOpen) {
      response.writeHead(200, { ...open(), "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store", "x-accel-buffering": "no" });
      isOpen = true;
    }
    if (response.write(text)) return;
    await roomAgain(response, signal);
  };
  return {
    get isOpen() {
      return isOpen;
    },
    send: (data) => write(`data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`),
    end: () => void response.end(),
  };
}

function roomAgain(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      clearTimeout(timer);
      response.off("drain", drained);
      signal.removeEventListener("abort", aborted);
    };
    const drained = (): void => {
      done();
      resolve();
    };
    const aborted = (): void => {
      done();
      reject(signal.reason);
    };
    const timer = setTimeout(() => response.destroy(), STALLED_MS);
    response.once("drain", drained);
    signal.addEventListener("abort", aborted, { once: true });
    if (signal.aborted) aborted();
  });
}
