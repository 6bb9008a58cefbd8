import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ERROR_TEXTS, errorText } from "../../../main/hosts/cli/error-texts.ts";
import { EXIT_CODES, exitStatus } from "../../../main/hosts/cli/exit-codes.ts";
import { type ErrorCode, errorFromRecord } from "../../../shared/errors.ts";

/** Every field that any error has, with a value that can be found again in the text. */
const FIELDS: Record<string, unknown> = {
  runs: 5000,
  file: "/models/FILE", field: "FIELD", found: "FOUND", expected: "EXPECTED", supported: "SUPPORTED", reason: "REASON", tensor: "TENSOR", other: "OTHER", otherFile: "/models/OTHER",
  name: "NAME", target: "TARGET", shard: "SHARD", directory: "/models/DIRECTORY", scale: "SCALE", family: "FAMILY", weightClass: "CLASS", known: "KNOWN", limit: "LIMIT",
  model: "MODEL", against: "AGAINST", digest: "sha256:DIGEST", kind: "KIND", reference: "REFERENCE", matches: "MATCHES", id: "ID", by: "BY", state: "STATE", operation: "OPERATION",
  list: "LIST", line: 12, approved: "APPROVED", log: "LOG", signal: "SIGKILL", exitCode: 9, pid: 4321, entry: 17, index: 3, count: 5, bytes: 6000, limitBytes: 7000, neededBytes: 8000, fileBytes: 9000, expectedBytes: 1100,
  foundBytes: 1200, freeBytes: 1300, allowed: 14, neededTokens: 15, limitTokens: 16, tokenId: 17, vocabSize: 18, tokens: 19, maxAbsoluteDelta: 0.5, toleranceAbsolute: 0.25, firstDivergingToken: 2,
  bytesPerToken: 22, waiting: 20, retryAfterSeconds: 21, address: "ADDRESS", status: 400, param: "PARAM", machine: "MACHINE", contextTokens: 24, maxPositions: 25, component: "COMPONENT", needBytes: 26_000, haveBytes: 27_000,
  mediumBytes: 26, folders: "/media/FOLDERS", damaged: "DAMAGED", neededVolumes: 27,
  subject: "SUBJECT", validFrom: "FROM", validTo: "TO", at: "AT", keyId: "KEYID", missing: "MISSING", signer: "SIGNER", purpose: "PURPOSE", issuer: "ISSUER", notAfter: "AFTER", release: 26, neededRelease: 27, approve: 28,
  neededApprove: 29, validUntil: "UNTIL", asked: "ASKED", policy: "POLICY",
  url: "http://URL/v1", seconds: 26, to: "http://TO", what: "event", models: "MODELS", usableBytes: 2700, comparison: "COMPARISON", host: "HOST", version: "VERSION", namespace: "NAMESPACE", trace: "TRACE", command: "COMMAND", verdict: "outside", first: "FIRST",
};

/** The details of a code as shared/errors.ts declares them: this test reads the declaration, so that a forgotten field shows. */
function declaredFields(): Map<string, string[]> {
  const source = readFileSync(new URL("../../../shared/errors.ts", import.meta.url), "utf8");
  const declared = new Map<string, string[]>();
  for (const [, code = "", type = ""] of source.matchAll(/^ {2}"([a-zA-Z]+\.[a-zA-Z]+)": (.+);$/gm)) {
    const fields = [...type.matchAll(/(\w+)\??: (?!never)/g)].map(([, field = ""]) => field);
    declared.set(code, type.includes("Fault") ? ["file", "field", "found", ...fields] : fields);
  }
  return declared;
}
const declared = declaredFields();

describe("the text of an error", () => {
  test("exists for every code, and for no other", () => {
    expect(declared.size).toBeGreaterThan(80);
    expect(Object.keys(ERROR_TEXTS).sort()).toEqual([...declared.keys()].sort());
  });

  test.each([...declared])("%s says what and what next, naming what it knows", (code, fields) => {
    const details = Object.fromEntries(fields.filter((field) => field in FIELDS).map((field) => [field, FIELDS[field]]));
    const { what, next } = errorText(errorFromRecord({ code: code as ErrorCode, details }));
    const unknown = fields.filter((field) => !(field in FIELDS));
    expect(unknown, "a field this test has no value for").toEqual([]);
    expect(what).toMatch(/^\S.{5,}[.?)]?$/s);
    expect(next).toMatch(/^\S.{9,}[.?)"]?$/s);
    for (const text of [what, next]) expect(text.replace("NaN or infinite", "")).not.toMatch(/undefined|NaN|\[object|null/);
    if (fields.includes("file")) expect(what + next).toContain("/models/FILE");
    if (fields.includes("found") && typeof FIELDS["found"] === "string") expect(what).toContain("FOUND");
    if (fields.includes("reason")) expect(what).toContain("REASON");
  });

  test("of a code from a newer version shows the code and its details", () => {
    const { what } = errorText(errorFromRecord({ code: "future.thing" as ErrorCode, details: { file: "x" } }));
    expect(what).toContain("future.thing");
    expect(what).toContain('"file":"x"');
  });

  test("of a missing model named by a path tells to import it", () => {
    const text = errorText(errorFromRecord({ code: "store.notFound", details: { kind: "model", reference: "/data/model" } }));
    expect(text.next).toContain("sallyport model import /data/model");
  });
});

describe("the exit status", () => {
  const statuses = new Set(Object.values(EXIT_CODES).map(({ status }) => status));

  test.each([...declared.keys()])("of %s is one of the table, and never 0", (code) => {
    const status = exitStatus(code as ErrorCode);
    expect(statuses).toContain(status);
    expect(status).not.toBe(0);
  });

  test.each([
    ["parity.failed", 1], ["bundle.blobChanged", 1], ["bundle.digestMismatch", 1], ["usage.invalid", 2], ["store.notFound", 3], ["checkpoint.notFound", 3],
    ["checkpoint.pickleRefused", 4], ["spec.architectureUnknown", 4], ["files.noSpace", 5], ["files.notPermitted", 5], ["store.inUse", 6], ["job.cancelled", 130],
  ] as const)("of %s stays %i: scripts rely on it", (code, status) => {
    expect(exitStatus(code)).toBe(status);
  });
});
