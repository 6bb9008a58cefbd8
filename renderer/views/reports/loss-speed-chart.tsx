import { type ReactNode, useMemo } from "react";
import { useLocale } from "../../texts/locale.tsx";
import { isolated, shownText } from "../../texts/shown-text.ts";
import { Chart } from "../../ui/chart.tsx";
import { FieldList } from "../../ui/figures.tsx";
import type { ChartGroup } from "./compare-packages.ts";

const LEAST_RADIUS_PX = 5;
const MOST_RADIUS_PX = 22;

/** Up and to the right is worse and faster; the area of a point is its memory. */
export function LossSpeedChart({ group, front }: { readonly group: ChartGroup; readonly front: ReadonlySet<string> }): ReactNode {
  const { texts, format } = useLocale();
  const { packages, conditions: { speed, loss } } = group;
  const options = useMemo(() => {
    const largest = Math.max(...packages.map(({ memoryBytes }) => memoryBytes ?? 0), 1);
    return {
      x: { name: texts.reports.decode, kind: "linear" as const, write: format.tick },
      // Room for the points at nought is no loss below it.
      y: { name: texts.reports.kl, kind: "linear" as const, write: (nats: number) => (nats < 0 ? "" : format.tick(nats)) },
      series: [{
        kind: "scatter" as const, name: texts.reports.model,
        points: packages.map(({ modelId, name, tokensPerSecond, speedSpread, klNats, klError, memoryBytes }) => ({
          x: tokensPerSecond, y: klNats, xError: speedSpread, yError: klError, isRinged: front.has(modelId), name: `${shownText(name, 40)} · ${format.bytes(memoryBytes)}`,
          radiusPx: memoryBytes === null ? LEAST_RADIUS_PX : Math.max(LEAST_RADIUS_PX, MOST_RADIUS_PX * Math.sqrt(memoryBytes / largest)),
        })),
      }],
    };
  }, [packages, front, texts, format]);
  const { machine, engine } = speed.conditions;
  return (
    <>
      <Chart label={texts.reports.chart} options={options} heightPx={340} />
      <FieldList fields={[
        { name: texts.reports.machine, value: texts.reports.machineOf(isolated(shownText(machine.cpu, 120)), format.count(machine.cores), format.bytes(machine.memoryBytes)) },
        { name: texts.reports.engine, value: texts.reports.engineOf(isolated(shownText(engine.name, 60)), isolated(shownText(engine.version, 60)), format.count(engine.threads)) },
        { name: texts.reports.workload, value: texts.reports.workloadOf(format.count(speed.workload.promptTokens), format.count(speed.workload.generateTokens), format.count(speed.workload.runs), format.count(speed.workload.warmupRuns)) },
        { name: texts.reports.text, value: texts.reports.textOf(format.count(loss.text.windows), format.count(loss.text.windowTokens), format.count(loss.text.predictions)) },
        ...(loss.against === null ? [] : [{ name: texts.reports.against, value: <bdi>{shownText(loss.against.model.name, 120)}</bdi> }]),
      ]} />
    </>
  );
}
