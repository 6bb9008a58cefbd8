import type { ReactNode } from "react";
import type { Plan } from "../../../shared/schemas/plan.ts";
import type { Recipe } from "../../../shared/schemas/recipe.ts";
import { useLocale } from "../../texts/locale.tsx";
import { Bytes } from "../../ui/figures.tsx";
import { ChoiceList } from "../frame/choice-list.tsx";
import { outlookOf } from "../plan/outlook.ts";
import { usePreviews } from "./use-preview.ts";

interface RecipeStepProps {
  readonly model: string;
  readonly recipes: readonly Recipe[];
  readonly plan: Plan | undefined;
  readonly chosen: string;
  readonly onRecipe: (name: string) => void;
  /** The other way to a recipe: by what memory there is. */
  readonly picker: ReactNode;
}

/** Every recipe with what it would weigh, whether it would run there, and how fast. */
export function RecipeStep({ model, recipes, plan, chosen, onRecipe, picker }: RecipeStepProps): ReactNode {
  const { wizards: { quantize: words, plan: planWords, recipes: descriptions }, format } = useLocale();
  const previews = usePreviews(model, recipes);
  return (
    <>
      <ChoiceList
        label={words.recipe} pick="one" chosen={[chosen]} onPick={onRecipe}
        choices={recipes.map(({ name, description }, index) => {
          const preview = previews[index];
          const outlook = plan === undefined ? null : outlookOf(plan, name);
          return {
            id: name, title: name, what: descriptions[name] ?? description,
            figures: (
              <>
                {preview?.data === undefined ? (preview?.isError === true ? words.notSized : words.sizing) : <><Bytes value={preview.data.weightFileBytes} />, {words.bits(format.number(preview.data.bitsPerWeight))}</>}<br />
                {outlook === null ? words.notPredicted : !outlook.fits ? words.doesNotFit : outlook.decodeTokensPerSecond === null ? words.fits : planWords.tokensPerSecond(format.number(outlook.decodeTokensPerSecond))}
              </>
            ),
          };
        })}
      />
      {picker}
    </>
  );
}
