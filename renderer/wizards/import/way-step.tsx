import type { ReactNode } from "react";
import { type ErrorCode, errorFromRecord } from "../../../shared/errors.ts";
import type { ImportMode, ImportPreflight } from "../../../shared/schemas/import-preflight.ts";
import { errorText } from "../../texts/error-text.ts";
import { useLocale } from "../../texts/locale.tsx";
import { Bytes } from "../../ui/figures.tsx";
import { ChoiceList } from "../frame/choice-list.tsx";
import { WizardField } from "../frame/wizard-field.tsx";
import type { ImportState } from "./import-state.ts";

interface WayStepProps {
  readonly mode: ImportMode;
  readonly preflight: ImportPreflight | undefined;
  readonly name: string;
  /** What it is called unless a name is given. */
  readonly usualName: string;
  readonly onChange: (change: Partial<ImportState>) => void;
}

export function WayStep({ mode, preflight, name, usualName, onChange }: WayStepProps): ReactNode {
  const locale = useLocale();
  const { wizards: { import: words }, format } = locale;
  const refusal = preflight?.linkRefusal ?? null;
  const space = preflight?.space;
  const tooLarge = isTooLarge(preflight, "copy") ? words.noRoom(format.bytes(space?.neededBytes.copy ?? null), format.bytes(space?.freeBytes ?? null)) : null;
  return (
    <>
      <ChoiceList
        label={words.way} pick="one" chosen={[mode]} onPick={(id) => onChange({ mode: id as ImportMode })}
        choices={[
          { id: "copy", title: words.copy, what: words.copyWhat, whyNot: tooLarge, figures: <Bytes value={preflight?.bytes ?? null} /> },
          { id: "link", title: words.link, what: words.linkWhat, whyNot: refusal === null ? null : errorText(errorFromRecord({ code: refusal.code as ErrorCode, details: refusal.details }), locale).what, figures: <Bytes value={0} /> },
          { id: "inPlace", title: words.inPlace, what: words.inPlaceWhat, figures: <Bytes value={0} /> },
        ]}
      />
      <WizardField label={words.name} description={words.nameWhat} placeholder={usualName} value={name} maxLength={200} onValue={(typed) => onChange({ name: typed })} />
    </>
  );
}

/** Known before a byte moves: what is needed is more than what is free. */
export function isTooLarge(preflight: ImportPreflight | undefined, mode: ImportMode): boolean {
  const needed = preflight?.space.neededBytes[mode] ?? null;
  const free = preflight?.space.freeBytes ?? null;
  return needed !== null && free !== null && needed > free;
}
