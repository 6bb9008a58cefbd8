import { type Command, Option } from "commander";
import { type BudgetOptions, budgetOptions, defineCommand, detachOption, type DetachOptions, type Execute, threadsOption } from "../define-command.ts";
import { findRecipe } from "../find-recipe.ts";
import { askBudget } from "../ask-budget.ts";
import type { Client, CommandSession } from "../command-session.ts";
import { recipeBudgetText } from "../present-recipe-budget.ts";
import { WorkbenchError } from "../../../../shared/errors.ts";
import { followJob } from "../follow-job.ts";

interface QuantizeOptions extends DetachOptions, BudgetOptions {
  readonly recipe: string;
  readonly name?: string;
  readonly threads?: number;
}

export function addQuantizeCommand(program: Command, execute: Execute): void {
  defineCommand<QuantizeOptions>(program, execute, {
    usage: "quantize <checkpoint>",
    summary: "make a package of a checkpoint, smaller by a recipe",
    description: "Stores the weights as the recipe says, writes the graph, and records the package's own parity proof. Can be cancelled and resumed.",
    options: [
      new Option("--recipe <name|file>", 'a preset ("sallyport recipe ls") or a recipe file ending in .json').default("mixed"),
      ...budgetOptions(),
      new Option("--name <name>", "what to call the package (checkpoint and recipe, unless said)"),
      threadsOption(),
      detachOption(),
    ],
    examples: [
      ["sallyport quantize DeepSeek-V2-Lite", "with the default recipe, mixed"],
      ["sallyport quantize ckpt-5f3a --recipe int4 --name small", "everything in four bits"],
      ["sallyport quantize ckpt-5f3a --budget 12GiB --context 8192", "with the recipe that fits and loses least"],
      ["sallyport quantize ckpt-5f3a --recipe ./mine.json --detach", "with your own recipe, in the background"],
    ],
    run: async (session, [checkpoint = ""], options) => {
      const connection = await session.connect();
      const recipe = await findRecipe(session, connection, options.budget === undefined ? options.recipe : await recipeWithin(session, connection.client, checkpoint, options));
      const { name, threads } = options;
      const job = await connection.client.quantize.start({ model: session.reference(checkpoint), recipe, ...(name === undefined ? {} : { name }), ...(threads === undefined ? {} : { threads }) });
      return followJob(session, job, options);
    },
  });
}

/** @throws usage.invalid where nothing fits: no package is made that could not run there */
async function recipeWithin(session: CommandSession, client: Client, model: string, options: BudgetOptions): Promise<string> {
  const budget = await askBudget(session, client, model, options);
  session.io.stderr.write(`${recipeBudgetText(budget)}\n`);
  if (budget.chosen === null) throw new WorkbenchError("usage.invalid", { reason: "no recipe fits this budget" });
  return budget.chosen;
}
