import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";

export type Search = Readonly<Record<string, unknown>>;

export interface WizardState<State extends object> {
  readonly state: State;
  /** Another answer at the same step: the address is replaced, "back" does not walk through every letter typed. */
  readonly set: (change: Partial<State>) => void;
  /** Another step: "back" returns to the one before. */
  readonly go: (change: Partial<State>) => void;
  /** Every answer forgotten. */
  readonly restart: (keep?: Partial<State>) => void;
}

/**
 * The answers of a wizard live in the address: they survive a reload, a bookmark and a page that links into the middle, and nothing of them is anywhere else.
 * `read` makes a state of whatever the address holds, for a person may write anything there.
 */
export function useWizardState<State extends object>(read: (search: Search) => State): WizardState<State> {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const state = useMemo(() => read(search), [read, search]);
  const change = useCallback((changes: Partial<State>, replace: boolean) => {
    void navigate({ to: ".", search: ((before: Search) => present({ ...before, ...changes })) as never, replace });
  }, [navigate]);
  const set = useCallback((changes: Partial<State>) => change(changes, true), [change]);
  const go = useCallback((changes: Partial<State>) => change(changes, false), [change]);
  const restart = useCallback((keep: Partial<State> = {}) => void navigate({ to: ".", search: present(keep as Search) as never }), [navigate]);
  return { state, set, go, restart };
}

/** As it was written, or "" where the address holds something else. */
export function textIn(search: Search, key: string): string {
  const value = search[key];
  return typeof value === "string" ? value : "";
}

export function oneOf<Choice extends string>(search: Search, key: string, choices: readonly [Choice, ...Choice[]]): Choice {
  return choices.find((choice) => choice === search[key]) ?? choices[0];
}

export function textsIn(search: Search, key: string, most: number): string[] {
  const value = search[key];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string" && item !== "").slice(0, most) : [];
}

export function countIn(search: Search, key: string, { least, most, usual }: { readonly least: number; readonly most: number; readonly usual: number }): number {
  const value = search[key];
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most ? value : usual;
}

/** An address without what says nothing. */
function present(state: Search): Search {
  return Object.fromEntries(Object.entries(state).filter(([, value]) => value !== "" && value !== null && value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0)));
}
