import type { ReactNode } from "react";
import { useLocale } from "../../texts/locale.tsx";
import styles from "./next-steps.module.css";

/** What a finished wizard leads to; the first is what most people do. */
export function NextSteps({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <section className={styles["next"]}>
      <h3>{useLocale().wizards.frame.whatNext}</h3>
      <div className={styles["buttons"]}>{children}</div>
    </section>
  );
}
