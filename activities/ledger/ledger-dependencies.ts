import type { CredentialDirectory } from '../../workflows/contracts/credentials.js';
import type { HealthBoard } from '../../workflows/contracts/health.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import type { Catalogue, ContentStore, Instances, ReplySinks } from '../../workflows/contracts/ports.js';
import type { Database } from '../storage/database.js';

/** Whose request it is, so that no account serves anybody else. */
export interface BatchUser {
  readonly organizationId: string;
  readonly projectId: string;
}

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
  /** Whether an account, the environment's where no credential is named, has batches of its vendor's for the offer. */
  readonly takesBatches: (offer: Offer, credentialId: string | undefined, user: BatchUser) => boolean;
}
