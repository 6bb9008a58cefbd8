import type { ReactNode } from "react";
import styles from "./choice-list.module.css";

export interface Choice {
  readonly id: string;
  readonly title: ReactNode;
  readonly what?: ReactNode;
  /** What tells it from the others at a glance: its size, its speed. */
  readonly figures?: ReactNode;
  /** Why it cannot be chosen. */
  readonly whyNot?: string | null;
}

interface ChoiceListProps {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly chosen: readonly string[];
  /** "several": boxes to tick; "one": the arrow keys move the choice. */
  readonly pick: "one" | "several";
  readonly onPick: (id: string) => void;
}

/** Choices with what is known of each. Native inputs: the keyboard and a screen reader know them. */
export function ChoiceList({ label, choices, chosen, pick, onPick }: ChoiceListProps): ReactNode {
  return (
    <fieldset className={styles["choices"]}>
      <legend className="visually-hidden">{label}</legend>
      {choices.map(({ id, title, what, figures, whyNot = null }) => (
        <label key={id} className={styles["choice"]} data-chosen={chosen.includes(id)} data-barred={whyNot !== null}>
          <input type={pick === "one" ? "radio" : "checkbox"} name={label} value={id} checked={chosen.includes(id)} disabled={whyNot !== null} onChange={() => onPick(id)} />
          <span className={styles["texts"]}>
            <span className={styles["title"]}>{title}</span>
            {(whyNot ?? what) !== undefined && <span className={styles["what"]}>{whyNot ?? what}</span>}
          </span>
          {figures !== undefined && <span className={styles["figures"]}>{figures}</span>}
        </label>
      ))}
    </fieldset>
  );
}
