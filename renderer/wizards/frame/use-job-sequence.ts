import { useCallback, useEffect, useRef, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import type { Job } from "../../../shared/schemas/job.ts";
import type { Client } from "../../client.ts";
import { useClient } from "../../client-context.ts";
import { rememberJob, useJobs } from "../../queries.ts";

interface SequenceProps {
  /** Of the jobs started so far, in order; kept in the address. */
  readonly ids: readonly string[];
  readonly length: number;
  /** Starts job `index`; everything before it is done. */
  readonly start: (client: Client, index: number, before: readonly Job[]) => Promise<Job>;
  readonly onStarted: (ids: readonly string[]) => void;
}

export interface JobSequence {
  /** Those that are known, in order. */
  readonly jobs: readonly Job[];
  readonly isDone: boolean;
  readonly isStarting: boolean;
  readonly error: unknown;
  /** The first one; the others follow by themselves, one when the one before is done. */
  readonly begin: () => void;
}

/** Jobs one after the other. The page starts each: it must stay open for the next one to begin, and goes on where it was when it is opened again. */
export function useJobSequence({ ids, length, start, onStarted }: SequenceProps): JobSequence {
  const client = useClient();
  const queries = useQueryClient();
  const known = useJobs().data;
  const [error, setError] = useState<unknown>(null);
  const [isStarting, setStarting] = useState(false);
  const startedFor = useRef(-1);
  const jobs = ids.flatMap((id) => known?.find((job) => job.id === id) ?? []);
  const isEachDone = jobs.length === ids.length && jobs.every(({ state }) => state === "done");
  const isDone = ids.length === length && isEachDone;

  const startNext = useCallback(async () => {
    const index = ids.length;
    // Effects run again for many reasons; one place in the order is started once.
    if (startedFor.current === index) return;
    startedFor.current = index;
    setStarting(true);
    setError(null);
    try {
      const job = await start(client, index, jobs);
      rememberJob(queries, job);
      onStarted([...ids, job.id]);
    } catch (thrown) {
      startedFor.current = -1;
      setError(thrown);
    } finally {
      setStarting(false);
    }
  }, [ids, jobs, start, client, queries, onStarted]);

  const mayFollow = ids.length > 0 && ids.length < length && isEachDone && error === null;
  useEffect(() => {
    if (mayFollow) void startNext();
  }, [mayFollow, startNext]);

  return { jobs, isDone, isStarting, error, begin: () => void startNext() };
}
