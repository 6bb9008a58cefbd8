import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Client } from "./client.ts";
import { useClient } from "./client-context.ts";
import { isShutOut } from "./read-error.ts";

/** shutOut: the workbench answers, and does not know this browser (any more). */
export type ConnectionState = "live" | "lost" | "shutOut";

/** Between two tries at a workbench that does not answer. */
const RETRY_MS = 1000;

/**
 * Keeps what the page knows in step with the store, whoever changes it: this tab, another, or a command line. One stream for the page, and only while it is
 * seen: a browser keeps six connections to a server for all tabs together.
 */
export function useLiveUpdates(): ConnectionState {
  const client = useClient();
  const queries = useQueryClient();
  const [state, setState] = useState<ConnectionState>("live");
  useEffect(() => {
    let watching: AbortController | null = null;
    const onVisibility = (): void => {
      if (document.hidden) {
        watching?.abort();
        watching = null;
      } else if (watching === null) {
        watching = new AbortController();
        void followChanges(client, queries, setState, watching.signal);
      }
    };
    onVisibility();
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      document.removeEventListener("visibilitychange", onVisibility);
      watching?.abort();
    };
  }, [client, queries]);
  return state;
}

/** Every key of ours begins with a kind of change; a stream that begins names them all, so whatever was missed is read again. */
async function followChanges(client: Client, queries: QueryClient, setState: (state: ConnectionState) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const { changed } of await client.events.watch(undefined, { signal })) {
        setState("live");
        for (const kind of changed) void queries.invalidateQueries({ queryKey: [kind] });
      }
      if (!signal.aborted) setState("lost");
    } catch (thrown) {
      // Whatever it was, the answer is to try again; what it means for the person is told by the notice above the page.
      if (!signal.aborted) setState(isShutOut(thrown) ? "shutOut" : "lost");
    }
    if (signal.aborted) return;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
