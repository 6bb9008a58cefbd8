import { CommanderError } from "commander";
import { WorkbenchError } from "../../../shared/errors.ts";
import { fromWireError } from "../../api/wire-error.ts";
import { buildProgram } from "./build-program.ts";
import type { CommandIo } from "./command-io.ts";
import { createSession } from "./command-session.ts";
import type { Execute } from "./define-command.ts";
import { errorText } from "./error-texts.ts";
import { EXIT_CODES, exitStatus } from "./exit-codes.ts";

/**
 * Runs one command line.
 * @param words what follows the program's name
 * @returns the exit status; everything else has been written
 */
export async function runCommandLine(words: readonly string[], io: CommandIo): Promise<number> {
  let status: number = EXIT_CODES.ok.status;

  const execute: Execute = async (options, work) => {
    const session = createSession(io, options);
    try {
      const outcome = await work(session);
      if (!session.json && outcome.text !== "") io.stdout.write(`${outcome.text}\n`);
      if (outcome.error !== undefined) status = reportError(outcome.error, io, session.json ? outcome.json : null);
      else {
        status = EXIT_CODES[outcome.status ?? "ok"].status;
        if (session.json) io.stdout.write(`${JSON.stringify(outcome.json)}\n`);
      }
    } finally {
      await session.close();
    }
  };

  // Known before parsing, which may be what fails. What stands after "--" is text, not an option.
  const beforeText = words.includes("--") ? words.slice(0, words.indexOf("--")) : words;
  const json = beforeText.includes("--json");
  try {
    await buildProgram(execute, io).parseAsync([...words], { from: "user" });
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      if (thrown.exitCode === 0) return EXIT_CODES.ok.status;
      // A group named without a command has shown its help, which says more than an error would.
      if (thrown.code === "commander.help" && !json) return EXIT_CODES.usage.status;
      const reason = thrown.code === "commander.help" ? "the command is incomplete" : thrown.message.replace(/^error: /, "").replaceAll("\n", " ");
      return reportError(new WorkbenchError("usage.invalid", { reason }), io, json ? {} : null);
    }
    return reportError(fromWireError(thrown), io, json ? {} : null);
  }
  return status;
}

/** What and what next on stderr for a person; under --json the same as the last object on stdout. */
function reportError(error: WorkbenchError, io: CommandIo, json: Readonly<Record<string, unknown>> | null): number {
  const { what, next } = errorText(error);
  if (json === null) io.stderr.write(`sallyport: ${what}\n  ${next}\n`);
  else io.stdout.write(`${JSON.stringify({ ...json, error: { ...error.toRecord(), message: what, next } })}\n`);
  return exitStatus(error.code);
}
