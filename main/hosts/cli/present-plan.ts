import type { Arrangement, Band, EngineOption, Plan, PlanChange, PlanPreset, PlanSpeed, Verdict } from "../../../shared/schemas/plan.ts";
import type { CommandOutcome } from "./define-command.ts";
import { formatBytes, formatCount, formatMilliseconds, formatNumber, formatParameters } from "./format-units.ts";
import { planNoteText } from "./plan-note-texts.ts";
import { derivationText } from "./present-explanation.ts";
import { fieldList, textTable } from "./text-table.ts";

/** A plan as a person reads it: the verdict, the engines side by side, the best one's memory part by part, what was taken for granted. */
export function presentPlan(plan: Plan): CommandOutcome {
  const best = plan.options.find(({ engine }) => engine === plan.engine) ?? null;
  const sections = [head(plan), engineTable(plan.options), obstacles(plan.options), ...(best?.arrangement == null ? [] : [arrangementText(best, best.arrangement)]), assumptions(plan)];
  return { json: { plan }, text: sections.filter((section) => section !== "").join("\n\n") };
}

function head({ model, machine, goal, verdict, engine }: Plan): string {
  const pools = machine.pools.map(({ label, count, capacityBytes, bandwidthBytesPerSecond }) => `${count > 1 ? `${count} × ` : ""}${label}, ${formatBytes(capacityBytes)}${bandwidthBytesPerSecond === null ? "" : ` at ${formatBytes(bandwidthBytesPerSecond)}/s`}`);
  return fieldList([
    ["model", `${model.name}, ${formatParameters(model.totalParameters)} parameters, ${formatParameters(model.activeParameters)} active, ${formatBytes(model.cacheBytesPerToken)} of cache a token in 16 bits`],
    ["machine", `${machine.name}${goal.nodes > 1 ? `, ${goal.nodes} of them` : ""}`],
    ...pools.map((pool) => ["", pool] as const),
    ["goal", `${formatCount(goal.contextTokens)} tokens of context, ${formatCount(goal.concurrency)} ${goal.concurrency === 1 ? "sequence" : "sequences"} at once, ${goal.preference}`],
    ["verdict", `${engine === null ? "" : `${engine}: `}${verdictText(verdict)}`],
  ]);
}

function verdictText(verdict: Verdict): string {
  switch (verdict.kind) {
    case "fits":
      return "fits";
    case "fitsWith":
      return `fits with ${verdict.changes.map(changeText).join(", ")}`;
    case "doesNotFit":
      return `does not fit: a device needs ${formatBytes(verdict.needBytes)} and has ${formatBytes(verdict.haveBytes)}, ${formatBytes(verdict.needBytes - verdict.haveBytes)} too little`;
    case "cannotRun":
      return "cannot run";
    default:
      return verdict satisfies never;
  }
}

function changeText(change: PlanChange): string {
  switch (change.kind) {
    case "context":
      return `a context of ${formatCount(change.tokens)}`;
    case "concurrency":
      return `${formatCount(change.sequences)} ${change.sequences === 1 ? "sequence" : "sequences"} at once`;
    case "cacheBits":
      return "an 8-bit cache";
    case "precision":
      return change.expertsOnly ? `fewer bits for the experts (${change.from} → ${change.to})` : `fewer bits (${change.from} → ${change.to})`;
    case "nodes":
      return `more devices: ${change.devices} on ${change.nodes} nodes`;
    default:
      return change satisfies never;
  }
}

function engineTable(options: readonly EngineOption[]): string {
  return textTable(
    [
      { title: "ENGINE" }, { title: "VERDICT" }, { title: "PRECISION" }, { title: "MADE BY" }, { title: "SPREAD" }, { title: "NEEDS", align: "right" }, { title: "OF", align: "right" }, { title: "CONTEXT ≤", align: "right" }, { title: "AT ONCE ≤", align: "right" },
      { title: "DECODE/s", align: "right" }, { title: "PREFILL/s", align: "right" }, { title: "BOUND" },
    ],
    options.map(({ engine, verdict, arrangement }) => (arrangement === null ? [engine, verdictText(verdict)] : [
      engine, shortVerdict(verdict), arrangement.precision.name, arrangement.precision.maker.split(",")[0]?.split(" (")[0] ?? "", spreadText(arrangement), formatBytes(arrangement.memory.usedBytes), formatBytes(arrangement.memory.capacityBytes),
      formatCount(arrangement.largest.contextTokens), formatCount(arrangement.largest.concurrency), arrangement.speed === null ? "–" : bandText(arrangement.speed.decodeTokensPerSecond), arrangement.speed === null ? "–" : bandText(arrangement.speed.prefillTokensPerSecond),
      arrangement.speed?.decodeBound ?? "–",
    ])),
  );
}

const SHORT_VERDICTS = { fits: "fits", fitsWith: "fits with changes", doesNotFit: "does not fit", cannotRun: "cannot run" } as const satisfies Record<Verdict["kind"], string>;
const shortVerdict = ({ kind }: Verdict): string => SHORT_VERDICTS[kind];

function spreadText({ parallelism, devices }: Arrangement): string {
  const { tensor, data, pipeline, expert, nodes } = parallelism;
  if (parallelism.devices === 1) return `1 × ${devices.label}`;
  const ways = [["tp", tensor], ["dp", data], ["pp", pipeline], ["ep", expert]] as const;
  return `${parallelism.devices} × ${devices.label}: ${ways.flatMap(([name, count]) => (count > 1 ? [`${name}${count}`] : [])).join(" ")}${nodes > 1 ? `, ${nodes} nodes${parallelism.mode === null ? "" : ` (${parallelism.mode})`}` : ""}`;
}

const bandText = ({ value, low, high }: Band): string => `${formatNumber(value)} (${formatNumber(low)}–${formatNumber(high)})`;

function obstacles(options: readonly EngineOption[]): string {
  return options.flatMap(({ engine, verdict, obstacles: notes }) => {
    const lines = [...new Set(notes.map(planNoteText))];
    if (verdict.kind === "fitsWith" || verdict.kind === "doesNotFit") lines.unshift(verdictText(verdict));
    return lines.length === 0 ? [] : [`${engine}: ${lines.join("; ")}.`];
  }).join("\n");
}

function arrangementText({ engine }: EngineOption, arrangement: Arrangement): string {
  const { memory, precision, speed, media, cost, largest } = arrangement;
  const rows = memory.parts.map(({ part, bytes, derivation }) => [part, formatBytes(bytes), derivationText(derivation)]);
  rows.push(["free", memory.freeBytes < 0 ? `−${formatBytes(-memory.freeBytes)}` : formatBytes(memory.freeBytes), `of ${formatBytes(memory.capacityBytes)}`]);
  const fields: (readonly [string, string])[] = [
    ["weights", `${formatBytes(precision.bytes)} in ${precision.name}, ${formatNumber(precision.bitsPerWeight)} bits a weight; made by ${precision.maker}; computes in ${precision.computesIn}`],
    ["cache", `${formatBytes(arrangement.cacheBytesPerToken)} a token in ${arrangement.cacheBits} bits`],
    ["at most", `${formatCount(largest.contextTokens)} tokens for each of ${formatCount(arrangement.concurrency)}, or ${formatCount(largest.concurrency)} sequences of ${formatCount(arrangement.contextTokens)}`],
    ...(speed === null ? [] : speedFields(speed)),
    ["media", `${formatBytes(media.weightBytes)}: ${formatCount(media.fat32Files)} files below 4 GiB (FAT32); ${media.dvd5} DVD-5, ${media.dvd9} DVD-9, ${media.bd25} BD-25, ${media.usb64} sticks of 64 GB or ${media.usb256} of 256 GB; ${formatBytes(media.diskBytes)} of disk there`],
    ...(cost === null ? [] : [["cost", `${formatNumber(cost.costPerMillionTokens)} ${cost.currency} a million tokens: ${formatNumber(cost.kilowattHoursPerMillionTokens)} kWh for ${formatNumber(cost.energyCostPerMillionTokens)}, hardware ${formatNumber(cost.hardwareCostPerMillionTokens)}; ${formatCount(Math.round(cost.powerWatts))} W`] as const]),
  ];
  return `${engine}, each device:\n${textTable([{ title: "PART" }, { title: "BYTES", align: "right" }, { title: "FORMULA" }], rows)}\n\n${fieldList(fields)}`;
}

function speedFields(speed: PlanSpeed): (readonly [string, string])[] {
  const { decodeStep: step, band } = speed;
  const from = band.from === "records" ? `from ${band.records} checked plans` : `a stated prior${band.records > 0 ? `; ${band.records} checked so far` : ""}`;
  return [
    ["decode", `${bandText(speed.decodeTokensPerSecond)} tokens/s, ${bandText(speed.decodeTokensPerSecondEach)} each; bound by ${speed.decodeBound}`],
    ["a step", `bandwidth ${formatNumber(step.bandwidthMs)}, compute ${formatNumber(step.computeMs)}, communication ${formatNumber(step.communicationMs)}, latency ${formatNumber(step.latencyMs)} ms; ${derivationText(step.derivation)}`],
    ["prefill", `${bandText(speed.prefillTokensPerSecond)} tokens/s, bound by ${speed.prefillBound}; first token of a prompt of half the context after ${formatMilliseconds(speed.timeToFirstTokenMs.value)}`],
    ["band", `${formatNumber(band.lowRatio)} to ${formatNumber(band.highRatio)} of the formula, ${from}`],
  ];
}

function assumptions({ assumptions: notes }: Plan): string {
  return notes.length === 0 ? "" : `Taken for granted:\n${[...new Set(notes.map(planNoteText))].map((line) => `  ${line}`).join("\n")}`;
}

export function presentPresets(presets: readonly PlanPreset[]): CommandOutcome {
  const table = textTable(
    [{ title: "NAME" }, { title: "MACHINE" }, { title: "MEMORY", align: "right" }, { title: "READ/s, EACH", align: "right" }, { title: "COMPUTES IN" }],
    presets.map(({ name, title, memoryBytes, bandwidthBytesPerSecond, formats }) => [name, title, formatBytes(memoryBytes), formatBytes(bandwidthBytesPerSecond), formats.join(" ")]),
  );
  const sources = [...new Set(presets.flatMap((preset) => preset.sources))].map((source) => `  ${source}`).join("\n");
  return { json: { presets }, text: `${table}\n\nSources:\n${sources}` };
}
