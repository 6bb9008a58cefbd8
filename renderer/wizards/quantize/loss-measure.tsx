import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { Model } from "../../../shared/schemas/model.ts";
import { Report } from "../../../shared/schemas/report.ts";
import { recordAt } from "../../job-subject.ts";
import { useJobAction, useModels, useRecipes, useSample } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { isolated } from "../../texts/shown-text.ts";
import { CommandTwin } from "../../ui/command-twin.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { FieldList } from "../../ui/figures.tsx";
import { Path } from "../../ui/names.tsx";
import { FolderBrowser } from "../folder/folder-browser.tsx";
import { JobRun } from "../frame/job-run.tsx";
import { useJob } from "../frame/use-job.ts";
import { referencePackage } from "../plan/known-loss.ts";
import { MeasureAll } from "./measure-all.tsx";
import styles from "./quantize.module.css";
import type { QuantizeState } from "./quantize-state.ts";

interface LossMeasureProps {
  readonly made: Model;
  readonly state: QuantizeState;
  readonly onChange: (change: Partial<QuantizeState>) => void;
}

/** What it cost: perplexity and divergence from the float32 package of the same checkpoint, on a text that a person chooses. */
export function LossMeasure({ made, state, onChange }: LossMeasureProps): ReactNode {
  const { wizards: { quantize: words } } = useLocale();
  const reference = referencePackage(made.parentId ?? "", useModels().data ?? []);
  const evaluation = useJob(state.evalJob);
  const making = useJob(state.referenceJob);
  const measure = useJobAction((client, textFile: string) => client.evaluate.perplexity({ model: made.id, textFile, ...(reference === null ? {} : { against: reference.id }) }));
  if (state.evalJob !== "") {
    return (
      <section className={styles["measure"]}>
        <h3>{words.lossTitle}</h3>
        {making.job !== undefined && making.job.state !== "done" && <JobRun found={making} doing={words.makingReference} onRestart={() => onChange({ referenceJob: "", evalJob: "", answersJob: "" })} />}
        <JobRun found={evaluation} doing={words.measuring} onRestart={() => onChange({ evalJob: "" })} />
        <Measured result={evaluation.job?.result ?? null} />
      </section>
    );
  }
  return (
    <section className={styles["measure"]}>
      <h3>{words.lossTitle}</h3>
      {made.recipe !== "f32" && <Reference made={made} reference={reference} state={state} onChange={onChange} />}
      <TextChoice text={state.text} onText={(text) => onChange({ text })} />
      {made.recipe !== "f32" && made.parentId !== null && state.answersJob === "" && <MeasureAll made={made} reference={reference} state={state} onChange={onChange} />}
      <div className={styles["row"]}>
        <Button disabled={state.text === "" || measure.isPending} onClick={() => measure.mutate(state.text, { onSuccess: ({ id }) => onChange({ evalJob: id }) })}>{reference === null || made.recipe === "f32" ? words.measureAlone : words.measureAgainst}</Button>
        {state.text === "" && <span className={styles["soft"]}>{words.whyText}</span>}
      </div>
      {state.text !== "" && <CommandTwin words={["eval", "perplexity", made.id, "--text", state.text, ...(reference === null || reference.id === made.id ? [] : ["--against", reference.id])]} />}
      {measure.error !== null && <ErrorPanel error={measure.error} />}
    </section>
  );
}

/** Divergence needs the package without loss; where there is none it can be made here. */
function Reference({ made, reference, state, onChange }: LossMeasureProps & { readonly reference: Model | null }): ReactNode {
  const { wizards: { quantize: words } } = useLocale();
  const float32 = useRecipes().data?.find(({ name }) => name === "f32");
  const making = useJob(state.referenceJob);
  const make = useJobAction((client, model: string) => {
    if (float32 === undefined) throw new Error("the button is not there without the recipe");
    return client.quantize.start({ model, recipe: float32 });
  });
  if (reference !== null) return <p>{words.hasReference(isolated(reference.name))}</p>;
  if (state.referenceJob !== "" && making.job?.state !== "done") return <JobRun found={making} doing={words.makingReference} onRestart={() => onChange({ referenceJob: "" })} />;
  return (
    <div className={styles["row"]}>
      <span>{words.noReference}</span>
      {made.parentId !== null && float32 !== undefined && <Button disabled={make.isPending} onClick={() => make.mutate(made.parentId ?? "", { onSuccess: ({ id }) => onChange({ referenceJob: id }) })}>{words.makeReference}</Button>}
      {make.error !== null && <ErrorPanel error={make.error} />}
    </div>
  );
}

function TextChoice({ text, onText }: { readonly text: string; readonly onText: (text: string) => void }): ReactNode {
  const { wizards: { quantize: words } } = useLocale();
  const sample = useSample().data ?? null;
  const [isOpen, open] = useState(false);
  const [folder, setFolder] = useState("");
  return (
    <>
      <div className={styles["row"]}>
        <span>{words.text}</span>
        {text !== "" && <Path path={text} />}
        <Button size="xs" onClick={() => open(!isOpen)} aria-expanded={isOpen}>{text === "" ? words.chooseText : words.otherText}</Button>
        {text === "" && sample !== null && <Button size="xs" onClick={() => onText(sample.text)}>{words.sampleText}</Button>}
      </div>
      {isOpen && <FolderBrowser label={words.textLabel} folder={folder} onFolder={setFolder} chosenFile={text} onFile={(path) => { onText(path); open(false); }} />}
    </>
  );
}

function Measured({ result }: { readonly result: Readonly<Record<string, unknown>> | null }): ReactNode {
  const { wizards: { quantize: words }, format } = useLocale();
  const report = Report.safeParse(recordAt(result, "report")).data;
  if (report?.body.kind !== "perplexity") return null;
  const { perplexity, perplexityStandardError, against, text } = report.body;
  return (
    <FieldList
      fields={[
        { name: words.perplexity, value: format.withError(perplexity, perplexityStandardError), note: words.measuredOn(format.count(text.predictions), format.count(text.windows)) },
        ...(against === null ? [] : [
          { name: words.perplexityReference, value: format.withError(against.perplexity, against.perplexityStandardError) },
          { name: words.kl, value: words.nats(format.withError(against.klMean.mean, against.klMean.standardError)), note: words.klWhat },
          { name: words.sameTop, value: format.percent(against.sameTop1.mean), note: words.sameTopWhat },
        ]),
      ]}
    />
  );
}
