import type { Language } from "./languages.ts";

/** Stands where nothing is known. */
export const DASH = "–";

export interface UnitWords {
  readonly seconds: string;
  readonly minutes: string;
  readonly hours: string;
  readonly days: string;
  readonly milliseconds: string;
}

/** How figures are written. Digits are Latin in every language: they are copied into commands and compared with what tools print. */
export interface Format {
  readonly count: (value: number | null) => string;
  /** Three to four significant digits. */
  readonly number: (value: number | null) => string;
  /** On an axis, where equal steps tell how exact it is. */
  readonly tick: (value: number | null) => string;
  /** So many decimals and no other: for a column that is compared. */
  readonly decimal: (value: number, digits: number) => string;
  /** "5.90 ± 0.57": the error to two digits, the figure no finer than its error. */
  readonly withError: (value: number, error: number) => string;
  /** IEC: 1 GiB = 2³⁰ bytes. */
  readonly bytes: (value: number | null) => string;
  /** Bandwidth of memory, as vendors quote it: 1 GB/s = 10⁹ bytes a second. */
  readonly bandwidth: (bytesPerSecond: number | null) => string;
  readonly parameters: (value: number | null) => string;
  readonly percent: (share: number) => string;
  readonly duration: (seconds: number | null) => string;
  readonly milliseconds: (value: number | null) => string;
  readonly time: (iso: string | null) => string;
  readonly list: (items: readonly string[]) => string;
}

const LOCALES: Readonly<Record<Language, string>> = { en: "en-US", "zh-Hans": "zh-Hans", ar: "ar-u-nu-latn" };
const IEC = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;
const DECIMAL = ["B", "kB", "MB", "GB", "TB"] as const;

export function createFormat(language: Language, words: UnitWords): Format {
  const locale = LOCALES[language];
  const fixed = (value: number, digits: number): string => value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const ticks = new Intl.NumberFormat(locale, { maximumSignificantDigits: 4 });
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const listed = new Intl.ListFormat(locale, { type: "unit", style: "short" });
  const known = <T>(write: (value: T) => string) => (value: T | null): string => (value === null ? DASH : write(value));

  const number = (value: number): string => {
    if (!Number.isFinite(value)) return DASH;
    const size = Math.abs(value);
    if (size === 0) return "0";
    if (size >= 1000) return whole.format(value);
    if (size >= 0.01) return fixed(value, size >= 100 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : 4);
    return value.toExponential(2).replace("e-", " × 10⁻").replace(/⁻(\d+)$/, (_, digits: string) => `⁻${superscript(digits)}`);
  };

  const scaled = (value: number, step: number, units: readonly string[]): string => {
    let rest = value;
    let index = 0;
    // 1023.95 would round to "1024.0".
    while (Math.abs(rest) >= step - 0.05 && index < units.length - 1) {
      rest /= step;
      index += 1;
    }
    return `${index === 0 ? whole.format(rest) : fixed(rest, rest >= 100 ? 0 : 1)} ${units[index] ?? ""}`;
  };

  const duration = (seconds: number): string => {
    if (!Number.isFinite(seconds)) return DASH;
    if (seconds < 10) return `${fixed(Math.max(0, seconds), 1)} ${words.seconds}`;
    const rounded = Math.round(seconds);
    if (rounded < 60) return `${rounded} ${words.seconds}`;
    if (rounded < 3600) return `${Math.floor(rounded / 60)} ${words.minutes} ${rounded % 60} ${words.seconds}`;
    if (rounded < 86_400) return `${Math.floor(rounded / 3600)} ${words.hours} ${Math.floor((rounded % 3600) / 60)} ${words.minutes}`;
    return `${Math.floor(rounded / 86_400)} ${words.days} ${Math.floor((rounded % 86_400) / 3600)} ${words.hours}`;
  };

  return {
    count: known((value) => (Number.isInteger(value) ? whole.format(value) : number(value))),
    number: known(number),
    tick: known((value) => ticks.format(value)),
    decimal: fixed,
    withError: (value, error) => {
      if (!(error > 0) || !Number.isFinite(error)) return `${number(value)} ± ${number(error)}`;
      const decimals = Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(error))));
      return `${fixed(value, decimals)} ± ${fixed(error, decimals)}`;
    },
    bytes: known((value) => scaled(value, 1024, IEC)),
    bandwidth: known((value) => `${scaled(value, 1000, DECIMAL)}/s`),
    parameters: known((value) => {
      if (value >= 1e9) return `${fixed(value / 1e9, 1)} B`;
      if (value >= 1e6) return `${fixed(value / 1e6, 1)} M`;
      return value >= 1e3 ? `${fixed(value / 1e3, 1)} k` : whole.format(value);
    }),
    percent: (share) => `${fixed(share * 100, share < 0.1 ? 2 : 1)} %`,
    duration: known(duration),
    milliseconds: known((value) => (value < 1000 ? `${number(value)} ${words.milliseconds}` : duration(value / 1000))),
    time: known((iso) => localTime(new Date(iso))),
    list: (items) => listed.format(items),
  };
}

/** "2026-03-01 14:05" in the reader's own time zone: sorts as it reads, and is the same in every language. */
function localTime(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

function superscript(digits: string): string {
  return [...digits].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)] ?? "").join("");
}
