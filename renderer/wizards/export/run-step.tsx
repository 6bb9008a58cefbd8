import type { ReactNode } from "react";
import { useLocale } from "../../texts/locale.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { JobRun } from "../frame/job-run.tsx";
import type { JobSequence } from "../frame/use-job-sequence.ts";

/** Made, then every byte of it read back and hashed again: one piece of work for whoever looks on. */
export function RunStep({ sequence: { jobs, current, error, begin }, onRestart }: { readonly sequence: JobSequence; readonly onRestart: () => void }): ReactNode {
  const { wizards: { export: words } } = useLocale();
  return (
    <>
      {jobs.filter((job) => job.state === "done" || job === current).map((job) => <JobRun key={job.id} found={{ job, error: null }} doing={job === jobs[0] ? words.making : words.verifying} onRestart={onRestart} />)}
      {current === jobs[0] && <p>{words.thenVerify}</p>}
      {error !== null && <ErrorPanel error={error} onRetry={begin} />}
    </>
  );
}
