import { Button, Textarea } from "@mantine/core";
import type { KeyboardEvent, ReactNode } from "react";
import { useClient } from "../../client-context.ts";
import { useLocale } from "../../texts/locale.tsx";
import { ask, changePlayground, stopAnswer } from "./playground-session.ts";
import styles from "./prompt-box.module.css";

interface PromptBoxProps {
  readonly draft: string;
  readonly isRunning: boolean;
  /** Why nothing can be sent; null when it can. */
  readonly why: string | null;
}

/** One prompt for whoever answers; Ctrl+Enter sends it, so that Enter stays a new line. */
export function PromptBox({ draft, isRunning, why }: PromptBoxProps): ReactNode {
  const { playground: words } = useLocale();
  const client = useClient();
  const canSend = !isRunning && why === null && draft.trim() !== "";
  const send = (): void => {
    if (!canSend) return;
    changePlayground({ draft: "" });
    void ask(client, draft);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <div className={styles["box"]}>
      <Textarea
        className={styles["text"] ?? ""} aria-label={words.prompt} placeholder={words.promptPlaceholder} value={draft} rows={3} dir="auto" resize="vertical" onKeyDown={onKey}
        onChange={(event) => changePlayground({ draft: event.currentTarget.value })}
      />
      <div className={styles["actions"]}>
        {isRunning ? <Button onClick={stopAnswer}>{words.stop}</Button> : <Button variant="filled" disabled={!canSend} onClick={send}>{words.send}</Button>}
        <span className={styles["keys"]}>{why ?? <><kbd dir="ltr">Ctrl Enter</kbd> {words.sendKeys}</>}</span>
      </div>
    </div>
  );
}
