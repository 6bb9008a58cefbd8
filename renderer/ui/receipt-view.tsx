import type { ReactNode } from "react";
import { type ErrorRecord, errorFromRecord } from "../../shared/errors.ts";
import { type ReceiptSection, receiptSections } from "../../shared/receipt/receipt-sections.ts";
import { RECEIPT_TEXTS } from "../../shared/receipt/receipt-texts.ts";
import type { ReceiptCopy } from "../../shared/schemas/receipt.ts";
import { errorText } from "../texts/error-text.ts";
import { useLocale } from "../texts/locale.tsx";
import { shownText } from "../texts/shown-text.ts";
import { lastPart } from "../wizards/folder/join-path.ts";
import "./print-receipt.css";
import styles from "./receipt-view.module.css";

interface ReceiptViewProps {
  readonly copy: ReceiptCopy;
  /** What this page knows beyond the receipt, after the answer. */
  readonly children?: ReactNode;
}

/** A receipt as it goes on paper. The answer's mark differs by shape and word, so that no copier makes one of another. */
export function ReceiptView({ copy: { receipt, files, sha256 }, children }: ReceiptViewProps): ReactNode {
  const locale = useLocale();
  const texts = RECEIPT_TEXTS[locale.language];
  const [head, meaning] = texts.answer[receipt.answer];
  const tell = (error: ErrorRecord): string => errorText(errorFromRecord(error), locale).what;
  const sections = receiptSections(receipt, texts, tell, { name: lastPart(files.json), sha256, signatureName: files.signature === null ? null : lastPart(files.signature) });
  return (
    <article className={styles["receipt"]} data-receipt>
      <header><h3>{texts.title}</h3><bdi dir="ltr">{shownText(receipt.madeAt, 40)}</bdi></header>
      {receipt.bundle.marks.length > 0 && <p className={styles["marks"]}><bdi>{receipt.bundle.marks.map((mark) => shownText(mark, 200)).join(" · ")}</bdi></p>}
      <div className={styles["answer"]} data-answer={receipt.answer}>
        <strong>{head}</strong>
        <span>{meaning}</span>
        {receipt.fault !== null && <span>{texts.words.why}: {tell(receipt.fault as ErrorRecord)}</span>}
      </div>
      {children}
      {sections.map((section) => <Section key={section.title} section={section} />)}
      <p className={styles["hand"]}><span>{texts.words.officer}</span><span>{texts.words.date}</span></p>
    </article>
  );
}

function Section({ section: { title, fields, table, note } }: { readonly section: ReceiptSection }): ReactNode {
  return (
    <section>
      <h4>{title}</h4>
      {fields.length > 0 && <dl>{fields.map(({ name, value, code }) => <div key={name}><dt><bdi>{shownText(name, 200)}</bdi></dt><dd><Value text={value} isCode={code === true} /></dd></div>)}</dl>}
      {table !== undefined && (
        <table>
          <thead><tr>{table.head.map((cell) => <th key={cell} scope="col">{cell}</th>)}</tr></thead>
          <tbody>{keyed(table.rows).map(([key, row]) => <tr key={key}>{row.map((cell, column) => <td key={table.head[column]}><Value text={cell} isCode={table.codeColumns.includes(column)} /></td>)}</tr>)}</tbody>
        </table>
      )}
      {note !== undefined && <p className={styles["note"]}>{note}</p>}
    </section>
  );
}

/** Two packages of one bundle may hold the same file: rows alike are told apart by how many came before. */
function keyed(rows: readonly (readonly string[])[]): (readonly [string, readonly string[]])[] {
  const seen = new Map<string, number>();
  return rows.map((row) => {
    const text = row.join(" ");
    const before = seen.get(text) ?? 0;
    seen.set(text, before + 1);
    return [`${text} ${before}`, row] as const;
  });
}

function Value({ text, isCode }: { readonly text: string; readonly isCode: boolean }): ReactNode {
  return isCode ? <bdi dir="ltr" className={styles["code"]}>{shownText(text, 2000)}</bdi> : <bdi>{shownText(text, 2000)}</bdi>;
}
