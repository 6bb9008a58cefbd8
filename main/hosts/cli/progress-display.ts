import type { Clock } from "../../domain/clock.ts";
import type { JobProgress } from "../../../shared/schemas/job.ts";
import { formatBytes, formatCount, formatDuration } from "./format-units.ts";
import { printable } from "./text-table.ts";

/** A log that gets a line oftener than this is unreadable afterwards. */
const PLAIN_LINE_INTERVAL_MS = 2000;
const ERASE_LINE = "\r\u001B[K";

export interface ProgressOutput {
  readonly isTerminal: boolean;
  /** Characters in a line of the terminal. */
  readonly columns: number;
  write(text: string): void;
}

export interface ProgressDisplay {
  update(progress: JobProgress | null): void;
  /** Clears the live line, so that what follows starts at the left edge. */
  end(): void;
}

/** One live line on a terminal; elsewhere plain lines, at most one every two seconds, and one whenever the step changes. */
export function createProgressDisplay(output: ProgressOutput, clock: Clock): ProgressDisplay {
  let lastLine = "";
  let lastStep: string | null = null;
  let lastTicks = Number.NEGATIVE_INFINITY;

  const update = (progress: JobProgress | null): void => {
    if (progress === null) return;
    const line = progressLine(progress);
    if (line === lastLine) return;
    if (output.isTerminal) {
      output.write(`${ERASE_LINE}${[...line].slice(0, Math.max(1, output.columns - 1)).join("")}`);
    } else {
      const now = clock.ticks();
      if (progress.step === lastStep && now - lastTicks < PLAIN_LINE_INTERVAL_MS) return;
      lastTicks = now;
      output.write(`${line}\n`);
    }
    lastLine = line;
    lastStep = progress.step;
  };

  const end = (): void => {
    if (output.isTerminal && lastLine !== "") output.write(ERASE_LINE);
    lastLine = "";
  };

  return { update, end };
}

/** "quantize  42 %  6.7 of 16.0 GB  812.0 MB/s  12 s left" */
export function progressLine(progress: JobProgress): string {
  const { step, done, total, unit, ratePerSecond, secondsLeft } = progress;
  const parts = [printable(step)];
  if (total > 0) parts.push(`${Math.min(100, Math.floor((done / total) * 100))} %`.padStart(5));
  parts.push(amounts(done, total, unit));
  if (ratePerSecond !== null && ratePerSecond > 0) parts.push(`${unit === "bytes" ? formatBytes(Math.round(ratePerSecond)) : `${ratePerSecond.toFixed(1)} ${unit}`}/s`);
  if (secondsLeft !== null && Number.isFinite(secondsLeft)) parts.push(`${formatDuration(Math.max(0, secondsLeft))} left`);
  return parts.join("  ");
}

/** "6.7 GB of 16.0 GB", "3 of 5 files", or only what is done when nobody knows how much there will be. */
function amounts(done: number, total: number, unit: JobProgress["unit"]): string {
  if (unit === "bytes") return total > 0 ? `${formatBytes(done)} of ${formatBytes(total)}` : formatBytes(done);
  return total > 0 ? `${formatCount(done)} of ${formatCount(total)} ${unit}` : `${formatCount(done)} ${unit}`;
}
