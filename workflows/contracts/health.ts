import type { AttemptFailure, FailureClass } from './failures.js';

/** Percentiles of what was measured, in the unit that the field names. */
export interface Percentiles {
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  readonly p99: number;
}

export type FailureCounts = { readonly [C in FailureClass]?: number };

/** Shares, 0 to 1, of answered attempts whose answer showed such a sign. Absent where none could be looked at. */
export interface ObservedQuality {
  readonly schemaInvalid?: number;
  readonly toolCallInvalid?: number;
  readonly refused?: number;
  readonly truncated?: number;
  readonly empty?: number;
}

/**
 * The state of the way to a vendor: `closed` is in use, `open` rests until `untilMs` at least, `half_open` is to be tried by
 * the next request. A snapshot says `half_open` for only as many plans as may find out, so that a planner treats it as `closed`.
 */
export type CircuitState = 'closed' | 'open' | 'half_open';

/** What was seen lately, by all processes, of one offer (and, where named, through one credential). */
export interface OfferHealth {
  /** `vendor/*` for the account itself, which all offers of its vendor rest with. */
  readonly offerId: string;
  readonly credentialId?: string;
  readonly circuit: CircuitState;
  /** Milliseconds since the epoch; of an open circuit only. */
  readonly untilMs?: number;
  /** Attempts within the window; with few of them the figures below say little. */
  readonly attempts: number;
  /** The share of them, 0 to 1, that did not fail by the vendor's fault. */
  readonly availability: number;
  /** Failed attempts within the window by class, those included that are nobody's fault. */
  readonly failures?: FailureCounts;
  /** What opened the circuit last. */
  readonly reason?: FailureClass;
  /** Of streamed answers only: a plain one comes whole. */
  readonly firstTokenMs?: Percentiles;
  readonly tokensPerSecond?: Percentiles;
  readonly quality?: ObservedQuality;
  /** 0 to 1: the share of its weight that it may carry while it warms up after a circuit was open. */
  readonly warmth: number;
}

/** By `healthKey`; what is not in it counts as healthy and unknown. */
export interface HealthSnapshot {
  get(key: string): OfferHealth | undefined;
  /** Always the same one of the same key, so that who asks for a thousand again and again need look each up but once. */
  placeOf?(key: string): HealthPlace;
  /** All that is known through one credential, by the ids of offers: to make a thousand keys takes longer than to look them up. */
  through?(credentialId: string): ReadonlyMap<string, OfferHealth>;
}

/** Where the health of one key is to be read, now and later. */
export interface HealthPlace {
  readonly health: OfferHealth | undefined;
}

/** Signs of an answer's quality that can be seen without judging it. */
export interface AnswerSigns {
  readonly refused: boolean;
  readonly truncated: boolean;
  readonly empty: boolean;
  /** Of calls that asked for JSON, where it was looked at. */
  readonly schemaValid?: boolean;
  /** Of answers that called tools: whether all arguments are JSON. */
  readonly toolCallsValid?: boolean;
}

/** How one attempt went; never content. */
export interface Observation {
  readonly offerId: string;
  readonly credentialId?: string;
  /** Milliseconds since the epoch, as `endedAtMs`. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Absent where it answered whole. */
  readonly failure?: AttemptFailure;
  readonly firstTokenMs?: number;
  readonly tokensPerSecond?: number;
  /** Of whole answers. */
  readonly signs?: AnswerSigns;
}

/** What is said of one offer for a longer time than a snapshot looks back, over all credentials. */
export interface OfferHistory {
  /** Shares, 0 to 1; absent where nothing was asked. */
  readonly uptime5m?: number;
  readonly uptime30m?: number;
  readonly uptime1d?: number;
  /** Of the last 30 minutes. */
  readonly firstTokenMs?: Percentiles;
  readonly tokensPerSecond?: Percentiles;
}

/** Told of every attempt that reached a vendor, or should have; returns at once and never throws. */
export interface HealthRecorder {
  record(observation: Observation): void;
}

export interface HealthBoard {
  /** What all processes know, at most a second old. */
  snapshot(): HealthSnapshot;
  /**
   * Takes note of a plan: these ways in this order. The first, where it is half open, is one of the few that find out;
   * any whose rest is over is asked leave for.
   */
  planned(ways: readonly Pick<Observation, 'offerId' | 'credentialId'>[]): void;
}

export interface HealthReports {
  /** Everything that is known at this moment, by offer and credential. */
  list(): readonly OfferHealth[];
  /** By offer id; offers of which nothing was seen for a day are not in it, and none is while the database is away. */
  histories(offerIds: readonly string[]): Promise<ReadonlyMap<string, OfferHistory>>;
}
