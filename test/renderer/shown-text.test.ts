import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { phrase, say, shownText } from "../../renderer/texts/shown-text.ts";

describe("texts from elsewhere among our own", () => {
  it("no character that steers direction or terminal is left, whatever a file is called", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 5000 }), (text) => {
      const shown = shownText(text);
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      expect(shown.length).toBeLessThanOrEqual(404);
    }));
  });

  it("an overlong name keeps its beginning and its end", () => {
    const shown = shownText(`begin${"x".repeat(4096)}.safetensors`);
    expect(shown).toMatch(/^beginx+ … x+\.safetensors$/);
  });

  it("every value stands in an isolate of its own, and a part that was put together is not wrapped again", () => {
    expect(say`In ${"a\u202Eb"} there are ${3}${phrase` (of ${4})`}${""}.`).toBe("In \u2068a\u{FFFD}b\u2069 there are \u20683\u2069 (of \u20684\u2069).");
  });
});
