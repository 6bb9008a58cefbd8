import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { type AnswersReport, type ComparisonReport, type Distribution, type ParityReport, type PerplexityReport, type Report, reportSubject, type SpeedReport } from "../../../shared/schemas/report.ts";
import { useReports } from "../../queries.ts";
import { useLocale, type Locale } from "../../texts/locale.tsx";
import { isolated, shownText } from "../../texts/shown-text.ts";
import { AnswerPairs } from "../../ui/answer-pairs.tsx";
import { ComparisonFigures } from "../../ui/comparison-figures.tsx";
import { FieldList, Figure, Time } from "../../ui/figures.tsx";
import { Digest, Id, Name } from "../../ui/names.tsx";
import { Section } from "../../ui/page.tsx";
import { comparedCsv, comparedHtml } from "./export-compared.ts";
import { reportsJson } from "./export-comparison.ts";
import { ExportMenu } from "./export-menu.tsx";
import { saveFile } from "./save-file.ts";

type Field = { readonly name: string; readonly value: ReactNode; readonly note?: ReactNode };

/** One report with its conditions. */
export function ReportDetail({ report }: { readonly report: Report }): ReactNode {
  const locale = useLocale();
  const { texts, format } = locale;
  if (report.body.kind === "comparison") return <ComparisonDetail report={report} body={report.body} />;
  const { conditions: { model, machine, engine } } = report.body;
  return (
    <Section title={<>{texts.reports.kinds[report.body.kind]}: <Name>{model.name}</Name></>} aside={<Id id={report.id} />}>
      <FieldList fields={[
        ...bodyFields(report.body, locale),
        { name: texts.reports.model, value: <Link to="/models/$id" params={{ id: report.modelId }}><Name>{model.name}</Name></Link>, note: <><bdi>{shownText(model.recipe, 60)}</bdi> <Digest digest={model.digest} /></> },
        { name: texts.reports.engine, value: texts.reports.engineOf(isolated(shownText(engine.name, 60)), isolated(shownText(engine.version, 60)), format.count(engine.threads)) },
        { name: texts.reports.machine, value: texts.reports.machineOf(isolated(shownText(machine.cpu, 120)), format.count(machine.cores), format.bytes(machine.memoryBytes)) },
        { name: texts.reports.measured, value: <Time iso={report.createdAt} /> },
      ]} />
      {report.body.kind === "answers" && <AnswerPairs report={report.body} />}
    </Section>
  );
}

function ComparisonDetail({ report, body }: { readonly report: Report; readonly body: ComparisonReport }): ReactNode {
  const locale = useLocale();
  const { texts, wizards: { benchmark: words } } = locale;
  return (
    <Section
      title={<>{texts.reports.kinds.comparison}: <Name>{reportSubject(body).names.join(" · ")}</Name></>}
      aside={<><ExportMenu label={texts.reports.export} items={[
        { label: words.exportHtml, save: () => saveFile(`${report.id}.html`, "text/html", comparedHtml(report, body, locale)) }, { label: words.exportCsv, save: () => saveFile(`${report.id}.csv`, "text/csv", comparedCsv(body)) },
        { label: words.exportJson, save: () => saveFile(`${report.id}.json`, "application/json", reportsJson([report])) },
      ]} /> <Id id={report.id} /></>}
    >
      <ComparisonFigures body={body} reports={useReports().data ?? []} />
      <FieldList fields={[{ name: texts.reports.measured, value: <Time iso={report.createdAt} /> }]} />
    </Section>
  );
}

function bodyFields(body: Exclude<Report["body"], ComparisonReport>, locale: Locale): readonly Field[] {
  switch (body.kind) {
    case "speed":
      return speedFields(body, locale);
    case "perplexity":
      return lossFields(body, locale);
    case "parity":
      return parityFields(body, locale);
    case "answers":
      return answerFields(body, locale);
    default:
      return body satisfies never;
  }
}

function speedFields({ workload, decodeTokensPerSecond, prefillTokensPerSecond, timeToFirstTokenMs, interTokenMs, loadMs, privateBytes, peakResidentBytes }: SpeedReport, { texts, format }: Locale): readonly Field[] {
  const spread = (figure: Distribution): Pick<Field, "value" | "note"> => ({ value: <Figure>{format.withError(figure.median, figure.medianAbsoluteDeviation)}</Figure>, note: <Figure>{texts.reports.spread(format.count(figure.n))}; {format.number(figure.minimum)} – {format.number(figure.maximum)}</Figure> });
  return [
    { name: texts.reports.decode, ...spread(decodeTokensPerSecond) },
    { name: texts.reports.prefill, ...spread(prefillTokensPerSecond) },
    { name: `${texts.reports.firstToken}, ${texts.units.milliseconds}`, ...spread(timeToFirstTokenMs) },
    { name: texts.reports.betweenTokens, value: <Figure>{format.number(interTokenMs.p50)} / {format.number(interTokenMs.p95)} / {format.number(interTokenMs.p99)} {texts.units.milliseconds}</Figure> },
    { name: texts.reports.loading, value: <Figure>{format.milliseconds(loadMs)}</Figure> },
    { name: texts.reports.memory, value: <Figure>{format.bytes(peakResidentBytes)}</Figure>, note: <>{texts.reports.privateMemory}: <Figure>{format.bytes(privateBytes)}</Figure></> },
    { name: texts.reports.workload, value: texts.reports.workloadOf(format.count(workload.promptTokens), format.count(workload.generateTokens), format.count(workload.runs), format.count(workload.warmupRuns)) },
  ];
}

function lossFields({ perplexity, perplexityStandardError, text, against }: PerplexityReport, { texts, format }: Locale): readonly Field[] {
  return [
    { name: texts.reports.perplexity, value: <Figure>{format.withError(perplexity, perplexityStandardError)}</Figure>, note: <Figure>{texts.reports.spread(format.count(text.windows))}</Figure> },
    ...(against === null ? [] : [
      { name: texts.reports.kl, value: <Figure>{format.withError(against.klMean.mean, against.klMean.standardError)}</Figure>, note: <Figure>p50 {format.number(against.klMedian)}, p99.9 {format.number(against.klP999)}</Figure> },
      { name: texts.reports.sameTop, value: <Figure>{format.withError(against.sameTop1.mean * 100, against.sameTop1.standardError * 100)} %</Figure> },
      { name: texts.reports.against, value: <Name>{against.model.name}</Name>, note: <bdi>{shownText(against.model.recipe, 60)}</bdi> },
    ]),
    { name: texts.reports.text, value: <bdi dir="ltr">{shownText(text.file, 300)}</bdi>, note: <>{texts.reports.textOf(format.count(text.windows), format.count(text.windowTokens), format.count(text.predictions))} <Digest digest={text.sha256} /></> },
  ];
}

function parityFields({ passed, maxAbsoluteDelta, toleranceAbsolute, klMean, klMax, top1Agreement, expected }: ParityReport, { texts, format }: Locale): readonly Field[] {
  return [
    { name: texts.reports.kinds.parity, value: <strong>{passed ? texts.reports.held : texts.reports.notHeld}</strong>, note: <Figure>max |Δlogit| {format.number(maxAbsoluteDelta)} ≤ {format.number(toleranceAbsolute)}</Figure> },
    { name: texts.reports.kl, value: <Figure>{format.number(klMean)}</Figure>, note: <Figure>max {format.number(klMax)}</Figure> },
    { name: texts.reports.sameTop, value: <Figure>{format.percent(top1Agreement)}</Figure>, note: <Figure>{texts.reports.spread(format.count(expected.positions))}</Figure> },
  ];
}

function answerFields({ changed, sharedTokens, prompts, against }: AnswersReport, { texts, wizards: { quantize: words }, format }: Locale): readonly Field[] {
  return [
    { name: texts.reports.kinds.answers, value: words.changedOf(format.count(Math.round(changed.mean * changed.n)), format.count(changed.n)), note: words.alikeFor(format.decimal(sharedTokens.median, 1), format.count(prompts.generateTokens)) },
    { name: texts.reports.against, value: <Name>{against.name}</Name>, note: <bdi>{shownText(against.recipe, 60)}</bdi> },
    { name: texts.reports.text, value: <bdi dir="ltr">{shownText(prompts.file, 300)}</bdi>, note: <Digest digest={prompts.sha256} /> },
  ];
}
