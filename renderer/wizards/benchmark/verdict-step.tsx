import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { ComparisonReport, Report } from "../../../shared/schemas/report.ts";
import { useReports } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { ComparisonFigures } from "../../ui/comparison-figures.tsx";
import { NextSteps } from "../frame/next-steps.tsx";

export function VerdictStep({ report, body, onRestart }: { readonly report: Report; readonly body: ComparisonReport; readonly onRestart: () => void }): ReactNode {
  const { wizards: { benchmark: words } } = useLocale();
  const navigate = useNavigate();
  return (
    <>
      <ComparisonFigures body={body} reports={useReports().data ?? []} />
      <NextSteps>
        <Button variant="filled" onClick={() => void navigate({ to: "/reports/$id", params: { id: report.id } })}>{words.toReport}</Button>
        <Button onClick={onRestart}>{words.another}</Button>
      </NextSteps>
    </>
  );
}
