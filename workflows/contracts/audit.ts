import type { ActingRequest, Page, PageQuery } from './access.js';
import type { JsonObject } from './json.js';
import type { Statement } from './ports.js';

/** One change of one object. `before` and `after` hold what the object shows to its readers: never a secret, never content. */
export interface AuditedChange {
  /** `object.verb` in OpenAI's words where it has them: `project.created`, `api_key.deleted`. */
  readonly type: string;
  readonly objectId: string;
  readonly projectId?: string;
  readonly before?: JsonObject;
  readonly after?: JsonObject;
}

export interface AuditEntry extends AuditedChange {
  /** Position in the organisation's chain, from 1. */
  readonly sequence: number;
  readonly id: string;
  readonly at: string;
  readonly actor: Pick<ActingRequest, 'keyId' | 'userId' | 'role' | 'requestId' | 'ipAddress' | 'userAgent'>;
  /** SHA-256 in hex over this entry and the hash before it. */
  readonly hash: string;
  /** Of now, and so not part of the hash: what people know the project and the actor by. */
  readonly projectName?: string;
  readonly userEmail?: string;
  /** Whose key it is, where it is a machine's. */
  readonly serviceAccountId?: string;
}

/** An entry with all that its hash is made of. */
export interface ChainedAuditEntry extends AuditEntry {
  readonly organizationId: string;
  /** The hash of the entry before it; 64 zeros before the first. */
  readonly previousHash: string;
}

/** The end of a chain. Kept outside the database, it shows whether what stood before it has been rewritten since. */
export interface AuditHead {
  readonly organizationId: string;
  /** Of the last entry; 0 where there is none. */
  readonly sequence: number;
  readonly hash: string;
}

export interface AuditQuery extends PageQuery {
  readonly types?: readonly string[];
  readonly projectIds?: readonly string[];
  /** Users, service accounts or keys. */
  readonly actorIds?: readonly string[];
  readonly actorEmails?: readonly string[];
  readonly objectIds?: readonly string[];
  readonly from?: Date;
  readonly until?: Date;
}

/** Who did what to which object: append-only, a hash chain for each organisation. */
export interface AuditTrail {
  /** To be run in the transaction of the change itself, as its last statement. */
  entry(by: ActingRequest, change: AuditedChange): Statement;
  list(organizationId: string, query: AuditQuery): Promise<Page<AuditEntry>>;
}

/** What the API shows of the audit log. */
export interface AuditLog extends Pick<AuditTrail, 'list'> {
  head(organizationId: string): Promise<AuditHead>;
  /** The entries up to this sequence, from the first on, in batches. */
  chain(organizationId: string, upTo: number): AsyncIterable<readonly ChainedAuditEntry[]>;
}
