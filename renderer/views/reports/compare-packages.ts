import type { Conditions, PerplexityReport, Report, SpeedReport } from "../../../shared/schemas/report.ts";

/** One package with the newest of each figure; null where it was not measured. */
export interface Compared {
  readonly modelId: string;
  readonly model: Conditions["model"];
  readonly speed: SpeedReport | null;
  readonly loss: PerplexityReport | null;
  /** The package that the others' loss is told against: its own divergence is zero by definition. */
  readonly isReference: boolean;
}

/** Reports come newest first; the first of a kind is the one that counts. */
export function comparePackages(reports: readonly Report[]): readonly Compared[] {
  const rows = new Map<string, { model: Conditions["model"]; speed: SpeedReport | null; loss: PerplexityReport | null }>();
  const references = new Set<string>();
  for (const { modelId, body } of reports) {
    if (body.kind === "parity" || body.kind === "answers" || body.kind === "comparison") continue;
    const row = rows.get(modelId) ?? { model: body.conditions.model, speed: null, loss: null };
    rows.set(modelId, row);
    if (body.kind === "speed") row.speed ??= body;
    else {
      row.loss ??= body;
      if (body.against !== null) references.add(body.against.model.id);
    }
  }
  return [...rows].map(([modelId, row]) => ({ modelId, ...row, isReference: references.has(modelId) }));
}

/** A package as it stands in the chart. Loss is the mean divergence in nats, memory the peak of the engine. */
export interface ChartedPackage {
  readonly modelId: string;
  readonly name: string;
  readonly tokensPerSecond: number;
  readonly speedSpread: number;
  readonly klNats: number;
  readonly klError: number;
  readonly memoryBytes: number | null;
}

/** What must be the same for two figures to stand in one chart: the machine and engine of the speed, the text and reference of the loss. */
export interface ChartGroup {
  readonly conditions: { readonly speed: Pick<SpeedReport, "conditions" | "workload">; readonly loss: PerplexityReport };
  readonly packages: readonly ChartedPackage[];
}

/** The largest set of packages that may be compared; null when no package has both figures. */
export function chartGroup(rows: readonly Compared[]): ChartGroup | null {
  const groups = new Map<string, { conditions: ChartGroup["conditions"]; packages: ChartedPackage[] }>();
  for (const row of rows) {
    const { speed, loss } = row;
    if (speed === null || loss === null || loss.against === null) continue;
    const key = groupKey(speed, loss, loss.against.model.id);
    const group = groups.get(key) ?? { conditions: { speed, loss }, packages: [] };
    groups.set(key, group);
    group.packages.push(charted(row, speed, loss.against.klMean.mean, loss.against.klMean.standardError));
  }
  const largest = [...groups].toSorted(([, one], [, other]) => other.packages.length - one.packages.length)[0];
  if (largest === undefined) return null;
  const [key, { conditions, packages }] = largest;
  const referenceId = conditions.loss.against?.model.id;
  const reference = rows.find(({ modelId, speed }) => modelId === referenceId && speed !== null && groupKey(speed, conditions.loss, modelId) === key);
  return { conditions, packages: reference?.speed ? [...packages, charted(reference, reference.speed, 0, 0)] : packages };
}

function groupKey({ conditions: { machine, engine }, workload }: SpeedReport, { text }: PerplexityReport, againstId: string): string {
  return JSON.stringify([machine.cpu, machine.cores, machine.memoryBytes, engine.name, engine.version, engine.threads, workload.promptTokens, workload.generateTokens, text.sha256, text.windows, text.windowTokens, againstId]);
}

function charted({ modelId, model }: Compared, { decodeTokensPerSecond, peakResidentBytes }: SpeedReport, klNats: number, klError: number): ChartedPackage {
  return { modelId, name: model.name, tokensPerSecond: decodeTokensPerSecond.median, speedSpread: decodeTokensPerSecond.medianAbsoluteDeviation, klNats, klError, memoryBytes: peakResidentBytes };
}
