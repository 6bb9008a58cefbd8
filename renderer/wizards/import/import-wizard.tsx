import type { ReactNode } from "react";
import { useInspection, useJobAction } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { isAbsolutePath, lastPart } from "../folder/join-path.ts";
import { useFolder } from "../folder/use-folder.ts";
import { Consequences } from "../frame/consequences.tsx";
import { useJob } from "../frame/use-job.ts";
import { useWizardState } from "../frame/use-wizard-state.ts";
import { Wizard } from "../frame/wizard.tsx";
import { CheckStep } from "./check-step.tsx";
import { FolderStep } from "./folder-step.tsx";
import { IMPORT_STEPS, type ImportState, readImportState, templateMark } from "./import-state.ts";
import { ImportStep } from "./import-step.tsx";
import { TemplateStep } from "./template-step.tsx";
import { useImportConsequences } from "./use-import-consequences.ts";
import { WayStep } from "./way-step.tsx";

/** Folder → preflight → template → copy or in place → the job → what next. Nothing is written before the last button. */
export function ImportWizard(): ReactNode {
  const { wizards: { import: words } } = useLocale();
  const { state, set, go, restart } = useWizardState(readImportState);
  const { folder, mode, name, job } = state;
  const holds = useFolder(folder).data?.holds ?? null;
  const inspection = useInspection(isAbsolutePath(folder) && holds === "checkpoint" ? folder : "");
  const template = inspection.data?.checkpoint?.chatTemplate ?? null;
  const isApproved = template === null || state.approved === templateMark(template);
  const isSound = inspection.data?.checkpoint != null;
  const found = useJob(job);
  const start = useJobAction((client, { folder: directory, mode: way, name: called }: ImportState) => client.model.import({ directory, mode: way, ...(called === "" ? {} : { name: called }) }));
  const consequences = useImportConsequences(state, inspection.data);

  const step = job === "" ? state.step : "import";
  const at = IMPORT_STEPS.indexOf(step);
  const why = { folder: holds === "checkpoint" ? null : words.whyFolder, check: isSound ? null : words.whyCheck, template: isApproved ? null : words.whyTemplate, way: isApproved && isSound ? null : words.whyTemplate, import: null }[step];
  const onNext = (): void => {
    if (step === "way") start.mutate(state, { onSuccess: ({ id }) => go({ step: "import", job: id }) });
    else go({ step: IMPORT_STEPS[at + 1] ?? "import" });
  };

  return (
    <Wizard
      title={words.title} lead={words.lead} steps={IMPORT_STEPS.map((id) => ({ id, title: words.steps[id] }))} current={step} reachable={holds !== "checkpoint" ? 1 : !isSound ? 2 : isApproved ? 4 : 3}
      phase={job === "" ? "choosing" : found.job?.state === "done" ? "done" : "working"} onStep={(id) => go({ step: id })} leaveTo="/models" consequences={<Consequences items={consequences} />}
      commands={folder === "" ? [] : [["model", "import", folder, ...(name === "" ? [] : ["--name", name]), ...(mode === "inPlace" ? ["--in-place"] : [])]]}
      next={step === "import" ? null : { why, isBusy: start.isPending, onNext, ...(step === "way" ? { label: words.start } : {}) }}
    >
      {step === "folder" && <FolderStep folder={folder} onFolder={(path) => set({ folder: path, approved: "" })} />}
      {step === "check" && <CheckStep folder={folder} inspection={inspection} />}
      {step === "template" && <TemplateStep template={template} isApproved={isApproved} onApprove={(approved) => set({ approved: approved && template !== null ? templateMark(template) : "" })} />}
      {step === "way" && <WayStep mode={mode} name={name} usualName={lastPart(folder)} onChange={set} />}
      {step === "import" && <ImportStep found={found} onRestart={() => restart()} />}
      {start.error !== null && <ErrorPanel error={start.error} />}
    </Wizard>
  );
}
