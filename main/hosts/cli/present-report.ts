import { WorkbenchError } from "../../../shared/errors.ts";
import type { AnswersReport, Conditions, Distribution, Estimate, ParityReport, PerplexityReport, Report, SpeedReport } from "../../../shared/schemas/report.ts";
import type { CommandOutcome } from "./define-command.ts";
import { formatBytes, formatCount, formatDuration, formatMilliseconds, formatNumber, formatPercent, formatWithError } from "./format-units.ts";
import { comparisonHeadline, comparisonText } from "./present-comparison.ts";
import { fieldList, printable } from "./text-table.ts";

type Fields = (readonly [string, string])[];

/** A report as a person reads it. A parity check that did not hold is an error too. */
export function presentReport(report: Report): CommandOutcome {
  const { body } = report;
  const json = { id: report.id, report };
  if (body.kind === "comparison") return { json, text: `${comparisonText(body)}\n\n${fieldList([["report", report.id]])}` };
  const text = (fields: Fields): string => fieldList([...fields, ...conditionFields(body.conditions), ["report", report.id]]);
  switch (body.kind) {
    case "speed":
      return { json, text: text(speedFields(body)) };
    case "perplexity":
      return { json, text: text(perplexityFields(body)) };
    case "parity":
      return body.passed ? { json, text: text(parityFields(body)) } : { json, text: text(parityFields(body)), error: parityError(body) };
    case "answers":
      return { json, text: `${answersText(body)}\n\n${text(answersFields(body))}` };
    default:
      return body satisfies never;
  }
}

/** The one figure a list shows. */
export function headline(report: Report): string {
  const { body } = report;
  switch (body.kind) {
    case "speed":
      return `prefill ${formatNumber(body.prefillTokensPerSecond.median)}, decode ${formatNumber(body.decodeTokensPerSecond.median)} tokens/s`;
    case "perplexity":
      return `perplexity ${formatWithError(body.perplexity, body.perplexityStandardError)}${body.against === null ? "" : `, KL ${formatNumber(body.against.klMean.mean)}`}`;
    case "parity":
      return `${body.passed ? "held" : "NOT held"}, max |Δlogit| ${formatNumber(body.maxAbsoluteDelta)}`;
    case "answers":
      return `${changedOf(body.changed)} changed`;
    case "comparison":
      return comparisonHeadline(body);
    default:
      return body satisfies never;
  }
}

function conditionFields({ model, engine, machine }: Conditions): Fields {
  return [
    ["model", `${model.name} (${model.id}), recipe ${model.recipe}, ${formatBytes(model.weightBytes)} of weights`],
    ["digest", model.digest],
    ["engine", `${engine.name} ${engine.version}, ${engine.threads} ${engine.threads === 1 ? "thread" : "threads"}`],
    ["machine", `${machine.cpu}, ${machine.cores} cores, ${formatBytes(machine.memoryBytes)}, ${machine.platform}`],
  ];
}

function speedFields(body: SpeedReport): Fields {
  const { workload } = body;
  return [
    ["prefill", `${spread(body.prefillTokensPerSecond)} tokens/s  (${formatCount(workload.promptTokens)} tokens)`],
    ["decode", `${spread(body.decodeTokensPerSecond)} tokens/s  (${formatCount(workload.generateTokens)} tokens)`],
    ["first token", `${spread(body.timeToFirstTokenMs)} ms`],
    ["between tokens", `p50 ${formatNumber(body.interTokenMs.p50)}, p95 ${formatNumber(body.interTokenMs.p95)}, p99 ${formatNumber(body.interTokenMs.p99)} ms`],
    ["loading", formatMilliseconds(body.loadMs)],
    ["memory", `${formatBytes(body.privateBytes)} private, ${formatBytes(body.peakResidentBytes)} at the peak`],
    ["runs", `${workload.runs} after ${workload.warmupRuns} to warm up; median ± median absolute deviation`],
  ];
}

function perplexityFields(body: PerplexityReport): Fields {
  const { text, against } = body;
  const fields: Fields = [
    ["perplexity", formatWithError(body.perplexity, body.perplexityStandardError)],
    ["text", `${text.file}, ${formatCount(text.windows)} windows of ${formatCount(text.windowTokens)} tokens, ${formatCount(text.predictions)} predictions`],
    ["time", formatDuration(body.secondsTaken)],
  ];
  if (against === null) return fields;
  fields.push(
    ["against", `${against.model.name} (${against.model.id}), recipe ${against.model.recipe}: perplexity ${formatWithError(against.perplexity, against.perplexityStandardError)}`],
    ["KL divergence", `mean ${estimate(against.klMean)}, median ${formatNumber(against.klMedian)}, 99.9 % ${formatNumber(against.klP999)} nats`],
    ["Δ probability", `mean ${estimate(against.deltaProbabilityMean)}, root mean square ${formatNumber(against.deltaProbabilityRms)}`],
    ["same top token", `${formatWithError(against.sameTop1.mean * 100, against.sameTop1.standardError * 100)} %`],
    ["Δ nll", `${estimate(against.nllDifference)} nats, paired by window`],
  );
  return fields;
}

function parityFields(body: ParityReport): Fields {
  const { expected, exact } = body;
  const rounding = exact === null ? [] : [["compared with", `rotary frequencies rounded to bfloat16, as the expected logits were made; with exact ones max |Δlogit| is ${formatNumber(exact.maxAbsoluteDelta)}`] as const];
  return [
    ["parity", body.passed ? "held" : "NOT held"],
    ["max |Δlogit|", `${formatNumber(body.maxAbsoluteDelta)}  (allowed ${formatNumber(body.toleranceAbsolute)})`],
    ["mean |Δlogit|", formatNumber(body.meanAbsoluteDelta)],
    ["KL divergence", `mean ${formatNumber(body.klMean)}, max ${formatNumber(body.klMax)} nats`],
    ["same top token", formatPercent(body.top1Agreement)],
    ["greedy answer", body.firstDivergingToken === null ? `identical, ${formatCount(expected.greedyTokens)} tokens` : `differs from token ${formatCount(body.firstDivergingToken)}`],
    ["expected", `${expected.source}, ${formatCount(expected.positions)} positions`],
    ...rounding,
  ];
}

function answersFields({ against, prompts, changed, sharedTokens, secondsTaken }: AnswersReport): Fields {
  return [
    ["changed", changedOf(changed)],
    ["alike for", `${spread(sharedTokens)} of ${formatCount(prompts.generateTokens)} tokens; median ± median absolute deviation`],
    ["against", `${against.name} (${against.id}), recipe ${against.recipe}`],
    ["prompts", `${prompts.file}, ${prompts.cut === "lines" ? "one a line" : `passages of ${formatCount(prompts.promptTokens)} tokens`}`],
    ["time", formatDuration(secondsTaken)],
  ];
}

const changedOf = ({ mean, n }: Estimate): string => `${formatCount(Math.round(mean * n))} of ${formatCount(n)} answers`;

/** A bar stands where the two part. */
function answersText({ pairs, against, conditions }: AnswersReport): string {
  return pairs.map(({ prompt, expected, found, sharedCharacters, firstDifferentToken }, index) => {
    const asked = `${index + 1}. ${oneLine(prompt.slice(-PROMPT_CHARACTERS))}`;
    if (firstDifferentToken === null) return `${asked}\n   the same: ${oneLine(found)}`;
    const parted = (text: string): string => `${oneLine(text.slice(0, sharedCharacters))}▏${oneLine(text.slice(sharedCharacters))}`;
    return `${asked}\n   ${printable(against.recipe)}: ${parted(expected)}\n   ${printable(conditions.model.recipe)}: ${parted(found)}`;
  }).join("\n");
}

/** Of a prompt's end, which the answer goes on from. */
const PROMPT_CHARACTERS = 100;

const oneLine = (text: string): string => printable(text.replaceAll(/\s+/g, " "));

function parityError(body: ParityReport): WorkbenchError {
  const { maxAbsoluteDelta, toleranceAbsolute, firstDivergingToken } = body;
  return new WorkbenchError("parity.failed", { model: body.conditions.model.name, maxAbsoluteDelta, toleranceAbsolute, firstDivergingToken });
}

function spread(distribution: Distribution): string {
  return `${formatNumber(distribution.median)} ± ${formatNumber(distribution.medianAbsoluteDeviation)}`;
}

function estimate(value: Estimate): string {
  return formatWithError(value.mean, value.standardError);
}
