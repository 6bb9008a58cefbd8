import { useQuery } from "@tanstack/react-query";
import type { Job } from "../../../shared/schemas/job.ts";
import { useClient } from "../../client-context.ts";
import { SUBJECTS, useJobs } from "../../queries.ts";

export interface FoundJob {
  /** undefined: not answered yet, or not there. */
  readonly job: Job | undefined;
  readonly error: unknown;
}

/** A job by its id, kept up by the page's one stream; one that fell off the list is asked for by itself. */
export function useJob(id: string): FoundJob {
  const client = useClient();
  const jobs = useJobs().data;
  const listed = jobs?.find((job) => job.id === id);
  const asked = useQuery({
    queryKey: [SUBJECTS.jobs, "one", id], queryFn: ({ signal }) => client.job.get({ id }, { signal }), enabled: id !== "" && jobs !== undefined && listed === undefined,
  });
  return { job: listed ?? asked.data, error: listed === undefined ? asked.error : null };
}

