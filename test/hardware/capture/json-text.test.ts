import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { SCRIPT, shells } from "./fake-machine.ts";

/** The script's own function, by itself. */
const TO_JSON = /^to_json\(\) \{\n[\s\S]*?^\}$/m.exec(readFileSync(SCRIPT, "utf8"))?.[0] ?? "";

it.each(shells())("under $name any bytes become the JSON string of what a UTF-8 decoder reads in them, without NUL", (shell) => {
  const directory = mkdtempSync(join(tmpdir(), "sallyport-json-"));
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 12 }), fc.string({ unit: "binary", maxLength: 12 }).map((text) => new Uint8Array(Buffer.from(text))),
    // Cut, overlong, surrogate and too large sequences, and every kind of escape.
    fc.constantFrom([0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe0, 0x80, 0xaf], [0x22, 0x5c], [0x1b, 0x5b, 0x6d], [0x7f], [0x0d, 0x0a]).map((bytes) => Uint8Array.from(bytes)),
  );
  const samples = fc.sample(fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.concat(pieces)), 150);
  for (const [i, bytes] of samples.entries()) writeFileSync(join(directory, String(i)), bytes);
  const script = `LC_ALL=C; export LC_ALL; LIMIT_BYTES=100000\n${TO_JSON}\ni=0; while [ $i -lt ${samples.length} ]; do to_json '' <"$i"; echo; i=$((i + 1)); done`;
  const [program = "sh", ...args] = shell.argv;
  const { stdout, stderr } = spawnSync(program, [...args, "-c", script], { cwd: directory, env: { PATH: shell.programs }, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  rmSync(directory, { recursive: true });
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^[\n -~]*$/);
  const lines = stdout.trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line) as string)).toEqual(samples.map((bytes) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes).replaceAll("\0", "")));
});
