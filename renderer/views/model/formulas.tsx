import type { ReactNode } from "react";
import type { ModelSpec } from "../../../shared/schemas/model-spec.ts";
import { useLocale } from "../../texts/locale.tsx";
import { FieldList } from "../../ui/figures.tsx";
import styles from "./formulas.module.css";

/** How the figures of the page come about; for whoever wants to check one. */
export function Formulas({ spec: { attention } }: { readonly spec: ModelSpec }): ReactNode {
  const { texts } = useLocale();
  return (
    <details className={styles["formulas"]}>
      <summary>{texts.model.formulas}</summary>
      <FieldList fields={[
        ...(attention.kind === "mla" ? [{ name: texts.model.latent, value: texts.model.formulaLatent }, { name: texts.model.expanded, value: texts.model.formulaExpanded }] : [{ name: texts.model.keysAndValues, value: texts.model.formulaGqa }]),
        { name: texts.model.field.active, value: texts.model.formulaActive },
        { name: texts.model.bits, value: texts.model.formulaBlocks },
      ]} />
      <p className={styles["symbols"]}>{texts.model.symbols}</p>
    </details>
  );
}
