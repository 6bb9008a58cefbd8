import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { Licence } from "../../../shared/schemas/model-papers.ts";
import { useLicences } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { visibleText } from "../../texts/shown-text.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Bytes } from "../../ui/figures.tsx";
import { Name } from "../../ui/names.tsx";
import { Section } from "../../ui/page.tsx";
import { QueryGate } from "../../ui/query-gate.tsx";
import styles from "./model-licences.module.css";

/** What lies beside the weights and says what may be done with them; each text is drawn when it is asked for. */
export function ModelLicences({ id }: { readonly id: string }): ReactNode {
  const { texts } = useLocale();
  const licences = useLicences(id);
  return (
    <Section title={texts.model.licence}>
      <QueryGate query={licences} heightPx={48}>{(found) => (found.length === 0 ? <EmptyState what={texts.model.noLicence} /> : found.map((licence) => <LicenceText key={licence.file} licence={licence} />))}</QueryGate>
    </Section>
  );
}

function LicenceText({ licence: { file, text, bytes, isWhole } }: { readonly licence: Licence }): ReactNode {
  const { texts } = useLocale();
  const [isOpen, setOpen] = useState(false);
  return (
    <div className={styles["licence"]}>
      <p className={styles["head"]}>
        <Name>{file}</Name> <Bytes value={bytes} />{!isWhole && <span>{texts.model.licenceBeginning}</span>}
        <Button size="xs" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>{isOpen ? texts.common.close : texts.model.showLicence}</Button>
      </p>
      {isOpen && <pre className={styles["text"]} dir="auto" tabIndex={0} role="region" aria-label={file}>{visibleText(text)}</pre>}
    </div>
  );
}
