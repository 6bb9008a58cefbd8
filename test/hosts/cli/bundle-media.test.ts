import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { makeBundle } from "../../bundle/bundle-fixture.ts";
import { mediumBytes, parseMediumBytes } from "../../../shared/schemas/medium.ts";
import { runCommand } from "./test-io.ts";

const home = mkdtempSync(path.join(os.tmpdir(), "sallyport-media-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const inHome = (name: string): string => path.join(home, name);

test("a bundle goes over media and comes back by command, with one volume lost", async () => {
  const { whole, digest } = await makeBundle({ "weights-00001.bin": Array.from({ length: 40_000 }, (_, i) => (i * 2_654_435_761) >>> 0).join(",") });
  const split = await runCommand(["bundle", "split", whole, "--size", "128KiB", "--recovery", "1", "--out", inHome("volumes"), "--json", "--home", home]);
  expect(split.stderr).not.toContain("error");
  const made = JSON.parse(split.stdout.trim().split("\n").at(-1) as string) as { id: string; split: { dataVolumes: number } };
  expect(made.split.dataVolumes).toBeGreaterThan(2);
  const [lost] = readdirSync(inHome("volumes")).filter((name) => name.includes(".vol"));
  rmSync(inHome(`volumes/${lost}`), { recursive: true });

  const seen = await runCommand(["bundle", "volumes", inHome("volumes"), "--home", home]);
  expect(seen.status).toBe(0);
  expect(seen.stdout).toMatch(new RegExp(`${lost}\\s+missing`));
  expect(seen.stdout).toContain("the other volumes make up for it");
  const joined = await runCommand(["bundle", "join", inHome("volumes"), "--set", made.id, "--out", inHome("joined"), "--home", home]);
  expect(joined.stdout).toContain(digest);
  expect((await runCommand(["bundle", "verify", inHome("joined"), "--digest", digest, "--home", home])).status).toBe(0);

  const recovery = readdirSync(inHome("volumes")).find((name) => name.includes(".recovery")) as string;
  rmSync(inHome(`volumes/${recovery}`), { recursive: true });
  const lacking = await runCommand(["bundle", "volumes", inHome("volumes"), "--home", home]);
  expect(lacking.status).toBe(1);
  expect(lacking.stdout).toContain("Bring 1 more");
  const refused = await runCommand(["bundle", "join", inHome("volumes"), "--out", inHome("again"), "--home", home]);
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain(`Missing: ${lost}, ${recovery}`);
});

test.each([["fat32", 2 ** 32 - 1], ["DVD", 4_653_369_262], ["64MiB", 2 ** 26], ["1.5 GB", 1.5e9], ["700000", 700_000], ["disc", undefined], ["-1", undefined], ["", undefined]] as const)("the size %s", (text, bytes) => {
  expect(parseMediumBytes(text)).toBe(bytes);
});

test("media leave room for their file systems", () => {
  expect(mediumBytes("bd25")).toBeLessThan(25_025_314_816);
});
