import type { Job, JobKind } from "../../shared/schemas/job.ts";
import type { Clock } from "../domain/clock.ts";
import { createId } from "../store/create-id.ts";
import type { Store } from "../store/open-store.ts";
import { spawnJob } from "./spawn-job.ts";

export interface StartJob {
  readonly store: Store;
  readonly clock: Clock;
  readonly entry: string;
  readonly home: string;
  readonly kind: JobKind;
  readonly request: Record<string, unknown>;
}

/** Writes the job down, starts its process and returns at once. @throws as spawnJob */
export function startJob({ store, clock, entry, home, kind, request }: StartJob): Job {
  const { id } = store.jobs.insert({ id: createId("job", clock), kind, request });
  return spawnJob({ store, entry, home, id });
}
