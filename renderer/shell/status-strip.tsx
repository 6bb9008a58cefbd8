import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Job } from "../../shared/schemas/job.ts";
import { jobSubject } from "../job-subject.ts";
import type { ConnectionState } from "../live-updates.ts";
import { useJobs, useModels } from "../queries.ts";
import { useLocale } from "../texts/locale.tsx";
import { JobProgressLine } from "../ui/job-progress.tsx";
import styles from "./status-strip.module.css";

/** As many running jobs as fit the strip; the others are counted. */
const SHOWN = 2;

export function StatusStrip({ connection }: { readonly connection: ConnectionState }): ReactNode {
  const { texts, format } = useLocale();
  const jobs = useJobs().data ?? [];
  const models = useModels().data;
  const running = jobs.filter(({ state }) => state === "running" || state === "queued");
  return (
    <footer className={styles["strip"]}>
      {running.length === 0 ? <span className={styles["quiet"]}>{texts.strip.noJobs}</span> : running.slice(0, SHOWN).map((job) => (
        <Link key={job.id} to="/jobs/$id" params={{ id: job.id }} className={styles["job"]}>
          <span>{texts.jobs.kind[job.kind]} <bdi>{jobSubject(job, models)}</bdi></span>
          <JobProgressLine job={job} />
        </Link>
      ))}
      {running.length > SHOWN && <Link to="/jobs">{texts.strip.jobs(format.count(running.length))}</Link>}
      <span className={styles["connection"]} data-state={connection}>{connection === "live" ? texts.strip.connected : texts.strip[connection]}</span>
      <Announcements jobs={jobs} />
    </footer>
  );
}

/** Says when a job starts and how it ends, and nothing between: progress read aloud would drown everything else. */
function Announcements({ jobs }: { readonly jobs: readonly Job[] }): ReactNode {
  const { texts } = useLocale();
  const before = useRef<ReadonlyMap<string, Job["state"]> | null>(null);
  const [said, say] = useState("");
  useEffect(() => {
    const now = new Map(jobs.map((job) => [job.id, job.state]));
    const known = before.current;
    before.current = now;
    if (known === null || known.size === 0) return;
    for (const job of jobs) {
      const was = known.get(job.id);
      const what = `${texts.jobs.kind[job.kind]} ${jobSubject(job)}`;
      if (was === undefined && job.state === "running") say(texts.strip.jobStarted(what));
      else if (was !== undefined && was !== job.state && job.state !== "running") say(texts.strip.jobEnded(what, texts.jobs.state[job.state]));
    }
  }, [jobs, texts]);
  return <span role="status" className="visually-hidden">{said}</span>;
}
