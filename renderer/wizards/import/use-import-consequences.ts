import type { ModelInspection } from "../../../shared/contract.ts";
import type { ImportPreflight } from "../../../shared/schemas/import-preflight.ts";
import { useMachine } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import type { Consequence } from "../frame/consequences.tsx";
import { homeDisk } from "../plan/disk-of.ts";
import { planConsequences } from "../plan/plan-consequences.ts";
import { usePlan } from "../plan/use-plan.ts";
import type { ImportState } from "./import-state.ts";

/** What the present choice leads to: bytes and time of the import itself, memory and speed of what can be made of it afterwards. */
export function useImportConsequences({ folder, mode }: ImportState, inspection: ModelInspection | undefined, preflight: ImportPreflight | undefined): readonly Consequence[] {
  const locale = useLocale();
  const { wizards: { import: words }, format } = locale;
  const disk = homeDisk(useMachine().data);
  const bytes = inspection?.checkpoint?.bytes ?? null;
  const plan = usePlan(bytes === null ? "" : folder, "here");
  const free = preflight?.space.freeBytes ?? disk?.freeBytes ?? null;
  const checksums = preflight?.checksums ?? null;
  const written = mode === "copy" ? bytes : 0;
  const left = free === null || written === null ? null : free - written;
  const rate = disk?.readRate?.bytesPerSecond ?? null;
  return [
    { name: words.bytesMoved, value: written === null ? null : format.bytes(written), note: bytes === null ? words.chooseFolder : mode === "copy" ? words.copied : mode === "link" ? words.linked(format.bytes(bytes)) : words.onlyRead(format.bytes(bytes)) },
    { name: words.freeAfter, value: left === null ? null : format.bytes(left), tone: left !== null && left < 0 ? "bad" : undefined, note: free === null ? words.freeUnknown : words.freeNow(format.bytes(free)) },
    { name: words.time, value: rate === null || bytes === null ? null : words.atLeast(format.duration(bytes / rate)), note: rate === null ? words.rateUnknown : words.rateOf(`${format.bytes(rate)}/s`) },
    { name: words.field.checksums, value: checksums === null ? null : words.checkedFiles(format.count(checksums.covered)), note: checksums === null ? words.checkedAgainstNone : words.checkedAgainst(shownText(checksums.source === "pasted" ? words.pastedName : checksums.source, 120)) },
    ...planConsequences(plan, null, locale),
    { name: words.loss, value: words.noLoss, note: words.noLossWhy },
  ];
}
