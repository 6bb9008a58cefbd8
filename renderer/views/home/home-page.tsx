import { reportSubject } from "../../../shared/schemas/report.ts";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { jobSubject } from "../../job-subject.ts";
import { useBundles, useJobs, useMachine, useModels, useReports, useSample } from "../../queries.ts";
import { reportHeadline } from "../../report-headline.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Bytes, Figure, Time } from "../../ui/figures.tsx";
import { JobProgress } from "../../ui/job-progress.tsx";
import { Name } from "../../ui/names.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { QueryGate } from "../../ui/query-gate.tsx";
import { FirstRunPath } from "./first-run-path.tsx";
import styles from "./home-page.module.css";
import { MachineStrip } from "./machine-strip.tsx";
import { type NextStep, nextSteps } from "./next-steps.ts";

/** As many as are taken in at a glance; the pages hold them all. */
const SHOWN = 6;

export function HomePage(): ReactNode {
  const locale = useLocale();
  const { texts } = locale;
  const models = useModels();
  const jobs = useJobs();
  const reports = useReports();
  const bundles = useBundles();
  const sample = useSample().data ?? null;
  const machine = useMachine().data;
  const isKnown = models.data !== undefined && jobs.data !== undefined && reports.data !== undefined && bundles.data !== undefined;
  const known = { models: models.data ?? [], jobs: jobs.data ?? [], reports: reports.data ?? [], bundles: bundles.data ?? [] };
  const steps = nextSteps(known, machine);
  return (
    <Page title={texts.home.title}>
      <MachineStrip />
      {sample !== null && isKnown && <FirstRunPath sample={sample} known={known} />}
      <div className={styles["columns"]}>
        {isKnown && steps.length > 0 && (
          <Section title={texts.home.next}>
            <ul className={styles["list"]}>{steps.map((step) => <li key={step.kind}><Suggestion step={step} /></li>)}</ul>
          </Section>
        )}
        <Section title={texts.home.models} aside={<Link to="/models">{texts.home.all}</Link>}>
          <QueryGate query={models}>
            {(all) => all.length === 0 ? <EmptyState what={texts.home.noModels} next={texts.home.noModelsNext} /> : (
              <ul className={styles["list"]}>
                {all.toReversed().slice(0, SHOWN).map((model) => (
                  <li key={model.id}>
                    <Link to="/models/$id" params={{ id: model.id }} className={styles["line"]}>
                      <Name>{model.name}</Name>
                      <span className={styles["soft"]}>{model.recipe ?? texts.models.asPublished}</span>
                      <Bytes value={model.bytes} />
                    </Link>
                  </li>
                ))}
              </ul>
            )}
          </QueryGate>
        </Section>
        <Section title={texts.home.runningJobs} aside={<Link to="/jobs">{texts.home.all}</Link>}>
          <QueryGate query={jobs}>
            {(all) => {
              const running = all.filter(({ state }) => state === "running" || state === "queued");
              return running.length === 0 ? <EmptyState what={texts.home.noJobs} next={texts.home.noJobsNext} /> : (
                <ul className={styles["list"]}>
                  {running.slice(0, SHOWN).map((job) => (
                    <li key={job.id}>
                      <Link to="/jobs/$id" params={{ id: job.id }} className={styles["job"]}>
                        <span>{texts.jobs.kind[job.kind]} <bdi>{jobSubject(job, models.data)}</bdi></span>
                        <JobProgress job={job} />
                      </Link>
                    </li>
                  ))}
                </ul>
              );
            }}
          </QueryGate>
        </Section>
        <Section title={texts.home.lastReports} aside={<Link to="/reports">{texts.home.all}</Link>}>
          <QueryGate query={reports}>
            {(all) => all.length === 0 ? <EmptyState what={texts.home.noReports} next={texts.home.noReportsNext} /> : (
              <ul className={styles["list"]}>
                {all.slice(0, SHOWN).map((report) => (
                  <li key={report.id}>
                    <Link to="/reports/$id" params={{ id: report.id }} className={styles["line"]}>
                      <Name>{reportSubject(report.body).names.join(" · ")}</Name>
                      <Figure>{reportHeadline(report, locale)}</Figure>
                      <span className={styles["soft"]}><Time iso={report.createdAt} /></span>
                    </Link>
                  </li>
                ))}
              </ul>
            )}
          </QueryGate>
        </Section>
      </div>
    </Page>
  );
}

function Suggestion({ step }: { readonly step: NextStep }): ReactNode {
  const { texts: { home: { suggestions: say }, jobs }, format } = useLocale();
  const row = (title: string, why: string): ReactNode => <><span className={styles["title"]}>{title}</span><span className={styles["soft"]}>{why}</span></>;
  switch (step.kind) {
    case "import":
      return <Link to="/models" className={styles["step"]}>{row(say.import, say.importWhy)}</Link>;
    case "attention":
      return <Link to="/machine" className={styles["step"]}>{row(say.attention, say.attentionWhy(format.count(step.findings)))}</Link>;
    case "resume":
      return <Link to="/jobs/$id" params={{ id: step.job.id }} className={styles["step"]}>{row(say.resume(`${jobs.kind[step.job.kind]} \u2068${jobSubject(step.job)}\u2069`), say.resumeWhy)}</Link>;
    case "quantize":
    case "speed":
    case "bundle": {
      const name = `\u2068${shownText(step.model.name, 60)}\u2069`;
      const why = { quantize: say.quantizeWhy, speed: say.speedWhy, bundle: say.bundleWhy }[step.kind];
      return <Link to="/models/$id" params={{ id: step.model.id }} className={styles["step"]}>{row(say[step.kind](name), why)}</Link>;
    }
    default:
      return step satisfies never;
  }
}
