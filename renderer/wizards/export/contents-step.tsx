import { Button, Select, TextInput } from "@mantine/core";
import { type KeyboardEvent, type ReactNode, useState } from "react";
import { MARK_KINDS, Mark } from "../../../shared/schemas/delivery.ts";
import type { Model } from "../../../shared/schemas/model.ts";
import { useReports } from "../../queries.ts";
import { reportHeadline } from "../../report-headline.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { Time } from "../../ui/figures.tsx";
import { ChoiceList } from "../frame/choice-list.tsx";
import { WizardField } from "../frame/wizard-field.tsx";
import styles from "./export.module.css";
import { type ExportState, writeMark } from "./export-state.ts";
import { FileList } from "./file-list.tsx";

interface ContentsStepProps {
  readonly state: ExportState;
  readonly models: readonly Model[];
  readonly onChange: (change: Partial<ExportState>) => void;
}

/** What goes in beside weights and launch files: what everybody must see first, what was measured, and what a site does not have. */
export function ContentsStep({ state, models, onChange }: ContentsStepProps): ReactNode {
  const { wizards: { export: words } } = useLocale();
  return (
    <>
      <WizardField label={words.deliveryName} description={words.deliveryNameWhat} placeholder={models[0]?.name ?? ""} value={state.title} maxLength={200} onValue={(title) => onChange({ title })} />
      <Marks marks={state.marks} onMarks={(marks) => onChange({ marks })} />
      <Reports state={state} models={models} onReports={(reports) => onChange({ reports })} />
      <FileList title={words.images} what={words.imagesWhat} label={words.imageFile} files={state.images} most={64} onFiles={(images) => onChange({ images })} />
      <FileList title={words.runtimes} what={words.runtimesWhat} label={words.runtimeFile} files={state.runtimes} most={16} onFiles={(runtimes) => onChange({ runtimes })} />
      <section className={styles["part"]}>
        <h3>{words.alwaysIn}</h3>
        <ul className={styles["goes"]}>{words.goesIn.map((line) => <li key={line}>{line}</li>)}</ul>
      </section>
    </>
  );
}

function Marks({ marks, onMarks }: { readonly marks: readonly Mark[]; readonly onMarks: (marks: readonly Mark[]) => void }): ReactNode {
  const { wizards: { export: words } } = useLocale();
  const [kind, setKind] = useState<Mark["kind"]>("classification");
  const [text, setText] = useState("");
  const mark = Mark.safeParse({ kind, text: text.trim() });
  const isKnown = mark.success && marks.some((each) => writeMark(each) === writeMark(mark.data));
  const add = (): void => {
    if (!mark.success || isKnown || marks.length >= 16) return;
    onMarks([...marks, mark.data]);
    setText("");
  };
  // Enter adds the mark; it must not send the step.
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    add();
  };
  return (
    <section className={styles["part"]}>
      <h3>{words.marks}</h3>
      <p className={styles["soft"]}>{words.marksWhat}</p>
      {marks.length > 0 && (
        <ul className={styles["list"]} aria-label={words.marks}>
          {marks.map((each) => (
            <li key={writeMark(each)}>
              <span className={styles["grow"]}><strong><bdi>{each.text}</bdi></strong><span className={styles["soft"]}>{words.markKinds[each.kind]}</span></span>
              <Button size="compact-sm" aria-label={words.removeOf(each.text)} onClick={() => onMarks(marks.filter((other) => other !== each))}>{words.remove}</Button>
            </li>
          ))}
        </ul>
      )}
      <div className={styles["fields"]}>
        <Select label={words.markKind} value={kind} allowDeselect={false} data={MARK_KINDS.map((value) => ({ value, label: words.markKinds[value] }))} onChange={(value) => setKind(MARK_KINDS.find((each) => each === value) ?? kind)} />
        <TextInput className={styles["grow"] ?? ""} label={words.markText} value={text} maxLength={200} error={text.trim() !== "" && !mark.success ? words.markWrong : undefined} onChange={(event) => setText(event.currentTarget.value)} onKeyDown={onKeyDown} />
        <Button disabled={!mark.success || isKnown || marks.length >= 16} onClick={add}>{words.addMark}</Button>
      </div>
    </section>
  );
}

function Reports({ state: { models: chosen, reports }, models, onReports }: { readonly state: ExportState; readonly models: readonly Model[]; readonly onReports: (reports: readonly string[]) => void }): ReactNode {
  const locale = useLocale();
  const { wizards: { export: words }, texts } = locale;
  const offered = (useReports().data ?? []).filter(({ modelId }) => chosen.includes(modelId));
  return (
    <section className={styles["part"]}>
      <h3>{words.reports}</h3>
      {offered.length === 0 ? <p className={styles["soft"]}>{words.noReports}</p> : (
        <ChoiceList
          label={words.reports} pick="several" chosen={reports} onPick={(id) => onReports(reports.includes(id) ? reports.filter((each) => each !== id) : [...reports, id])}
          choices={offered.map((report) => ({
            id: report.id, title: <>{texts.reports.kinds[report.body.kind]}: {reportHeadline(report, locale)}</>, what: <bdi>{shownText(models.find(({ id }) => id === report.modelId)?.name ?? report.modelId, 80)}</bdi>, figures: <Time iso={report.createdAt} />,
          }))}
        />
      )}
    </section>
  );
}
