import type { CredentialDirectory } from '../../workflows/contracts/credentials.js';
import type { HealthBoard } from '../../workflows/contracts/health.js';
import type { Catalogue, ContentStore, Instances, ReplySinks } from '../../workflows/contracts/ports.js';
import type { Database } from '../storage/database.js';

export interface LedgerDependencies {
  readonly database: Database;
  readonly catalogue: Catalogue;
  readonly credentials: CredentialDirectory;
  readonly health: HealthBoard;
  readonly replies: ReplySinks;
  readonly content: ContentStore;
  readonly instances: Instances;
  /** True where the caller of this request is connected to this process. */
  readonly callerIsHere: (requestId: string) => boolean;
}
