import type { ErrorRecord } from "../../../shared/errors.ts";
import type { Receipt } from "../../../shared/schemas/receipt.ts";
import { type ReceiptFile, receiptSections, type TellError } from "../../../shared/receipt/receipt-sections.ts";
import { RECEIPT_TEXTS, type ReceiptLanguage } from "../../../shared/receipt/receipt-texts.ts";

/** Control characters and those that turn the text around: on a terminal they would rewrite the line before. */
const UNSEEN = /[\p{Cc}\p{Cf}]/gu;
const plain = (text: string): string => text.replaceAll(UNSEEN, "\u{fffd}");

/** For a terminal, a log or a line printer. */
export function receiptText(receipt: Receipt, language: ReceiptLanguage, tell: TellError, file: ReceiptFile): string {
  const texts = RECEIPT_TEXTS[language];
  const [head, meaning] = texts.answer[receipt.answer];
  const lines = [texts.title, "", `*** ${head} ***`, meaning];
  if (receipt.fault !== null) lines.push(`${texts.words.why}: ${plain(tell(receipt.fault as ErrorRecord))}`);
  for (const { title, fields, table, note } of receiptSections(receipt, texts, tell, file)) {
    lines.push("", title, "-".repeat(Math.min(title.length, 72)));
    for (const { name, value } of fields) lines.push(`${plain(name)}: ${plain(value)}`);
    for (const row of table?.rows ?? []) lines.push(`- ${row.map(plain).join("  |  ")}`);
    if (note !== undefined) lines.push(note);
  }
  return `${lines.join("\n")}\n`;
}
