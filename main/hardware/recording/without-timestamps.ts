/** "[2025-06-11 10:22:33.123] ", "2025-06-11T10:22:33.123456789Z ", "[10:22:33] ": with a blank behind, which a column of timestamps in a table of values lacks. */
const TIMESTAMP = /^(?:\[(?:\d{4}[-/]\d\d[-/]\d\d[T ])?\d\d:\d\d:\d\d(?:[.,:]\d{1,9})?\]|\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)(?:[ \t]|$)/;
/** A program's own log has dates too, between other lines. */
const LEAST_SHARE = 0.9;

/** Text as it stood on the terminal, where a terminal program (SecureCRT, MobaXterm) or a log of containers wrote the time before every line. */
export function withoutTimestamps(text: string): string {
  const lines = text.split("\n");
  const told = lines.filter((line) => line.trim() !== "");
  const stamped = told.filter((line) => TIMESTAMP.test(line)).length;
  if (stamped === 0 || stamped < told.length * LEAST_SHARE) return text;
  return lines.map((line) => line.replace(TIMESTAMP, "")).join("\n");
}
