import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Job } from "../shared/schemas/job.ts";
import type { Client } from "./client.ts";
import { useClient } from "./client-context.ts";
import { SUBJECTS } from "./queries.ts";

export type ConnectionState = "live" | "lost";

const BUSY_MS = 400;
const QUIET_MS = 2000;

/** Keeps what the page knows in step with the store, whoever changes it: this tab, another, or a command line. */
export function useLiveUpdates(): ConnectionState {
  const client = useClient();
  const queries = useQueryClient();
  const [state, setState] = useState<ConnectionState>("live");
  useEffect(() => {
    const leaving = new AbortController();
    void followJobs(client, queries, setState, leaving.signal);
    return () => leaving.abort();
  }, [client, queries]);
  return state;
}

async function followJobs(client: Client, queries: QueryClient, setState: (state: ConnectionState) => void, signal: AbortSignal): Promise<void> {
  let before = "";
  while (!signal.aborted) {
    let busy = false;
    try {
      const jobs = await client.job.list(undefined, { signal });
      queries.setQueryData<Job[]>([SUBJECTS.jobs], jobs);
      busy = jobs.some((job) => job.state === "running");
      const states = jobs.map(({ id, state }) => `${id} ${state}`).join("\n");
      if (before !== "" && states !== before) for (const subject of [SUBJECTS.models, SUBJECTS.reports, SUBJECTS.bundles, SUBJECTS.audit]) void queries.invalidateQueries({ queryKey: [subject] });
      before = states;
      setState("live");
    } catch {
      if (!signal.aborted) setState("lost");
    }
    await new Promise((resolve) => setTimeout(resolve, busy ? BUSY_MS : QUIET_MS));
  }
}
