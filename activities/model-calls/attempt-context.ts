import type { ContentStore, Instances, PlanDirectory, ReplySink, ReplySinks } from '../../workflows/contracts/ports.js';
import type { CallModelInput } from '../../workflows/contracts/requests.js';
import type { ChatProvider } from '../providers/port.js';
import type { Database } from '../storage/database.js';

export interface ModelCallDependencies {
  readonly database: Database;
  readonly plans: PlanDirectory;
  readonly content: ContentStore;
  readonly replies: ReplySinks;
  readonly providers: ReadonlyMap<string, ChatProvider>;
  readonly instances: Instances;
  /** The running activity's own: aborted where Temporal cancels it; a heartbeat where its lane has them. */
  readonly activity: () => { readonly cancelled: AbortSignal; readonly heartbeat: () => void };
  /** Takes the name of what went wrong; never content. */
  readonly onError: (error: unknown) => void;
}

/** What one execution of an attempt works with. */
export interface AttemptContext extends ModelCallDependencies {
  readonly input: CallModelInput;
  readonly sink: ReplySink;
  /** This execution's name in the attempt's row. */
  readonly owner: string;
  readonly cancelled: AbortSignal;
  readonly heartbeat: () => void;
}
