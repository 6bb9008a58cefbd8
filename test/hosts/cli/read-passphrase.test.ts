import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, describe, expect, it } from "vitest";
import type { CommandSession } from "../../../main/hosts/cli/command-session.ts";
import { choosePassphrase, readPassphrase } from "../../../main/hosts/cli/read-passphrase.ts";
import { createNodeFiles } from "../../../main/hosts/node-files.ts";

const root = mkdtempSync(path.join(os.tmpdir(), "sallyport-passphrase-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const keyFile = path.join(root, "key.pem");
writeFileSync(keyFile, "-----BEGIN ENCRYPTED PRIVATE KEY-----\n");

/** A session at a terminal: answers each question as it comes, and keeps what the terminal was shown. */
function atTerminal(answers: readonly string[], env: Record<string, string> = {}): { session: CommandSession; shown: () => string } {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let shown = "";
  const left = [...answers];
  output.on("data", (text) => {
    shown += text;
    if (/: $/.test(String(text))) setImmediate(() => input.write(left.shift() ?? "\u0004"));
  });
  const session = { io: { terminal: { input, output }, surroundings: { env } }, path: (file: string) => path.resolve(root, file), connect: async () => ({ files: createNodeFiles() }) } as unknown as CommandSession;
  return { session, shown: () => shown };
}

describe("a passphrase", () => {
  it("is asked for and never shown", async () => {
    const { session, shown } = atTerminal(["open sesame\n"]);
    expect(await readPassphrase(session, {}, keyFile)).toEqual({ passphrase: "open sesame" });
    expect(shown()).toBe(`Passphrase of ${keyFile}: \n`);
  });

  it("for a new key is asked for twice, and the two must be the same", async () => {
    expect(await choosePassphrase(atTerminal(["one\n", "one\n"]).session, {})).toBe("one");
    await expect(choosePassphrase(atTerminal(["one\n", "two\n"]).session, {})).rejects.toMatchObject({ code: "usage.invalid" });
    await expect(choosePassphrase(atTerminal(["\n"]).session, {})).rejects.toMatchObject({ code: "usage.invalid" });
    await expect(choosePassphrase(atTerminal([]).session, {})).rejects.toMatchObject({ code: "usage.invalid" });
  });

  it("comes from a file before the environment, and from there before the terminal", async () => {
    writeFileSync(path.join(root, "pass"), "of the file\nsecond line");
    const env = { SALLYPORT_PASSPHRASE: "of the environment" };
    expect(await readPassphrase(atTerminal([], env).session, { passphraseFile: "pass" }, keyFile)).toEqual({ passphrase: "of the file" });
    expect(await readPassphrase(atTerminal([], env).session, {}, keyFile)).toEqual({ passphrase: "of the environment" });
    writeFileSync(path.join(root, "empty"), "\n");
    await expect(readPassphrase(atTerminal([], env).session, { passphraseFile: "empty" }, keyFile)).rejects.toMatchObject({ code: "usage.invalid" });
  });

  it("is not asked for where the key has none", async () => {
    const plain = path.join(root, "plain.pem");
    writeFileSync(plain, "-----BEGIN PRIVATE KEY-----\n");
    const { session, shown } = atTerminal([]);
    expect(await readPassphrase(session, {}, plain)).toEqual({});
    expect(shown()).toBe("");
  });
});
