import { type ComparisonReport, MEASURES, type Measure } from "./schemas/report.ts";

/** What may be said of a leader and another. faster: the interval lies above 1. same: it does not, and nothing is claimed. unknown: too few rounds. */
export type Saying =
  | { readonly kind: "faster"; readonly leader: number; readonly other: number; readonly ratio: number; readonly low: number; readonly high: number; readonly n: number }
  | { readonly kind: "same"; readonly leader: number; readonly other: number; readonly low: number; readonly high: number; readonly n: number }
  | { readonly kind: "unknown"; readonly leader: number; readonly other: number };

export interface MeasureVerdict {
  readonly measure: Measure;
  readonly sayings: readonly Saying[];
}

/** Of each measure: the fastest against each of the others. Measures in which nobody can be compared are left out. */
export function verdictsOf({ differences, contestants }: Pick<ComparisonReport, "differences" | "contestants">): readonly MeasureVerdict[] {
  return MEASURES.flatMap((measure): MeasureVerdict[] => {
    const known = differences.filter((difference) => difference.measure === measure);
    if (known.length === 0) return [];
    const standing = contestants.map((_, place) => known.reduce((sum, { first, second, ratio }) => sum + (ratio === null ? 0 : first === place ? Math.log(ratio) : second === place ? -Math.log(ratio) : 0), 0));
    const isCompared = (place: number): boolean => known.some(({ first, second }) => first === place || second === place);
    const leader = standing.reduce((best, value, place) => (isCompared(place) && (best < 0 || value > (standing[best] as number)) ? place : best), -1);
    const sayings = known.filter(({ first, second }) => first === leader || second === leader).map(({ first, second, ratio, low, high, n }): Saying => {
      const other = first === leader ? second : first;
      if (ratio === null || low === null || high === null) return { kind: "unknown", leader, other };
      const turned = first === leader ? { ratio, low, high } : { ratio: 1 / ratio, low: 1 / high, high: 1 / low };
      return turned.low > 1 ? { kind: "faster", leader, other, ...turned, n } : { kind: "same", leader, other, low: turned.low, high: turned.high, n };
    });
    return [{ measure, sayings }];
  });
}

/** Names as a reader tells them apart: by threads or place where they are alike. */
export function contestantNames(contestants: ComparisonReport["contestants"]): readonly string[] {
  const names = contestants.map(({ contestant }) => (contestant.kind === "engine" ? `engine:${contestant.name}` : contestant.name));
  return names.map((name, place) => {
    const alike = names.filter((other) => other === name).length > 1;
    const { contestant, engine } = contestants[place] as ComparisonReport["contestants"][number];
    return !alike ? name : contestant.kind === "package" ? `${name} (${contestant.id}, ${engine.threads ?? 0})` : `${name} (${place + 1})`;
  });
}
