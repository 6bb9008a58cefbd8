import type { RecipeBudget } from "../../../shared/schemas/recipe-budget.ts";
import type { Client, CommandSession } from "./command-session.ts";
import type { BudgetOptions } from "./define-command.ts";
import { machineReference } from "./machine-reference.ts";

/** The presets against a budget, as the options name it. */
export function askBudget(session: CommandSession, client: Client, model: string, { budget, context, concurrency, machine }: BudgetOptions): Promise<RecipeBudget> {
  return client.quantize.budget({
    model: session.reference(model), budgetBytes: budget ?? null,
    ...(context === undefined ? {} : { contextTokens: context }), ...(concurrency === undefined ? {} : { concurrency }),
    ...(machine === undefined ? {} : { machine: machineReference(session, machine) }),
  });
}
