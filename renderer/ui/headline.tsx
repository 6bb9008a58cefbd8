import type { ReactNode } from "react";
import type { Report } from "../../shared/schemas/report.ts";
import { reportHeadline } from "../report-headline.ts";
import { useLocale } from "../texts/locale.tsx";
import { Figure } from "./figures.tsx";
import { WholeNames } from "./names.tsx";

/** What a report found, in a line: a figure stays in one piece, a sentence breaks where the line ends. */
export function Headline({ report }: { readonly report: Report }): ReactNode {
  const headline = reportHeadline(report, useLocale());
  const { kind } = report.body;
  return kind === "comparison" || kind === "answers" ? <span><WholeNames>{headline}</WholeNames></span> : <Figure>{headline}</Figure>;
}
