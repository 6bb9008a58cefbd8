import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { BundleVerification } from "../../../shared/schemas/bundle.ts";
import { isStopped, type Job } from "../../../shared/schemas/job.ts";
import { useClient } from "../../client-context.ts";
import { jobSubject, recordAt, textAt } from "../../job-subject.ts";
import { useJobAction, useJobLog, useModels } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { CommandTwin } from "../../ui/command-twin.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { FieldList, Time } from "../../ui/figures.tsx";
import { JobProgress } from "../../ui/job-progress.tsx";
import { Id } from "../../ui/names.tsx";
import { SignatureAnswer } from "../../ui/signature-answer.tsx";
import styles from "./job-detail.module.css";
import { JobStateMark } from "./job-state-mark.tsx";

/** One job: how far it is, what was asked, what came of it, its last words, and what can be done. */
export function JobDetail({ job }: { readonly job: Job }): ReactNode {
  const { texts, format } = useLocale();
  const cancel = useJobAction((client, id: string) => client.job.cancel({ id }));
  const pause = useJobAction((client, id: string) => client.job.pause({ id }));
  const resume = useJobAction((client, id: string) => client.job.resume({ id }));
  // A log that is read again while it goes would be a failure that nobody can do anything about.
  const [isRemoving, setRemoving] = useState(false);
  const isActive = job.state === "running" || job.state === "queued";
  const isResumable = isStopped(job) && job.state !== "done";
  const error = cancel.error ?? pause.error ?? resume.error;
  return (
    <div className={styles["detail"]}>
      <header className={styles["head"]}>
        <h2>{texts.jobs.kind[job.kind]} <bdi>{jobSubject(job, useModels().data)}</bdi></h2>
        <JobStateMark state={job.state} />
      </header>
      {(isActive || (isResumable && job.progress !== null)) && <JobProgress job={job} />}
      <div className={styles["actions"]}>
        {isActive && <Button loading={pause.isPending} onClick={() => pause.mutate(job.id)}>{texts.jobs.pause}</Button>}
        {isActive && <Button loading={cancel.isPending} onClick={() => cancel.mutate(job.id)}>{texts.jobs.cancel}</Button>}
        {isResumable && <Button variant="filled" loading={resume.isPending} onClick={() => resume.mutate(job.id)}>{texts.jobs.resume}</Button>}
        <Made job={job} />
        {isStopped(job) && <RemoveJob job={job} onRemoving={setRemoving} />}
      </div>
      {isResumable && <p className={styles["soft"]}>{texts.jobs.kept}</p>}
      {error !== null && <ErrorPanel error={error} />}
      {job.error !== null && job.error.code !== "job.cancelled" && <ErrorPanel error={{ data: job.error }} />}
      {(isActive || isResumable) && <CommandTwin words={["job", isActive ? "pause" : "resume", job.id]} />}
      <FieldList fields={[{ name: "ID", value: <Id id={job.id} /> }, { name: texts.jobs.started, value: <Time iso={job.startedAt} /> }, ...(job.sequence === null ? [] : [{ name: texts.jobs.sequence, value: texts.jobs.stepOf(format.count(job.sequence.at), format.count(job.sequence.of)) }])]} />
      <h3>{texts.jobs.request}</h3>
      <FieldList fields={Object.entries(job.request).filter(([, value]) => value !== null).map(([name, value]) => ({ name, value: <bdi dir="ltr">{written(value)}</bdi> }))} />
      <VerifiedSignature job={job} />
      {job.result !== null && <><h3>{texts.jobs.result}</h3><FieldList fields={plainFields(job.result).map(([name, value]) => ({ name, value: <bdi dir="ltr">{value}</bdi> }))} /></>}
      <h3>{texts.jobs.log}</h3>
      {!isRemoving && <JobLog job={job} />}
    </div>
  );
}

/** Whole is not the same as vouched for: a bundle's signatures get an answer of their own. */
function VerifiedSignature({ job }: { readonly job: Job }): ReactNode {
  const { texts } = useLocale();
  const verification = job.kind === "bundle.verify" ? BundleVerification.safeParse(recordAt(job.result, "verification")).data : undefined;
  return verification === undefined ? null : <FieldList fields={[{ name: texts.bundles.signature.title, value: <SignatureAnswer signature={verification.signature} /> }]} />;
}

/** Asked twice: the second press removes what a resume would need. */
function RemoveJob({ job, onRemoving }: { readonly job: Job; readonly onRemoving: (isRemoving: boolean) => void }): ReactNode {
  const { texts } = useLocale();
  const client = useClient();
  const [isAsked, ask] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const remove = (): void => {
    onRemoving(true);
    client.job.remove({ id: job.id }).catch((thrown: unknown) => {
      onRemoving(false);
      setError(thrown);
    });
  };
  if (error !== null) return <ErrorPanel error={error} />;
  return isAsked
    ? <><Button color="red" onClick={remove}>{texts.jobs.removeNow}</Button><Button onClick={() => ask(false)}>{texts.jobs.keep}</Button></>
    : <Button variant="subtle" onClick={() => ask(true)}>{texts.jobs.remove}</Button>;
}

/** Where what it made is shown. */
function Made({ job: { kind, result } }: { readonly job: Job }): ReactNode {
  const { texts } = useLocale();
  const model = textAt(recordAt(result, "model"), "id");
  const report = textAt(recordAt(result, "report"), "id");
  const bundle = textAt(recordAt(result, "bundle"), "id");
  return (
    <>
      {model !== null && <Link to="/models/$id" params={{ id: model }}>{texts.jobs.openModel}</Link>}
      {report !== null && kind !== "bundle.install" && <Link to="/reports/$id" params={{ id: report }}>{texts.jobs.openReport}</Link>}
      {bundle !== null && <Link to="/bundles/$id" params={{ id: bundle }}>{texts.jobs.openBundle}</Link>}
    </>
  );
}

function JobLog({ job }: { readonly job: Job }): ReactNode {
  const { texts } = useLocale();
  const log = useJobLog(job.id);
  const lines = useRef<HTMLPreElement>(null);
  const text = log.data ?? "";
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines come at the end, and are what is looked for
  useEffect(() => {
    lines.current?.scrollTo({ top: lines.current.scrollHeight });
  }, [text]);
  if (log.error !== null) return <ErrorPanel error={log.error} />;
  return text === "" ? <p className={styles["soft"]}>{texts.jobs.logEmpty}</p> : <pre ref={lines} className={styles["log"]} dir="ltr" tabIndex={0} role="region" aria-label={texts.jobs.log}>{text.split("\n").map((line) => shownText(line, 2000)).join("\n")}</pre>;
}

function written(value: unknown): string {
  if (typeof value === "object" && value !== null && "name" in value && typeof value.name === "string") return shownText(value.name, 200);
  return shownText(typeof value === "string" ? value : JSON.stringify(value), 400);
}

/** What is said in one line; a whole model or report stands on its own page. */
function plainFields(result: Readonly<Record<string, unknown>>): readonly (readonly [string, string])[] {
  return Object.entries(result).flatMap(([name, value]): (readonly [string, string])[] => {
    if (typeof value !== "object" || value === null) return [[name, written(value)]];
    const id = textAt(recordAt(result, name), "id") ?? textAt(recordAt(result, name), "digest");
    return id === null ? [] : [[name, shownText(id, 120)]];
  });
}
