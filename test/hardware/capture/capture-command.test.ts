import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parseCapture } from "../../../main/hardware/recording/parse-capture.ts";
import { runCommand } from "../../hosts/cli/test-io.ts";
import { SCRIPT } from "./fake-machine.ts";

it("hardware capture prints this machine's record, with --json as one line", async () => {
  const { status, stdout, stderr } = await runCommand(["hardware", "capture", "--redact"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(parseCapture(stdout, "stdout").observation.redacted).toBe(true);
  const inJson = await runCommand(["hardware", "capture", "--json"]);
  expect(parseCapture(inJson.stdout, "stdout").observation.redacted).toBe(false);
  expect(inJson.stdout.trimEnd()).not.toContain("\n");
});

it("hardware capture --script prints the script as it is", async () => {
  expect((await runCommand(["hardware", "capture", "--script"])).stdout).toBe(readFileSync(SCRIPT, "utf8"));
});
