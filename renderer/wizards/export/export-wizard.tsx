import { type ReactNode, useCallback } from "react";
import { useModels } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { useFolder } from "../folder/use-folder.ts";
import { Consequences } from "../frame/consequences.tsx";
import { ModelChoice } from "../frame/model-choice.tsx";
import { useJobSequence } from "../frame/use-job-sequence.ts";
import { useWizardState } from "../frame/use-wizard-state.ts";
import { Wizard } from "../frame/wizard.tsx";
import { usePlan } from "../plan/use-plan.ts";
import { ContentsStep } from "./contents-step.tsx";
import { EXPORT_STEPS, folderName, readExportState, targetOf } from "./export-state.ts";
import { ReceiptStep } from "./receipt-step.tsx";
import { RunStep } from "./run-step.tsx";
import { TargetStep } from "./target-step.tsx";
import { useExportConsequences } from "./use-export-consequences.ts";

/** What was made must be what is found: the digest goes along. */
const VERIFY_WHAT_WAS_MADE = { kind: "bundle.verify", request: {}, take: { bundle: { step: 0, result: "bundle.path" }, expectedDigest: { step: 0, result: "bundle.digest" } } } as const;

/** Package → where to → contents and media → made → verified → a receipt on paper. */
export function ExportWizard(): ReactNode {
  const { wizards: { export: words } } = useLocale();
  const { state, set, go, restart } = useWizardState(readExportState);
  const { folder, jobs } = state;
  const model = useModels().data?.find(({ id, kind }) => id === state.model && kind === "package");
  const usualName = folderName(model?.name ?? "");
  const target = targetOf(state, usualName);
  const listing = useFolder(folder).data;
  const isTaken = jobs.length === 0 && (listing?.entries.some(({ name }) => name === (state.name || usualName)) ?? false);
  const plan = usePlan(model?.id ?? "", "here");
  const onStarted = useCallback((ids: readonly string[]) => set({ jobs: ids, step: "run" }), [set]);
  const sequence = useJobSequence({ ids: jobs, onStarted, steps: [{ kind: "bundle.create", request: { model: state.model, out: target } }, VERIFY_WHAT_WAS_MADE] });
  const consequences = useExportConsequences(model, folder, plan);

  const reachable = model === undefined ? 1 : target === "" || listing === undefined || isTaken ? 2 : 3;
  const asked = EXPORT_STEPS.indexOf(state.step);
  const step = jobs.length > 0 ? (sequence.isDone ? "receipt" : "run") : (EXPORT_STEPS[Math.min(asked, 2)] ?? "package");
  const [made, verified] = sequence.jobs;
  const why = { package: model === undefined ? words.whyPackage : null, target: target === "" || listing === undefined ? words.whyTarget : isTaken ? words.taken : null, contents: reachable < 3 ? words.whyTarget : null, run: null, receipt: null }[step];
  const again = (): void => restart({ model: state.model, step: "target" });

  return (
    <Wizard
      title={words.title} lead={words.lead} steps={EXPORT_STEPS.map((id) => ({ id, title: words.steps[id] }))} current={step} reachable={reachable} phase={jobs.length === 0 ? "choosing" : sequence.isDone ? "done" : "working"} onStep={(id) => go({ step: id })}
      leaveTo="/bundles" consequences={<Consequences items={consequences} />}
      commands={model === undefined ? [] : [["bundle", "create", model.id, ...(target === "" ? [] : ["--out", target])], ...(target === "" ? [] : [["bundle", "verify", target]])]}
      next={step === "run" || step === "receipt" ? null : { why, isBusy: sequence.isStarting, ...(step === "contents" ? { label: words.start } : {}), onNext: () => (step === "contents" ? sequence.begin() : go({ step: step === "package" ? "target" : "contents" })) }}
    >
      {step === "package" && <ModelChoice kind="package" label={words.package} chosen={[state.model]} onPick={(id) => set({ model: id })} />}
      {step === "target" && <TargetStep state={state} usualName={usualName} target={target} isTaken={isTaken} onChange={set} />}
      {step === "contents" && model !== undefined && <ContentsStep model={model} plan={plan.data} />}
      {(step === "run" || sequence.error !== null) && <RunStep sequence={sequence} onRestart={again} />}
      {step === "receipt" && made !== undefined && verified !== undefined && <ReceiptStep made={made} verified={verified} onRestart={() => restart()} />}
    </Wizard>
  );
}
