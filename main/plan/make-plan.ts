import { WorkbenchError } from "../../shared/errors.ts";
import type { Machine } from "../../shared/schemas/machine.ts";
import { type EngineOption, type Plan, PLAN_FORMAT_VERSION, type PlanCheck, PlanGoal, type PlanNote, type SiteFigures } from "../../shared/schemas/plan.ts";
import type { Weighing } from "./candidates.ts";
import { machineContradictions } from "./check-machine.ts";
import { compareOrders } from "./choose-arrangement.ts";
import { devicePools } from "./device-pools.ts";
import { engineOption } from "./engine-option.ts";
import { modelWork } from "./model-work.ts";
import { planNote } from "./plan-note.ts";
import type { PlannedModel } from "./planned-model.ts";
import { weightShapes } from "./weight-shapes.ts";

export interface PlanRequestParts {
  readonly model: PlannedModel;
  readonly machine: Machine;
  readonly goal: PlanGoal;
  readonly figures: SiteFigures;
  /** What earlier plans were held against. */
  readonly records: readonly PlanCheck[];
  readonly nowMs: number;
}

/**
 * ModelSpec × Machine × Goal → Plan: for each engine whether it runs there, how it would be spread, what each device holds, how fast it goes and what that costs.
 * @throws plan.goalInvalid, plan.contextBeyondModel; plan.nothingToPlanOn when the machine names neither memory nor a device
 */
export function makePlan({ model, machine, goal: asked, figures, records, nowMs }: PlanRequestParts): Plan {
  const goal = checkedGoal(asked, model);
  const { pools, notes } = devicePools(machine);
  if (pools.length === 0) throw new WorkbenchError("plan.nothingToPlanOn", { machine: machine.platform.hostName ?? machine.observation.how });
  const shapes = weightShapes(model.weights);
  const weighing: Weighing = { model, shapes, work: modelWork(model.spec, shapes), goal, figures, records };
  const options = goal.engines.map((engine) => engineOption(engine, pools, weighing)).toSorted((a, b) => compareOrders(orderOf(b, goal, model), orderOf(a, goal, model)));
  const first = options[0] as EngineOption;
  return {
    formatVersion: PLAN_FORMAT_VERSION,
    createdAt: new Date(nowMs).toISOString(),
    model: model.identity,
    machine: {
      name: machine.platform.hostName ?? machine.cpu.model ?? machine.observation.how, how: machine.observation.how, at: machine.observation.at,
      pools: pools.map(({ kind, label, row, count, capacityBytes, takenBytes, bandwidthBytesPerSecond }) => ({ kind, label, row, count, capacityBytes, takenBytes, bandwidthBytesPerSecond })),
    },
    goal, options, verdict: first.verdict,
    engine: first.verdict.kind === "cannotRun" ? null : first.engine,
    assumptions: [...notes, ...machineContradictions(machine, nowMs), ...standing(model, machine)],
    figures,
  };
}

function checkedGoal(asked: PlanGoal, { spec }: PlannedModel): PlanGoal {
  const goal = PlanGoal.safeParse(asked);
  if (!goal.success) {
    const issue = goal.error.issues[0];
    throw new WorkbenchError("plan.goalInvalid", { field: issue?.path.join(".") || "goal", found: shown(asked, issue?.path ?? []), expected: issue?.message ?? "a goal" });
  }
  const { contextTokens } = goal.data;
  if (contextTokens > spec.maxPositions) throw new WorkbenchError("plan.contextBeyondModel", { contextTokens, maxPositions: spec.maxPositions });
  return goal.data;
}

function shown(goal: PlanGoal, path: readonly PropertyKey[]): string {
  const value = (goal as Readonly<Record<string, unknown>>)[String(path[0])];
  return typeof value === "object" ? "a list" : String(value).slice(0, 80);
}

/** What every plan takes for granted, said once. */
function standing({ spec, identity }: PlannedModel, { observation }: Machine): PlanNote[] {
  const notes: PlanNote[] = spec.moe === null ? [] : [planNote("plan.evenRouting", {})];
  if (spec.mtpLayerCount > 0) notes.push(planNote("plan.noSpeculation", { layers: spec.mtpLayerCount }));
  if (spec.attention.kind === "gqa" && spec.attention.slidingWindow !== null) notes.push(planNote("plan.windowCachedWhole", { window: spec.attention.slidingWindow }));
  if (observation.how === "preset") notes.push(planNote("machine.preset", {}));
  if (identity.source === "package") notes.push(planNote("plan.othersFromCheckpoint", {}));
  if (identity.source === "config") notes.push(planNote("plan.configOnly", {}));
  return notes;
}

const VERDICT_ORDER = { fits: 3, fitsWith: 2, doesNotFit: 1, cannotRun: 0 } as const;

/** More bits than the weights were published in are worth nothing. */
const PUBLISHED_BITS = { fp8: 8, bf16: 16 } as const;

function orderOf({ engine, verdict, arrangement }: EngineOption, { preference }: PlanGoal, { publishedIn, identity }: PlannedModel): number[] {
  const changes = verdict.kind === "fitsWith" ? verdict.changes.length : 0;
  const speed = arrangement?.speed?.decodeTokensPerSecond.value ?? 0;
  const bits = arrangement?.precision.bitsPerWeight ?? 0;
  const devices = arrangement?.parallelism.devices ?? 0;
  const preferred = { "best-quality": [Math.min(PUBLISHED_BITS[publishedIn], bits), speed], smallest: [-bits, -devices, speed], fastest: [speed, bits] }[preference];
  // Who asks about a package means to run that package.
  const isMeant = identity.source === "package" && engine === "onnx" ? 1 : 0;
  return [VERDICT_ORDER[verdict.kind], isMeant, -changes, ...preferred];
}
