import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createNodeFiles } from "../../main/hosts/node-files.ts";
import { previewChat, readLicences } from "../../main/pipeline/read-model-papers.ts";

const SAMPLE = fileURLToPath(new URL("../../resources/sample/checkpoint", import.meta.url));
const MESSAGES = [{ role: "user", content: "Who goes there?" }] as const;
const nodeFiles = createNodeFiles();
let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sallyport-papers-"));
  for (const name of ["chat_template.jinja", "tokenizer_config.json"]) cpSync(join(SAMPLE, name), join(directory, name));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));
const withTemplate = (text: string) => writeFileSync(join(directory, "chat_template.jinja"), text);

describe("a chat template", () => {
  it("is shown with what it makes of a conversation, special tokens and all", async () => {
    withTemplate("{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}");
    writeFileSync(join(directory, "tokenizer_config.json"), '{ "bos_token": { "content": "<s>" } }');
    expect((await previewChat(nodeFiles, directory, "m", [...MESSAGES]))?.prompt).toBe("<s><user>Who goes there?<assistant>");
  });

  it("that is not there is null", async () => {
    rmSync(join(directory, "chat_template.jinja"));
    writeFileSync(join(directory, "tokenizer_config.json"), "{}");
    expect(await previewChat(nodeFiles, directory, "m", [...MESSAGES])).toBeNull();
  });

  it("that refuses, or never ends, or fills memory is a typed error, and the page lives on", async () => {
    withTemplate("{{ raise_exception('no system role') }}");
    await expect(previewChat(nodeFiles, directory, "m", [...MESSAGES])).rejects.toMatchObject({ code: "runtime.templateFailed" });
    withTemplate("{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}");
    await expect(previewChat(nodeFiles, directory, "m", [...MESSAGES])).rejects.toMatchObject({ code: "runtime.templateFailed" });
  }, 30_000);

  it("that renders to more than a person reads shows its beginning and says so", async () => {
    withTemplate("{% for i in range(10000) %}0123456789{% endfor %}");
    const preview = await previewChat(nodeFiles, directory, "m", [...MESSAGES]);
    expect([preview?.prompt.length, preview?.leftOutCharacters]).toEqual([65_536, 100_000 - 65_536]);
  });
});

describe("licences", () => {
  it("are the files of such names, long ones by their beginning", async () => {
    writeFileSync(join(directory, "LICENSE"), "MIT");
    writeFileSync(join(directory, "LICENSE-MODEL.txt"), "x".repeat(300_000));
    writeFileSync(join(directory, "licensee.bin"), "no");
    const licences = await readLicences(nodeFiles, directory);
    expect(licences.map(({ file, isWhole, text }) => [file, isWhole, text.length])).toEqual([["LICENSE", true, 3], ["LICENSE-MODEL.txt", false, 262_144]]);
  });

  it("outside of the folder are not read", async () => {
    symlinkSync("/etc/passwd", join(directory, "LICENSE"));
    await expect(readLicences(nodeFiles, directory)).rejects.toMatchObject({ code: "checkpoint.linkEscapes" });
  });
});
