import type { Locale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";

/** A spreadsheet runs what begins like a formula: names come from files. */
const FORMULA = /^[=+\-@\t\r]/;

export function csvCell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const STYLE = "body{font:14px/1.45 system-ui,sans-serif;margin:32px;color:#16202a;font-variant-numeric:tabular-nums}table{border-collapse:collapse}th,td{padding:6px 12px;border-bottom:1px solid #dbe1e6;text-align:end;vertical-align:top}th:first-child{text-align:start;overflow-wrap:anywhere}small{display:block;color:#53616d;font-weight:400}thead th{border-bottom-color:#16202a}dd{margin:0 0 8px;color:#53616d}svg{max-width:720px;display:block}";

/** One file that opens anywhere and runs nothing. @param content HTML of ours, with everything foreign in it escaped */
export function documentHtml(title: string, { language, direction }: Pick<Locale, "language" | "direction">, content: string): string {
  return `<!doctype html>
<html lang="${language}" dir="${direction}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>${escaped(title)}</title>
<style>${STYLE}</style></head>
<body><h1>${escaped(title)}</h1>${content}</body></html>
`;
}

export function escaped(text: string): string {
  return shownText(text, 2000).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
