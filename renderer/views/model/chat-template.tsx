import { TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type ReactNode, useState } from "react";
import type { ChatPreviewRequest } from "../../../shared/schemas/model-papers.ts";
import { useChatPreview } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { visibleText } from "../../texts/shown-text.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Section } from "../../ui/page.tsx";
import { QueryGate } from "../../ui/query-gate.tsx";
import styles from "./chat-template.module.css";

const TYPING_MS = 300;

/** The template as its author wrote it, and beside it what it makes of a message. It is run by the workbench, in a thread of its own, never in this page. */
export function ChatTemplate({ id }: { readonly id: string }): ReactNode {
  const { texts, format } = useLocale();
  const [message, setMessage] = useState("");
  const [system, setSystem] = useState("");
  const [asked] = useDebouncedValue(JSON.stringify(conversation(system, message === "" ? texts.model.templateExample : message)), TYPING_MS);
  const preview = useChatPreview(id, JSON.parse(asked) as ChatPreviewRequest["messages"]);
  const template = preview.data?.template ?? null;
  return (
    <Section title={texts.model.template} hint={preview.data === null ? texts.model.noTemplate : texts.model.templateWarning} aside={template !== null && <>{texts.common.chars(format.count(template.length))}<CopyButton text={template} what={texts.model.template} /></>}>
      <div className={styles["pair"]} hidden={preview.data === null}>
        <TextInput label={texts.model.templateSystem} value={system} maxLength={4000} dir="auto" onChange={(event) => setSystem(event.currentTarget.value)} />
        <TextInput label={texts.model.templateMessage} value={message} maxLength={4000} dir="auto" placeholder={texts.model.templateExample} onChange={(event) => setMessage(event.currentTarget.value)} />
      </div>
      <QueryGate query={preview} heightPx={200}>
        {(found) => found !== null && (
          <div className={styles["pair"]}>
            <Text label={texts.model.templateAsWritten} text={found.template} />
            <div>
              <Text label={texts.model.templateRendered} text={found.prompt} />
              {found.prompt === "" && <p>{texts.model.templateNothing}</p>}
              {found.leftOutCharacters > 0 && <p>{texts.model.templateLeftOut(format.count(found.leftOutCharacters))}</p>}
            </div>
          </div>
        )}
      </QueryGate>
    </Section>
  );
}

function Text({ label, text }: { readonly label: string; readonly text: string }): ReactNode {
  return <div><h3 className={styles["label"]}>{label}</h3><pre className={styles["text"]} dir="ltr" tabIndex={0} role="region" aria-label={label}>{visibleText(text)}</pre></div>;
}

function conversation(system: string, message: string): ChatPreviewRequest["messages"] {
  return [...(system === "" ? [] : [{ role: "system" as const, content: system }]), { role: "user", content: message }];
}
