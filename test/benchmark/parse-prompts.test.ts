import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePrompts } from "../../main/benchmark/parse-prompts.ts";
import { WorkbenchError } from "../../shared/errors.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (text: string) => parsePrompts(bytes(text), "p.jsonl");
const refusal = (given: string | Uint8Array): unknown => {
  try {
    parsePrompts(typeof given === "string" ? bytes(given) : given, "p.jsonl");
  } catch (thrown) {
    return thrown instanceof WorkbenchError && thrown.code === "benchmark.promptsInvalid" ? thrown.details : thrown;
  }
  return null;
};

describe("a file of prompts", () => {
  it("may begin with a byte order mark, end its lines as Windows does, hold empty lines and fields of its own", () => {
    expect(parse('\uFEFF{"prompt":"one","id":7}\r\n\r\n{"messages":[{"role":"user","content":"two"}],"max_tokens":9}\r\n')).toEqual([
      { prompt: { kind: "text", text: "one" }, maxTokens: null }, { prompt: { kind: "chat", messages: [{ role: "user", content: "two" }] }, maxTokens: 9 },
    ]);
  });

  it.each([
    ['{"prompt":"a"}\n{"promt":"b"}', 2, "prompt", "missing"],
    ['{"prompt":""}', 1, "prompt", '""'],
    ['{"prompt":"a","messages":[{"role":"user","content":"b"}]}', 1, "messages", "beside prompt"],
    ['\n\n{"prompt":"a","max_tokens":0}', 3, "max_tokens", "0"],
    ['{"prompt":"a","max_tokens":1.5}', 1, "max_tokens", "1.5"],
    ['{"messages":[]}', 1, "messages", "[]"],
    ['{"messages":[{"role":"user","content":"a"},{"role":"robot","content":"b"}]}', 1, "messages.1.role", "robot"],
    ['{"messages":[{"role":"user","content":5}]}', 1, "messages.0.content", "5"],
    ['{"prompt":"a"}\nnot json', 2, "the line", "not json"],
    ['["a"]', 1, "the line", '["a"]'],
    ["null", 1, "the line", "null"],
    ["\n \n", null, "the file", "empty"],
    [Uint8Array.of(0xff, 0xfe, 0x7b), null, "the file", "not UTF-8"],
    ['{"prompt":"a"}\n'.repeat(501), 501, "the number of prompts", "more than 500"],
  ])("is refused by line and field: %j", (given, line, field, found) => {
    expect(refusal(given)).toMatchObject({ file: "p.jsonl", line, field, found });
  });

  it("gives back what JSON.stringify wrote, whatever it holds", () => {
    const prompt = fc.oneof(
      fc.record({ prompt: fc.string({ minLength: 1, unit: "binary" }) }),
      fc.record({ messages: fc.array(fc.record({ role: fc.constantFrom("system", "user", "assistant"), content: fc.string() }), { minLength: 1, maxLength: 5 }), max_tokens: fc.integer({ min: 1, max: 65536 }) }),
    );
    fc.assert(fc.property(fc.array(prompt, { minLength: 1, maxLength: 20 }), fc.constantFrom("\n", "\r\n"), (asked, end) => {
      const found = parse(asked.map((one) => JSON.stringify(one)).join(end));
      expect(found.map(({ prompt: read, maxTokens }) => (read.kind === "text" ? { prompt: read.text } : { messages: read.messages, max_tokens: maxTokens }))).toEqual(asked);
    }));
  });

  it("ends in prompts or in a refusal that names it, for any bytes at all", () => {
    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json().map(bytes)), (given) => {
      try {
        expect(parsePrompts(given, "p.jsonl").length).toBeGreaterThan(0);
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: "benchmark.promptsInvalid", details: { file: "p.jsonl" } });
      }
    }));
  });
});
