import type { Arrangement, EngineKind, EngineOption, PlanChange, PlanNote } from "../../shared/schemas/plan.ts";
import { arrange, type Candidate, candidatesFor, considered, memoryOf, type Weighing } from "./candidates.ts";
import { chooseArrangement, nearest } from "./choose-arrangement.ts";
import type { DevicePool } from "./device-pools.ts";
import { cannotRun, ENGINE_RULES, engineNotes, spreadNotes } from "./engine-rules.ts";
import { planNote } from "./plan-note.ts";

/** Nodes that a plan proposes at most where one is too few. */
const MOST_NODES = 16;
/** Of all the ways weighed, those shown. */
const SHOWN = 64;

/** What one engine can do with the machine: where, how, and how well; or why it cannot. */
export function engineOption(engine: EngineKind, pools: readonly DevicePool[], weighing: Weighing): EngineOption {
  // Processors carry what no accelerator here can: falling back on them beside working cards would be a plan nobody wants.
  const cards = pools.filter((pool) => pool.kind !== "cpu");
  if (!cards.some((pool) => cannotRun(engine, weighing.model.spec, pool) === null)) return optionOn(pools, engine, weighing);
  const onCards = optionOn(cards, engine, weighing);
  // The one build that runs on both: another engine's build for processors is another installation.
  if (engine !== "llama.cpp" || servesAll(onCards)) return onCards;
  const onProcessors = optionOn(pools.filter((pool) => pool.kind === "cpu"), engine, weighing);
  if (!servesAll(onProcessors) && !(onCards.verdict.kind === "doesNotFit" && onProcessors.verdict.kind === "fitsWith")) return onCards;
  const device = cards.map(({ label }) => label).join(", ");
  return { ...onProcessors, obstacles: [planNote("engine.cardsTooSmall", { engine, device }), ...onProcessors.obstacles] };
}

/** Nothing of the load had to give way: an 8-bit cache or fewer bits still answer everybody who asks. */
function servesAll({ verdict }: EngineOption): boolean {
  return verdict.kind === "fits" || (verdict.kind === "fitsWith" && !verdict.changes.some(({ kind }) => kind === "context" || kind === "concurrency"));
}

function optionOn(pools: readonly DevicePool[], engine: EngineKind, weighing: Weighing): EngineOption {
  const obstacles: PlanNote[] = [];
  const candidates: Candidate[] = [];
  for (const pool of pools) {
    const obstacle = cannotRun(engine, weighing.model.spec, pool);
    const found = obstacle === null ? candidatesFor(engine, pool, weighing) : [];
    if (obstacle !== null) obstacles.push(obstacle);
    else if (found.length === 0) obstacles.push(planNote("engine.noPrecision", { engine, device: pool.label }));
    else obstacles.push(...engineNotes(engine, weighing.model.spec, pool));
    candidates.push(...found);
  }
  if (candidates.length === 0) return { engine, verdict: { kind: "cannotRun" }, obstacles, arrangement: null, considered: [] };

  const { contextTokens, concurrency } = weighing.goal;
  const weighed = candidates.filter(({ cacheBits }) => cacheBits !== 8).map((candidate) => considered(candidate, weighing, { contextTokens, concurrency }));
  const shown = weighed.toSorted((a, b) => Number(b.fits) - Number(a.fits) || (b.decodeTokensPerSecond ?? 0) - (a.decodeTokensPerSecond ?? 0)).slice(0, SHOWN);
  const decided = decide(engine, pools, candidates, weighing);
  if (decided.arrangement !== null) obstacles.push(...spreadNotes(engine, weighing.model.spec, decided.arrangement));
  if (engine === "onnx" && decided.verdict.kind !== "doesNotFit" && decided.arrangement !== null) obstacles.push(...cacheLimitNote(decided.arrangement));
  return { engine, ...decided, obstacles, considered: shown };
}

function decide(engine: EngineKind, pools: readonly DevicePool[], candidates: readonly Candidate[], weighing: Weighing): { verdict: EngineOption["verdict"]; arrangement: Arrangement | null } {
  const choice = chooseArrangement(candidates, weighing);
  if (choice !== null) {
    const { candidate, changes, ...load } = choice;
    return { verdict: changes.length === 0 ? { kind: "fits" } : { kind: "fitsWith", changes: [...changes] }, arrangement: arrange(candidate, weighing, load) };
  }
  const wider = onMoreNodes(engine, pools, weighing);
  if (wider !== null) return wider;
  const candidate = nearest(candidates, weighing) as Candidate;
  const { contextTokens, concurrency } = weighing.goal;
  const load = { contextTokens, concurrency };
  const { usedBytes, capacityBytes, parts } = memoryOf(candidate, weighing, load);
  const terms = Object.fromEntries(parts.map(({ part, bytes }) => [part, bytes]));
  return { verdict: { kind: "doesNotFit", needBytes: usedBytes, haveBytes: capacityBytes, derivation: { formula: Object.keys(terms).join(" + "), terms } }, arrangement: arrange(candidate, weighing, load) };
}

/** As many machines of the same kind as it takes, for engines that span several. */
function onMoreNodes(engine: EngineKind, pools: readonly DevicePool[], weighing: Weighing): { verdict: EngineOption["verdict"]; arrangement: Arrangement } | null {
  if (engine === "onnx" || ENGINE_RULES[engine].nodeMode === null) return null;
  for (let nodes = weighing.goal.nodes * 2; nodes <= MOST_NODES; nodes *= 2) {
    const wider = { ...weighing, goal: { ...weighing.goal, nodes } };
    const candidates = pools.filter((pool) => pool.kind !== "cpu" && cannotRun(engine, weighing.model.spec, pool) === null).flatMap((pool) => candidatesFor(engine, pool, wider)).filter(({ layout }) => layout.nodes === nodes);
    const choice = candidates.length === 0 ? null : chooseArrangement(candidates, wider);
    if (choice === null) continue;
    const { candidate, changes, ...load } = choice;
    const added: PlanChange = { kind: "nodes", nodes, devices: candidate.layout.devices };
    return { verdict: { kind: "fitsWith", changes: [added, ...changes] }, arrangement: arrange(candidate, wider, load) };
  }
  return null;
}

/** The embedded engine gives its cache half of what is left, unless told otherwise (runtime/engine-server.ts). */
const CACHE_SHARE = 0.5;

function cacheLimitNote({ memory }: Arrangement): PlanNote[] {
  const cacheBytes = memory.parts.find(({ part }) => part === "cache")?.bytes ?? 0;
  const limitBytes = Math.max(0, memory.freeBytes + cacheBytes) * CACHE_SHARE;
  return cacheBytes > limitBytes ? [planNote("engine.cacheLimit", { engine: "onnx", cacheBytes, limitBytes })] : [];
}
