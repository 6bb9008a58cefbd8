import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFormat } from "../../renderer/texts/format.ts";
import { LANGUAGES, preferredLanguage } from "../../renderer/texts/languages.ts";

const UNITS = { seconds: "s", minutes: "min", hours: "h", days: "d", milliseconds: "ms" };
const format = createFormat("en", UNITS);

describe("figures as the pages write them", () => {
  it("sizes are binary and never round up to the next unit's first figure", () => {
    expect([0, 1023, 1024, 2 ** 20 - 1, 2 ** 30, 141 * 2 ** 30, 671e9].map(format.bytes)).toEqual(["0 B", "1,023 B", "1.0 KiB", "1.0 MiB", "1.0 GiB", "141 GiB", "625 GiB"]);
    fc.assert(fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (bytes) => {
      const [figure = "", unit = ""] = format.bytes(bytes).split(" ");
      const value = Number(figure.replaceAll(",", "")) * 1024 ** ["B", "KiB", "MiB", "GiB", "TiB", "PiB"].indexOf(unit);
      expect(Math.abs(value - bytes)).toBeLessThanOrEqual(Math.max(0.5, bytes * 0.051));
    }));
  });

  it("what is not known is a dash, and never NaN", () => {
    expect([format.bytes(null), format.duration(null), format.number(Number.NaN), format.number(null), format.time(null), format.duration(Number.POSITIVE_INFINITY)]).toEqual(["–", "–", "–", "–", "–", "–"]);
  });

  it("a figure is no finer than its error", () => {
    expect([format.withError(5.8971, 0.5712), format.withError(1872.31, 31.75), format.withError(0.04486, 0.00201)]).toEqual(["5.90 ± 0.57", "1,872 ± 32", "0.0449 ± 0.0020"]);
  });

  it("small numbers keep their digits", () => {
    expect([0.000123, 0.0567, 1.5, 12.345, 123.45, 12345.6].map(format.number)).toEqual(["1.23 × 10⁻⁴", "0.0567", "1.500", "12.35", "123.5", "12,346"]);
  });

  it("durations say two units", () => {
    expect([0.04, 9.96, 59.6, 200, 7500, 90_000].map(format.duration)).toEqual(["0.0 s", "10.0 s", "1 min 0 s", "3 min 20 s", "2 h 5 min", "1 d 1 h"]);
  });

  it("digits are the same in every language: they are copied into commands", () => {
    for (const language of LANGUAGES) expect(createFormat(language, UNITS).count(1234567)).toMatch(/^[\d,.]+$/);
  });

  it("the reader's first known language is taken", () => {
    expect([["fr-FR", "zh-TW", "en"], ["ar-EG"], ["de"], []].map(preferredLanguage)).toEqual(["zh-Hans", "ar", "en", "en"]);
  });
});
