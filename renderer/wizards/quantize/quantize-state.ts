import { oneOf, type Search, textIn } from "../frame/use-wizard-state.ts";

export const QUANTIZE_STEPS = ["model", "machine", "recipe", "preview", "make"] as const;
export type QuantizeStep = (typeof QUANTIZE_STEPS)[number];

export const UNDECIDED = "other";

export interface QuantizeState {
  readonly step: QuantizeStep;
  /** Id of a checkpoint of the store. */
  readonly model: string;
  /** "here", a preset, the path of a site file; "" while one is being chosen. */
  readonly machine: string;
  readonly recipe: string;
  readonly name: string;
  readonly job: string;
  /** Of the result's measurement. */
  readonly evalJob: string;
  /** Of the package without loss that it is measured against, where that was made from here. */
  readonly referenceJob: string;
  /** Of the comparison of answers. */
  readonly answersJob: string;
  /** Every line of the text is a prompt. */
  readonly ownPrompts: boolean;
  /** As typed: GiB, "" for what is free; tokens; sequences. */
  readonly budget: string;
  readonly context: string;
  readonly sequences: string;
  /** The budget was asked to pick. */
  readonly byBudget: boolean;
  /** The text the loss is measured on. */
  readonly text: string;
}

export function readQuantizeState(search: Search): QuantizeState {
  return {
    step: oneOf(search, "step", QUANTIZE_STEPS), model: textIn(search, "model"), machine: machineIn(search), recipe: textIn(search, "recipe"), name: textIn(search, "name"),
    job: textIn(search, "job"), evalJob: textIn(search, "evalJob"), referenceJob: textIn(search, "referenceJob"), text: textIn(search, "text"),
    answersJob: textIn(search, "answersJob"), ownPrompts: search["ownPrompts"] === true, budget: figureIn(search, "budget"), context: figureIn(search, "context"), sequences: figureIn(search, "sequences"), byBudget: search["byBudget"] === true,
  };
}

/** "other" stands in the address while another machine than this one is being chosen. */
function machineIn(search: Search): string {
  const machine = textIn(search, "machine");
  return machine === "" ? "here" : machine === UNDECIDED ? "" : machine;
}

/** As it was typed; an address written by hand may hold a number. */
function figureIn(search: Search, key: string): string {
  const value = search[key];
  return typeof value === "number" ? String(value) : textIn(search, key);
}
