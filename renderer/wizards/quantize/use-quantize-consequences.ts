import type { UseQueryResult } from "@tanstack/react-query";
import type { Model } from "../../../shared/schemas/model.ts";
import type { Plan } from "../../../shared/schemas/plan.ts";
import type { RecipePreview } from "../../../shared/schemas/recipe-preview.ts";
import { useJobs, useModels, useReports } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import type { Consequence } from "../frame/consequences.tsx";
import { knownLoss } from "../plan/known-loss.ts";
import { planConsequences } from "../plan/plan-consequences.ts";
import { quantizePace } from "../plan/quantize-pace.ts";

interface Choice {
  readonly source: Model | undefined;
  readonly recipe: string;
  readonly preview: RecipePreview | undefined;
  readonly plan: UseQueryResult<Plan>;
}

export function useQuantizeConsequences({ source, recipe, preview, plan }: Choice): readonly Consequence[] {
  const locale = useLocale();
  const { wizards: { quantize: words }, format } = locale;
  const pace = quantizePace(useJobs().data ?? []);
  const loss = knownLoss(source?.id ?? "", recipe, useModels().data ?? [], useReports().data ?? []);
  const bytes = preview?.weightFileBytes ?? null;
  return [
    { name: words.size, value: bytes === null ? null : format.bytes(bytes), note: source === undefined || bytes === null ? words.chooseRecipe : words.shareOf(format.percent(bytes / source.bytes), format.bytes(source.bytes)) },
    ...planConsequences(plan, recipe === "" ? null : recipe, locale),
    { name: words.time, value: pace === null || source === undefined ? null : words.about(format.duration(source.bytes / pace.bytesPerSecond)), note: pace === null ? words.noPace : words.paceOf(format.count(pace.packages)) },
    loss === null
      ? { name: words.loss, value: null, note: recipe === "f32" ? words.lossOfFloat : words.lossUnknown }
      : { name: words.loss, value: loss.against === null ? words.perplexityOf(format.withError(loss.perplexity, loss.perplexityStandardError)) : words.nats(format.withError(loss.against.klMean.mean, loss.against.klMean.standardError)), note: words.lossMeasured(loss.conditions.model.name) },
  ];
}
