import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { START_SCRIPT_WINDOWS_TEXT } from "../../main/bundle/start-script.ts";
import { fresh, install, makeBundle } from "./bundle-fixture.ts";

const { whole } = await makeBundle();
const WINDOWS = process.platform === "win32";

async function installedIn(name: string): Promise<string> {
  const parent = fresh();
  mkdirSync(parent);
  const to = path.join(parent, name);
  await install(whole, to);
  return to;
}

/** A command that prints its arguments, one a line. */
function fakeCommand(directory: string): string {
  const file = path.join(directory, "sallyport");
  writeFileSync(file, '#!/bin/sh\nfor argument in "$@"; do echo "$argument"; done\nexit 7\n');
  chmodSync(file, 0o755);
  return file;
}

describe.skipIf(WINDOWS)("the start script", () => {
  it("runs the package that it lies in, wherever that was moved, and passes arguments and exit code on", async () => {
    const to = await installedIn("a model; with $(odd) name");
    const command = fakeCommand(path.dirname(to));
    const moved = path.join(path.dirname(to), "-moved");
    renameSync(to, moved);
    const run = spawnSync(path.join(moved, "bundle/start.sh"), ["--chat", "two words"], { encoding: "utf8", env: { PATH: process.env["PATH"], SALLYPORT: command } });
    expect(run).toMatchObject({ status: 7, stdout: `run\n${moved}\n--chat\ntwo words\n` });
    const onPath = spawnSync("sh", ["start.sh"], { encoding: "utf8", cwd: path.join(moved, "bundle"), env: { PATH: `${path.dirname(command)}:${process.env["PATH"]}` } });
    expect(onPath).toMatchObject({ status: 7, stdout: `run\n${moved}\n` });
  });

  it("says what to do when there is no sallyport", async () => {
    const to = await installedIn("model");
    const run = spawnSync("/bin/sh", [path.join(to, "bundle/start.sh")], { encoding: "utf8", env: { PATH: "/usr/bin:/bin", SALLYPORT: "/nowhere/sallyport" } });
    expect(run.status).toBe(127);
    expect(run.stderr).toContain("set SALLYPORT to its command");
  });

  it("may be run by everybody; nothing else may", async () => {
    const to = await installedIn("model");
    expect(statSync(path.join(to, "bundle/start.sh")).mode & 0o777).toBe(0o755);
    for (const name of ["model.json", "graph.onnx", "bundle/start.cmd"]) expect(statSync(path.join(to, name)).mode & 0o111).toBe(0);
  });
});

it("the start script for Windows ends its lines as cmd.exe needs it to find labels", () => {
  expect(START_SCRIPT_WINDOWS_TEXT.split("\r\n").join("")).not.toMatch(/[\r\n]/);
  expect(START_SCRIPT_WINDOWS_TEXT).toContain("bundle\\start.cmd");
});
