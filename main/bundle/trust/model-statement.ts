import { createHash } from "node:crypto";
import { z } from "zod";
import { WorkbenchError } from "../../../shared/errors.ts";
import { SignaturePurpose } from "../../../shared/schemas/trust.ts";
import { parseUniqueJson } from "./unique-json.ts";

/*
 * The statement of the OpenSSF Model Signing format, v1.0: an in-toto Statement v1 whose predicate lists every file with its digest
 * (sigstore/model-transparency, src/model_signing/_signing/signing.py, class Payload and dsse_payload_to_manifest; docs/model_signing_format.md).
 * The subject's digest is SHA-256 over the raw digests of the resources, one after the other, in the order listed. Verifiers of v1.0 ignore other fields of
 * the predicate, so what else we have to say is said in `sallyport`.
 */
export const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
export const PREDICATE_TYPE = "https://model_signing/signature/v1.0";
/** Of the package's versions before 1.0, whose statements could leave files out unseen. */
const OLD_PREDICATE_TYPE = "https://model_signing/Digests/v0.1";
export const STATEMENT_PAYLOAD_TYPE = "application/vnd.in-toto+json";

const MAX_RESOURCES = 200_000;
const Hex = z.string().regex(/^[0-9a-f]{64}$/);

const Ours = z.strictObject({
  version: z.literal(1),
  purpose: SignaturePurpose,
  /** The clock of the signer's machine; no proof. */
  statedAt: z.iso.datetime(),
  bundleDigest: z.string(),
  /** Signatures that lay in the bundle, so that taking one away shows. */
  over: z.array(z.strictObject({ file: z.string().max(200), sha256: Hex })).max(64),
});
export type SallyportPredicate = z.infer<typeof Ours>;

const Statement = z.looseObject({
  _type: z.string(),
  subject: z.array(z.looseObject({ name: z.string().max(1000), digest: z.looseObject({ sha256: Hex }) })).length(1),
  predicateType: z.string(),
  predicate: z.looseObject({
    serialization: z.looseObject({ method: z.string(), hash_type: z.string(), allow_symlinks: z.boolean().optional(), ignore_paths: z.array(z.string().max(4096)).max(1000).optional() }),
    resources: z.array(z.strictObject({ name: z.string().min(1).max(4096), algorithm: z.string().max(64), digest: z.string().max(256) })).min(1).max(MAX_RESOURCES),
    sallyport: Ours.optional(),
  }),
});

export interface ModelStatement {
  readonly modelName: string;
  /** Path → SHA-256. */
  readonly resources: ReadonlyMap<string, string>;
  /** Paths that the signer left out, and all below them. */
  readonly ignored: readonly string[];
  /** undefined in a signature by another tool. */
  readonly sallyport: SallyportPredicate | undefined;
}

/** Path by path, as Python orders PurePosixPath. */
const byParts = (a: string, b: string): number => {
  const [left, right] = [a.split("/"), b.split("/")];
  for (let at = 0; at < Math.min(left.length, right.length); at++) if (left[at] !== right[at]) return (left[at] as string) < (right[at] as string) ? -1 : 1;
  return left.length - right.length;
};

const rootDigest = (digests: Iterable<string>): string => {
  const hash = createHash("sha256");
  for (const digest of digests) hash.update(digest, "hex");
  return hash.digest("hex");
};

export function statementBytes({ modelName, resources, ignored, sallyport }: ModelStatement): Uint8Array {
  const ordered = [...resources].toSorted(([a], [b]) => byParts(a, b));
  return new TextEncoder().encode(JSON.stringify({
    _type: STATEMENT_TYPE,
    subject: [{ name: modelName, digest: { sha256: rootDigest(ordered.map(([, digest]) => digest)) } }],
    predicateType: PREDICATE_TYPE,
    predicate: {
      serialization: { method: "files", hash_type: "sha256", allow_symlinks: false, ignore_paths: ignored },
      resources: ordered.map(([name, digest]) => ({ name, algorithm: "sha256", digest })),
      sallyport,
    },
  }));
}

/** @throws trust.signatureInvalid, trust.formatOutdated, trust.algorithmRefused, trust.duplicateName */
export function parseStatement(bytes: Uint8Array, file: string): ModelStatement {
  const statement = checkedStatement(bytes, file);
  const { serialization, resources, sallyport } = statement.predicate;
  if (serialization.method !== "files") throw new WorkbenchError("trust.signatureInvalid", { file, reason: `its method is "${serialization.method.slice(0, 60)}"; only "files" is read` });
  requireSha256(serialization.hash_type, file, "serialization.hash_type");
  if (serialization.allow_symlinks === true) throw new WorkbenchError("trust.signatureInvalid", { file, reason: "it allows symbolic links, which could lead anywhere" });
  const digests = new Map<string, string>();
  for (const { name, algorithm, digest } of resources) {
    requireSha256(algorithm, file, name);
    if (!Hex.safeParse(digest).success) throw new WorkbenchError("trust.signatureInvalid", { file, reason: `${name}: its digest is not 64 hex digits` });
    if (digests.has(name)) throw new WorkbenchError("trust.duplicateName", { file, name });
    digests.set(name, digest);
  }
  const [subject] = statement.subject;
  const root = rootDigest(digests.values());
  if (subject?.digest.sha256 !== root) throw new WorkbenchError("trust.signatureInvalid", { file, reason: `its root digest is ${subject?.digest.sha256}, but its resources give ${root}` });
  return { modelName: subject.name, resources: digests, ignored: serialization.ignore_paths ?? [], sallyport };
}

function checkedStatement(bytes: Uint8Array, file: string): z.infer<typeof Statement> {
  let json: unknown;
  try {
    json = parseUniqueJson(bytes);
  } catch (cause) {
    throw new WorkbenchError("trust.signatureInvalid", { file, reason: `its statement is no JSON: ${cause instanceof Error ? cause.message : String(cause)}` }, { cause });
  }
  const kind = z.looseObject({ _type: z.string(), predicateType: z.string() }).safeParse(json).data;
  if (kind?.predicateType === OLD_PREDICATE_TYPE) throw new WorkbenchError("trust.formatOutdated", { file, found: OLD_PREDICATE_TYPE, supported: PREDICATE_TYPE });
  if (kind !== undefined && (kind._type !== STATEMENT_TYPE || kind.predicateType !== PREDICATE_TYPE)) {
    throw new WorkbenchError("trust.signatureInvalid", { file, reason: `it states "${kind.predicateType.slice(0, 100)}" in a "${kind._type.slice(0, 100)}", not the signature of a model` });
  }
  const parsed = Statement.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new WorkbenchError("trust.signatureInvalid", { file, reason: `its statement has a wrong ${issue?.path.join(".") || "form"}: ${issue?.message.slice(0, 200)}` });
}

function requireSha256(algorithm: string, file: string, field: string): void {
  if (algorithm !== "sha256") throw new WorkbenchError("trust.algorithmRefused", { file, found: `${algorithm.slice(0, 60)} (${field.slice(0, 200)})`, supported: "sha256" });
}
