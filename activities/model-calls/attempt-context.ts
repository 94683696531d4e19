import type { HealthRecorder } from '../../workflows/contracts/health.js';
import type { ContentStore, Instances, PlanDirectory, ReplySink, ReplySinks } from '../../workflows/contracts/ports.js';
import type { CallModelInput } from '../../workflows/contracts/requests.js';
import type { ObjectStore } from '../../workflows/contracts/objects.js';
import type { CalledBack } from '../../workflows/contracts/vendor-webhooks.js';
import type { Downloads } from '../providers/port.js';
import type { Accounts } from '../providers/port.js';
import type { Database } from '../storage/database.js';
import type { BatchedLines } from './batched-lines.js';
import type { RunningActivity } from './waiting-activities.js';

export interface ModelCallDependencies {
  readonly database: Database;
  readonly plans: PlanDirectory;
  readonly content: ContentStore;
  readonly replies: ReplySinks;
  readonly accounts: Accounts;
  /** Where what vendors have made comes to rest. */
  readonly objects: ObjectStore;
  readonly downloads: Downloads;
  /** Attempts that go into their vendors' own batches. */
  readonly batchedLines: BatchedLines;
  readonly instances: Instances;
  /** Where a vendor may call back about an attempt; absent, as what it gives, where it could not. */
  readonly callbackUrl?: (attempt: CalledBack) => string | undefined;
  /** Told how each call of a vendor went. */
  readonly health: HealthRecorder;
  readonly activity: () => RunningActivity;
  /** Whether somebody has cancelled the request's workflow, or has closed it; throws where Temporal cannot say. */
  readonly isUnwanted: (requestId: string) => Promise<boolean>;
  /** Takes the name of what went wrong; never content. */
  readonly onError: (error: unknown) => void;
}

/** What one execution of an attempt works with. */
export interface AttemptContext extends ModelCallDependencies {
  readonly input: CallModelInput;
  readonly sink: ReplySink;
  /** This execution's name in the attempt's row. */
  readonly owner: string;
  /** Aborted once nobody wants the execution any more, or, with `{class: 'lease_lapsed'}`, its worker stops. */
  readonly cancelled: AbortSignal;
  readonly heartbeat: () => void;
}
