import type { UseQueryResult } from "@tanstack/react-query";
import type { Plan } from "../../../shared/schemas/plan.ts";
import { readError } from "../../read-error.ts";
import { errorText } from "../../texts/error-text.ts";
import type { Locale } from "../../texts/locale.tsx";
import type { Consequence } from "../frame/consequences.tsx";
import { type Outlook, outlookOf, settledRecipe } from "./outlook.ts";

/** Memory and speed as a plan predicts them for `recipe` (null: the one that the plan settles on), or why it predicts nothing. */
export function planConsequences(query: UseQueryResult<Plan>, recipe: string | null, locale: Locale): readonly Consequence[] {
  const { wizards: { plan: words } } = locale;
  const unknown = (why: string): Consequence[] => [{ name: words.memory, value: null, note: why }, { name: words.speed, value: null }];
  if (query.error !== null) return unknown(errorText(readError(query.error), locale).what);
  if (query.data === undefined) return unknown(query.isFetching ? words.planning : words.chooseFirst);
  const named = recipe ?? settledRecipe(query.data);
  const outlook = named === null ? null : outlookOf(query.data, named);
  if (outlook === null) return unknown(named === null ? words.cannotRun : words.notWeighed);
  return [memory(outlook, locale), speed(outlook, locale)];
}

function memory({ recipe, fits, usedBytes, capacityBytes, contextTokens }: Outlook, { wizards: { plan: words }, format }: Locale): Consequence {
  return {
    name: words.memory, value: words.memoryOf(format.bytes(usedBytes), format.bytes(capacityBytes)), tone: fits ? "good" : "bad",
    note: (fits ? words.fits : words.doesNotFit)(recipe, format.count(contextTokens)),
  };
}

function speed({ decodeTokensPerSecond, band }: Outlook, { wizards: { plan: words }, format }: Locale): Consequence {
  if (band === null) return { name: words.speed, value: decodeTokensPerSecond === null ? null : words.tokensPerSecond(format.number(decodeTokensPerSecond)), note: decodeTokensPerSecond === null ? words.noBandwidth : words.predicted };
  return {
    name: words.speed, value: words.tokensPerSecond(words.range(format.number(band.speed.low), format.number(band.speed.high))),
    note: band.from === "records" ? words.bandFromRecords(format.count(band.records)) : words.bandFromPrior,
  };
}
