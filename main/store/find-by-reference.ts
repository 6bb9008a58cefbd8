import { WorkbenchError } from "../../shared/errors.ts";

/** An answer to be read by a person. */
const MAX_MATCHES_NAMED = 10;

/** Shorter beginnings of an id are too easily somebody else's. */
const MIN_PREFIX_CHARACTERS = 4;

/**
 * The row that a person means: by its id, its exact name, or a beginning of its id or digest that is nobody else's.
 * @throws store.notFound, store.ambiguous
 */
export function findByReference<T extends { readonly id: string; readonly name?: string; readonly digest?: string }>(kind: string, reference: string, rows: readonly T[]): T {
  const exact = rows.find((row) => row.id === reference || row.digest === reference || row.digest === `sha256:${reference}`);
  if (exact !== undefined) return exact;
  let matches = rows.filter((row) => row.name === reference);
  if (matches.length === 0 && reference.length >= MIN_PREFIX_CHARACTERS) {
    const plain = reference.replace(/^sha256:/, "");
    matches = rows.filter((row) => row.id.startsWith(reference) || row.digest?.replace(/^sha256:/, "").startsWith(plain));
  }
  const [match] = matches;
  if (match === undefined) throw new WorkbenchError("store.notFound", { kind, reference });
  if (matches.length > 1) throw new WorkbenchError("store.ambiguous", { kind, reference, matches: nameSome(matches) });
  return match;
}

function nameSome(matches: readonly { readonly id: string }[]): string {
  const named = matches.slice(0, MAX_MATCHES_NAMED).map((row) => row.id).join(", ");
  return matches.length > MAX_MATCHES_NAMED ? `${named} and ${matches.length - MAX_MATCHES_NAMED} more` : named;
}
