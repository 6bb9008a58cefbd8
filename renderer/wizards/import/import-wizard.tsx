import { type ReactNode, useState } from "react";
import type { ChecksumSource } from "../../../shared/schemas/import-preflight.ts";
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
import { checksumSource, importCommand, IMPORT_STEPS, type ImportState, readImportState } from "./import-state.ts";
import { ImportStep } from "./import-step.tsx";
import { TemplateStep } from "./template-step.tsx";
import { useImportConsequences } from "./use-import-consequences.ts";
import { usePreflight } from "./use-preflight.ts";
import { isTooLarge, WayStep } from "./way-step.tsx";

/** Folder → preflight and checksums → template → copy, link or in place → the job → what next. Nothing is written before the last button. */
export function ImportWizard(): ReactNode {
  const { wizards: { import: words } } = useLocale();
  const { state, set, go, restart } = useWizardState(readImportState);
  const [pasted, paste] = useState("");
  const { folder, mode, name, job } = state;
  const holds = useFolder(folder).data?.holds ?? null;
  const checked = isAbsolutePath(folder) && holds === "checkpoint" ? folder : "";
  const checksums = checksumSource(state, pasted);
  const preflight = usePreflight(job === "" ? checked : "", checksums ?? { from: "nowhere" });
  const isSound = preflight.data?.refusal === null && checksums !== null;
  const inspection = useInspection(preflight.data?.refusal === null ? checked : "");
  const template = preflight.data?.template ?? null;
  const isApproved = preflight.data !== undefined && (template === null || state.approved === template.sha256);
  const found = useJob(job);
  const start = useJobAction((client, { answers, list }: { readonly answers: ImportState; readonly list: ChecksumSource }) => client.model.import({
    directory: answers.folder, mode: answers.mode, checksums: list, ...(answers.name === "" ? {} : { name: answers.name }), ...(answers.approved === "" ? {} : { templateApproved: answers.approved }),
  }));
  const consequences = useImportConsequences(state, inspection.data, preflight.data);

  const step = job === "" ? state.step : "import";
  const at = IMPORT_STEPS.indexOf(step);
  const whyWay = !isSound || !isApproved ? words.whyTemplate : isTooLarge(preflight.data, mode) || (mode === "link" && preflight.data?.linkRefusal !== null) ? words.whyWay : null;
  const why = {
    folder: holds === "checkpoint" ? null : words.whyFolder, check: checksums === null ? words.whyList : isSound ? null : words.whyCheck, template: isApproved ? null : words.whyTemplate, way: whyWay, import: null,
  }[step];
  const onNext = (): void => {
    if (step === "way" && checksums !== null) start.mutate({ answers: state, list: checksums }, { onSuccess: ({ id }) => go({ step: "import", job: id }) });
    else go({ step: IMPORT_STEPS[at + 1] ?? "import" });
  };

  return (
    <Wizard
      title={words.title} lead={words.lead} steps={IMPORT_STEPS.map((id) => ({ id, title: words.steps[id] }))} current={step} reachable={holds !== "checkpoint" ? 1 : !isSound ? 2 : isApproved ? 4 : 3}
      phase={job === "" ? "choosing" : found.job?.state === "done" ? "done" : "working"} onStep={(id) => go({ step: id })} leaveTo="/models" consequences={<Consequences items={consequences} />}
      commands={folder === "" ? [] : [...(step === "check" ? [[...importCommand({ ...state, approved: "", name: "", mode: "copy" }), "--check"]] : []), importCommand(state)]}
      next={step === "import" ? null : { why, isBusy: start.isPending, onNext, ...(step === "way" ? { label: words.start } : {}) }}
    >
      {step === "folder" && <FolderStep folder={folder} onFolder={(path) => set({ folder: path, approved: "" })} />}
      {step === "check" && <CheckStep state={state} preflight={preflight} inspection={inspection} pasted={pasted} onChange={set} onPaste={paste} />}
      {step === "template" && <TemplateStep template={template} isApproved={isApproved} onApprove={(approved) => set({ approved: approved && template !== null ? template.sha256 : "" })} />}
      {step === "way" && <WayStep mode={mode} preflight={preflight.data} name={name} usualName={lastPart(folder)} onChange={set} />}
      {step === "import" && <ImportStep found={found} onRestart={() => restart()} />}
      {start.error !== null && <ErrorPanel error={start.error} />}
    </Wizard>
  );
}
