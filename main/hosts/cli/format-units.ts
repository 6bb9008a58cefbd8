/** Figures as a person reads them. Bytes are decimal, as disks are sold: 1 GB = 10⁹ bytes. */

const DASH = "–";

export function formatBytes(bytes: number | null): string {
  if (bytes === null) return DASH;
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = "B";
  for (const next of units) {
    // 999.95 would round to "1000.0"
    if (value < 999.95) break;
    value /= 1000;
    unit = next;
  }
  return `${value.toFixed(1)} ${unit}`;
}

export function formatCount(count: number): string {
  return Number.isInteger(count) ? count.toLocaleString("en-US") : String(count);
}

/** "1.5", "8": a number of processors, which a quota may leave a fraction of. */
export function formatShare(count: number): string {
  return formatCount(Math.round(count * 100) / 100);
}

/** "8.0 M", "671.0 B": parameters. */
export function formatParameters(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(1)} B`;
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} M`;
  return count >= 1e3 ? `${(count / 1e3).toFixed(1)} k` : String(count);
}

/** Three to four significant digits, without exponents for anything a person meets. */
export function formatNumber(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString("en-US");
  if (size >= 100) return value.toFixed(1);
  if (size >= 10) return value.toFixed(2);
  if (size >= 1) return value.toFixed(3);
  if (size >= 0.01) return value.toFixed(4);
  return value.toExponential(2);
}

/** "5.90 ± 0.57": the error to two digits, and the figure no finer than its error. */
export function formatWithError(value: number, error: number): string {
  if (!(error > 0) || !Number.isFinite(error)) return `${formatNumber(value)} ± ${formatNumber(error)}`;
  const decimals = Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(error))));
  return `${value.toFixed(decimals)} ± ${error.toFixed(decimals)}`;
}

/** "45 s", "3 min 20 s", "2 h 5 min". */
export function formatDuration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

export function formatMilliseconds(ms: number): string {
  return ms < 1000 ? `${formatNumber(ms)} ms` : formatDuration(ms / 1000);
}

/** "2026-03-01 14:05", in the reader's own time zone. */
export function formatTime(iso: string): string {
  const at = new Date(iso);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function formatPercent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
