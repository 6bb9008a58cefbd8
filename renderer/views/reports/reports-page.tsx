import { useNavigate, useParams } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { type Report, reportSubject } from "../../../shared/schemas/report.ts";
import { useReports } from "../../queries.ts";
import { reportHeadline } from "../../report-headline.ts";
import { useLocale } from "../../texts/locale.tsx";
import { CommandTwin } from "../../ui/command-twin.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Figure, Time } from "../../ui/figures.tsx";
import { Name } from "../../ui/names.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { QueryGate } from "../../ui/query-gate.tsx";
import { chartGroup, comparePackages } from "./compare-packages.ts";
import { ComparisonTable } from "./comparison-table.tsx";
import { comparisonCsv, comparisonHtml, reportsJson } from "./export-comparison.ts";
import { ExportMenu } from "./export-menu.tsx";
import { LossSpeedChart } from "./loss-speed-chart.tsx";
import { paretoFront } from "./pareto-front.ts";
import { ReportDetail } from "./report-detail.tsx";
import { saveFile } from "./save-file.ts";

export function ReportsPage(): ReactNode {
  const { texts } = useLocale();
  const reports = useReports();
  const { id: chosen } = useParams({ strict: false });
  const report = reports.data?.find(({ id }) => id === chosen);
  return (
    <Page title={texts.reports.title} actions={reports.data !== undefined && reports.data.length > 0 && <ExportAll reports={reports.data} />}>
      <QueryGate query={reports} heightPx={480}>
        {(all) => all.length === 0 ? <Section title={texts.reports.title}><EmptyState what={texts.reports.empty} next={texts.reports.emptyNext} /></Section> : (
          <>
            {report !== undefined && <ReportDetail report={report} />}
            <Comparison reports={all} />
            <Section title={texts.reports.all}><AllReports reports={all} chosen={chosen ?? null} /></Section>
          </>
        )}
      </QueryGate>
      <CommandTwin words={report === undefined ? ["report", "ls"] : ["report", "show", report.id]} />
    </Page>
  );
}

function Comparison({ reports }: { readonly reports: readonly Report[] }): ReactNode {
  const { texts } = useLocale();
  const rows = useMemo(() => comparePackages(reports), [reports]);
  const group = useMemo(() => chartGroup(rows), [rows]);
  const front = useMemo(() => paretoFront(group?.packages ?? []), [group]);
  if (rows.length === 0) return null;
  return (
    <>
      <Section title={texts.reports.compared} hint={`${texts.reports.madHint} ${texts.reports.seHint}`}><ComparisonTable rows={rows} front={front} /></Section>
      <Section title={texts.reports.chart} hint={group === null ? texts.reports.chartEmpty : `${texts.reports.chartHint} ${texts.reports.notComparable}`}>{group !== null && <LossSpeedChart group={group} front={front} />}</Section>
    </>
  );
}

function AllReports({ reports, chosen }: { readonly reports: readonly Report[]; readonly chosen: string | null }): ReactNode {
  const locale = useLocale();
  const { texts } = locale;
  const navigate = useNavigate();
  return (
    <DataTable
      label={texts.reports.all} rows={reports} keyOf={({ id }) => id} selectedKey={chosen} onOpen={({ id }) => void navigate({ to: "/reports/$id", params: { id }, replace: chosen !== null })}
      columns={[
        { id: "id", title: "ID", width: "152px", cell: ({ id }) => <bdi dir="ltr"><code>{id}</code></bdi> },
        { id: "kind", title: texts.reports.kind, width: "112px", cell: ({ body }) => texts.reports.kinds[body.kind] },
        { id: "model", title: texts.reports.model, width: "minmax(160px, 2fr)", cell: ({ body }) => <Name>{reportSubject(body).names.join(" · ")}</Name> },
        { id: "recipe", title: texts.reports.recipe, width: "minmax(80px, 1fr)", cell: ({ body }) => <Name>{reportSubject(body).recipes.join(" · ")}</Name> },
        { id: "result", title: texts.reports.result, width: "minmax(180px, 1.4fr)", align: "end", cell: (report) => <Figure>{reportHeadline(report, locale)}</Figure> },
        { id: "measured", title: texts.reports.measured, width: "132px", align: "end", cell: ({ createdAt }) => <Time iso={createdAt} /> },
      ]}
    />
  );
}

function ExportAll({ reports }: { readonly reports: readonly Report[] }): ReactNode {
  const locale = useLocale();
  const { texts } = locale;
  const name = (ending: string): string => `sallyport-reports.${ending}`;
  return (
    <ExportMenu label={texts.reports.export} items={[
      { label: texts.reports.exportHtml, save: () => saveFile(name("html"), "text/html", comparisonHtml(comparePackages(reports), locale, new Date().toISOString())) },
      { label: texts.reports.exportCsv, save: () => saveFile(name("csv"), "text/csv", comparisonCsv(comparePackages(reports))) },
      { label: texts.reports.exportJson, save: () => saveFile(name("json"), "application/json", reportsJson(reports)) },
    ]} />
  );
}
