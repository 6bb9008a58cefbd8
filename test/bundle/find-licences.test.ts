import { expect, it } from "vitest";
import { findLicences } from "../../main/bundle/find-licences.ts";
import { files, fresh } from "./bundle-fixture.ts";
import { makePackage } from "./make-package.ts";

const of = (contents: Record<string, string>) => findLicences(files, makePackage(fresh(), contents));

it.each([
  ["an SPDX name in lower case", "---\nlicense: apache-2.0\n---\n", "apache-2.0", "Apache-2.0"],
  ["quotes and a comment", '---\ntags: [a]\nlicense: "MIT" # as upstream\n---\n', "MIT", "MIT"],
  ["a list", "---\nlicense:\n- mit\n---\n", "mit", "MIT"],
  ["lines of Windows and a byte order mark", "\ufeff---\r\nlicense: mit\r\n---\r\nText", "mit", "MIT"],
  ["terms of its own", "---\nlicense: llama3.1\n---\n", "llama3.1", null],
  ["a name for its licence, but none", "---\nlicense_name: deepseek\n---\n", null, null],
  ["none", "---\nlanguage: en\n---\n", null, null],
  ["one in its text only", "---\nlanguage: en\n---\n\nlicense: mit\n---\n", null, null],
  ["front matter without an end", "---\nlicense: mit\n", null, null],
  ["no front matter", "license: mit\n", null, null],
])("a model card that declares %s", async (_, card, declared, spdx) => {
  expect(await of({ "README.md": card })).toMatchObject({ declared, spdx });
});

it("licence texts are found under their usual names, also in folders", async () => {
  expect((await of({ "LICENSE-CODE": "", "LICENSE-MODEL": "", "NOTICE.txt": "", "COPYING": "", "LICENCE": "", "LICENSES.json": "" })).files).toEqual(["COPYING", "LICENCE", "LICENSE", "LICENSE-CODE", "LICENSE-MODEL", "NOTICE.txt"]);
});

it("only the head of a model card is read, however long it is", async () => {
  const started = performance.now();
  const found = await of({ "README.md": `---\nlicense: mit\n---\n${"license:\r\n".repeat(1_000_000)}` });
  expect(found.declared).toBe("mit");
  expect((await of({ "README.md": `---\n${"license:\r\n".repeat(1_000_000)}` })).declared).toBeNull();
  expect(performance.now() - started).toBeLessThan(5000);
});
