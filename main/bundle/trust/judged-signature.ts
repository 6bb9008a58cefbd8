import type { KeyObject } from "node:crypto";
import path from "node:path";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { SignatureFacts } from "../../../shared/schemas/trust.ts";
import type { Files } from "../../domain/files.ts";
import { SIGNATURES_DIRECTORY } from "../bundle-layout.ts";
import type { BundleSubject } from "./bundle-subject.ts";
import type { Trust } from "./trust.ts";

export interface SignedContent {
  readonly files: Files;
  /** Where `signatures/` and SHA256SUMS lie. */
  readonly directory: string;
  /** Every file but the signatures → its SHA-256 (`presentFiles`). Volumes that lie elsewhere add theirs. */
  readonly present: ReadonlyMap<string, string>;
  readonly subject: Pick<BundleSubject, "digest" | "models" | "marks">;
  readonly trust: Trust;
  readonly now: number;
}

/** One signature file, and what is to be said of it. */
export interface JudgedSignature {
  readonly name: string;
  readonly facts: SignatureFacts;
  /** Signatures that it was put over: file name and SHA-256. */
  readonly over: readonly { readonly file: string; readonly sha256: string }[];
  /** Of the signature file itself. */
  readonly sha256: string;
  /** The signer's key, where it is known and the signature was checked with it. */
  readonly key: KeyObject | undefined;
  readonly fault: WorkbenchError | null;
}

export const signaturePath = ({ directory }: Pick<SignedContent, "directory">, name: string): string => path.join(directory, SIGNATURES_DIRECTORY, name);

/** The name up to its endings: the same for both files of one signer. */
export const signatureStem = (name: string): string => name.slice(0, name.indexOf("."));

export const unknownFacts = (name: string): SignatureFacts => ({ file: `${SIGNATURES_DIRECTORY}/${name}`, keyId: null, signer: null, purpose: "release", statedAt: null, algorithm: null, chain: [], over: [], fault: null });

/** @throws bundle.entryRefused for a link, files.readFailed for one that is too large */
export async function readSignatureFile({ files }: Pick<SignedContent, "files">, file: string, limitBytes: number): Promise<Uint8Array> {
  const status = await files.status(file);
  if (status?.kind !== "file") throw new WorkbenchError("bundle.entryRefused", { file, reason: `it is a ${status?.kind ?? "missing entry"}, not a file` });
  return files.readAll(file, limitBytes);
}
