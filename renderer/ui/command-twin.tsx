import type { ReactNode } from "react";
import { useLocale } from "../texts/locale.tsx";
import { CopyButton } from "./copy-button.tsx";
import styles from "./command-twin.module.css";

/** The command line that does or shows the same. `words` are the arguments, quoted here for a POSIX shell. */
export function CommandTwin({ words }: { readonly words: readonly string[] }): ReactNode {
  const { texts } = useLocale();
  const line = commandLine(words);
  return (
    <div className={styles["twin"]}>
      <span className={styles["label"]}>{texts.common.commandTwin}</span>
      <bdi dir="ltr" className={styles["line"]}><code>{line}</code></bdi>
      <CopyButton text={line} what={line} />
    </div>
  );
}

export function commandLine(words: readonly string[]): string {
  return ["sallyport", ...words].map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}
