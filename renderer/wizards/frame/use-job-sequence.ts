import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import type { Job, SequenceRequest } from "../../../shared/schemas/job.ts";
import { useClient } from "../../client-context.ts";
import { rememberJob, useJobs } from "../../queries.ts";

export interface JobSequence {
  /** All of them, in order; those that have not begun wait. */
  readonly jobs: readonly Job[];
  /** The one that the others wait for, or the last. */
  readonly current: Job | undefined;
  readonly isDone: boolean;
  readonly isStarting: boolean;
  readonly error: unknown;
  /** One call: what runs it from there on is the workbench, not this page. */
  readonly begin: () => void;
}

interface SequenceProps {
  /** Of the jobs, in order; kept in the address. */
  readonly ids: readonly string[];
  readonly steps: z.input<typeof SequenceRequest>["steps"];
  readonly onStarted: (ids: readonly string[]) => void;
}

/** Jobs one after the other, each started by the one before. The page only looks on. */
export function useJobSequence({ ids, steps, onStarted }: SequenceProps): JobSequence {
  const client = useClient();
  const queries = useQueryClient();
  const known = useJobs().data;
  const start = useMutation({
    mutationFn: () => client.job.startSequence({ steps }),
    onSuccess: (started) => {
      for (const job of started) rememberJob(queries, job);
      onStarted(started.map(({ id }) => id));
    },
  });
  const jobs = ids.flatMap((id) => known?.find((job) => job.id === id) ?? []);
  const current = jobs.find(({ state }) => state !== "done") ?? jobs.at(-1);
  return { jobs, current, isDone: jobs.length > 0 && jobs.length === ids.length && current?.state === "done", isStarting: start.isPending, error: start.error, begin: () => start.mutate() };
}
