import type { CredentialDirectory } from '../../workflows/contracts/credentials.js';
import type { HealthSnapshot } from '../../workflows/contracts/health.js';
import type { Catalogue, ContentStore, Instances, ReplySinks } from '../../workflows/contracts/ports.js';
import type { Database } from '../storage/database.js';

export interface LedgerDependencies {
  readonly database: Database;
  readonly catalogue: Catalogue;
  readonly credentials: CredentialDirectory;
  readonly replies: ReplySinks;
  readonly content: ContentStore;
  readonly instances: Instances;
  /** What was lately seen of the offers; absent where nobody looks. */
  readonly health?: () => HealthSnapshot;
  /** True where the caller of this request is connected to this process. */
  readonly callerIsHere: (requestId: string) => boolean;
}
