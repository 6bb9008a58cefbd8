import type { ReactNode } from "react";
import type { Recipe } from "../../../shared/schemas/recipe.ts";
import { useJobAction, useModels, useRecipes } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { Consequences } from "../frame/consequences.tsx";
import { ModelChoice } from "../frame/model-choice.tsx";
import { useJob } from "../frame/use-job.ts";
import { useWizardState } from "../frame/use-wizard-state.ts";
import { Wizard } from "../frame/wizard.tsx";
import { MachineChoice } from "../plan/machine-choice.tsx";
import { usePlan } from "../plan/use-plan.ts";
import { budgetArguments, BudgetPicker } from "./budget-picker.tsx";
import { MakeStep } from "./make-step.tsx";
import { PreviewStep } from "./preview-step.tsx";
import { QUANTIZE_STEPS, type QuantizeState, readQuantizeState, UNDECIDED } from "./quantize-state.ts";
import { RecipeStep } from "./recipe-step.tsx";
import { usePreview } from "./use-preview.ts";
import { useQuantizeConsequences } from "./use-quantize-consequences.ts";

/** Checkpoint → the machine it is for → recipe → preview by class → the job → what it cost. */
export function QuantizeWizard(): ReactNode {
  const { wizards: { quantize: words } } = useLocale();
  const { state, set, go, restart } = useWizardState(readQuantizeState);
  const { model, machine, recipe: recipeName, name, job } = state;
  const source = useModels().data?.find(({ id, kind }) => id === model && kind === "checkpoint");
  const recipes = useRecipes().data ?? [];
  const recipe = recipes.find((known) => known.name === recipeName);
  const plan = usePlan(source?.id ?? "", machine);
  const preview = usePreview(source?.id ?? "", recipe);
  const found = useJob(job);
  const start = useJobAction((client, { made, of, called }: { readonly made: Recipe; readonly of: string; readonly called: string }) => client.quantize.start({ model: of, recipe: made, ...(called === "" ? {} : { name: called }) }));
  const consequences = useQuantizeConsequences({ source, recipe: recipeName, preview: preview.data, plan });

  const step = job === "" ? state.step : "make";
  const at = QUANTIZE_STEPS.indexOf(step);
  const why = { model: source === undefined ? words.whyModel : null, machine: machine === "" ? words.whyMachine : null, recipe: recipe === undefined ? words.whyRecipe : null, preview: preview.data === undefined ? words.whyRecipe : null, make: null }[step];
  const onNext = (): void => {
    if (step !== "preview") go({ step: QUANTIZE_STEPS[at + 1] ?? "make" });
    else if (recipe !== undefined) start.mutate({ made: recipe, of: model, called: name }, { onSuccess: ({ id }) => go({ step: "make", job: id }) });
  };

  return (
    <Wizard
      title={words.title} lead={words.lead} steps={QUANTIZE_STEPS.map((id) => ({ id, title: words.steps[id] }))} current={step} reachable={source === undefined ? 1 : machine === "" ? 2 : recipe === undefined ? 3 : 4}
      phase={job === "" ? "choosing" : found.job?.state === "done" ? "done" : "working"} onStep={(id) => go({ step: id })} leaveTo="/models" consequences={<Consequences items={consequences} />}
      commands={source === undefined ? [] : commandsOf(state)}
      next={step === "make" ? null : { why, isBusy: start.isPending, onNext, ...(step === "preview" ? { label: words.start } : {}) }}
    >
      {step === "model" && <ModelChoice kind="checkpoint" label={words.model} chosen={[model]} onPick={(id) => set({ model: id })} />}
      {step === "machine" && <MachineChoice machine={machine} onMachine={(chosen) => set({ machine: chosen === "" ? UNDECIDED : chosen })} />}
      {step === "recipe" && <RecipeStep model={model} recipes={recipes} plan={plan.data} chosen={recipeName} onRecipe={(chosen) => set({ recipe: chosen })} picker={<BudgetPicker state={state} onChange={set} />} />}
      {step === "preview" && <PreviewStep preview={preview} name={name} usualName={`${source?.name ?? ""}-${recipeName}`} onName={(typed) => set({ name: typed })} />}
      {step === "make" && <MakeStep found={found} state={state} onChange={set} onRestart={() => restart({ model, machine, step: "recipe" })} />}
      {start.error !== null && <ErrorPanel error={start.error} />}
    </Wizard>
  );
}

function commandsOf(state: QuantizeState): string[][] {
  const { step, model, machine, recipe, name } = state;
  const plan = ["plan", model, "--engine", "onnx", ...(machine === "here" || machine === "" ? [] : ["--machine", machine])];
  const budget = step === "recipe" && state.byBudget ? [["recipe", "preview", model, ...budgetArguments(state)]] : [];
  if (step === "model" || step === "machine" || recipe === "") return [plan, ...budget];
  const quantize = ["quantize", model, "--recipe", recipe, ...(name === "" ? [] : ["--name", name])];
  return step === "preview" ? [["recipe", "preview", model, "--recipe", recipe], quantize] : [...budget, quantize];
}
