import { WorkbenchError } from "../../shared/errors.ts";
import { isJsonObject } from "./read-json-object.ts";
import { shownValue } from "./shown-value.ts";

/** Stops a weight file named by mistake from being read as a list. DeepSeek-V3's 163 shards come to 20 kB, its JSON from a hub to 80 kB. */
export const CHECKSUM_LIST_BYTES_LIMIT = 4 << 20;
/** As the shards of one checkpoint. */
const ENTRY_LIMIT = 20_000;

/** What `sha256sum` prints: a backslash before the hash says that the name is escaped; "*" says that the file was read as binary. */
const GNU_LINE = /^(\\?)([0-9a-f]{64})(?: [ *]|\t)(.+)$/i;
/** `shasum --tag`, `openssl dgst`, the BSDs. */
const TAGGED_LINE = /^(\\?)SHA(?:2-)?256 ?\((.+)\) ?= ?([0-9a-f]{64})$/i;
/** A table pasted from a page or a sheet: the name first. */
const NAMED_LINE = /^(\S(?:.*\S)?)\s+([0-9a-f]{64})$/i;
const OTHER_HASH = /^\\?(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{96}|[0-9a-f]{128})\s|^\\?(?:MD5|SHA1|SHA224|SHA384|SHA512|BLAKE2b)\s?\(/i;

/**
 * Path → SHA-256 in lower-case hex, of a list in any form in which people get one: `sha256sum`'s, the BSDs', a table with the name first, and the JSON that
 * a hub gives for a repository (its tree, or a model with its siblings; there only large files have a SHA-256, the others are passed over).
 * Byte order mark, CRLF, empty lines and lines that begin with # are taken in passing.
 * @param source as errors name the list
 * @throws checkpoint.checksumListInvalid
 */
export function parseChecksumList(text: string, source: string): Map<string, string> {
  const plain = text.replace(/^\uFEFF/, "");
  const entries = /^\s*[[{]/.test(plain) ? entriesOfHub(plain, source) : entriesOfLines(plain, source);
  const list = new Map<string, string>();
  for (const { name, sha256, line } of entries) {
    const path = innerPath(name);
    if (path === null) throw invalid(source, line, `${shownValue(name)} is no name of a file inside the checkpoint`);
    const known = list.get(path);
    if (known !== undefined && known !== sha256) throw invalid(source, line, `${shownValue(path)} stands there twice, with different checksums`);
    list.set(path, sha256);
    if (list.size > ENTRY_LIMIT) throw invalid(source, line, `more than ${ENTRY_LIMIT} files`);
  }
  if (list.size === 0) throw invalid(source, 1, "it names no file with a SHA-256");
  return list;
}

interface Entry {
  readonly name: string;
  readonly sha256: string;
  /** null in JSON. */
  readonly line: number | null;
}

function entriesOfLines(text: string, source: string): Entry[] {
  return text.split(/\r\n|\n|\r/).flatMap((raw, index): Entry[] => {
    // White space at the end may belong to a name, but no model's file has any; a paste often does.
    const line = raw.trimEnd();
    if (line.trim() === "" || line.startsWith("#")) return [];
    const entry = entryOf(line);
    if (entry === null) throw invalid(source, index + 1, OTHER_HASH.test(line) ? "a checksum of another kind; SHA-256 has 64 hexadecimal digits" : `${shownValue(line)} is not a checksum and a name`);
    return [{ ...entry, line: index + 1 }];
  });
}

function entryOf(line: string): Omit<Entry, "line"> | null {
  const gnu = GNU_LINE.exec(line);
  if (gnu !== null) return { name: unescaped(gnu[3] ?? "", gnu[1] !== ""), sha256: (gnu[2] ?? "").toLowerCase() };
  const tagged = TAGGED_LINE.exec(line);
  if (tagged !== null) return { name: unescaped(tagged[2] ?? "", tagged[1] !== ""), sha256: (tagged[3] ?? "").toLowerCase() };
  const named = NAMED_LINE.exec(line);
  return named === null ? null : { name: (named[1] ?? "").replace(/[:,|]$/, ""), sha256: (named[2] ?? "").toLowerCase() };
}

function unescaped(name: string, isEscaped: boolean): string {
  return isEscaped ? name.replaceAll(/\\([\\nr])/g, (_, letter: string) => (letter === "n" ? "\n" : letter === "r" ? "\r" : "\\")) : name;
}

/** https://huggingface.co/docs/hub/api: `/api/models/ORG/NAME/tree/main` is a list, `/api/models/ORG/NAME?blobs=true` has `siblings`. */
function entriesOfHub(text: string, source: string): Entry[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (thrown) {
    throw invalid(source, null, `not JSON: ${thrown instanceof Error ? thrown.message.slice(0, 200) : "broken"}`);
  }
  const rows = Array.isArray(document) ? document : isJsonObject(document) ? document["siblings"] : undefined;
  if (!Array.isArray(rows)) throw invalid(source, null, "JSON, but neither a list of files nor an object with siblings");
  return rows.flatMap((row: unknown): Entry[] => {
    if (!isJsonObject(row)) return [];
    const name = row["path"] ?? row["rfilename"];
    const large = isJsonObject(row["lfs"]) ? row["lfs"] : {};
    const sha256 = large["sha256"] ?? large["oid"] ?? row["sha256"];
    return typeof name === "string" && typeof sha256 === "string" && /^[0-9a-f]{64}$/i.test(sha256) ? [{ name, sha256: sha256.toLowerCase(), line: null }] : [];
  });
}

/** null: absolute, or leading out of the directory. */
function innerPath(name: string): string | null {
  const path = name.replaceAll("\\", "/").replace(/^(\.\/+)+/, "");
  if (path === "" || path.length > 512 || path.includes("\0") || path.startsWith("/") || /^[A-Za-z]:/.test(path)) return null;
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..") ? path : null;
}

function invalid(file: string, line: number | null, reason: string): WorkbenchError {
  return new WorkbenchError("checkpoint.checksumListInvalid", { file, line, reason });
}
