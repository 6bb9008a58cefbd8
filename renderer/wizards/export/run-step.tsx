import { Button } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import type { Job } from "../../../shared/schemas/job.ts";
import { useLocale } from "../../texts/locale.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { JobRun } from "../frame/job-run.tsx";
import type { JobSequence } from "../frame/use-job-sequence.ts";
import styles from "./export.module.css";
import { Passphrase } from "./media-step.tsx";
import type { Signing } from "./use-signature.ts";

interface RunStepProps {
  readonly sequences: readonly JobSequence[];
  readonly onRestart: () => void;
  /** null: nothing is to be signed now. */
  readonly signing: ReactNode;
}

/** Made, signed, put on volumes, and every byte of it read back and hashed again: one piece of work for whoever looks on. */
export function RunStep({ sequences, signing, onRestart }: RunStepProps): ReactNode {
  const { wizards: { export: words } } = useLocale();
  const jobs = sequences.flatMap((sequence) => sequence.jobs);
  const current = jobs.find(({ state }) => state !== "done");
  const next = current === undefined ? undefined : jobs[jobs.indexOf(current) + 1];
  return (
    <>
      {jobs.filter((job) => job.state === "done" || job === current).map((job) => <JobRun key={job.id} found={{ job, error: null }} doing={words.doing[job.kind as keyof typeof words.doing] ?? job.kind} onRestart={onRestart} />)}
      {signing}
      {signing === null && next !== undefined && <p>{words.thenComes(words.doing[next.kind as keyof typeof words.doing] ?? next.kind)}</p>}
      {sequences.map(({ error, begin }, index) => error !== null && <ErrorPanel key={sequences[index]?.jobs[0]?.id ?? "none"} error={error} onRetry={begin} />)}
    </>
  );
}

interface SignPanelProps {
  readonly signing: Signing;
  readonly passphrase: string;
  readonly onPassphrase: (passphrase: string) => void;
  readonly made: Job;
  /** The bundle goes on as it is. */
  readonly onSkip: () => void;
}

/** The one thing that waits for a person: what was typed before is used at once, and after a reload it is asked for again. */
export function SignPanel({ signing: { sign, isSigning, error }, passphrase, onPassphrase, made, onSkip }: SignPanelProps): ReactNode {
  const { wizards: { export: words } } = useLocale();
  const tried = useRef("");
  useEffect(() => {
    if (passphrase === "" || tried.current === made.id) return;
    tried.current = made.id;
    sign(passphrase);
  }, [passphrase, made.id, sign]);
  return (
    <section className={styles["part"]} data-signing>
      <h3>{words.signing}</h3>
      <p>{words.signingWhat}</p>
      {error !== null && <ErrorPanel error={error} />}
      <Passphrase
        value={passphrase}
        onValue={(typed) => {
          // Whoever types here signs by the button.
          tried.current = made.id;
          onPassphrase(typed);
        }}
      />
      <div className={styles["buttons"]}>
        <Button variant="filled" loading={isSigning} onClick={() => sign(passphrase)}>{words.signNow}</Button>
        <Button disabled={isSigning} onClick={onSkip}>{words.goOnUnsigned}</Button>
      </div>
    </section>
  );
}
