import type { ReactNode } from "react";
import { useLocale } from "../texts/locale.tsx";
import { shownText } from "../texts/shown-text.ts";
import { CopyButton } from "./copy-button.tsx";
import styles from "./command-twin.module.css";

/** The command line that does or shows the same. `words` are the arguments, quoted here for a POSIX shell. What is copied is the line itself; what is shown cannot turn around. */
export function CommandTwin({ words }: { readonly words: readonly string[] }): ReactNode {
  const { texts } = useLocale();
  const line = commandLine(words);
  return (
    <div className={styles["twin"]}>
      <span className={styles["label"]}>{texts.common.commandTwin}</span>
      <bdi dir="ltr" className={styles["line"]}><code>{shownText(line, 2000)}</code></bdi>
      <CopyButton text={line} what={shownText(line)} />
    </div>
  );
}

export function commandLine(words: readonly string[]): string {
  return ["sallyport", ...words].map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}
