import type { ReactNode } from "react";
import type { Job, JobProgress as Progress } from "../../shared/schemas/job.ts";
import { useLocale } from "../texts/locale.tsx";
import { isolated, shownText } from "../texts/shown-text.ts";
import { Figure, Rate } from "./figures.tsx";
import styles from "./job-progress.module.css";

/** How far a job is: never a bar without its figures. */
export function JobProgress({ job }: { readonly job: Job }): ReactNode {
  const { texts, format } = useLocale();
  const { progress } = job;
  if (progress === null) return <div className={styles["figures"]}>{texts.jobs.state[job.state]}</div>;
  return (
    <div className={styles["progress"]}>
      <div className={styles["figures"]}>
        <bdi>{shownText(progress.step, 60)}</bdi>
        <Amounts progress={progress} />
        {job.state === "running" && <Rate perSecond={progress.ratePerSecond} unit={progress.unit} />}
        {job.state === "running" && <span>{progress.secondsLeft === null ? texts.jobs.leftUnknown : texts.jobs.left(format.duration(Math.max(0, progress.secondsLeft)))}</span>}
      </div>
      <Bar progress={progress} label={texts.jobs.kind[job.kind]} />
    </div>
  );
}

/** The same in one line, for the strip. */
export function JobProgressLine({ job }: { readonly job: Job }): ReactNode {
  const { texts, format } = useLocale();
  const { progress } = job;
  if (progress === null || job.state !== "running") return <span className={styles["soft"]}>{texts.jobs.state[job.state]}</span>;
  return (
    <>
      <span className={styles["lineBar"]}><Bar progress={progress} label={texts.jobs.kind[job.kind]} /></span>
      <Figure>{format.percent(shareOf(progress))}</Figure>
      <span className={styles["soft"]}>{progress.secondsLeft === null ? texts.jobs.leftUnknown : texts.jobs.left(format.duration(Math.max(0, progress.secondsLeft)))}</span>
    </>
  );
}

function Amounts({ progress: { done, total, unit } }: { readonly progress: Progress }): ReactNode {
  const { texts, format } = useLocale();
  const write = unit === "bytes" ? format.bytes : format.count;
  const words = texts.jobs.unit[unit];
  return <span className={styles["amounts"]}>{total > 0 ? texts.common.of(isolated(write(done)), isolated(write(total))) : isolated(write(done))}{words === "" ? "" : ` ${words}`}</span>;
}

function Bar({ progress, label }: { readonly progress: Progress; readonly label: string }): ReactNode {
  const percent = Math.round(shareOf(progress) * 1000) / 10;
  return (
    <span role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent} className={styles["bar"]}>
      <span className={styles["fill"]} style={{ inlineSize: `${percent}%` }} />
    </span>
  );
}

export function shareOf({ done, total }: Pick<Progress, "done" | "total">): number {
  return total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;
}
