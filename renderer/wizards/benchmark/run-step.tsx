import { type ReactNode, useMemo } from "react";
import { useLocale } from "../../texts/locale.tsx";
import { Chart } from "../../ui/chart.tsx";
import { JobRun } from "../frame/job-run.tsx";
import type { FoundJob } from "../frame/use-job.ts";

interface RunStepProps {
  readonly found: FoundJob;
  readonly names: readonly string[];
  readonly onRestart: () => void;
}

/** One job; each run stands in the chart as soon as it was measured. */
export function RunStep({ found, names, onRestart }: RunStepProps): ReactNode {
  const { wizards: { benchmark: words }, format } = useLocale();
  const lines = found.job?.progress?.lines;
  const drawn = JSON.stringify([lines ?? [], names]);
  const options = useMemo(() => {
    const [measured, called] = JSON.parse(drawn) as [number[][], string[]];
    return {
      x: { name: words.run, kind: "linear" as const, write: (run: number) => (Number.isInteger(run) ? format.count(run) : "") },
      y: { name: words.measures.characters, kind: "linear" as const, write: format.number },
      series: measured.map((line, place) => ({ kind: "line" as const, name: `${place + 1}. ${called[place] ?? ""}`, points: line.map((value, index) => ({ x: index + 1, y: value })) })),
    };
  }, [drawn, words, format]);
  return (
    <>
      <p>{words.byItself}</p>
      <JobRun found={found} doing={words.measuring} onRestart={onRestart} />
      {lines !== undefined && <Chart label={`${words.measures.characters}: ${lines.map((line, place) => `${names[place] ?? place + 1} ${format.number(line.at(-1) ?? null)}`).join("; ")}`} options={options} heightPx={240} />}
    </>
  );
}
