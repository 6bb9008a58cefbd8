import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { isShutOut, isUnreachable, readError } from "../read-error.ts";
import { errorText } from "../texts/error-text.ts";
import { useLocale } from "../texts/locale.tsx";
import { shownText } from "../texts/shown-text.ts";
import styles from "./error-panel.module.css";

/** What went wrong, and what to do next, in the reader's language; the code stays visible for whoever is asked about it. */
export function ErrorPanel({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }): ReactNode {
  const locale = useLocale();
  const { texts } = locale;
  const unreachable = isUnreachable(error);
  const typed = readError(error);
  const { what, next, log } = unreachable ? { ...texts.lost, log: "" } : isShutOut(error) ? { ...texts.shutOut, log: "" } : errorText(typed, locale);
  return (
    <div className={styles["panel"]} role="alert">
      <p className={styles["what"]}>{what}</p>
      {next !== null && <p>{next}</p>}
      {log !== "" && <pre className={styles["log"]} dir="ltr" tabIndex={0}>{shownLines(log)}</pre>}
      <div className={styles["foot"]}>
        {!unreachable && <span className={styles["code"]}>{texts.common.technicalCode("")}<bdi><code>{typed.code}</code></bdi></span>}
        {onRetry !== undefined && <Button size="xs" onClick={onRetry}>{texts.common.retry}</Button>}
      </div>
    </div>
  );
}

function shownLines(text: string): string {
  return text.split("\n").map((line) => shownText(line, 2000)).join("\n");
}
