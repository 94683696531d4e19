import type { AttemptFailure, FailureDetail } from '../../workflows/contracts/failures.js';
import type { MediaKind } from '../../workflows/contracts/kinds.js';
import type { CarriedCallFor } from '../../workflows/contracts/media-calls.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import type { Usage } from '../../workflows/contracts/usage.js';
import type { Warning } from '../../workflows/contracts/warning.js';
import type { MediaAttempt } from './attempt.js';

/**
 * By what a job at a vendor is asked about again, days later and by another process: ids and addresses, never content, and no
 * credential. It is stored before anything else is done with it.
 */
export type VendorJobRef = { readonly [name: string]: string };

/** Something that a vendor has made: where it is to be fetched, or the bytes themselves. */
export type VendorOutput = (
  | {
      readonly type: 'url';
      readonly url: string;
      /** For an address of the vendor's own that wants the account's credential; never sent anywhere else. */
      readonly headers?: { readonly [name: string]: string };
    }
  | { readonly type: 'base64'; readonly data: string }
) & {
  /** As the vendor says; the bytes themselves are looked at. */
  readonly mediaType?: string;
  readonly seconds?: number;
  readonly resolution?: string;
};

export type VendorJobState =
  | {
      readonly status: 'running';
      /** Percent, where the vendor tells it. */
      readonly progress?: number;
      /** How long to wait before the next question, where the vendor says so. */
      readonly againMs?: number;
    }
  | {
      readonly status: 'succeeded';
      readonly outputs: readonly VendorOutput[];
      readonly usage: Usage;
      /** By what the vendor names the answer. */
      readonly vendorId?: string;
      /** What was not done as it was asked. */
      readonly warnings?: readonly Warning[];
    }
  /** It is over and brought nothing. `usage` where the vendor charges for it nevertheless. */
  | {
      readonly status: 'failed';
      readonly failure: AttemptFailure;
      readonly detail: FailureDetail;
      readonly usage?: Usage;
    };

export type VendorJobQuestion<K extends MediaKind> = MediaAttempt<CarriedCallFor<K>> & { readonly job: VendorJobRef };

/** The same of what nobody wants any more, whose content may be gone. */
export type VendorJobStop = Pick<MediaAttempt, 'offer' | 'attemptKey' | 'signal'> & { readonly job: VendorJobRef };

/** What a vendor makes in its own time: taken on at once, asked about until it is done. Every method throws a `ProviderFailure`. */
export interface VendorJobs<K extends MediaKind> {
  /** Whether a model is asked so, of vendors that answer for others at once; absent where all are. */
  takes?(offer: Pick<Offer, 'vendorModel'>): boolean;
  /**
   * Hands the job in, once. Where it throws `cut` or `connection` the vendor may have taken it on; it is not handed in again
   * then, unless the vendor knows it by the attempt's key.
   */
  submit(attempt: MediaAttempt<CarriedCallFor<K>>): Promise<VendorJobRef>;
  check(question: VendorJobQuestion<K>): Promise<VendorJobState>;
  /** Asks the vendor to stop; absent where it has no such question. */
  cancel?(question: VendorJobStop): Promise<void>;
}

/** By kind, what a vendor does as a job. */
export type JobCapabilities = { readonly [K in MediaKind]?: VendorJobs<K> };
