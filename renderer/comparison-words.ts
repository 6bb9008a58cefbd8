import type { Saying } from "../shared/comparison-verdict.ts";
import type { Locale } from "./texts/locale.tsx";

/** One sentence of a verdict. @param names as they may stand in a sentence */
export function sayingText(saying: Saying, names: readonly string[], { wizards: { benchmark: words }, format }: Pick<Locale, "wizards" | "format">): string {
  const [leader = "", other = ""] = [names[saying.leader], names[saying.other]];
  switch (saying.kind) {
    case "faster":
      return words.faster(leader, other, format.number(saying.ratio), format.number(saying.low), format.number(saying.high));
    case "same":
      return words.same(leader, other, format.number(saying.low), format.number(saying.high));
    case "unknown":
      return words.tooFew(leader, other);
    default:
      return saying satisfies never;
  }
}
