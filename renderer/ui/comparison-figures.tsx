import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { contestantNames, type MeasureVerdict, verdictsOf } from "../../shared/comparison-verdict.ts";
import type { ComparisonReport, Distribution, Measure, Report } from "../../shared/schemas/report.ts";
import { sayingText } from "../comparison-words.ts";
import { DASH } from "../texts/format.ts";
import { useLocale } from "../texts/locale.tsx";
import { isolated, shownText } from "../texts/shown-text.ts";
import styles from "./comparison-figures.module.css";
import { Bytes, FieldList, Figure } from "./figures.tsx";
import { Name } from "./names.tsx";

interface ComparisonFiguresProps {
  readonly body: ComparisonReport;
  /** All there are: what is known of the contestants' loss stands beside their speed. */
  readonly reports: readonly Report[];
}

/** The verdict in words with its intervals, then the figures they come from, then what was the same for all. */
export function ComparisonFigures({ body, reports }: ComparisonFiguresProps): ReactNode {
  const { wizards: { benchmark: words }, format } = useLocale();
  const names = contestantNames(body.contestants).map((name) => shownText(name, 80));
  return (
    <div className={styles["comparison"]}>
      {verdictsOf(body).map((verdict) => <Verdict key={verdict.measure} verdict={verdict} names={names} />)}
      <Table body={body} names={names} reports={reports} />
      {body.notes.length > 0 && <ul className={styles["notes"]}>{body.notes.map((note) => <li key={note}>{words.notes[note]}</li>)}</ul>}
      <p className={styles["soft"]}>{words.method(format.percent(body.level))}</p>
      <Conditions body={body} />
    </div>
  );
}

function Verdict({ verdict: { measure, sayings }, names }: { readonly verdict: MeasureVerdict; readonly names: readonly string[] }): ReactNode {
  const locale = useLocale();
  const { wizards: { benchmark: words } } = locale;
  return (
    <section className={styles["verdict"]}>
      <h3>{words.measures[measure]}</h3>
      {sayings.map((saying) => <p key={saying.other} className={styles["words"]}>{sayingText(saying, names.map(isolated), locale)}</p>)}
      <RatioChart measure={measure} sayings={sayings} names={names} />
    </section>
  );
}

/** Half as fast to twice, at the least: a small difference must not look like a large one. */
const LEAST_REACH = Math.LN2;

/** How many times as fast the leader is as each of the others, on a logarithmic axis with a line where both are alike. */
function RatioChart({ measure, sayings, names }: { readonly measure: Measure; readonly sayings: MeasureVerdict["sayings"]; readonly names: readonly string[] }): ReactNode {
  const locale = useLocale();
  const { wizards: { benchmark: words, plan }, format } = locale;
  const known = sayings.flatMap((saying) => (saying.kind === "unknown" ? [] : saying));
  if (known.length === 0) return null;
  const reach = Math.max(LEAST_REACH, ...known.flatMap(({ low, high }) => [Math.abs(Math.log(low)), Math.abs(Math.log(high))]));
  const place = (ratio: number): number => 50 + (Math.log(ratio) / reach) * 48;
  return (
    <div className={styles["chart"]} role="img" aria-label={`${words.measures[measure]}: ${sayings.map((saying) => sayingText(saying, names, locale)).join(" ")}`}>
      {known.map((saying) => (
        <div key={saying.other} className={styles["bar"]} data-shown={saying.kind === "faster"}>
          <span className={styles["barName"]}><bdi>{names[saying.leader]}</bdi> ÷ <bdi>{names[saying.other]}</bdi></span>
          <span className={styles["track"]} dir="ltr">
            <span className={styles["one"]} style={{ left: "50%" }} />
            <span className={styles["interval"]} style={{ left: `${place(saying.low)}%`, width: `${Math.max(0.5, place(saying.high) - place(saying.low))}%` }} />
          </span>
          <Figure>{plan.range(format.number(saying.low), format.number(saying.high))}</Figure>
        </div>
      ))}
    </div>
  );
}

function Table({ body: { contestants, differences }, names, reports }: ComparisonFiguresProps & { readonly names: readonly string[] }): ReactNode {
  const { texts, wizards: { benchmark: words }, format } = useLocale();
  const spread = (figure: Distribution | null): ReactNode => (figure === null ? DASH : <Figure>{format.withError(figure.median, figure.medianAbsoluteDeviation)}</Figure>);
  // With equal tokens characters tell of the words that were chosen, not of speed.
  const areCharactersCompared = differences.some(({ measure }) => measure === "characters");
  const titles = [words.contestant, words.measures.decode, ...(areCharactersCompared ? [words.measures.characters] : []), words.measures.prefill, `${words.measures.firstToken}, ${texts.units.milliseconds}`, `${words.measures.total}, ${texts.units.milliseconds}`, words.memory, texts.reports.kl, words.counted, "n"];
  return (
    <div className={styles["scroller"]} tabIndex={0} role="group" aria-label={words.table}>
      <table className={styles["table"]} aria-label={words.table}>
        <thead><tr>{titles.map((title) => <th key={title} scope="col">{title}</th>)}</tr></thead>
        <tbody>
          {contestants.map(({ contestant, figures, peakResidentBytes, countedBy, runs }, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: one may stand twice, and their order does not change
            <tr key={place}>
              <th scope="row">{contestant.kind === "package" ? <Link to="/models/$id" params={{ id: contestant.id }}><Name>{names[place] ?? ""}</Name></Link> : <Name>{names[place] ?? ""}</Name>}</th>
              <td>{spread(figures.decode)}</td>{areCharactersCompared && <td>{spread(figures.characters)}</td>}<td>{spread(figures.prefill)}</td><td>{spread(figures.firstToken)}</td><td>{spread(figures.total)}</td>
              <td><Bytes value={peakResidentBytes} /></td>
              <td>{contestant.kind === "package" ? lossOf(contestant.id, reports, format) : DASH}</td>
              <td>{words.countedBy[countedBy]}</td><td><Figure>{format.count(runs.length)}</Figure></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function lossOf(id: string, reports: readonly Report[], format: ReturnType<typeof useLocale>["format"]): ReactNode {
  for (const { modelId, body } of reports) if (modelId === id && body.kind === "perplexity" && body.against !== null) return <Figure>{format.withError(body.against.klMean.mean, body.against.klMean.standardError)}</Figure>;
  return DASH;
}

function Conditions({ body: { workload, rounds, warmupRuns, seed, residency, machine, contestants } }: Pick<ComparisonFiguresProps, "body">): ReactNode {
  const { texts, wizards: { benchmark: words }, format } = useLocale();
  const engines = [...new Set(contestants.flatMap(({ engine: { name, version, threads } }) => (threads === null ? [] : texts.reports.engineOf(shownText(name, 60), shownText(version ?? "", 60), format.count(threads)))))];
  return (
    <FieldList fields={[
      {
        name: words.workload, value: <bdi>{words.workloads[workload.name === "prompts" ? "own" : workload.name]}</bdi>,
        note: <>{workload.file === null ? words.workloadOf(format.count(workload.promptTokens), format.count(workload.answerTokens)) : <><bdi dir="ltr">{shownText(workload.file.name, 120)}</bdi> {words.promptsFound(format.count(workload.prompts))}</>}; {words.forms[workload.form]}</>,
      },
      { name: words.rounds, value: <Figure>{format.count(rounds)}</Figure>, note: words.roundsOf(format.count(warmupRuns), String(seed)) },
      { name: words.memoryNeeded, value: <Figure>{format.bytes(residency.neededBytes)}</Figure>, note: residency.kind === "kept" ? words.memoryKept(format.bytes(residency.availableBytes)) : words.memoryReloaded(format.bytes(residency.availableBytes)) },
      ...(engines.length === 0 ? [] : [{ name: texts.reports.engine, value: <bdi>{engines.join("; ")}</bdi> }]),
      { name: texts.reports.machine, value: <bdi>{texts.reports.machineOf(shownText(machine.cpu, 120), format.count(machine.cores), format.bytes(machine.memoryBytes))}</bdi> },
    ]} />
  );
}
