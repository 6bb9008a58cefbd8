import { createHash } from "node:crypto";
import { WorkbenchError } from "../../shared/errors.ts";
import { Receipt, type ReceiptCopy } from "../../shared/schemas/receipt.ts";
import { receiptFiles } from "../bundle/trust/write-receipt.ts";
import type { Files } from "../domain/files.ts";

/** A thousand files are 200 KB of receipt. */
const MAX_RECEIPT_BYTES = 64 * 2 ** 20;

/** A receipt as it lies on disk, in all its forms. @throws files.notFound, files.readFailed, usage.invalid where the file is no receipt of this version */
export async function readReceipt(files: Files, stem: string): Promise<ReceiptCopy> {
  const paths = receiptFiles(stem);
  const bytes = await files.readAll(paths.json, MAX_RECEIPT_BYTES);
  const text = async (file: string): Promise<string> => new TextDecoder().decode(await files.readAll(file, MAX_RECEIPT_BYTES));
  const json = new TextDecoder().decode(bytes);
  return {
    receipt: parse(json, paths.json), json, html: await text(paths.html), text: await text(paths.text), sha256: createHash("sha256").update(bytes).digest("hex"),
    files: { ...paths, signature: (await files.status(paths.signature)) === undefined ? null : paths.signature },
  };
}

function parse(json: string, file: string): Receipt {
  try {
    return Receipt.parse(JSON.parse(json));
  } catch {
    throw new WorkbenchError("usage.invalid", { reason: `${file} is no receipt of this version` });
  }
}
