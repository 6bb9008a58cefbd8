import type { ReactNode } from "react";
import { useLocale } from "../../texts/locale.tsx";
import { ChoiceList } from "../frame/choice-list.tsx";
import { WizardField } from "../frame/wizard-field.tsx";
import type { ImportState } from "./import-state.ts";

interface WayStepProps {
  readonly mode: ImportState["mode"];
  readonly name: string;
  /** What it is called unless a name is given. */
  readonly usualName: string;
  readonly onChange: (change: Partial<ImportState>) => void;
}

export function WayStep({ mode, name, usualName, onChange }: WayStepProps): ReactNode {
  const { wizards: { import: words } } = useLocale();
  return (
    <>
      <ChoiceList
        label={words.way} pick="one" chosen={[mode]} onPick={(id) => onChange({ mode: id === "inPlace" ? "inPlace" : "copy" })}
        choices={[{ id: "copy", title: words.copy, what: words.copyWhat }, { id: "inPlace", title: words.inPlace, what: words.inPlaceWhat }]}
      />
      <WizardField label={words.name} description={words.nameWhat} placeholder={usualName} value={name} maxLength={200} onValue={(typed) => onChange({ name: typed })} />
    </>
  );
}
