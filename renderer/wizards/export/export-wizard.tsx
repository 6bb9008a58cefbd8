import { type ReactNode, useCallback, useState } from "react";
import { Bundle } from "../../../shared/schemas/bundle.ts";
import type { Job } from "../../../shared/schemas/job.ts";
import { recordAt } from "../../job-subject.ts";
import { useModels } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { useFolder } from "../folder/use-folder.ts";
import { Consequences } from "../frame/consequences.tsx";
import { type JobSequence, useJobSequence } from "../frame/use-job-sequence.ts";
import { useWizardState } from "../frame/use-wizard-state.ts";
import { Wizard } from "../frame/wizard.tsx";
import { ContentsStep } from "./contents-step.tsx";
import { addressOf, CHOOSING_STEPS, chosenBytes, EXPORT_STEPS, type ExportState, folderName, readExportState, takenNames, targetOf } from "./export-state.ts";
import { exportCommands, firstSteps, stepsAfterSigning } from "./export-steps.ts";
import { MediaStep } from "./media-step.tsx";
import { PackagesStep } from "./packages-step.tsx";
import { ReceiptStep } from "./receipt-step.tsx";
import { RunStep, SignPanel } from "./run-step.tsx";
import { TargetsStep } from "./targets-step.tsx";
import { useExportConsequences } from "./use-export-consequences.ts";
import { useSignature } from "./use-signature.ts";
import { useTargetOutlook } from "./use-target-plan.ts";

/** Packages → targets → contents → media and signature → made, signed, split, verified → a receipt on paper. */
export function ExportWizard(): ReactNode {
  const { wizards: { export: words }, language } = useLocale();
  const wizard = useWizardState(readExportState);
  const { state } = wizard;
  const change = useCallback((changed: Partial<ExportState>) => wizard.set(addressOf(changed)), [wizard.set]);
  // Here and nowhere else: an address is kept by the browser, and a job's request by the store.
  const [passphrase, setPassphrase] = useState("");
  const known = useModels().data ?? [];
  const models = state.models.flatMap((id) => known.find((model) => model.id === id) ?? []);
  const usualName = folderName(state.title === "" ? (models[0]?.name ?? "") : state.title);
  const target = targetOf(state, usualName);
  const listing = useFolder(state.folder).data;
  const taken = takenNames(state.name === "" ? usualName : state.name);
  const isTaken = state.jobs.length === 0 && (listing?.entries.some(({ name }) => taken.includes(name)) ?? false);
  const outlook = useTargetOutlook(state.draft.machine === "" ? (state.targets.at(-1) ?? state.draft) : state.draft, models);
  const consequences = useExportConsequences(state, models, outlook);
  const work = useExportWork(state, target, change);

  const whyMedia = target === "" || listing === undefined ? words.whyTarget : isTaken ? words.taken : chosenBytes(state) === undefined ? words.sizeWrong : null;
  const reachable = models.length === 0 ? 1 : CHOOSING_STEPS.length;
  const asked = CHOOSING_STEPS.find((step) => step === state.step) ?? "package";
  const step = state.jobs.length > 0 ? (work.isDone ? "receipt" : "run") : reachable === 1 ? "package" : asked;
  const isChoosing = step !== "run" && step !== "receipt";
  const why = step === "package" && models.length === 0 ? words.whyPackage : step === "media" ? whyMedia : null;
  const again = (): void => wizard.restart(addressOf({ ...state, jobs: [], rest: [], signed: "", step: "media" }) as Partial<ExportState>);

  return (
    <Wizard
      title={words.title} lead={words.lead} steps={EXPORT_STEPS.map((id) => ({ id, title: words.steps[id] }))} current={step} reachable={reachable} phase={isChoosing ? "choosing" : work.isDone ? "done" : "working"} onStep={(id) => wizard.go({ step: id })}
      leaveTo="/bundles" consequences={<Consequences items={consequences} />} commands={exportCommands(state, target, language)}
      next={isChoosing ? { why, isBusy: work.first.isStarting, ...(step === "media" ? { label: state.key === "" ? words.start : words.startSigned } : {}), onNext: () => (step === "media" ? work.first.begin() : wizard.go({ step: CHOOSING_STEPS[CHOOSING_STEPS.indexOf(step) + 1] ?? "media" })) } : null}
    >
      {step === "package" && <PackagesStep chosen={state.models} onChange={(chosen) => change({ models: chosen })} />}
      {step === "target" && <TargetsStep state={state} models={models} outlook={outlook} onChange={change} />}
      {step === "contents" && <ContentsStep state={state} models={models} onChange={change} />}
      {step === "media" && <MediaStep state={state} usualName={usualName} target={target} isTaken={isTaken} passphrase={passphrase} onPassphrase={setPassphrase} onChange={change} />}
      {(step === "run" || work.first.error !== null) && (
        <RunStep
          sequences={[work.first, work.later]} onRestart={again}
          signing={work.toSign === undefined ? null : <SignPanel signing={work.signing} passphrase={passphrase} onPassphrase={setPassphrase} made={work.toSign} onSkip={work.skipSigning} />}
        />
      )}
      {step === "receipt" && <ReceiptStep jobs={[...work.first.jobs, ...work.later.jobs]} onRestart={() => wizard.restart()} />}
    </Wizard>
  );
}

interface ExportWork {
  readonly first: JobSequence;
  /** What comes after a signature. */
  readonly later: JobSequence;
  readonly signing: ReturnType<typeof useSignature>;
  /** The job whose bundle waits for a signature. */
  readonly toSign: Job | undefined;
  readonly skipSigning: () => void;
  readonly isDone: boolean;
}

/** One chain of jobs, or two with a signature between them: signing is a call of this page, for nothing else may hold the passphrase. */
function useExportWork(state: ExportState, target: string, change: (changed: Partial<ExportState>) => void): ExportWork {
  const { language } = useLocale();
  const onFirst = useCallback((jobs: readonly string[]) => change({ jobs, step: "run" }), [change]);
  const onRest = useCallback((rest: readonly string[]) => change({ rest }), [change]);
  const first = useJobSequence({ ids: state.jobs, onStarted: onFirst, steps: firstSteps(state, target, language) });
  const made = first.jobs.find(({ kind }) => kind === "bundle.create");
  const bundle = Bundle.safeParse(recordAt(made?.result, "bundle")).data;
  const later = useJobSequence({ ids: state.rest, onStarted: onRest, steps: stepsAfterSigning(state, bundle?.path ?? target, language, bundle?.digest ?? "") });
  const { begin } = later;
  const signing = useSignature(bundle?.path ?? target, state.key, (signed) => {
    change({ signed });
    begin();
  });
  const isSigned = state.key !== "" && bundle !== undefined;
  const toSign = isSigned && state.rest.length === 0 && !later.isStarting && later.error === null ? made : undefined;
  return { first, later, signing, toSign, skipSigning: begin, isDone: state.key === "" ? first.isDone : later.isDone };
}
