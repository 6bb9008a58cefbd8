/** Time, so that tests can hold it still. */
export interface Clock {
  /** Wall clock, milliseconds since 1970 in UTC. */
  now(): number;
  /** Monotonic milliseconds, for intervals. */
  ticks(): number;
}
