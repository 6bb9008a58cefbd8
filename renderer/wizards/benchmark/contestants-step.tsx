import type { ReactNode } from "react";
import { useLocale } from "../../texts/locale.tsx";
import { ModelChoice } from "../frame/model-choice.tsx";
import { MOST_CONTESTANTS } from "./benchmark-state.ts";

export function ContestantsStep({ models, onModels }: { readonly models: readonly string[]; readonly onModels: (models: readonly string[]) => void }): ReactNode {
  const { wizards: { benchmark: words } } = useLocale();
  return (
    <>
      <p>{words.contestantsWhat}</p>
      <ModelChoice
        kind="package" label={words.contestants} pick="several" chosen={models} barred={({ id }) => (models.length >= MOST_CONTESTANTS && !models.includes(id) ? words.noMore : null)}
        onPick={(id) => onModels(models.includes(id) ? models.filter((other) => other !== id) : [...models, id])}
      />
    </>
  );
}
