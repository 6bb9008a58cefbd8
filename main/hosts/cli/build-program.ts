import { Command } from "commander";
import manifest from "../../../package.json" with { type: "json" };
import type { CommandIo } from "./command-io.ts";
import { addAuditCommands } from "./commands/audit.ts";
import { addBenchCommands } from "./commands/bench.ts";
import { addBundleCommands } from "./commands/bundle.ts";
import { addCompareCommand } from "./commands/compare.ts";
import { addEngineCommands } from "./commands/engine.ts";
import { addEgressCommands } from "./commands/egress.ts";
import { addEvalCommands } from "./commands/eval.ts";
import { addHardwareCommands } from "./commands/hardware.ts";
import { addJobCommands } from "./commands/job.ts";
import { addKeyCommands } from "./commands/key.ts";
import { addModelCommands } from "./commands/model.ts";
import { addParityCommands } from "./commands/parity.ts";
import { addPlanCommands } from "./commands/plan.ts";
import { addQuantizeCommand } from "./commands/quantize.ts";
import { addRecipeCommands } from "./commands/recipe.ts";
import { addReportCommands } from "./commands/report.ts";
import { addRunCommand } from "./commands/run.ts";
import { addServeCommand } from "./commands/serve.ts";
import { addSettingsCommands } from "./commands/settings.ts";
import { addTrustCommands } from "./commands/trust.ts";
import { addVoteCommands } from "./commands/votes.ts";
import { commonOptions, type Execute, examplesText } from "./define-command.ts";
import { EXIT_CODES } from "./exit-codes.ts";

/** The whole command line, in the order in which a person walks it. Parsing throws CommanderError instead of ending the process. */
export function buildProgram(execute: Execute, io: Pick<CommandIo, "stdout" | "stderr">): Command {
  const program = new Command("sallyport")
    .description("Bring a Mixture-of-Experts / Multi-head-Latent-Attention model in, understand it, make it smaller, measure it, and send it to a site without a network.")
    .version(manifest.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show how it is used")
    .exitOverride()
    .showSuggestionAfterError()
    // Errors are printed once, by runCommandLine; only help goes through here.
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text), outputError: () => {}, getOutHelpWidth: () => helpWidth(io.stdout.columns), getErrHelpWidth: () => helpWidth(io.stderr.columns) });
  for (const option of commonOptions()) program.addOption(option);
  program.addHelpText("after", `${examplesText([
    ["sallyport model import ./DeepSeek-V2-Lite", "bring a checkpoint in"],
    ["sallyport quantize DeepSeek-V2-Lite --recipe int4", "make a package of it"],
    ['sallyport run DeepSeek-V2-Lite-int4 "Once upon a time"', "let it write"],
    ["sallyport bundle create DeepSeek-V2-Lite-int4 --out /media/usb/deepseek", "pack it for a site without a network"],
  ])}\n\nExit status:\n${Object.values(EXIT_CODES).map(({ status, meaning }) => `  ${String(status).padStart(3)}  ${meaning}`).join("\n")}`);

  addHardwareCommands(program, execute);
  addModelCommands(program, execute);
  addPlanCommands(program, execute);
  addQuantizeCommand(program, execute);
  addRecipeCommands(program, execute);
  addRunCommand(program, execute);
  addEngineCommands(program, execute);
  addCompareCommand(program, execute);
  addVoteCommands(program, execute);
  addServeCommand(program, execute);
  addParityCommands(program, execute);
  addBenchCommands(program, execute);
  addEvalCommands(program, execute);
  addReportCommands(program, execute);
  addBundleCommands(program, execute);
  addEgressCommands(program, execute);
  addKeyCommands(program, execute);
  addTrustCommands(program, execute);
  addJobCommands(program, execute);
  addAuditCommands(program, execute);
  addSettingsCommands(program, execute);
  return program;
}

/** Lines longer than this are hard to read, however wide the terminal is. */
function helpWidth(columns: number): number {
  return Math.min(Math.max(columns, 60), 110);
}
