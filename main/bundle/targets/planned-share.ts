import type { LaunchTarget } from "./launch-target.ts";

/** The share of a device's memory that the plan counted with, or less where the plan found that so much is not free. */
export function planned({ limits, notes }: LaunchTarget): string {
  const lowered = notes.find(({ code }) => code === "engine.lowerUtilization")?.details["share"];
  return String(typeof lowered === "number" ? Math.min(lowered, limits.utilization) : limits.utilization);
}
