import type { JsonObject } from '../../workflows/contracts/json.js';
import type { CallSpec, Seen } from './caller.js';
import type { StageName } from './stage-names.js';

/** A request as Postgres has it. Amounts are bigint, in nano USD. */
export interface RequestFacts {
  readonly id: string;
  readonly holder: string;
  readonly state: 'accepted' | 'reserved' | 'settled' | 'released' | 'refused';
  readonly stream: boolean;
  readonly keyed: boolean;
  /** More than one where it may fall back. */
  readonly models: readonly string[];
  readonly ended: boolean;
  readonly charged: bigint | null;
  readonly failureClass: string | null;
  readonly attempt: number | null;
  readonly hold: bigint | null;
  readonly posted: bigint | null;
  readonly attempts: readonly AttemptFacts[];
}

export interface AttemptFacts {
  readonly requestId: string;
  readonly number: number;
  readonly vendor: string;
  readonly state: 'sending' | 'recorded';
  readonly owner: string;
  readonly calls: number;
  readonly status: 'answered' | 'partial' | 'failed' | null;
  readonly failureClass: string | null;
  readonly chargeNanoUsd: string | null;
  readonly checkpoint: unknown;
  readonly usage: unknown;
}

/** One caller: what it asked, what it saw, and what it got when it asked again with the same key afterwards. */
export interface CallFacts {
  readonly spec: CallSpec;
  readonly seen: Seen;
  readonly again?: Seen;
  /** Of a stored call, once all was quiet; absent where it left no answer to find. */
  readonly kept?: KeptFacts;
  /** Sent while things were down, so that it may have been turned away. */
  readonly late: boolean;
}

/** What came of a stored answer: found, gone on from where it was a whole response, and destroyed. */
export interface KeptFacts {
  readonly requestId: string;
  readonly found: { readonly status: number; readonly body: JsonObject };
  readonly continued?: {
    readonly status: number;
    readonly body: JsonObject;
    readonly expectedText: string;
    /** What the vendor was sent, as JSON. */
    readonly sent: string;
  };
  readonly destroyed: number;
  /** The status of the answer's id after that. */
  readonly gone: number;
}

/** A call that a vendor's own log has. */
export interface VendorCall {
  readonly tag: string | undefined;
}

export type Victim = 'gateway' | 'temporal' | 'postgres';

/** Everything that is known of one kill. */
export interface RoundFacts {
  readonly stage: StageName;
  readonly victim: Victim;
  readonly calls: readonly CallFacts[];
  /** How many requests must be in the books at least. */
  readonly accepted: number;
  readonly requests: readonly RequestFacts[];
  readonly vendorCalls: readonly VendorCall[];
  readonly left?: Left;
}

/** What a killed gateway has left, before anybody else took it up. */
export interface Left {
  /** The process's name among the instances. */
  readonly holder: string;
  /** Whether its waiting statements were ended with it; else Postgres made them after its death. */
  readonly dismissed: boolean;
  readonly attempts: readonly AttemptFacts[];
}

/** Something that must not be; `about` is a request's id or a caller's tag. */
export interface Violation {
  readonly about: string;
  readonly what: string;
}
