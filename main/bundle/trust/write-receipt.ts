import { createHash } from "node:crypto";
import path from "node:path";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { Receipt, WrittenReceipt } from "../../../shared/schemas/receipt.ts";
import type { Files } from "../../domain/files.ts";
import { receiptHtml } from "./receipt-html.ts";
import type { TellError } from "../../../shared/receipt/receipt-sections.ts";
import { receiptText } from "./receipt-text.ts";
import type { ReceiptLanguage } from "../../../shared/receipt/receipt-texts.ts";
import type { Signer } from "./signer.ts";

export interface WriteReceipt {
  readonly files: Files;
  readonly receipt: Receipt;
  /** Path without an ending. */
  readonly stem: string;
  readonly signer: Signer | undefined;
  readonly language: ReceiptLanguage;
  readonly tell: TellError;
}

const ENDINGS = { json: ".json", html: ".html", text: ".txt", signature: ".json.sig" } as const;

/** What a caller names, be it one of the files or what they have in common. */
export const receiptStem = (name: string): string => name.replace(/\.(json|html|txt|json\.sig)$/i, "");

/** Where the files of a receipt lie, by what `receiptStem` takes. */
export function receiptFiles(name: string): Record<keyof typeof ENDINGS, string> {
  const stem = receiptStem(name);
  return { json: `${stem}${ENDINGS.json}`, html: `${stem}${ENDINGS.html}`, text: `${stem}${ENDINGS.text}`, signature: `${stem}${ENDINGS.signature}` };
}

/** A receipt is evidence and is never overwritten. @throws files.alreadyExists */
export async function requireNoReceipt(files: Files, stem: string): Promise<void> {
  const file = `${stem}${ENDINGS.json}`;
  if ((await files.status(file)) !== undefined) throw new WorkbenchError("files.alreadyExists", { file });
}

/**
 * Writes a receipt three times: as JSON, which is what is signed (as "openssl dgst -sha256 -sign" would), and as HTML and text, which name the digest of
 * the JSON. The JSON is written last: only then there is a receipt.
 */
export async function writeReceipt({ files, receipt, stem, signer, language, tell }: WriteReceipt): Promise<WrittenReceipt> {
  const json = new TextEncoder().encode(`${JSON.stringify(receipt, null, 1)}\n`);
  const paths = receiptFiles(stem);
  const at = (ending: keyof typeof ENDINGS): string => paths[ending];
  const file = { name: path.basename(at("json")), sha256: createHash("sha256").update(json).digest("hex"), signatureName: signer === undefined ? null : path.basename(at("signature")) };
  await files.makeDirectory(path.dirname(stem));
  if (signer !== undefined) await files.writeWhole(at("signature"), await signer.sign("sha256", json));
  await files.writeWhole(at("html"), new TextEncoder().encode(receiptHtml(receipt, language, tell, file)));
  await files.writeWhole(at("text"), new TextEncoder().encode(receiptText(receipt, language, tell, file)));
  await files.writeWhole(at("json"), json);
  return { json: at("json"), html: at("html"), text: at("text"), signature: signer === undefined ? null : at("signature") };
}
