import { InvalidArgumentError } from "commander";
import { MARK_KINDS, Mark, TARGET_KINDS, type TargetKind } from "../../../shared/schemas/delivery.ts";
import { PLAN_PREFERENCES, type PlanPreference } from "../../../shared/schemas/plan.ts";

/** A target as it was typed: ENGINE:MACHINE[,name=value…]. */
export interface TargetWords {
  kind: TargetKind;
  machine: string;
  model?: string;
  id?: string;
  contextTokens?: number;
  concurrency?: number;
  nodes?: number;
  preference?: PlanPreference;
  image?: string;
  directory?: string;
  port?: number;
}

/** What may follow the machine, and how it is taken. */
export const TARGET_FIELDS: Readonly<Record<string, (words: TargetWords, value: string) => void>> = {
  model: (words, value) => void (words.model = value),
  context: (words, value) => void (words.contextTokens = whole("context", value)),
  concurrency: (words, value) => void (words.concurrency = whole("concurrency", value)),
  nodes: (words, value) => void (words.nodes = whole("nodes", value)),
  goal: (words, value) => {
    const goal = PLAN_PREFERENCES.find((each) => each === value);
    if (goal === undefined) throw new InvalidArgumentError(`goal must be of ${PLAN_PREFERENCES.join(", ")}.`);
    words.preference = goal;
  },
  image: (words, value) => void (words.image = value),
  dir: (words, value) => void (words.directory = value),
  port: (words, value) => void (words.port = whole("port", value)),
  id: (words, value) => void (words.id = value),
};

export function parseTarget(text: string): TargetWords {
  const colon = text.indexOf(":");
  const kind = TARGET_KINDS.find((each) => each === text.slice(0, colon));
  if (kind === undefined) throw new InvalidArgumentError(`It must be ENGINE:MACHINE, the engine of ${TARGET_KINDS.join(", ")}.`);
  // A path may hold a comma; a comma before name= is ours.
  const [machine = "", ...fields] = text.slice(colon + 1).split(/,(?=[a-z]+=)/);
  if (machine === "") throw new InvalidArgumentError('The machine is missing: "here", a preset or a site file.');
  const words: TargetWords = { kind, machine };
  for (const field of fields) {
    const at = field.indexOf("=");
    const take = Object.hasOwn(TARGET_FIELDS, field.slice(0, at)) ? TARGET_FIELDS[field.slice(0, at)] : undefined;
    if (take === undefined) throw new InvalidArgumentError(`${field.slice(0, at)} is not known; there are ${Object.keys(TARGET_FIELDS).join(", ")}.`);
    take(words, field.slice(at + 1));
  }
  return words;
}

/** KIND:TEXT, or a text alone, which classifies. */
export function parseMark(text: string): Mark {
  const colon = text.indexOf(":");
  const kind = MARK_KINDS.find((each) => each === text.slice(0, Math.max(0, colon)));
  const mark = Mark.safeParse(kind === undefined ? { kind: "classification", text } : { kind, text: text.slice(colon + 1).trim() });
  if (!mark.success) throw new InvalidArgumentError("A mark is one line of visible characters, at most 200.");
  return mark.data;
}

function whole(name: string, value: string): number {
  if (!/^[1-9]\d{0,9}$/.test(value)) throw new InvalidArgumentError(`${name} must be a whole number from 1.`);
  return Number(value);
}
