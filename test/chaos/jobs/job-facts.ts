import type { Violation } from '../facts.js';
import type { JobStageName, JobVictim } from './job-stage-names.js';

/** A job as Postgres, the vendor, the object store, its caller and the receiver of webhooks have it, once all is quiet. */
export interface JobFacts {
  /** In the prompt, so that the vendor's list can name it. */
  readonly tag: string;
  /** What each POST with its key was answered. */
  readonly ids: readonly string[];
  /** Sent while something was down, to the gateway that was not. */
  readonly late: boolean;
  /** Absent where nothing was accepted. */
  readonly row?: JobRow;
  /** How often the vendor was handed the work. */
  readonly submissions: number;
  /** Of the output, where the vendor made one. */
  readonly madeSha256?: string;
  readonly objects: readonly { readonly id: string; readonly state: 'writing' | 'ready' | 'destroyed' }[];
  /** What the caller is shown at the end, and given. */
  readonly shown: { readonly status: string; readonly code?: string; readonly sha256?: string };
  /** Webhooks that tell of an end, by the event's id. */
  readonly told: readonly { readonly eventId: string; readonly type: string }[];
}

/** Amounts are bigint, in nano USD. */
export interface JobRow {
  readonly id: string;
  readonly state: string;
  readonly failureClass: string | null;
  readonly charged: bigint | null;
  readonly hold: bigint | null;
  readonly posted: bigint | null;
  readonly attempts: readonly { readonly status: string | null; readonly calls: number }[];
  /** Rows of `jobs.events` that are an end. */
  readonly ends: readonly string[];
  /** Rows of the outbox that are an end. */
  readonly outbox: readonly string[];
  /** Settlements in the ledger. */
  readonly resolutions: number;
}

export interface JobRoundFacts {
  readonly stage: JobStageName;
  readonly victim: JobVictim;
  /** Whether the dead gateway's waiting statements were ended with it; else Postgres made them after its death. */
  readonly dismissed: boolean;
  readonly jobs: readonly JobFacts[];
  /** What lies in the bucket, parts of uploads included, and what rows know of. */
  readonly bucket: { readonly names: readonly string[]; readonly uploads: number; readonly known: readonly string[] };
  /** Rows of the round, whoever asked. */
  readonly requests: number;
}

export interface JobRoundResult {
  readonly facts: JobRoundFacts;
  readonly violations: readonly Violation[];
  /** From the kill to the last end of a job. */
  readonly recoveryMs: number;
}
