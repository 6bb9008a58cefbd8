import type { Band, EngineKind, PlanCheck, PlanSpeed } from "../../shared/schemas/plan.ts";
import { priorBand } from "./speed-figures.ts";

/** Below this the spread of the records says nothing yet. */
const LEAST_RECORDS = 3;
/** Other models on the same machine differ by more than runs of one model do. */
const MARGIN = 0.05;

export interface ErrorBand {
  readonly from: PlanSpeed["band"]["from"];
  readonly records: number;
  readonly decode: Ratios;
  readonly prefill: Ratios;
}

/** Measured over predicted: the usual ratio, by which the prediction is put right, and how far it goes either way. */
interface Ratios {
  readonly usual: number;
  readonly low: number;
  readonly high: number;
}

/** The band of an engine on a machine: from what `plan check` recorded there, or the stated prior. Records say nothing about other machines or engines. */
export function errorBand(records: readonly PlanCheck[], engine: EngineKind, machine: string, kind: "cpu" | "nvidia" | "ascend"): ErrorBand {
  const here = records.filter((record) => record.engine === engine && record.machine === machine);
  if (here.length < LEAST_RECORDS) {
    const prior = { usual: 1, ...priorBand(engine, kind) };
    return { from: "prior", records: here.length, decode: prior, prefill: prior };
  }
  return { from: "records", records: here.length, decode: ratiosOf(here.map((record) => record.decodeTokensPerSecond)), prefill: ratiosOf(here.map((record) => record.prefillTokensPerSecond)) };
}

function ratiosOf(compared: readonly { readonly predicted: number; readonly measured: number }[]): Ratios {
  const ratios = compared.map(({ predicted, measured }) => (predicted > 0 ? measured / predicted : 1)).toSorted((a, b) => a - b);
  const middle = ratios.length >> 1;
  const usual = ratios.length % 2 === 1 ? (ratios[middle] as number) : ((ratios[middle - 1] as number) + (ratios[middle] as number)) / 2;
  return { usual, low: (ratios[0] as number) * (1 - MARGIN), high: (ratios.at(-1) as number) * (1 + MARGIN) };
}

export const banded = (value: number, { usual, low, high }: Ratios): Band => ({ value: value * usual, low: value * low, high: value * high });

/** Of a time: slower is more. */
export const bandedTime = (value: number, { usual, low, high }: Ratios): Band => ({ value: value / usual, low: value / high, high: value / low });
