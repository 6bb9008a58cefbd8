import { Button, TextInput } from "@mantine/core";
import { type ReactNode, useDeferredValue, useState } from "react";
import type { AuditEntry } from "../../../shared/schemas/audit.ts";
import { useAudit, useAuditCount, useAuditVerification } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { CommandTwin } from "../../ui/command-twin.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { FieldList, Figure, Time } from "../../ui/figures.tsx";
import { Digest } from "../../ui/names.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { QueryGate } from "../../ui/query-gate.tsx";
import styles from "./audit-page.module.css";

/** Who did what to which digest, the newest first. */
export function AuditPage(): ReactNode {
  const { texts, format } = useLocale();
  const verify = useAuditVerification();
  const [wanted, want] = useState("");
  const [chosen, choose] = useState<AuditEntry | null>(null);
  const matching = useDeferredValue(wanted.trim());
  const audit = useAudit(matching);
  const count = useAuditCount().data;
  const onEnd = (): void => {
    if (audit.hasNextPage && !audit.isFetchingNextPage) void audit.fetchNextPage();
  };
  return (
    <Page
      title={texts.audit.title} fills lead={audit.data === undefined || count === undefined ? undefined : texts.audit.shown(format.count(audit.data.length), format.count(count))}
      actions={<>
        <TextInput size="xs" type="search" w={280} placeholder={texts.audit.filter} maxLength={500} aria-label={texts.audit.filter} value={wanted} onChange={(event) => want(event.currentTarget.value)} />
        <Button variant="filled" loading={verify.isPending} onClick={() => verify.mutate()}>{texts.audit.verify}</Button>
      </>}
    >
      {verify.error !== null && <ErrorPanel error={verify.error} />}
      {verify.data !== undefined && (
        <div className={styles["intact"]} role="status">
          <p><strong>{texts.audit.intact(format.count(verify.data.entries))}</strong> {texts.audit.lastHash}: <Digest digest={verify.data.lastHash} whole /></p>
          <p>{texts.audit.keep}</p>
        </div>
      )}
      <QueryGate query={audit} heightPx={320}>
        {(shown) => shown.length === 0 && matching === "" ? <Section title={texts.audit.title}><EmptyState what={texts.audit.empty} next={texts.audit.emptyNext} /></Section> : (
          <div className={styles["split"]}>
            <section className={styles["list"]} aria-label={texts.audit.title}>
              {shown.length === 0 ? <EmptyState what={texts.audit.noneMatches} /> : (
                <DataTable
                  label={texts.audit.title} rows={shown} keyOf={({ id }) => String(id)} fills onEnd={onEnd} onOpen={choose} selectedKey={chosen === null ? null : String(chosen.id)}
                  columns={[
                    { id: "id", title: texts.audit.number, width: "64px", align: "end", cell: ({ id }) => <Figure>{format.count(id)}</Figure> },
                    { id: "at", title: texts.audit.at, width: "132px", cell: ({ at }) => <Time iso={at} /> },
                    { id: "what", title: texts.audit.what, width: "minmax(120px, 1fr)", cell: ({ action }) => <bdi dir="ltr">{shownText(action, 80)}</bdi> },
                    { id: "who", title: texts.audit.who, width: "minmax(120px, 1fr)", cell: ({ actor }) => <bdi>{shownText(actor, 80)}</bdi> },
                    { id: "subject", title: texts.audit.subject, width: "minmax(180px, 1.2fr)", cell: ({ subject }) => <Digest digest={subject} /> },
                  ]}
                />
              )}
            </section>
            {chosen !== null && (
              <aside className={styles["detail"]}>
                <h2>{texts.audit.details} <Figure>{format.count(chosen.id)}</Figure></h2>
                <FieldList fields={[
                  { name: texts.audit.at, value: <Time iso={chosen.at} /> }, { name: texts.audit.who, value: <bdi>{shownText(chosen.actor)}</bdi> }, { name: texts.audit.what, value: <bdi dir="ltr">{shownText(chosen.action)}</bdi> },
                  { name: texts.audit.subject, value: <Digest digest={chosen.subject} whole /> },
                  ...Object.entries(chosen.details).map(([name, value]) => ({ name: shownText(name, 60), value: <bdi dir="ltr">{shownText(typeof value === "string" ? value : JSON.stringify(value))}</bdi> })),
                  { name: texts.audit.hash, value: <Digest digest={chosen.hash} whole /> }, { name: texts.audit.previous, value: <Digest digest={chosen.previousHash} whole /> },
                ]} />
              </aside>
            )}
          </div>
        )}
      </QueryGate>
      <CommandTwin words={["audit", verify.data === undefined ? "ls" : "verify"]} />
    </Page>
  );
}
