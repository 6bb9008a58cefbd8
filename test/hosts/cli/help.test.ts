import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { buildProgram } from "../../../main/hosts/cli/build-program.ts";
import { runCommand } from "./test-io.ts";

const silent = { isTerminal: false, columns: 80, write: () => {} };
const program = buildProgram(async () => {}, { stdout: silent, stderr: silent });

function paths(command: Command, before: readonly string[] = []): string[][] {
  return command.commands.flatMap((child) => [[...before, child.name()], ...paths(child, [...before, child.name()])]);
}
const all = paths(program);

describe("help", () => {
  test("has every command the workbench promises", () => {
    const names = all.map((path) => path.join(" "));
    for (const promised of [
      "model import", "model ls", "model inspect", "model rm", "quantize", "run", "parity record", "parity check", "bench speed", "eval perplexity",
      "bundle create", "bundle verify", "bundle install", "bundle inspect", "bundle ls", "bundle split", "bundle volumes", "bundle join", "bundle repair", "bundle delta", "bundle apply", "job ls", "job watch", "job cancel", "job resume", "audit ls", "audit verify",
      "report ls", "report show", "recipe ls", "recipe show", "plan", "plan explain", "plan check", "plan records", "plan machines",
    ]) expect(names).toContain(promised);
  });

  test.each(all.map((path) => [path.join(" "), path] as const))("%s shows examples, --json and --home, and ends with 0", async (name, path) => {
    const ran = await runCommand([...path, "--help"]);
    expect(ran.status).toBe(0);
    expect(ran.stdout).toContain(`Examples:\n  $ `);
    expect(ran.stdout.split("Examples:")[1]).toContain(`sallyport ${name}`);
    expect(ran.stdout).toContain("--json");
    expect(ran.stdout).toContain("--home");
  });

  test("of the whole command tells the exit statuses", async () => {
    const ran = await runCommand(["--help"]);
    expect(ran.status).toBe(0);
    expect(ran.stdout).toMatch(/Exit status:\n\s+0 {2}done\n\s+1 /);
    expect(ran.stdout).toMatch(/130 {2}cancelled/);
  });

  test("is what a group without a command gives, with the status of a usage error", async () => {
    const ran = await runCommand(["model"]);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toContain("Usage: sallyport model");
  });

  test("prints the version of the package", async () => {
    expect((await runCommand(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("a wrong command line", () => {
  test.each([
    ["an unknown command", ["modle"]],
    ["a missing argument", ["model", "import"]],
    ["an argument too many", ["model", "ls", "extra"]],
    ["an unknown option", ["model", "ls", "--colour"]],
    ["a missing mandatory option", ["eval", "perplexity", "m"]],
    ["a number that is none", ["bench", "speed", "m", "--runs", "many"]],
    ["a fraction where a whole number is meant", ["run", "m", "x", "--seed", "1.5"]],
    ["a number out of range", ["run", "m", "x", "--top-p", "0"]],
    ["infinity", ["parity", "check", "m", "--tolerance", "Infinity"]],
    ["an option without its value", ["model", "ls", "--home"]],
  ])("%s ends with 2 and says why on stderr only", async (_name, words) => {
    const ran = await runCommand(words);
    expect(ran.status).toBe(2);
    expect(ran.stdout).toBe("");
    expect(ran.stderr).toMatch(/^sallyport: .+\n {2}.+\n$/s);
  });

  test("under --json is one object on the last line of stdout", async () => {
    const ran = await runCommand(["model", "import", "--json"]);
    expect(ran.status).toBe(2);
    expect(ran.last()).toEqual({ error: { code: "usage.invalid", details: { reason: expect.any(String) }, message: expect.stringContaining("directory"), next: expect.any(String) } });
  });

  test("suggests what was probably meant", async () => {
    expect((await runCommand(["model", "imprt"])).stderr).toContain("import");
  });
});
