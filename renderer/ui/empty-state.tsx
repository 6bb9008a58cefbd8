import type { ReactNode } from "react";
import styles from "./empty-state.module.css";

/** Nothing is here; why, and what to do about it. */
export function EmptyState({ what, next, action }: { readonly what: ReactNode; readonly next?: ReactNode; readonly action?: ReactNode }): ReactNode {
  return (
    <div className={styles["empty"]}>
      <p className={styles["what"]}>{what}</p>
      {next !== undefined && <p className={styles["next"]}>{next}</p>}
      {action !== undefined && <div className={styles["action"]}>{action}</div>}
    </div>
  );
}
