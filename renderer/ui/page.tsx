import type { ReactNode } from "react";
import styles from "./page.module.css";

interface PageProps {
  readonly title: ReactNode;
  /** Beside the title: what can be done here. */
  readonly actions?: ReactNode;
  /** Under the title: the one line that places the page. */
  readonly lead?: ReactNode;
  readonly children: ReactNode;
  /** The page fills the height and scrolls inside, as long tables do. */
  readonly fills?: boolean;
}

export function Page({ title, actions, lead, children, fills = false }: PageProps): ReactNode {
  return (
    <div className={styles["page"]} data-fills={fills}>
      <header className={styles["head"]}>
        <div className={styles["titles"]}>
          <h1>{title}</h1>
          {lead !== undefined && <div className={styles["lead"]}>{lead}</div>}
        </div>
        {actions !== undefined && <div className={styles["actions"]}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

interface SectionProps {
  readonly title: ReactNode;
  readonly aside?: ReactNode;
  readonly hint?: ReactNode;
  readonly children: ReactNode;
}

/** What a page is about, where the page's own title names it. */
export function Frame({ children }: { readonly children: ReactNode }): ReactNode {
  return <section className={styles["section"]}>{children}</section>;
}

/** One frame with one heading. */
export function Section({ title, aside, hint, children }: SectionProps): ReactNode {
  return (
    <section className={styles["section"]}>
      <header className={styles["sectionHead"]}>
        <h2>{title}</h2>
        {aside !== undefined && <div className={styles["actions"]}>{aside}</div>}
      </header>
      {hint !== undefined && <p className={styles["hint"]}>{hint}</p>}
      {children}
    </section>
  );
}
