import { UnstyledButton } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import type { ReactNode } from "react";
import { useLocale } from "../texts/locale.tsx";
import styles from "./copy-button.module.css";

export function CopyButton({ text, what }: { readonly text: string; /** What is copied, for whoever does not see it. */ readonly what: string }): ReactNode {
  const { texts } = useLocale();
  const clipboard = useClipboard({ timeout: 1500 });
  return (
    <UnstyledButton className={styles["copy"]} onClick={(event) => { event.stopPropagation(); clipboard.copy(text); }} aria-label={`${clipboard.copied ? texts.common.copied : texts.common.copy}: ${what}`} title={clipboard.copied ? texts.common.copied : texts.common.copy}>
      <svg width="14" height="14" viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.4" aria-hidden="true">
        <path d={clipboard.copied ? "M3 8.5 6.5 12 13 4.5" : "M5.5 5.5h7v8h-7zM10.5 5.5v-3h-7v8h2"} />
      </svg>
    </UnstyledButton>
  );
}
