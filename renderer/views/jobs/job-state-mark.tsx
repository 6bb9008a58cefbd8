import type { ReactNode } from "react";
import type { JobState } from "../../../shared/schemas/job.ts";
import { useLocale } from "../../texts/locale.tsx";
import styles from "./job-state-mark.module.css";

export function JobStateMark({ state }: { readonly state: JobState }): ReactNode {
  return <span className={styles["mark"]} data-state={state}>{useLocale().texts.jobs.state[state]}</span>;
}
