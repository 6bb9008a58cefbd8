import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { errorFromRecord, type ErrorCode } from "../../../shared/errors.ts";
import { isStopped, type Job } from "../../../shared/schemas/job.ts";
import { useJobAction } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { JobProgress } from "../../ui/job-progress.tsx";
import type { FoundJob } from "./use-job.ts";
import styles from "./job-run.module.css";

interface JobRunProps {
  readonly found: FoundJob;
  /** What it is doing, in the words of this wizard. */
  readonly doing: string;
  readonly onRestart: () => void;
}

/** A job from its start to its end: figures while it runs, a way on from every way to end. */
export function JobRun({ found, doing, onRestart }: JobRunProps): ReactNode {
  const { texts, wizards: words } = useLocale();
  const cancel = useJobAction((client, id: string) => client.job.cancel({ id }));
  const pause = useJobAction((client, id: string) => client.job.pause({ id }));
  const resume = useJobAction((client, id: string) => client.job.resume({ id }));
  const { job } = found;
  if (job === undefined) return found.error === null ? <div className={styles["run"]} aria-busy="true">{texts.common.loading}</div> : <ErrorPanel error={found.error} />;
  const error = cancel.error ?? pause.error ?? resume.error;
  return (
    <div className={styles["run"]} data-state={job.state}>
      <p className={styles["head"]}>
        <strong>{isStopped(job) ? `${doing}: ${texts.jobs.state[job.state]}` : doing}</strong>
        <Link to="/jobs/$id" params={{ id: job.id }}><bdi dir="ltr">{job.id}</bdi></Link>
      </p>
      {(!isStopped(job) || job.progress !== null) && <JobProgress job={job} />}
      {job.error !== null && job.state === "failed" && <ErrorPanel error={recorded(job.error)} />}
      {(job.state === "cancelled" || job.state === "interrupted" || job.state === "paused") && <p>{words.frame[job.state]}</p>}
      {error !== null && <ErrorPanel error={error} />}
      {job.state !== "done" && job.state !== "waiting" && (
        <div className={styles["buttons"]}>
          {isStopped(job)
            ? (
              <>
                <Button variant="filled" disabled={resume.isPending} onClick={() => resume.mutate(job.id)}>{texts.jobs.resume}</Button>
                <Button onClick={onRestart}>{words.frame.restart}</Button>
              </>
            )
            : (
              <>
                <Button disabled={pause.isPending || cancel.isPending} onClick={() => pause.mutate(job.id)}>{texts.jobs.pause}</Button>
                <Button disabled={cancel.isPending} onClick={() => cancel.mutate(job.id)}>{words.frame.stop}</Button>
              </>
            )}
        </div>
      )}
      {!isStopped(job) && <p className={styles["hint"]}>{words.frame.goesOn}</p>}
    </div>
  );
}

function recorded({ code, details }: NonNullable<Job["error"]>): Error {
  return errorFromRecord({ code: code as ErrorCode, details });
}
