import type { Contestant } from "../../../shared/schemas/comparison.ts";
import { ENGINE_PREFIX } from "../../../shared/schemas/engine.ts";
import type { Model } from "../../../shared/schemas/model.ts";
import { shownText } from "../../texts/shown-text.ts";

/** As it is known once it sits: a package by name and recipe, an engine by its name and model. */
export function contestantName(contestant: Contestant): string {
  return contestant.kind === "package" ? shownText(contestant.name, 80) : `${shownText(contestant.name, 64)} · ${shownText(contestant.model, 80)}`;
}

/** As it was asked for; a package that is gone keeps its id. */
export function referenceName(reference: string, models: readonly Model[]): string {
  if (reference.startsWith(ENGINE_PREFIX)) return reference.slice(ENGINE_PREFIX.length);
  return shownText(models.find(({ id }) => id === reference)?.name ?? reference, 80);
}
