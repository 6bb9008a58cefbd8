import type { ReactNode } from "react";
import styles from "./consequences.module.css";

export interface Consequence {
  readonly name: string;
  /** null: not known, and `note` says why. */
  readonly value: ReactNode;
  /** By what the figure came about, or what would have to be done to know it. */
  readonly note?: ReactNode;
  readonly tone?: "good" | "bad" | undefined;
}

/** Every figure with where it comes from; what is not known is a dash with its reason, so that nothing jumps when it becomes known. */
export function Consequences({ items }: { readonly items: readonly Consequence[] }): ReactNode {
  return (
    <dl className={styles["list"]}>
      {items.map(({ name, value, note, tone }) => (
        <div key={name} className={styles["item"]}>
          <dt>{name}</dt>
          <dd className={styles["value"]} data-tone={tone}>{typeof value === "string" ? <bdi>{value}</bdi> : (value ?? "–")}</dd>
          {note !== undefined && <dd className={styles["note"]}>{note}</dd>}
        </div>
      ))}
    </dl>
  );
}
