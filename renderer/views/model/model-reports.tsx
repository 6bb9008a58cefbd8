import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useReports } from "../../queries.ts";
import { reportHeadline } from "../../report-headline.ts";
import { useLocale } from "../../texts/locale.tsx";
import { FieldList, Figure, Time } from "../../ui/figures.tsx";
import { Section } from "../../ui/page.tsx";

export function ModelReports({ id }: { readonly id: string }): ReactNode {
  const locale = useLocale();
  const { texts } = locale;
  const reports = (useReports().data ?? []).filter(({ modelId, body }) => modelId === id || (body.kind === "comparison" && body.contestants.some(({ contestant }) => contestant.kind === "package" && contestant.id === id)));
  return (
    <Section title={texts.model.reports}>
      {reports.length === 0 ? <p>{texts.model.noReports}</p> : (
        <FieldList fields={reports.slice(0, 12).map((report) => ({
          name: `${texts.reports.kinds[report.body.kind]} ${report.id}`, value: <Link to="/reports/$id" params={{ id: report.id }}><Figure>{reportHeadline(report, locale)}</Figure></Link>, note: <Time iso={report.createdAt} />,
        }))} />
      )}
    </Section>
  );
}
