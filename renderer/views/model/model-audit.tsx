import type { ReactNode } from "react";
import { useAuditOf } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { Figure, Time } from "../../ui/figures.tsx";
import { Digest } from "../../ui/names.tsx";
import { Section } from "../../ui/page.tsx";

/** What was done to this very digest, by whom. */
export function ModelAudit({ digest, id }: { readonly digest: string; readonly id: string }): ReactNode {
  const { texts, format } = useLocale();
  const entries = useAuditOf([digest, id]).data ?? [];
  return (
    <Section title={texts.model.audit}>
      {entries.length === 0 ? <p>{texts.model.auditEmpty}</p> : (
        <DataTable
          label={texts.model.audit} rows={entries} keyOf={(entry) => String(entry.id)}
          columns={[
            { id: "id", title: texts.audit.number, width: "56px", align: "end", cell: (entry) => <Figure>{format.count(entry.id)}</Figure> },
            { id: "at", title: texts.audit.at, width: "132px", cell: ({ at }) => <Time iso={at} /> },
            { id: "what", title: texts.audit.what, width: "minmax(120px, 1fr)", cell: ({ action }) => <bdi dir="ltr">{shownText(action)}</bdi> },
            { id: "who", title: texts.audit.who, width: "minmax(120px, 1fr)", cell: ({ actor }) => <bdi>{shownText(actor)}</bdi> },
            { id: "hash", title: texts.audit.hash, width: "minmax(200px, 1fr)", cell: ({ hash }) => <Digest digest={hash} /> },
          ]}
        />
      )}
    </Section>
  );
}
