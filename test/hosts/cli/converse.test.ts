import { describe, expect, test } from "vitest";
import { pipedTurns } from "../../../main/hosts/cli/converse.ts";
import { WorkbenchError } from "../../../shared/errors.ts";

describe("messages from a pipe", () => {
  test("are one a line, empty lines left out", () => {
    expect(pipedTurns("Hello\r\n\n  \nAnd now?\n")).toEqual([[{ role: "user", content: "Hello" }], [{ role: "user", content: "And now?" }]]);
  });
  test("or a JSON list, answered once", () => {
    expect(pipedTurns('\n[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}]')).toEqual([[{ role: "system", content: "Be brief." }, { role: "user", content: "Hi" }]]);
  });
  test.each([["broken JSON", "[{"], ["an unknown role", '[{"role":"robot","content":""}]'], ["no content", '[{"role":"user"}]']])("%s is a usage error", (_name, input) => {
    expect(() => pipedTurns(input)).toThrow(WorkbenchError);
    expect(() => pipedTurns(input)).toThrow(/usage\.invalid/);
  });
});
