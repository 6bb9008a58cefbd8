import type { ReactNode } from "react";
import { useLocale } from "../../texts/locale.tsx";
import { visibleLines } from "../frame/visible-lines.ts";
import styles from "./import.module.css";

interface TemplateStepProps {
  readonly template: string | null;
  readonly isApproved: boolean;
  readonly onApprove: (approved: boolean) => void;
}

/** A template is a program from elsewhere that decides what the model is told: a person reads it before it comes in. */
export function TemplateStep({ template, isApproved, onApprove }: TemplateStepProps): ReactNode {
  const { wizards: { import: words }, format } = useLocale();
  if (template === null) return <p>{words.noTemplate}</p>;
  return (
    <>
      <p>{words.templateWhat(format.count(template.length))}</p>
      <figure aria-label={words.templateLabel}><pre className={styles["template"]} dir="ltr" tabIndex={0}>{visibleLines(template)}</pre></figure>
      <label className={styles["approve"]}>
        <input type="checkbox" checked={isApproved} onChange={(event) => onApprove(event.currentTarget.checked)} />
        {words.approve}
      </label>
    </>
  );
}
