import type { ReactNode } from "react";
import { useLocale } from "../../texts/locale.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { JobRun } from "../frame/job-run.tsx";
import type { JobSequence } from "../frame/use-job-sequence.ts";

/** Made, then every byte of it read back and hashed again. */
export function RunStep({ sequence, onRestart }: { readonly sequence: JobSequence; readonly onRestart: () => void }): ReactNode {
  const { wizards: { export: words } } = useLocale();
  return (
    <>
      {sequence.jobs.map((job, place) => <JobRun key={job.id} found={{ job, error: null }} doing={place === 0 ? words.making : words.verifying} onRestart={onRestart} />)}
      {sequence.jobs.length < 2 && <p>{words.thenVerify}</p>}
      {sequence.error !== null && <ErrorPanel error={sequence.error} onRetry={sequence.begin} />}
    </>
  );
}
