import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { certificateFacts } from "../../../main/bundle/trust/certificate-facts.ts";
import { derElements, objectId } from "../../../main/bundle/trust/der.ts";
import { matchesPattern } from "../../../main/bundle/trust/matches-pattern.ts";
import { parseStatement, statementBytes } from "../../../main/bundle/trust/model-statement.ts";
import { openRevocationList, signRevocationList } from "../../../main/bundle/trust/revocation-list.ts";
import { formatSums, parseSums } from "../../../main/bundle/trust/sha256-sums.ts";
import { checkSignature, parseSignature, signStatement } from "../../../main/bundle/trust/sigstore-bundle.ts";
import { parseUniqueJson } from "../../../main/bundle/trust/unique-json.ts";
import { WorkbenchError } from "../../../shared/errors.ts";
import { listOf, makePerson } from "./trust-fixture.ts";

const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
const name = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,20}(\/[A-Za-z0-9_][A-Za-z0-9._-]{0,20}){0,3}$/);
const digests = fc.dictionary(name, hex, { minKeys: 1, maxKeys: 30, noNullPrototype: true }).map((record) => new Map(Object.entries(record)));

/** Whatever comes, it is read or refused by a code of ours; nothing else is thrown. */
function refusesCleanly(read: () => unknown, ...codes: readonly string[]): void {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(WorkbenchError);
    expect(codes).toContain((error as WorkbenchError).code);
  }
}
/** A few bytes of a real document changed, cut or doubled. */
const damaged = (whole: Uint8Array) => fc.tuple(fc.nat(whole.length - 1), fc.nat(255), fc.constantFrom("set", "cut", "double")).map(([at, byte, how]) => {
  const bytes = Buffer.from(whole);
  if (how === "cut") return bytes.subarray(0, at);
  if (how === "double") return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - byte))]);
  bytes[at] = byte;
  return bytes;
});

describe("SHA256SUMS", () => {
  it("is read as it was written, in one order", () => {
    fc.assert(fc.property(digests, (files) => {
      const written = formatSums(files);
      expect(parseSums(written, "f")).toEqual(files);
      expect(formatSums(new Map([...files].toReversed()))).toEqual(written);
    }));
  });
  it("is refused whole where any line is anything else", () => {
    const whole = formatSums(new Map([["a/b", "0".repeat(64)], ["c", "1".repeat(64)]]));
    fc.assert(fc.property(fc.oneof(damaged(whole), fc.uint8Array({ maxLength: 300 })), (bytes) => refusesCleanly(() => {
      expect(formatSums(parseSums(bytes, "f")).length).toBe(bytes.length);
    }, "bundle.sumsInvalid")));
    for (const line of [`${"0".repeat(64)} *a`, `${"0".repeat(64)}  ../a`, `${"0".repeat(64)}  /a`, `${"0".repeat(64)}  a/`, `${"0".repeat(64)}  .a`, `${"A".repeat(64)}  a`, `${"0".repeat(63)}  a`, `${"0".repeat(64)}  a\r`, `${"0".repeat(64)}  a\n${"0".repeat(64)}  a`]) {
      expect(() => parseSums(Buffer.from(`${line}\n`), "f")).toThrow(expect.objectContaining({ code: "bundle.sumsInvalid" }));
    }
  });
});

describe("a statement", () => {
  it("is read as it was written, whatever the order of its files", () => {
    fc.assert(fc.property(digests, fc.string({ maxLength: 50 }), (resources, modelName) => {
      const sallyport = { version: 1 as const, purpose: "release" as const, statedAt: "2026-01-01T00:00:00.000Z", bundleDigest: "sha256:x", over: [] };
      const bytes = statementBytes({ modelName, resources, ignored: ["signatures"], sallyport });
      expect(parseStatement(bytes, "f")).toEqual({ modelName, resources, ignored: ["signatures"], sallyport });
      expect(statementBytes({ modelName, resources: new Map([...resources].toReversed()), ignored: ["signatures"], sallyport })).toEqual(bytes);
    }));
  });
});

const SIGNATURE_CODES = ["trust.signatureInvalid", "trust.formatOutdated", "trust.algorithmRefused", "trust.duplicateName"];

describe("damaged or invented documents are refused, and nothing falls over:", () => {
  const vector = (file: string): Buffer => readFileSync(new URL(`./model-signing/${file}.sigstore.json`, import.meta.url));

  it("signature files", () => {
    for (const whole of [vector("elliptic-key"), vector("certificate")]) {
      fc.assert(fc.property(damaged(whole), (bytes) => refusesCleanly(() => parseStatement(parseSignature(bytes, "f").payload, "f"), ...SIGNATURE_CODES)), { numRuns: 300 });
    }
    fc.assert(fc.property(fc.json(), (text) => refusesCleanly(() => parseSignature(Buffer.from(text), "f"), ...SIGNATURE_CODES)));
  });

  it("statements", () => {
    const { payload } = parseSignature(vector("elliptic-key"), "f");
    fc.assert(fc.property(damaged(payload), (bytes) => refusesCleanly(() => parseStatement(bytes, "f"), ...SIGNATURE_CODES)), { numRuns: 300 });
  });

  it("revocation lists, of which no changed one is believed", async () => {
    const root = makePerson();
    const list = listOf({ revokedKeys: [{ keyId: "0".repeat(64), reason: "lost" }] });
    const whole = await signRevocationList(root.signer, list);
    expect(openRevocationList(whole, "f", [makePerson().publicKey, root.publicKey])).toEqual(list);
    fc.assert(fc.property(damaged(whole), (bytes) => refusesCleanly(() => {
      expect(openRevocationList(bytes, "f", [root.publicKey])).toEqual(list);
    }, "trust.listInvalid", "trust.listSignerUnknown")), { numRuns: 300 });
    // A statement about a model, rightly signed by the same key, is no list.
    const other = JSON.parse(Buffer.from(whole).toString());
    expect(() => openRevocationList(Buffer.from(JSON.stringify({ ...other, payloadType: "application/vnd.in-toto+json" })), "f", [root.publicKey])).toThrow(expect.objectContaining({ code: "trust.listInvalid" }));
  });

  it("DER, and certificates in which Node sees no fault", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        const whole = derElements(bytes);
        for (const { content } of whole) expect(objectId(content)).toMatch(/^[\d.]+$/);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }));
    const [certificate] = parseSignature(vector("certificate"), "f").certificates;
    const raw = certificate?.raw as Buffer;
    fc.assert(fc.property(damaged(raw), (bytes) => refusesCleanly(() => certificateFacts({ raw: bytes, subject: "CN=x" } as never, "f"), "trust.certificateInvalid")), { numRuns: 300 });
  });
});

it("a signature over twenty thousand files is read, and one string of megabytes overflows nothing", async () => {
  const resources = new Map(Array.from({ length: 20_000 }, (_, index) => [`blobs/sha256/${index.toString(16).padStart(64, "0")}`, index.toString(16).padStart(64, "0")] as const));
  const { signer, publicKey } = makePerson();
  const signature = parseSignature(await signStatement(signer, { modelName: "m", resources, ignored: [], sallyport: undefined }), "f");
  expect(() => checkSignature(signature, publicKey)).not.toThrow();
  expect(parseStatement(signature.payload, "f").resources.size).toBe(resources.size);
  for (const inner of ["a".repeat(10_000_000), "\\n".repeat(2_000_000)]) expect(parseUniqueJson(Buffer.from(`{"a":"${inner}"}`))).toHaveProperty("a");
  expect(() => parseSums(Buffer.from(`${"0".repeat(64)}  ${"a/".repeat(2_000_000)}a\n`), "f")).toThrow(expect.objectContaining({ code: "bundle.sumsInvalid" }));
});

describe("JSON that is signed", () => {
  it("is JSON as everywhere, as long as no object names a key twice", () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      for (const indent of [0, 2]) expect(parseUniqueJson(Buffer.from(JSON.stringify(value, null, indent)))).toEqual(JSON.parse(JSON.stringify(value)));
    }));
  });
  it.each(['{"a":1,"a":2}', '[{"b":{"a":1,"c":[{"a":1}],"a":1}}]', '{"a":1,"\\u0061":2}', '{"a" : [1,"a"], "a":1}', '{"":1,"":2}', `${"[".repeat(40)}${"]".repeat(40)}`, '{"a":1}x', "\u{feff}{}"])("%s is refused", (text) => {
    expect(() => parseUniqueJson(Buffer.from(text))).toThrow(SyntaxError);
  });
  it.each(['{"a":"b","b":"a"}', '{"a":{"a":{"a":"{\\"a\\":1,"}}}', '[{"a":1},{"a":2}]', '{"a":",","b":"{"}'])("%s is taken", (text) => {
    expect(parseUniqueJson(Buffer.from(text))).toEqual(JSON.parse(text));
  });
});

describe("a pattern", () => {
  it("fits as a regular expression of the same meaning does", () => {
    const text = fc.stringMatching(/^[ab*]{0,8}$/);
    fc.assert(fc.property(text, fc.stringMatching(/^[ab]{0,10}$/), (pattern, value) => {
      expect(matchesPattern(pattern, value)).toBe(new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(value));
    }), { numRuns: 2000 });
  });
});
