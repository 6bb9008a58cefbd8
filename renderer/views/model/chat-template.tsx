import type { ReactNode } from "react";
import { useLocale } from "../../texts/locale.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Section } from "../../ui/page.tsx";
import styles from "./chat-template.module.css";

/** The template as its author wrote it, never run here: only characters that would steer the page's direction are made visible. */
export function ChatTemplate({ template }: { readonly template: string | null }): ReactNode {
  const { texts, format } = useLocale();
  return (
    <Section title={texts.model.template} hint={template === null ? texts.model.noTemplate : texts.model.templateWarning} aside={template !== null && <>{texts.common.chars(format.count(template.length))}<CopyButton text={template} what={texts.model.template} /></>}>
      {template !== null && <pre className={styles["text"]} dir="ltr" tabIndex={0} role="region" aria-label={texts.model.template}>{template.replaceAll(/[^\P{Cc}\n\t]|[\p{Cf}\u2028\u2029]/gu, "\u{FFFD}")}</pre>}
    </Section>
  );
}
