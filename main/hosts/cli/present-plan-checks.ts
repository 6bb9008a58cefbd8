import type { PlanCheck } from "../../../shared/schemas/plan.ts";
import type { CommandOutcome } from "./define-command.ts";
import { formatBytes, formatCount, formatNumber, formatPercent, formatTime } from "./format-units.ts";
import { fieldList, textTable } from "./text-table.ts";

type Compared = PlanCheck["decodeTokensPerSecond"];

/** One prediction beside what was measured. */
export function checkText(check: PlanCheck): string {
  const rows = [row("decode tokens/s", check.decodeTokensPerSecond, formatNumber), row("prefill tokens/s", check.prefillTokensPerSecond, formatNumber)];
  if (check.peakResidentBytes !== null) rows.push(row("peak memory", check.peakResidentBytes, formatBytes));
  const table = textTable([{ title: "FIGURE" }, { title: "PREDICTED", align: "right" }, { title: "MEASURED", align: "right" }, { title: "OFF BY", align: "right" }], rows);
  const facts = fieldList([
    ["model", `${check.model}, ${check.precision}`], ["workload", `${formatCount(check.promptTokens)} tokens of prompt, ${formatCount(check.generateTokens)} generated`], ["machine", check.machine], ["recorded", check.id],
  ]);
  return `${table}\n\n${facts}`;
}

export function presentPlanChecks(records: readonly PlanCheck[]): CommandOutcome {
  const text = records.length === 0
    ? "No plan was checked yet: sallyport plan check plan.json"
    : textTable(
      [{ title: "ID" }, { title: "MODEL" }, { title: "PRECISION" }, { title: "MACHINE" }, { title: "DECODE", align: "right" }, { title: "OFF BY", align: "right" }, { title: "PREFILL", align: "right" }, { title: "OFF BY", align: "right" }, { title: "MEMORY OFF BY", align: "right" }, { title: "MADE" }],
      records.map((check) => [
        check.id, check.model, check.precision, check.machine, formatNumber(check.decodeTokensPerSecond.measured), difference(check.decodeTokensPerSecond), formatNumber(check.prefillTokensPerSecond.measured), difference(check.prefillTokensPerSecond),
        check.peakResidentBytes === null ? "–" : difference(check.peakResidentBytes), formatTime(check.createdAt),
      ]),
    );
  return { json: { records }, text };
}

const row = (name: string, compared: Compared, format: (value: number) => string): string[] => [name, format(compared.predicted), format(compared.measured), difference(compared)];

/** Of the prediction from what was measured: + means that too much was promised. */
function difference({ predicted, measured }: Compared): string {
  const share = predicted / measured - 1;
  return `${share < 0 ? "−" : "+"}${formatPercent(Math.abs(share))}`;
}
