import { shownText } from "../../texts/shown-text.ts";

/** As many as a line holds. */
const MOST_LISTED = 20;

/** Names from a server, inside a sentence of ours. */
export function listedModels(models: readonly string[]): string {
  return models.slice(0, MOST_LISTED).map((model) => `\u2068${shownText(model, 80)}\u2069`).join(", ") + (models.length > MOST_LISTED ? " …" : "");
}
