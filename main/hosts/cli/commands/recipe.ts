import { type Command, Option } from "commander";
import type { Recipe } from "../../../../shared/schemas/recipe.ts";
import { askBudget } from "../ask-budget.ts";
import { type BudgetOptions, budgetOptions, defineCommand, defineGroup, type Execute } from "../define-command.ts";
import { findRecipe } from "../find-recipe.ts";
import { presentRecipeBudget } from "../present-recipe-budget.ts";
import { presentRecipePreview } from "../present-recipe-preview.ts";
import { textTable } from "../text-table.ts";

/** A recipe has no id but its name. */
const identified = (recipe: Recipe): Record<string, unknown> => ({ id: recipe.name, ...recipe });

export function addRecipeCommands(program: Command, execute: Execute): void {
  const group = defineGroup(program, "recipe", "how each class of weights is stored", [["sallyport recipe ls", "the recipes that come with Sallyport"]]);

  defineCommand(group, execute, {
    usage: "ls",
    summary: "list the recipes that come with Sallyport",
    examples: [["sallyport recipe ls", "names and what they are for"]],
    run: async (session) => {
      const recipes = await (await session.connect()).client.quantize.presets();
      return { json: { recipes: recipes.map(identified) }, text: textTable([{ title: "NAME" }, { title: "DESCRIPTION" }], recipes.map((recipe) => [recipe.name, recipe.description])) };
    },
  });

  defineCommand(group, execute, {
    usage: "show <recipe>",
    summary: "print a recipe, to read or to start from",
    examples: [["sallyport recipe show mixed > mine.json", "a copy to change"], ["sallyport recipe show ./mine.json", "check a recipe of your own"]],
    run: async (session, [named = ""]) => {
      const recipe = await findRecipe(session, await session.connect(), named);
      return { json: { id: recipe.name, recipe: identified(recipe) }, text: JSON.stringify(recipe, null, 2) };
    },
  });

  defineCommand<BudgetOptions & { readonly recipe: string }>(group, execute, {
    usage: "preview <model>",
    summary: "count what a recipe would make of a model, class by class",
    description: "Bytes and bits a weight for each class of weights, and of the package's files, before anything is read but headers. Takes a stored model, a directory or a lone config.json.",
    options: [new Option("--recipe <name|file>", 'a preset ("sallyport recipe ls") or a recipe file ending in .json').default("mixed"), ...budgetOptions()],
    examples: [["sallyport recipe preview DeepSeek-V2-Lite --budget 12GiB", "which recipes fit, and which of them loses least"], ["sallyport recipe preview DeepSeek-V2-Lite --recipe int4", "before quantizing"], ["sallyport recipe preview ./config.json", "from a config alone"]],
    run: async (session, [model = ""], options) => {
      const connection = await session.connect();
      if (options.budget !== undefined) return presentRecipeBudget(await askBudget(session, connection.client, model, options));
      const recipe = await findRecipe(session, connection, options.recipe);
      return presentRecipePreview(await connection.client.quantize.preview({ model: session.reference(model), recipe }));
    },
  });
}
