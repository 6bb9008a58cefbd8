import type { ErrorRecord } from "../../../shared/errors.ts";
import type { Receipt } from "../../../shared/schemas/receipt.ts";
import { type ReceiptFile, type ReceiptSection, receiptSections, type TellError } from "../../../shared/receipt/receipt-sections.ts";
import { RECEIPT_TEXTS, type ReceiptLanguage } from "../../../shared/receipt/receipt-texts.ts";

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
const code = (text: string): string => `<bdi dir="ltr" class="code">${escaped(text)}</bdi>`;
const own = (text: string): string => `<bdi>${escaped(text)}</bdi>`;

/** Fonts of the reader's system; black on white; A4 with room for a signature by hand. The answer's mark differs by shape and word, not by colour alone. */
const STYLE = `
@page{size:A4;margin:18mm 16mm}
body{font:10.5pt/1.45 system-ui,"Noto Sans","Noto Sans CJK SC","Noto Sans Arabic",sans-serif;color:#111;background:#fff;max-width:178mm;margin:8mm auto;padding:0 4mm}
h1{font-size:17pt;margin:0 0 4mm}h2{font-size:11.5pt;margin:6mm 0 2mm;border-block-end:.3mm solid #999;break-after:avoid}
.answer{border:.7mm solid #111;padding:3mm 4mm;margin:0 0 4mm}.answer strong{font-size:15pt;display:block}
.verified{border-style:double;border-width:1.2mm}.notSigned{border-style:dashed}.wrong,.broken{background:#eee}
dl{display:grid;grid-template-columns:minmax(34mm,max-content) 1fr;gap:.8mm 5mm;margin:0}dt{color:#444}dd{margin:0;overflow-wrap:anywhere}
table{border-collapse:collapse;inline-size:100%}td .code{font-size:8pt}th,td{text-align:start;vertical-align:top;padding:.8mm 2mm;border-block-end:.2mm solid #ccc}tr{break-inside:avoid}thead{display:table-header-group}
.code{font:9pt/1.4 ui-monospace,"Noto Sans Mono",monospace;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.hand{display:grid;grid-template-columns:2fr 1fr;gap:10mm;margin-block-start:16mm;break-inside:avoid}.hand span{border-block-start:.3mm solid #111;padding-block-start:1mm}
@media print{body{margin:0;padding:0;max-width:none}}`;

/** One file, no script, nothing from elsewhere. */
export function receiptHtml(receipt: Receipt, language: ReceiptLanguage, tell: TellError, file: ReceiptFile): string {
  const texts = RECEIPT_TEXTS[language];
  const [head, meaning] = texts.answer[receipt.answer];
  const why = receipt.fault === null ? "" : `<p>${escaped(texts.words.why)}: ${own(tell(receipt.fault as ErrorRecord))}</p>`;
  return `<!doctype html>
<html lang="${language}" dir="${texts.direction}">
<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><meta name="viewport" content="width=device-width"><title>${escaped(texts.title)}</title><style>${STYLE}</style></head>
<body>
<h1>${escaped(texts.title)}</h1>
<div class="answer ${receipt.answer}"><strong>${escaped(head)}</strong>${escaped(meaning)}${why}</div>
${receiptSections(receipt, texts, tell, file).map(section).join("\n")}
<div class="hand"><span>${escaped(texts.words.officer)}</span><span>${escaped(texts.words.date)}</span></div>
</body>
</html>
`;
}

function section({ title, fields, table, note }: ReceiptSection): string {
  const list = fields.length === 0 ? "" : `<dl>${fields.map(({ name, value, code: isCode }) => `<dt>${own(name)}</dt><dd>${isCode === true ? code(value) : own(value)}</dd>`).join("")}</dl>`;
  const rows = table === undefined ? "" : `<table><thead><tr>${table.head.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join("")}</tr></thead><tbody>${table.rows.map((row) => `<tr>${row.map((cell, column) => `<td>${table.codeColumns.includes(column) ? code(cell) : own(cell)}</td>`).join("")}</tr>`).join("")}</tbody></table>`;
  return `<section><h2>${escaped(title)}</h2>${list}${rows}${note === undefined ? "" : `<p>${escaped(note)}</p>`}</section>`;
}
