/** Percentiles of what was measured, in the unit that the field names. */
export interface Percentiles {
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  readonly p99: number;
}

/** Shares, 0 to 1, of answered attempts whose answer showed such a sign. Absent where none could be looked at. */
export interface ObservedQuality {
  readonly schemaInvalid?: number;
  readonly toolCallInvalid?: number;
  readonly refused?: number;
  readonly truncated?: number;
  readonly empty?: number;
}

/**
 * The state of the way to a vendor: `closed` is in use, `open` rests until `untilMs`, `half_open` lets a few requests through
 * to find out.
 */
export type CircuitState = 'closed' | 'open' | 'half_open';

/** What was seen lately, by all processes, of one offer (and, where named, through one credential). */
export interface OfferHealth {
  readonly offerId: string;
  readonly credentialId?: string;
  readonly circuit: CircuitState;
  /** Milliseconds since the epoch; of an open circuit only. */
  readonly untilMs?: number;
  /** Attempts within the window; with few of them the figures below say little. */
  readonly attempts: number;
  /** The share of them, 0 to 1, that did not fail by the vendor's fault. */
  readonly availability: number;
  readonly firstTokenMs?: Percentiles;
  readonly tokensPerSecond?: Percentiles;
  readonly quality?: ObservedQuality;
  /** 0 to 1: the share of its weight that it may carry while it warms up after a circuit was open. */
  readonly warmth: number;
}

/** By `healthKey`; what is not in it counts as healthy and unknown. */
export type HealthSnapshot = ReadonlyMap<string, OfferHealth>;
