import { watchChanges } from "../jobs/watch-changes.ts";
import { implementer } from "./implementer.ts";
import { withWireErrors } from "./wire-error.ts";

/** A page answers in a tenth of a second or two; reading the counters costs microseconds. */
const WATCH_INTERVAL_MS = 200;
const REAP_INTERVAL_MS = 2000;

export const events = {
  watch: implementer.events.watch.handler(({ context: { workbench: { store, clock, home } }, signal }) =>
    withWireErrors(watchChanges({ store, clock, home: home.root, signal: signal ?? new AbortController().signal, intervalMs: WATCH_INTERVAL_MS, reapIntervalMs: REAP_INTERVAL_MS }))),
};
