import type { ReactNode } from "react";
import { useLocale } from "../../texts/locale.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { Figure } from "../../ui/figures.tsx";
import { JobRun } from "../frame/job-run.tsx";
import type { JobSequence } from "../frame/use-job-sequence.ts";
import styles from "./benchmark.module.css";
import type { Turn } from "./benchmark-state.ts";
import { speedReportOf } from "./speed-report-of.ts";

interface RunStepProps {
  readonly order: readonly Turn[];
  readonly names: ReadonlyMap<string, string>;
  readonly sequence: JobSequence;
  readonly onRestart: () => void;
}

/** One job after the other, never two at once: each figure as soon as it is there. */
export function RunStep({ order, names, sequence, onRestart }: RunStepProps): ReactNode {
  const { texts, wizards: { benchmark: words }, format } = useLocale();
  const { jobs, current, error } = sequence;
  return (
    <>
      <p>{words.byThemselves}</p>
      <ol className={styles["places"]}>
        {order.map(({ model, round }, place) => {
          const job = jobs[place];
          const report = job === undefined ? null : speedReportOf(job);
          return (
            <li key={`${round} ${model}`} data-state={job?.state ?? "waiting"}>
              <bdi>{names.get(model) ?? model}</bdi>
              <span>{report !== null ? <Figure>{words.decodeOf(format.withError(report.decodeTokensPerSecond.median, report.decodeTokensPerSecond.medianAbsoluteDeviation))}</Figure> : job === undefined ? words.waiting : texts.jobs.state[job.state]}</span>
            </li>
          );
        })}
      </ol>
      {current !== undefined && <JobRun found={{ job: current, error: null }} doing={words.doing(format.count(current.sequence?.at ?? 1), format.count(order.length))} onRestart={onRestart} />}
      {error !== null && <ErrorPanel error={error} onRetry={sequence.begin} />}
    </>
  );
}
