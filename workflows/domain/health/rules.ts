/** When a circuit opens, for how long, and how it closes. All times are milliseconds. */
export interface CircuitRules {
  /** Failures in a row, of this process's own attempts, that open it; 0 leaves all circuits closed. */
  readonly failures: number;
  /** The share of failures, 0 to 1, over at least `minimum` attempts of all processes within `shareMs`, that opens it. */
  readonly share: number;
  readonly minimum: number;
  readonly shareMs: number;
  /** The first rest; each further one in a row is twice as long, up to `longestRestMs`. */
  readonly restMs: number;
  readonly longestRestMs: number;
  /** The same after a failure that somebody has to mend. */
  readonly lastingRestMs: number;
  readonly longestLastingRestMs: number;
  /** A wait that the vendor asks for opens the circuit at once if it is at least so long, and is believed up to the longest. */
  readonly shortestToldMs: number;
  readonly longestToldMs: number;
  /** Answers in a row that close it. */
  readonly successes: number;
  /** Over how long a closed circuit gets its traffic back: as long as it rested, but at most this. */
  readonly longestWarmUpMs: number;
}

export const CIRCUIT_RULES: CircuitRules = {
  // Few enough that an outage costs a handful of detours, more than chance alone brings: at 2 % of failures five in a row
  // come once in 300 million attempts.
  failures: 5,
  share: 0.5,
  minimum: 20,
  shareMs: 30_000,
  restMs: 5_000,
  longestRestMs: 300_000,
  lastingRestMs: 60_000,
  longestLastingRestMs: 1_800_000,
  shortestToldMs: 1_000,
  // A daily quota tells a day. Asking once an hour costs nothing, and finds the account that was topped up.
  longestToldMs: 3_600_000,
  successes: 2,
  longestWarmUpMs: 30_000,
};
