import { contestantNames, verdictsOf } from "../shared/comparison-verdict.ts";
import type { Report } from "../shared/schemas/report.ts";
import { sayingText } from "./comparison-words.ts";
import { isolated, shownText } from "./texts/shown-text.ts";
import type { Locale } from "./texts/locale.tsx";

/** The one figure that a list shows of a report. */
export function reportHeadline({ body }: Report, { texts, wizards, format }: Pick<Locale, "texts" | "wizards" | "format">): string {
  switch (body.kind) {
    case "speed":
      return `${format.number(body.decodeTokensPerSecond.median)} ${texts.jobs.unit.tokens}/${texts.units.seconds}`;
    case "perplexity":
      return body.against === null ? `${texts.reports.perplexity} ${format.withError(body.perplexity, body.perplexityStandardError)}` : `KL ${format.withError(body.against.klMean.mean, body.against.klMean.standardError)}`;
    case "parity":
      return `${texts.reports.kinds.parity}: ${body.passed ? texts.reports.held : texts.reports.notHeld}`;
    case "answers":
      return wizards.quantize.changedOf(format.count(Math.round(body.changed.mean * body.changed.n)), format.count(body.changed.n));
    case "comparison": {
      const saying = verdictsOf(body)[0]?.sayings[0];
      return saying === undefined ? texts.reports.kinds.comparison : sayingText(saying, contestantNames(body.contestants).map((name) => isolated(shownText(name, 60))), { wizards, format });
    }
    default:
      return body satisfies never;
  }
}
