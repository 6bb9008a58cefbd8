import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { WorkbenchError } from "../../shared/errors.ts";

const SCRIPT = fileURLToPath(new URL("../../resources/capture/capture.sh", import.meta.url));
/** As for any capture that is opened. */
const OUTPUT_LIMIT_BYTES = 64 << 20;
/** The script limits each program itself; sixteen cards of a driver that answers none of them come to less. */
const TIMEOUT_MS = 20 * 60_000;
const LAST_WORDS = 1000;

/** The script as it is carried to another machine. */
export async function readCaptureScript(): Promise<string> {
  return readFile(SCRIPT, "utf8");
}

/** Runs the script on this machine; gives what it wrote, a whole JSON document. @throws machine.captureFailed */
export async function captureThisMachine(options: { readonly redacted: boolean }): Promise<string> {
  const { stdout, stderr, ending } = await runScript(options.redacted ? ["--redact"] : []);
  const words = stderr.trim() === "" ? "" : `: ${stderr.trim().slice(-LAST_WORDS)}`;
  if (ending !== "status 0") throw new WorkbenchError("machine.captureFailed", { reason: `the script ended with ${ending}${words}` });
  try {
    JSON.parse(stdout);
  } catch (cause) {
    throw new WorkbenchError("machine.captureFailed", { reason: `the script wrote no whole document${words}` }, { cause });
  }
  return stdout;
}

function runScript(args: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string; readonly ending: string }> {
  return new Promise((resolve) => {
    const child = spawn("sh", [SCRIPT, ...args], { stdio: ["ignore", "pipe", "pipe"], timeout: TIMEOUT_MS, windowsHide: true });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let bytes = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes > OUTPUT_LIMIT_BYTES) child.kill();
      else stdout.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      if (stderr.length < 1000) stderr.push(chunk);
    });
    const ended = (ending: string): void => resolve({ stdout: Buffer.concat(stdout).toString("utf8"), stderr: Buffer.concat(stderr).toString("utf8"), ending });
    child.once("error", (error) => ended(`no shell to run it (${error.message})`));
    child.once("close", (status, signal) => ended(signal === null ? `status ${status}` : `signal ${signal}`));
  });
}
