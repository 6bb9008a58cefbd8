import { createHash, randomBytes, randomInt } from "node:crypto";
import { asWorkbenchError, WorkbenchError } from "../../shared/errors.ts";
import { type CompareEvent, type CompareRequest, type Contestant, type Side, SIDES } from "../../shared/schemas/comparison.ts";
import type { GenerateEvent } from "../../shared/schemas/generation.ts";
import { generateBy, identityOf, type OpenContestant, openContestant } from "./contestant.ts";
import { contestantKey } from "./contestant-key.ts";
import { engineSeats } from "./engine-seats.ts";
import { LevelTexts } from "./level-texts.ts";
import type { Workbench } from "./workbench.ts";

type End = Extract<GenerateEvent, { kind: "end" }>;
type Happening = { readonly side: Side } & ({ readonly kind: "event"; readonly event: GenerateEvent } | { readonly kind: "done" } | { readonly kind: "failed"; readonly thrown: unknown });

/**
 * Two contestants answer at once, in one stream. Blind: sides are drawn by lot and nothing but text at one pace comes out; a vote is then asked for under the comparison's id.
 * @throws store.notFound and what else opening one throws, engine.noRoomBeside, usage.invalid for a blind comparison of one with itself
 */
export async function* compareAnswers(workbench: Workbench, request: CompareRequest, signal: AbortSignal): AsyncGenerator<CompareEvent, void> {
  const { contestants: asked, blind, maxTokens, sampling, threads } = request;
  const given = await Promise.all([openContestant(workbench, asked[0].model), openContestant(workbench, asked[1].model)]);
  if (blind && contestantKey(identityOf(given[0])) === contestantKey(identityOf(given[1]))) throw new WorkbenchError("usage.invalid", { reason: "a blind comparison needs two different contestants" });
  const seats = await engineSeats(workbench, given, threads);
  // By lot, drawn here: the page cannot tell what it was never told.
  const order = blind && randomInt(2) === 1 ? ([1, 0] as const) : ([0, 1] as const);
  const seated: readonly [OpenContestant, OpenContestant] = [given[order[0]], given[order[1]]];
  const contestants: [Contestant, Contestant] = [identityOf(seated[0]), identityOf(seated[1])];
  const comparison = `cmp-${randomBytes(16).toString("hex")}`;
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const answer = (place: 0 | 1): AsyncGenerator<GenerateEvent, void> => {
    const index = order[place];
    const messages = asked[blind ? 0 : index].messages;
    return generateBy(workbench, given[index], { model: asked[index].model, messages, maxTokens, sampling, stop: [], ...seats[index].options }, seats[index].createEngine, both);
  };

  yield { kind: "seated", comparison, contestants: blind ? null : contestants };
  const answers = { left: answer(0), right: answer(1) };
  try {
    const told = blind ? blindly(together(answers)) : openly(together(answers));
    let ends: Ends | null = null;
    for (;;) {
      const next = await told.next();
      if (next.done === true) {
        ends = next.value;
        break;
      }
      yield next.value;
    }
    signal.throwIfAborted();
    const isVotable = blind && ends !== null;
    if (isVotable && ends !== null) {
      const [left, right] = contestants;
      const promptDigest = createHash("sha256").update(JSON.stringify(asked[0].messages)).digest("hex");
      workbench.comparisons.add(comparison, { left, right, promptDigest, sampling, maxTokens, figures: { left: figuresOf(ends.left), right: figuresOf(ends.right) } });
    }
    yield { kind: "over", contestants: isVotable ? null : contestants };
  } finally {
    stop.abort();
    await Promise.allSettled(SIDES.map((side) => answers[side].return()));
  }
}

type Ends = Readonly<Record<Side, End>>;

/** Everything as it comes; one side's failure leaves the other be. */
async function* openly(happenings: AsyncGenerator<Happening, void>): AsyncGenerator<CompareEvent, null> {
  for await (const { side, ...happening } of happenings) {
    if (happening.kind === "event") yield { kind: "side", side, event: happening.event };
    else if (happening.kind === "failed") yield failure(side, happening.thrown);
  }
  return null;
}

/** @returns how both ended; null after a failure, which ends the comparison: its words name the one who failed */
async function* blindly(happenings: AsyncGenerator<Happening, void>): AsyncGenerator<CompareEvent, Ends | null> {
  const texts = new LevelTexts();
  const ends: Partial<Record<Side, End>> = {};
  for await (const { side, ...happening } of happenings) {
    if (happening.kind === "failed") {
      yield failure(side, happening.thrown);
      return null;
    }
    if (happening.kind === "event" && happening.event.kind === "end") ends[side] = happening.event;
    const released = happening.kind === "done" ? texts.end(side) : happening.event.kind === "text" ? texts.push(side, happening.event.text) : [];
    for (const { side: released_, text } of released) yield { kind: "side", side: released_, event: { kind: "text", text } };
  }
  const { left, right } = ends;
  return left === undefined || right === undefined ? null : { left, right };
}

function failure(side: Side, thrown: unknown): CompareEvent {
  return { kind: "failed", side, error: asWorkbenchError(thrown).toRecord() };
}

/** Two streams as one, in the order in which things happen. */
async function* together(streams: Readonly<Record<Side, AsyncGenerator<GenerateEvent, void>>>): AsyncGenerator<Happening, void> {
  const next = async (side: Side): Promise<Happening> => {
    try {
      const { done, value } = await streams[side].next();
      return done === true ? { side, kind: "done" } : { side, kind: "event", event: value as GenerateEvent };
    } catch (thrown) {
      return { side, kind: "failed", thrown };
    }
  };
  const waiting = new Map<Side, Promise<Happening>>(SIDES.map((side) => [side, next(side)]));
  while (waiting.size > 0) {
    const happening = await Promise.race(waiting.values());
    if (happening.kind === "event") waiting.set(happening.side, next(happening.side));
    else waiting.delete(happening.side);
    yield happening;
  }
}

function figuresOf({ generatedTokens, timeToFirstTokenMs, decodeTokensPerSecond }: End): { readonly generatedTokens: number; readonly timeToFirstTokenMs: number; readonly tokensPerSecond: number | null } {
  return { generatedTokens, timeToFirstTokenMs, tokensPerSecond: decodeTokensPerSecond };
}
