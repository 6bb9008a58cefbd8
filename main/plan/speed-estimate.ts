import type { PlanSpeed, SpeedBound } from "../../shared/schemas/plan.ts";

/** Seconds of one step and of what it consists of, before any band. */
export interface StepTime {
  readonly bandwidth: number;
  readonly compute: number;
  readonly communication: number;
  readonly latency: number;
}

export interface SpeedEstimate {
  readonly decodeTokensPerSecond: number;
  readonly decodeTokensPerSecondEach: number;
  readonly prefillTokensPerSecond: number;
  readonly timeToFirstTokenMs: number;
  readonly decode: StepTime;
  readonly prefill: StepTime;
  readonly derivation: PlanSpeed["decodeStep"]["derivation"];
}

/** Memory and arithmetic go on at the same time; waiting for others and starting kernels come on top. */
export const stepSeconds = ({ bandwidth, compute, communication, latency }: StepTime): number => Math.max(bandwidth, compute) + communication + latency;

export function boundOf(step: StepTime): SpeedBound {
  const order: readonly SpeedBound[] = ["bandwidth", "compute", "communication", "latency"];
  return order.reduce((largest, each) => (step[each] > step[largest] ? each : largest));
}
