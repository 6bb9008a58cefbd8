import type { ReactNode } from "react";
import { useLocale } from "../../texts/locale.tsx";
import { Path } from "../../ui/names.tsx";
import { FolderBrowser } from "../folder/folder-browser.tsx";
import { WizardField } from "../frame/wizard-field.tsx";
import { type ExportState, folderName } from "./export-state.ts";

interface TargetStepProps {
  readonly state: ExportState;
  readonly usualName: string;
  readonly target: string;
  readonly isTaken: boolean;
  readonly onChange: (change: Partial<ExportState>) => void;
}

export function TargetStep({ state, usualName, target, isTaken, onChange }: TargetStepProps): ReactNode {
  const { wizards: { export: words } } = useLocale();
  return (
    <>
      <p>{words.targetWhat}</p>
      <FolderBrowser label={words.folderLabel} folder={state.folder} onFolder={(folder) => onChange({ folder })} />
      <WizardField label={words.name} placeholder={usualName} value={state.name} maxLength={100} error={isTaken ? words.taken : undefined} onValue={(typed) => onChange({ name: folderName(typed) })} />
      {target !== "" && <p>{words.willLie} <Path path={target} /></p>}
    </>
  );
}
