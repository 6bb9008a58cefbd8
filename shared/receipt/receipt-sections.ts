import type { ErrorRecord } from "../errors.ts";
import type { Receipt } from "../schemas/receipt.ts";
import type { SignatureFacts } from "../schemas/trust.ts";
import type { ReceiptTexts } from "./receipt-texts.ts";

/** A host's words for an error. */
export type TellError = (error: ErrorRecord) => string;

/** What a receipt says, in order, before it is text or HTML. `code`: digests and paths, which keep their direction in every language. */
export interface ReceiptSection {
  readonly title: string;
  readonly fields: readonly { readonly name: string; readonly value: string; readonly code?: boolean }[];
  readonly table?: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[]; readonly codeColumns: readonly number[] };
  readonly note?: string;
}

export interface ReceiptFile {
  readonly name: string;
  readonly sha256: string;
  /** Of the detached signature; null where there is none. */
  readonly signatureName: string | null;
}

export function receiptSections(receipt: Receipt, texts: ReceiptTexts, tell: TellError, file: ReceiptFile): ReceiptSection[] {
  const { words, result, check, mode } = texts;
  const { bundle, policy } = receipt;
  return [
    {
      title: words.bundle,
      fields: [
        { name: words.name, value: bundle.name ?? words.notRead }, { name: words.place, value: bundle.path, code: true }, { name: words.digest, value: bundle.digest ?? words.notRead, code: true },
        ...(bundle.modelDigest === null ? [] : [{ name: words.modelDigest, value: bundle.modelDigest, code: true }]),
        ...(bundle.checkpointDigest === null ? [] : [{ name: words.checkpointDigest, value: bundle.checkpointDigest, code: true }]),
        ...(bundle.bytes === null ? [] : [{ name: words.size, value: `${bundle.bytes} B`, code: true }]),
        { name: words.marks, value: bundle.marks.join(" · ") || words.none },
      ],
    },
    { title: words.checks, fields: [], table: { head: [words.whatWasChecked, words.outcome, words.tool], rows: receipt.checks.map((row) => [check[row.check], result[row.result], `${row.tool} ${row.version}`]), codeColumns: [2] } },
    ...signatureSections(receipt, texts, tell),
    {
      title: words.policy,
      fields: [
        { name: words.policy, value: mode[policy.mode] }, { name: words.needed, value: `${texts.purpose.release}: ${policy.rule.release}, ${texts.purpose.approve}: ${policy.rule.approve}` },
        { name: words.lists, value: policy.lists.map((list) => `${list.issuer} #${list.sequence} ${list.validUntil}`).join("; ") || words.none, code: policy.lists.length > 0 },
      ],
    },
    { title: words.contents, fields: [], table: { head: [words.file, words.size, "SHA-256"], rows: bundle.files.map((entry) => [entry.path, String(entry.bytes), entry.digest.replace(/^sha256:/, "")]), codeColumns: [0, 1, 2] } },
    egressSection(receipt.egress, texts),
    { title: words.made, fields: [{ name: words.made, value: receipt.madeAt, code: true }, { name: words.by, value: receipt.madeBy, code: true }, { name: words.system, value: receipt.system, code: true }] },
    {
      title: receipt.receiptKeyId === null ? words.unsignedReceipt : words.signedReceipt,
      fields: [
        { name: file.name, value: `sha256:${file.sha256}`, code: true },
        ...(receipt.receiptKeyId === null || file.signatureName === null ? [] : [
          { name: words.key, value: receipt.receiptKeyId, code: true }, { name: words.checkReceipt, value: `openssl dgst -sha256 -verify KEY.pem -signature ${file.signatureName} ${file.name}`, code: true },
        ]),
      ],
    },
  ];
}

/** What is local to the machine is not listed: it leads nowhere. */
function egressSection(egress: Receipt["egress"], { words, egress: verdicts }: ReceiptTexts): ReceiptSection {
  if (egress === null) return { title: words.egress, fields: [{ name: words.egress, value: words.noEvidence }] };
  const { digest, at, verdict, versions, sockets } = egress;
  const led = sockets.filter(({ scope }) => scope === "outside" || scope === "lookup" || scope === "unseen").map(({ family, address, port }) => `${family} ${address ?? ""}${port === null ? "" : ` ${port}`}`.trim());
  return {
    title: words.egress,
    fields: [
      { name: words.outcome, value: verdicts[verdict] }, { name: words.led, value: led.join(", ") || words.none, code: led.length > 0 }, { name: words.evidence, value: digest, code: true }, { name: words.made, value: at, code: true },
      { name: words.tool, value: `Sallyport ${versions.sallyport}, Node ${versions.node}, ONNX Runtime ${versions.runtime}, Linux ${versions.kernel}${versions.strace === null ? "" : `, ${versions.strace}`}`, code: true },
    ],
  };
}

function signatureSections({ signature }: Receipt, texts: ReceiptTexts, tell: TellError): ReceiptSection[] {
  const { words } = texts;
  if (signature === null || signature.answer === "notSigned") return [{ title: words.signatures, fields: [{ name: words.signatures, value: words.none }] }];
  return signature.signatures.map((facts, index) => ({ title: `${words.signatures} ${index + 1}`, fields: signatureFields(facts, texts, tell), ...(facts.statedAt === null ? {} : { note: words.statedIsNoProof }) }));
}

function signatureFields(facts: SignatureFacts, { words, purpose }: ReceiptTexts, tell: TellError): ReceiptSection["fields"] {
  return [
    { name: words.signer, value: facts.signer ?? words.unknownSigner }, { name: words.purpose, value: purpose[facts.purpose] }, { name: words.file, value: facts.file, code: true },
    ...(facts.keyId === null ? [] : [{ name: words.key, value: `${facts.algorithm === null ? "" : `${facts.algorithm}, `}${facts.keyId}`, code: true }]),
    ...(facts.statedAt === null ? [] : [{ name: words.statedAt, value: facts.statedAt, code: true }]),
    ...(facts.chain.length === 0 ? [] : [{ name: words.chain, value: facts.chain.map(({ subject, validTo }) => `${subject} (${validTo})`).join(" < "), code: true }]),
    ...(facts.over.length === 0 ? [] : [{ name: words.over, value: facts.over.join(", "), code: true }]),
    ...(facts.fault === null ? [] : [{ name: words.fault, value: tell(facts.fault as ErrorRecord) }]),
  ];
}
