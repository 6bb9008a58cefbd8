import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runCommand } from "./test-io.ts";

const home = mkdtempSync(path.join(os.tmpdir(), "sallyport-settings-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const run = (...words: string[]) => runCommand(["settings", ...words], { home });

describe("settings", () => {
  it("are listed, chosen, and left to themselves again", async () => {
    expect((await run("ls", "--json")).last()).toEqual({ settings: { language: null, theme: "system", threads: null } });
    await run("set", "threads", "8");
    expect((await run("set", "language", "zh-Hans", "--json")).last()).toEqual({ settings: { language: "zh-Hans", theme: "system", threads: 8 } });
    expect((await run("ls")).stdout).toMatch(/threads +8/);
    await run("set", "threads", "auto");
    expect((await run("ls")).stdout).toMatch(/threads +auto/);
  });

  it.each([["threads", "0", "1 to 256"], ["threads", "many", "1 to 256"], ["theme", "8", "system, light or dark"], ["theme", "auto", "system, light or dark"], ["language", "de", "zh-Hans"], ["colour", "red", "there are language, theme, threads"], ["__proto__", "1", 'no setting "__proto__"']])("refuse %s %s and say what is possible", async (name, value, says) => {
    const { status, stderr } = await run("set", name, value);
    expect([status === 0, stderr.includes(says)]).toEqual([false, true]);
  });
});
