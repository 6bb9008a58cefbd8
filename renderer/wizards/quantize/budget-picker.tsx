import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { BudgetedRecipe, RecipeBudget } from "../../../shared/schemas/recipe-budget.ts";
import { useClient } from "../../client-context.ts";
import { SUBJECTS } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { type DataColumn, DataTable } from "../../ui/data-table.tsx";
import { Bytes, Figure } from "../../ui/figures.tsx";
import { QueryGate } from "../../ui/query-gate.tsx";
import { WizardField } from "../frame/wizard-field.tsx";
import styles from "./quantize.module.css";
import type { QuantizeState } from "./quantize-state.ts";

const GIB = 2 ** 30;

interface BudgetPickerProps {
  readonly state: QuantizeState;
  readonly onChange: (change: Partial<QuantizeState>) => void;
}

/** Memory and load in, the recipe that loses least out, with why each of them fits or not. */
export function BudgetPicker({ state, onChange }: BudgetPickerProps): ReactNode {
  const { wizards: { quantize: words } } = useLocale();
  const client = useClient();
  const { model, machine, budget, context, sequences, byBudget } = state;
  const asked = useQuery({
    queryKey: [SUBJECTS.reports, "budget", model, machine, budget, context, sequences], enabled: byBudget && model !== "" && machine !== "",
    queryFn: ({ signal }) => client.quantize.budget({
      model, machine, budgetBytes: bytesOf(budget), concurrency: wholeNumber(sequences) ?? 1, ...(wholeNumber(context) === null ? {} : { contextTokens: wholeNumber(context) ?? 1 }),
    }, { signal }),
  });
  return (
    <section className={styles["measure"]}>
      <h3>{words.budgetTitle}</h3>
      <p className={styles["soft"]}>{words.budgetWhat}</p>
      <div className={styles["fields"]}>
        <WizardField label={words.budget} description={words.budgetUnit} value={budget} inputMode="decimal" maxLength={12} onValue={(typed) => onChange({ budget: typed })} />
        <WizardField label={words.context} placeholder="4096" value={context} inputMode="numeric" maxLength={9} onValue={(typed) => onChange({ context: typed })} />
        <WizardField label={words.concurrency} placeholder="1" value={sequences} inputMode="numeric" maxLength={6} onValue={(typed) => onChange({ sequences: typed })} />
        {!byBudget && <Button onClick={() => onChange({ byBudget: true })}>{words.pickByBudget}</Button>}
      </div>
      {byBudget && <QueryGate query={asked} heightPx={180}>{(found) => <Budget found={found} chosen={state.recipe} onPick={(recipe) => onChange({ recipe })} />}</QueryGate>}
    </section>
  );
}

function Budget({ found, chosen: taken, onPick }: { readonly found: RecipeBudget; readonly chosen: string; readonly onPick: (recipe: string) => void }): ReactNode {
  const { wizards: { quantize: words }, format } = useLocale();
  const { recipes, chosen, budgetBytes, capacityBytes, rankedBy } = found;
  const columns: DataColumn<BudgetedRecipe>[] = [
    { id: "recipe", title: words.recipe, width: "minmax(56px, 1fr)", cell: ({ recipe }) => <bdi dir="ltr"><code>{shownText(recipe, 40)}</code></bdi> },
    { id: "cache", title: words.cache, align: "end", width: "72px", cell: ({ cacheBytes }) => <Bytes value={cacheBytes} /> },
    { id: "needs", title: words.needs, align: "end", width: "72px", cell: ({ neededBytes }) => <Bytes value={neededBytes} /> },
    { id: "spare", title: words.spare, width: "minmax(120px, 1.2fr)", cell: ({ fits, spareBytes }) => <span data-tone={fits ? "good" : "bad"} className={styles["fit"]}>{fits ? words.spareOf(format.bytes(spareBytes)) : words.shortOf(format.bytes(-spareBytes))}</span> },
    { id: "loss", title: words.knownLossTitle, align: "end", width: "minmax(128px, 1.2fr)", cell: ({ recipe, kl }) => (recipe === "f32" ? words.referenceLoss : kl === null ? words.notMeasured : <Figure>{format.withError(kl.mean, kl.standardError)}</Figure>) },
  ];
  return (
    <>
      <div className={styles["classes"]}><DataTable label={words.budgetLabel} rows={recipes} columns={columns} keyOf={({ recipe }) => recipe} selectedKey={chosen} /></div>
      <p role="status">{words.budgetOf(format.bytes(budgetBytes), format.bytes(capacityBytes))} {words.rankedBy[rankedBy]} <strong>{chosen === null ? words.budgetNone : words.budgetPicks(shownText(chosen, 40))}</strong></p>
      {chosen !== null && chosen !== taken && <div className={styles["row"]}><Button variant="filled" onClick={() => onPick(chosen)}>{words.take(shownText(chosen, 40))}</Button></div>}
    </>
  );
}

/** null: nothing that counts was written. */
function wholeNumber(text: string): number | null {
  const value = Number(text);
  return text.trim() !== "" && Number.isInteger(value) && value >= 1 ? value : null;
}

/** GiB, as they are typed: a comma is a point in half of the world. null: what is free. */
function bytesOf(text: string): number | null {
  const value = Number(text.trim().replace(",", "."));
  return text.trim() === "" || !Number.isFinite(value) || value <= 0 ? null : Math.round(value * GIB);
}

/** What the command line would be told of the budget. */
export function budgetArguments({ budget, context, sequences, machine }: QuantizeState): string[] {
  const bytes = bytesOf(budget);
  return [
    "--budget", bytes === null ? "free" : `${Number(budget.trim().replace(",", "."))}GiB`, ...(wholeNumber(context) === null ? [] : ["--context", context.trim()]), ...(wholeNumber(sequences) === null ? [] : ["--concurrency", sequences.trim()]),
    ...(machine === "here" || machine === "" ? [] : ["--machine", machine]),
  ];
}
