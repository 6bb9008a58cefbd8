import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MACHINE_NOTICE_TEXTS } from "../../../main/hosts/cli/machine-notice-texts.ts";
import { noticeText } from "../../../main/hosts/cli/notice-texts.ts";

const schemas = new URL("../../../shared/schemas/", import.meta.url);

/** Every code of every list of notices with its declared fields: read from the declarations, so that a forgotten one shows. */
const declared = readdirSync(schemas).filter((name) => name.endsWith("-notices.ts")).flatMap((name) =>
  Array.from(readFileSync(new URL(name, schemas), "utf8").matchAll(/^ {2}"([a-z]+\.[A-Za-z0-9]+)": \{(.*)\};$/gm), ([, code = "", fields = ""]) => ({
    list: name, code, details: Object.fromEntries(Array.from(fields.matchAll(/(\w+): ("[^"]+"|\w+)/g), ([, field = "", type]) => [field, exampleOf(field, type ?? "")])),
  })));

/** A value of a declared type that can be found again in a text; of a choice of words the first. */
function exampleOf(field: string, type: string): string | number | boolean {
  if (type.startsWith('"')) return type.slice(1, -1);
  return { string: `FIELD-${field}`, number: 4321, boolean: true }[type] ?? `unknown type ${type}`;
}

describe("the text of a notice", () => {
  test("exists for every code of every list", () => {
    expect(new Set(declared.map(({ list }) => list)).size).toBeGreaterThanOrEqual(3);
    expect(declared.length).toBeGreaterThan(60);
    expect(Object.keys(MACHINE_NOTICE_TEXTS).sort()).toEqual(declared.filter(({ list }) => list === "machine-notices.ts").map(({ code }) => code).sort());
  });

  test.each(declared)("of $code says what and what next, in words", ({ code, details }) => {
    const { what, next } = noticeText({ code, severity: "info", subject: "SUBJECT", details, evidence: [] });
    expect(what).not.toContain(code);
    expect(what).toMatch(/^\S.{5,}$/s);
    expect(next).toMatch(/^\S.{9,}$/s);
    for (const text of [what, next]) expect(text).not.toMatch(/undefined|NaN|\[object|null\b/);
  });

  test.each(declared.filter(({ list }) => list === "machine-notices.ts"))("of $code names every text it is given", ({ code, details }) => {
    const { what } = noticeText({ code, severity: "info", subject: "SUBJECT", details, evidence: [] });
    for (const value of Object.values(details)) if (typeof value === "string") expect(what).toContain(value);
  });

  test("of a code from a newer version shows the code and its details", () => {
    expect(noticeText({ code: "future.thing", severity: "info", subject: "x", details: { a: 1 }, evidence: [] }).what).toBe('future.thing: {"a":1}');
    expect(noticeText({ code: "constructor", severity: "info", subject: "x", details: {}, evidence: [] }).what).toContain("constructor");
  });
});
