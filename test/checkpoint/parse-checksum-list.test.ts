import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WorkbenchError } from "../../shared/errors.ts";
import { parseChecksumList } from "../../main/checkpoint/parse-checksum-list.ts";
import { errorOf, temporaryDirectory } from "./checkpoint-fixture.ts";

const A = "a".repeat(64);
const B = "b".repeat(64);
const parse = (text: string): Record<string, string> => Object.fromEntries(parseChecksumList(text, "SHA256SUMS"));
const refusal = async (text: string): Promise<{ line: number | null; reason: string }> => {
  const error = await errorOf(() => parseChecksumList(text, "list"));
  expect(error.code).toBe("checkpoint.checksumListInvalid");
  return error.details as { line: number | null; reason: string };
};

describe("a list of checksums", () => {
  it("is read as people get it: text and binary marks, BSD tags, a table, CRLF, comments, a byte order mark", () => {
    expect(parse(`\uFEFF# from the publisher\r\n${A}  config.json\r\n${A.toUpperCase()} *model.safetensors\r\n\r\nSHA256 (tokenizer.json) = ${B}\r\nSHA2-256(merges.txt)= ${B}\r\n./README.md\t${A}\r\n`))
      .toEqual({ "config.json": A, "model.safetensors": A, "tokenizer.json": B, "merges.txt": B, "README.md": A });
  });

  it("is read from a hub's JSON, where only large files have a SHA-256", () => {
    const tree = [{ type: "file", path: "config.json", oid: "c".repeat(40), size: 3 }, { type: "file", path: "model.safetensors", oid: "d".repeat(40), size: 9, lfs: { oid: A, size: 9, pointerSize: 134 } }];
    expect(parse(JSON.stringify(tree))).toEqual({ "model.safetensors": A });
    expect(parse(JSON.stringify({ siblings: [{ rfilename: "model.safetensors", lfs: { sha256: B, size: 9 } }] }))).toEqual({ "model.safetensors": B });
  });

  it("of sha256sum itself, with names that it escapes and files read as binary, says what sha256sum says", () => {
    const directory = temporaryDirectory();
    const names = ["plain.bin", "with space.bin", "línea.json", "star*name"];
    for (const name of names) writeFileSync(join(directory, name), name);
    for (const mark of ["--text", "--binary", "--tag"]) {
      const printed = execFileSync("sha256sum", [mark, ...names], { cwd: directory, encoding: "utf8" });
      expect(parse(printed)).toEqual(Object.fromEntries(names.map((name) => [name, createHash("sha256").update(name).digest("hex")])));
    }
    // Only a name with a line end is escaped, and such a name is no model's: a path with a backslash is one of Windows.
    expect(parse(`\\${A}  two\\nlines`)).toEqual({ "two\nlines": A });
  });

  it("round-trips in every form", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._ -]{0,30}[A-Za-z0-9]$/);
    const files = fc.uniqueArray(fc.tuple(fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/")), fc.stringMatching(/^[0-9a-f]{64}$/)), { minLength: 1, maxLength: 20, selector: ([path]) => path });
    const write = [(path: string, hash: string) => `${hash}  ${path}`, (path: string, hash: string) => `${hash} *./${path}`, (path: string, hash: string) => `SHA256 (${path}) = ${hash.toUpperCase()}`, (path: string, hash: string) => `${path}\t${hash}`];
    fc.assert(fc.property(files, fc.constantFrom(...write), fc.constantFrom("\n", "\r\n"), (list, form, end) => {
      expect(parse(list.map(([path, hash]) => form(path, hash)).join(end))).toEqual(Object.fromEntries(list));
    }));
  });

  it("of anything is read or refused by its own error, quickly", () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: "binary", maxLength: 400 }), fc.json(), fc.stringMatching(/^[\\ *0-9a-f()=\nSHA.]{0,200}$/)), (text) => {
      try {
        for (const [path, hash] of parseChecksumList(text, "list")) {
          expect(hash).toMatch(/^[0-9a-f]{64}$/);
          expect(path.split("/")).not.toContain("..");
          expect(path.startsWith("/")).toBe(false);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(WorkbenchError);
      }
    }), { numRuns: 500 });
  });

  it("is refused, with its line, where it leads out of the folder, contradicts itself, or holds another hash", async () => {
    expect(await refusal(`${A}  ok\n${A}  ../../etc/passwd`)).toMatchObject({ line: 2 });
    expect(await refusal(`${A}  /abs`)).toMatchObject({ line: 1 });
    expect(await refusal(`${A}  C:\\model.bin`)).toMatchObject({ line: 1 });
    expect((await refusal(`${A}  x\n${B}  ./x`)).reason).toContain("twice");
    expect((await refusal(`${"a".repeat(32)}  x`)).reason).toContain("another kind");
    expect((await refusal(`MD5 (x) = ${"a".repeat(32)}`)).reason).toContain("another kind");
    expect((await refusal("")).reason).toContain("no file");
    expect((await refusal("{ broken")).reason).toContain("not JSON");
  });
});
