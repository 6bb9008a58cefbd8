import { describe, expect, test } from "vitest";
import { formatBytes, formatDuration, formatNumber, formatParameters, formatWithError } from "../../../main/hosts/cli/format-units.ts";
import { fieldList, textTable } from "../../../main/hosts/cli/text-table.ts";

describe("a table", () => {
  test("aligns words left and figures right, without trailing spaces", () => {
    const text = textTable([{ title: "ID" }, { title: "SIZE", align: "right" }, { title: "NAME" }], [["a", "1.0 GB", "x"], ["long-id", "22.5 MB", ""]]);
    expect(text.split("\n")).toEqual(["ID          SIZE  NAME", "a         1.0 GB  x", "long-id  22.5 MB"]);
  });
  test("counts wide characters as two columns", () => {
    const [, first, second] = textTable([{ title: "N" }, { title: "V" }], [["模型", "1"], ["abcd", "2"]]).split("\n");
    expect(first).toBe("模型  1");
    expect(second).toBe("abcd  2");
  });
  test("lets no control code of a name reach the terminal", () => {
    expect(textTable([{ title: "N" }], [["a\u001B[2Jb\u202Ec"]])).toBe("N\na\uFFFD[2Jb\uFFFDc");
    expect(fieldList([["name", "a\nb"]])).toBe("name  a\uFFFDb");
  });
});

describe("figures", () => {
  test.each([[0, "0 B"], [999, "999 B"], [1000, "1.0 kB"], [999_960, "1.0 MB"], [15_962_640, "16.0 MB"], [6.2e9, "6.2 GB"], [1.34e12, "1.3 TB"]])("%d bytes are %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));
  test.each([[0.4, "0.4 s"], [59.6, "1 min 0 s"], [200, "3 min 20 s"], [7500, "2 h 5 min"]])("%d seconds are %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text));
  test.each([[8_021_000, "8.0 M"], [671_026_419_200, "671.0 B"]])("%d parameters are %s", (count, text) => expect(formatParameters(count)).toBe(text));
  test.each([[6.34277, "6.343"], [147.2, "147.2"], [0.00051, "5.10e-4"], [0, "0"], [12345.6, "12,346"]])("%d is written %s", (value, text) => expect(formatNumber(value)).toBe(text));
  test.each([[6.1253, 0.581, "6.13 ± 0.58"], [0.04483, 0.00167, "0.0448 ± 0.0017"], [0.5, 0, "0.5000 ± 0"], [1234.5, 67.8, "1235 ± 68"]])("%d with an error of %d is written %s", (value, error, text) => expect(formatWithError(value, error)).toBe(text));
});
