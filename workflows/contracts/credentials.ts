import type { ActingRequest, Page, PageQuery } from './access.js';
import type { FailureClass } from './failures.js';

/** In what form a vendor knows who calls. `workflows/domain/credential-kinds.ts` says which fields each form has. */
export type CredentialKind =
  'api_key' | 'aws' | 'aws_api_key' | 'google_service_account' | 'azure_api_key' | 'azure_entra';

/** What happens when an organisation's own credential cannot serve: the operator's may, or none. */
export type CredentialFallback = 'operator' | 'never';

export type CredentialFields = { readonly [field: string]: string };

/** Whose a credential is: the operator's, for every organisation, or one organisation's own, perhaps for one project alone. */
export interface CredentialOwner {
  /** Absent for the operator's. */
  readonly organizationId?: string;
  readonly projectId?: string;
}

/** What each gateway process may use of a credential in a minute before another account goes first; absent for no limit. */
export interface CredentialLimits {
  readonly requestsPerMinute?: number;
  /** Input and output together, as the vendor reports them. */
  readonly tokensPerMinute?: number;
}

export interface CredentialUse {
  readonly requests?: number;
  readonly tokens?: number;
}

/** What a planner knows of a credential. */
export interface UsableCredential extends CredentialOwner {
  readonly id: string;
  readonly vendor: string;
  /** 1 to 1000: its share among those of the same rank. */
  readonly weight: number;
  readonly fallback: CredentialFallback;
  /** True where the vendor refused it when it was last verified. */
  readonly isRefused?: true;
  /** True where one of its limits is reached for now. */
  readonly isUsedUp?: true;
}

/** A credential with its secret, as an adapter is made of it. In memory alone: never in a history, a log or an error. */
export interface VendorAccount extends CredentialOwner {
  readonly id: string;
  readonly vendor: string;
  readonly kind: CredentialKind;
  readonly settings: CredentialFields;
  readonly secret: CredentialFields;
}

/** The credentials that are in force at this moment, in every process within a second of a change. */
export interface CredentialDirectory {
  /** The vendors that the environment has an account at, which no credential stands for. */
  readonly environment: ReadonlySet<string>;
  /** The operator's and the organisation's own; of the latter's projects only this one's. Never anybody else's. */
  usableBy(organizationId: string, projectId?: string): readonly UsableCredential[];
  /** The vendors that the organisation can call, by any account. The same set as long as it has the same members. */
  vendorsFor(organizationId: string, projectId?: string): ReadonlySet<string>;
}

export type VerificationStatus = 'valid' | 'invalid' | 'unreachable';

/** What a vendor said when it was asked whether it takes the credential. */
export interface Verification {
  readonly status: VerificationStatus;
  /** Why not; absent of a valid one. */
  readonly failureClass?: FailureClass;
  /** For people: what it means and what to do. In our own words alone, because vendors echo what they were sent. */
  readonly message: string;
}

export interface CredentialVerifier {
  /** Asks the vendor something cheap, for at most some seconds; never throws for what the vendor does. */
  verify(account: VendorAccount): Promise<Verification>;
}

/** A credential as its owner sees it: everything but the secret. */
export interface Credential extends CredentialOwner, CredentialLimits {
  readonly id: string;
  readonly vendor: string;
  readonly name: string;
  readonly kind: CredentialKind;
  readonly settings: CredentialFields;
  /** The last four characters of what is secret in it. */
  readonly hint: string;
  readonly weight: number;
  readonly isEnabled: boolean;
  readonly fallback: CredentialFallback;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly verified?: Verification & { readonly at: string };
}

export interface NewCredential {
  readonly vendor: string;
  readonly name: string;
  /** The vendor's first one where it is absent. */
  readonly kind?: CredentialKind;
  readonly projectId?: string;
  readonly settings: CredentialFields;
  readonly secret: CredentialFields;
  readonly weight?: number;
  readonly isEnabled?: boolean;
  readonly fallback?: CredentialFallback;
  /** Null for none. */
  readonly requestsPerMinute?: number | null;
  readonly tokensPerMinute?: number | null;
}

/** Absent fields stay; a secret is replaced as a whole, and so are settings. */
export type CredentialChange = Partial<Omit<NewCredential, 'vendor' | 'kind' | 'projectId'>>;

export interface CredentialQuery extends PageQuery {
  readonly projectId?: string;
  readonly vendor?: string;
}

/** Whose list is meant: that of the actor's organisation, or the operator's. */
export type CredentialList = 'organization' | 'operator';

/**
 * The credentials of one list, as the management API shows and changes them.
 * All but `list` and `create` throw `credential_not_found` for one that is not on the list.
 */
export interface Credentials {
  list(by: ActingRequest, list: CredentialList, query: CredentialQuery): Promise<Page<Credential>>;
  get(by: ActingRequest, list: CredentialList, id: string): Promise<Credential>;
  /** @throws RefusalError `invalid_request` with the field that is wrong; `project_not_found`. */
  create(by: ActingRequest, list: CredentialList, credential: NewCredential): Promise<Credential>;
  /** @throws RefusalError as `create`. */
  modify(by: ActingRequest, list: CredentialList, id: string, change: CredentialChange): Promise<Credential>;
  /** Destroys the secret. What was charged by it stays in the books. */
  remove(by: ActingRequest, list: CredentialList, id: string): Promise<void>;
  verify(by: ActingRequest, list: CredentialList, id: string): Promise<Credential>;
}
