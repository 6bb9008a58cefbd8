import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonPrefix, MAX_JSON_DEPTH, MAX_JSON_WHITESPACE } from "../../main/runtime/json-prefix.ts";

const encoder = new TextEncoder();
const read = (bytes: Uint8Array | string, top: "value" | "object" = "value") => JsonPrefix.start(top).accepts(typeof bytes === "string" ? encoder.encode(bytes) : bytes);

/** Byte by byte: every beginning must be accepted. */
function walk(text: string, top: "value" | "object"): JsonPrefix | null {
  let state: JsonPrefix | null = JsonPrefix.start(top);
  for (const byte of encoder.encode(text)) state = state?.accepts(Uint8Array.of(byte)) ?? null;
  return state;
}

const whitespace = fc.array(fc.constantFrom(" ", "\n", "\r", "\t"), { maxLength: 4 }).map((parts) => parts.join(""));

/** A value written with everything RFC 8259 leaves to the writer: white space, escapes, number forms. */
const written = fc.letrec<{ value: string; object: string; string: string }>((tie) => ({
  string: fc.array(fc.oneof(
    fc.string({ unit: "binary", maxLength: 4 }).map((text) => JSON.stringify(text).slice(1, -1)),
    fc.constantFrom("\\/", "\\b", "\\u0000", "\\uD834\\uDd1e", "\\ud800", "\u007f", "\u2028", "é", "𝄞"),
  ), { maxLength: 4 }).map((parts) => `"${parts.join("")}"`),
  object: fc.tuple(whitespace, fc.array(fc.tuple(whitespace, tie("string"), whitespace, tie("value")), { maxLength: 3 }))
    .map(([gap, members]) => `{${members.length === 0 ? gap : members.map(([a, key, b, value]) => `${a}${key}${b}:${value}`).join(",")}}`),
  value: fc.tuple(whitespace, fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom("true", "false", "null", "0", "-0", "10", "-1.50", "1e9", "0E-7", "2.5e+10"),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => JSON.stringify(number)),
    tie("string"),
    tie("object"),
    fc.tuple(whitespace, fc.array(tie("value"), { maxLength: 3 })).map(([gap, items]) => `[${items.length === 0 ? gap : items.join(",")}]`),
  ), whitespace).map((parts) => parts.join("")),
}));

const parses = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

describe("a beginning of one JSON value", () => {
  it("is every beginning of what JSON.stringify writes, plain and indented", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue({ maxDepth: 5 })), fc.constantFrom(undefined, 2, 4, "\t"), (value, indent) => {
        expect(walk(JSON.stringify(value, null, indent), "object")?.complete).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("is every beginning of a value written in any legal way, and only the whole is complete", () => {
    fc.assert(
      fc.property(written.value, fc.nat(), (text, cut) => {
        expect(parses(text)).not.toBeUndefined();
        expect(walk(text, "value")?.complete).toBe(true);
        const bytes = encoder.encode(text);
        const beginning = bytes.subarray(0, cut % (bytes.length + 1));
        expect(read(beginning)?.complete).toBe(parses(new TextDecoder().decode(beginning)) !== undefined);
      }),
      { numRuns: 500 },
    );
  });

  it("is not what JSON.parse refuses: texts changed at random", () => {
    const character = fc.oneof(fc.constantFrom(..."{}[]\",:\\/ \n0123456789-+.eEtrufalsn\u0001\u007f\u00a0\ufeff"), fc.string({ unit: "binary", minLength: 1, maxLength: 1 }));
    fc.assert(
      fc.property(written.object, fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 2 }), character), { maxLength: 3 }), (text, changes) => {
        const characters = [...text];
        for (const [at, removed, inserted] of changes) characters.splice(at % (characters.length + 1), removed, ...(at % 3 === 0 ? [] : [inserted]));
        const changed = characters.join("");
        const value = parses(changed);
        expect(read(changed)?.complete === true).toBe(value !== undefined);
        expect(read(changed, "object")?.complete === true).toBe(typeof value === "object" && value !== null && !Array.isArray(value));
      }),
      { numRuns: 3000 },
    );
  });

  it("agrees with JSON.parse on short texts of JSON's own characters", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."{}[]\",:\\ 01-.eEu"), maxLength: 8 }), (text) => {
        expect(read(text)?.complete === true).toBe(parses(text) !== undefined);
      }),
      { numRuns: 20_000 },
    );
  });

  it("is UTF-8 inside a string, exactly as a strict decoder has it", () => {
    const bytes = fc.array(fc.oneof(fc.constantFrom(0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff), fc.integer({ min: 0x80, max: 0xff })), { maxLength: 5 });
    fc.assert(
      fc.property(bytes, (inside) => {
        const text = Uint8Array.from([0x22, ...inside, 0x22]);
        let legal = true;
        try {
          new TextDecoder("utf-8", { fatal: true }).decode(text);
        } catch {
          legal = false;
        }
        expect(read(text)?.complete === true).toBe(legal);
      }),
      { numRuns: 5000 },
    );
  });

  it("can always go on to a whole value", () => {
    // Ending a string comes before all else, so that every level is closed after a few bytes.
    const endings = [...[..."\"}]:0ealrsu{"].map((each) => encoder.encode(each)), Uint8Array.of(0x80), Uint8Array.of(0x90), Uint8Array.of(0xa0)];
    fc.assert(
      fc.property(written.object, fc.nat(), (text, cut) => {
        const whole = encoder.encode(text);
        let state = read(whole.subarray(0, cut % (whole.length + 1)), "object");
        for (let steps = 0; state !== null && !state.complete && steps < 300; steps++) {
          const before: JsonPrefix = state;
          state = endings.map((each) => before.accepts(each)).find((next) => next !== null) ?? null;
        }
        expect(state?.complete).toBe(true);
      }),
    );
  });

  it("is an object where an object was promised", () => {
    for (const text of ["[", '"', "1", "t", "-", "\ufeff{"]) expect(read(text, "object")).toBeNull();
    expect(read(' \n{"a":[1,"x",null]} ', "object")?.complete).toBe(true);
    expect(read("{}{", "object")).toBeNull();
    expect(read("{}x", "object")).toBeNull();
  });

  it("ends where nesting or white space goes on for ever", () => {
    const open = "[".repeat(MAX_JSON_DEPTH);
    expect(read(`${open}${"]".repeat(MAX_JSON_DEPTH)}`)?.complete).toBe(true);
    expect(read(`${open}[`)).toBeNull();
    expect(read(`${open}{`)).toBeNull();
    const gap = " ".repeat(MAX_JSON_WHITESPACE);
    expect(read(`${gap}{${gap}"${gap} "${gap}:${gap}1${gap},${gap}"b":[${gap}]${gap}}${gap}`)?.complete).toBe(true);
    for (const text of [`${gap} `, `{${gap}\n`, `{"a"${gap}\t`, `[1${gap} `, `{}${gap} `]) expect(read(text)).toBeNull();
  });

  it("stays as it is when it is asked what may follow", () => {
    const state = read('{"a":') as JsonPrefix;
    expect(state.accepts(encoder.encode("tru"))).not.toBeNull();
    expect(state.accepts(encoder.encode("x"))).toBeNull();
    expect(state.accepts(encoder.encode("1}"))?.complete).toBe(true);
    expect(state.complete).toBe(false);
  });
});
