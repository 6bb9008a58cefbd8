import { SegmentedControl } from "@mantine/core";
import { useNavigate, useParams } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { Job, JobState } from "../../../shared/schemas/job.ts";
import { jobSubject } from "../../job-subject.ts";
import { useJobs, useModels } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { CommandTwin } from "../../ui/command-twin.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Figure, Time } from "../../ui/figures.tsx";
import { shareOf } from "../../ui/job-progress.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { QueryGate } from "../../ui/query-gate.tsx";
import { JobDetail } from "./job-detail.tsx";
import { JobStateMark } from "./job-state-mark.tsx";
import styles from "./jobs-page.module.css";

type Filter = "all" | "running" | "ended";
const STATES: Readonly<Record<Filter, readonly JobState[] | null>> = { all: null, running: ["waiting", "queued", "running"], ended: ["failed", "paused", "cancelled", "interrupted"] };

export function JobsPage(): ReactNode {
  const { texts } = useLocale();
  const jobs = useJobs();
  const navigate = useNavigate();
  const { id: chosen } = useParams({ strict: false });
  const [filter, setFilter] = useState<Filter>("all");
  const job = jobs.data?.find(({ id }) => id === chosen);
  return (
    <Page
      title={texts.jobs.title} fills
      actions={<SegmentedControl value={filter} onChange={setFilter} data={[{ value: "all" as const, label: texts.jobs.filterAll }, { value: "running" as const, label: texts.jobs.filterRunning }, { value: "ended" as const, label: texts.jobs.filterEnded }]} />}
    >
      <QueryGate query={jobs} heightPx={320}>
        {(all) => {
          if (all.length === 0) return <Section title={texts.jobs.title}><EmptyState what={texts.jobs.empty} next={texts.jobs.emptyNext} /></Section>;
          const shown = all.filter(({ state }) => STATES[filter]?.includes(state) ?? true);
          return (
            <div className={styles["split"]}>
              <section className={styles["list"]} aria-label={texts.jobs.title}>
                {shown.length === 0 ? <EmptyState what={texts.jobs.noneMatches} /> : <JobTable jobs={shown} chosen={chosen ?? null} onOpen={({ id }) => void navigate({ to: "/jobs/$id", params: { id }, replace: chosen !== undefined })} />}
              </section>
              <aside className={styles["detail"]}>{job === undefined ? <EmptyState what={texts.jobs.choose} /> : <JobDetail key={job.id} job={job} />}</aside>
            </div>
          );
        }}
      </QueryGate>
      <CommandTwin words={job === undefined ? ["job", "ls"] : ["job", "watch", job.id]} />
    </Page>
  );
}

function JobTable({ jobs, chosen, onOpen }: { readonly jobs: readonly Job[]; readonly chosen: string | null; readonly onOpen: (job: Job) => void }): ReactNode {
  const { texts, format } = useLocale();
  const models = useModels().data;
  return (
    <DataTable
      label={texts.jobs.title} rows={jobs} keyOf={({ id }) => id} selectedKey={chosen} onOpen={onOpen} fills
      columns={[
        { id: "what", title: texts.jobs.what, width: "minmax(104px, 0.8fr)", cell: ({ kind, sequence }) => <>{texts.jobs.kind[kind]}{sequence !== null && <span className={styles["step"]}> <Figure title={texts.jobs.stepOf(format.count(sequence.at), format.count(sequence.of))}>{format.count(sequence.at)}/{format.count(sequence.of)}</Figure></span>}</> },
        { id: "subject", title: texts.jobs.subject, width: "minmax(92px, 2fr)", cell: (job) => <bdi>{jobSubject(job, models)}</bdi> },
        { id: "state", title: texts.jobs.stateTitle, width: "120px", cell: ({ state, progress }) => <span><JobStateMark state={state} />{progress !== null && state !== "done" && <> <Figure>{format.percent(shareOf(progress))}</Figure></>}</span> },
        { id: "took", title: texts.jobs.took, width: "64px", align: "end", cell: (job) => <Figure>{format.duration(secondsOf(job))}</Figure> },
        { id: "started", title: texts.jobs.started, width: "132px", align: "end", cell: ({ startedAt }) => <Time iso={startedAt} /> },
      ]}
    />
  );
}

function secondsOf({ startedAt, endedAt }: Job): number | null {
  return startedAt === null || endedAt === null ? null : (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
}
