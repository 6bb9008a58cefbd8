import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import type { Model } from "../../../shared/schemas/model.ts";
import { Report } from "../../../shared/schemas/report.ts";
import { recordAt } from "../../job-subject.ts";
import { useJobAction } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { AnswerPairs } from "../../ui/answer-pairs.tsx";
import { CommandTwin } from "../../ui/command-twin.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { JobRun } from "../frame/job-run.tsx";
import { useJob } from "../frame/use-job.ts";
import styles from "./quantize.module.css";
import type { QuantizeState } from "./quantize-state.ts";

interface AnswersMeasureProps {
  readonly made: Model;
  /** The package without loss; null: there is none. */
  readonly reference: Model | null;
  readonly state: QuantizeState;
  readonly onChange: (change: Partial<QuantizeState>) => void;
}

/** What the loss looks like: figures say how much, answers say what. */
export function AnswersMeasure({ made, reference, state, onChange }: AnswersMeasureProps): ReactNode {
  const { wizards: { quantize: words } } = useLocale();
  const comparing = useJob(state.answersJob);
  const compare = useJobAction((client, against: string) => client.evaluate.answers({ model: made.id, against, textFile: state.text, cut: state.ownPrompts ? "lines" : "passages" }));
  const why = reference === null ? words.answersNeedReference : state.text === "" ? words.whyText : null;
  return (
    <section className={styles["measure"]}>
      <h3>{words.answersTitle}</h3>
      {state.answersJob === "" ? (
        <>
          <p className={styles["soft"]}>{words.answersWhat}</p>
          <label className={styles["row"]}><input type="checkbox" checked={state.ownPrompts} onChange={(event) => onChange({ ownPrompts: event.currentTarget.checked })} />{words.ownPrompts}</label>
          <div className={styles["row"]}>
            <Button disabled={why !== null || compare.isPending} onClick={() => reference !== null && compare.mutate(reference.id, { onSuccess: ({ id }) => onChange({ answersJob: id }) })}>{words.compareAnswers}</Button>
            {why !== null && <span className={styles["soft"]}>{why}</span>}
          </div>
          {why === null && reference !== null && <CommandTwin words={["eval", "answers", made.id, "--against", reference.id, state.ownPrompts ? "--prompts" : "--text", state.text]} />}
          {compare.error !== null && <ErrorPanel error={compare.error} />}
        </>
      ) : (
        <>
          <JobRun found={comparing} doing={words.comparing} onRestart={() => onChange({ answersJob: "" })} />
          <Compared result={comparing.job?.result ?? null} />
        </>
      )}
    </section>
  );
}

function Compared({ result }: { readonly result: Readonly<Record<string, unknown>> | null }): ReactNode {
  const { wizards: { quantize: words }, format } = useLocale();
  const report = Report.safeParse(recordAt(result, "report")).data;
  if (report?.body.kind !== "answers") return null;
  const { changed, sharedTokens, prompts } = report.body;
  return (
    <>
      <p role="status"><strong>{words.changedOf(format.count(Math.round(changed.mean * changed.n)), format.count(changed.n))}</strong><br />{words.alikeFor(format.decimal(sharedTokens.median, 1), format.count(prompts.generateTokens))}</p>
      <AnswerPairs report={report.body} />
    </>
  );
}
