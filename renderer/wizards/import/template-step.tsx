import type { ReactNode } from "react";
import type { ImportPreflight } from "../../../shared/schemas/import-preflight.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { FieldList } from "../../ui/figures.tsx";
import { Digest } from "../../ui/names.tsx";
import { visibleLines } from "../frame/visible-lines.ts";
import styles from "./import.module.css";

interface TemplateStepProps {
  readonly template: ImportPreflight["template"];
  readonly isApproved: boolean;
  readonly onApprove: (approved: boolean) => void;
}

/** A template is a program from elsewhere that decides what the model is told: a person reads it before it comes in, and what was read is pinned by its digest. */
export function TemplateStep({ template, isApproved, onApprove }: TemplateStepProps): ReactNode {
  const { wizards: { import: words }, format } = useLocale();
  if (template === null) return <p>{words.noTemplate}</p>;
  const { text, source, sha256, risks } = template;
  return (
    <>
      <p>{words.templateWhat(format.count(text.length))}</p>
      {risks.length === 0 ? <p>{words.noRisks}</p> : (
        <ul className={styles["risks"]} aria-label={words.risksLabel}>
          {risks.map(({ kind, line, excerpt }) => (
            <li key={`${kind} ${line} ${excerpt}`}><strong>{words.risks[kind]}</strong> <span>{words.riskLine(format.count(line))}</span> <bdi dir="ltr"><code>{shownText(excerpt, 160)}</code></bdi></li>
          ))}
        </ul>
      )}
      <figure aria-label={words.templateLabel}><pre className={styles["template"]} dir="ltr" tabIndex={0}>{visibleLines(text)}</pre></figure>
      <FieldList fields={[{ name: words.field.source, value: <bdi dir="ltr">{shownText(source, 120)}</bdi> }, { name: words.field.digest, value: <Digest digest={sha256} whole /> }]} />
      <label className={styles["approve"]}>
        <input type="checkbox" checked={isApproved} onChange={(event) => onApprove(event.currentTarget.checked)} />
        {words.approve}
      </label>
    </>
  );
}
