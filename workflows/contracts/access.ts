/** What a person or a machine may do in an organisation or in a project, from most to least. */
export type Role = 'owner' | 'admin' | 'member' | 'billing' | 'viewer';

/** What a route of the management API does. `workflows/domain/permissions.ts` says which roles may. */
export type Permission =
  | 'organization.read'
  | 'organization.write'
  | 'users.read'
  | 'users.write'
  | 'admin_keys.read'
  | 'admin_keys.write'
  | 'teams.read'
  | 'teams.write'
  | 'projects.read'
  | 'projects.create'
  | 'projects.write'
  | 'project_users.read'
  | 'project_users.write'
  | 'keys.read'
  | 'keys.write'
  | 'limits.read'
  | 'limits.write'
  | 'budgets.read'
  | 'budgets.write'
  | 'credits.read'
  | 'credits.write'
  | 'routing.read'
  | 'routing.write'
  | 'usage.read'
  | 'audit.read'
  | 'vendor_health.read'
  | 'prices.read'
  | 'prices.write'
  | 'credentials.read'
  | 'credentials.write'
  | 'webhooks.read'
  | 'webhooks.write'
  | 'operator_credentials.read'
  | 'operator_credentials.write'
  | 'offers.read'
  | 'offers.write';

/** Who acts through the management API: an admin key, and the user that it belongs to where it is a person's. */
export interface Actor {
  readonly organizationId: string;
  readonly keyId: string;
  readonly userId?: string;
  /** In the whole organisation. */
  readonly role: Role;
  /** Of the organisation that runs the installation. */
  readonly isOperator?: boolean;
  /** In single projects, by their ids; counts besides the role in the organisation. */
  readonly projectRoles: { readonly [projectId: string]: Role | undefined };
}

/** Where a request to the management API came from, whoever sent it. */
export interface RequestOrigin {
  readonly requestId: string;
  readonly ipAddress?: string;
  readonly userAgent?: string;
}

/** An actor and where its request came from: what the audit log says of who did something. */
export interface ActingRequest extends Actor, RequestOrigin {}

/** The endpoints that a key may be limited to, by what they do. */
export type EndpointScope =
  | 'chat'
  | 'responses'
  | 'messages'
  | 'embeddings'
  | 'rerank'
  | 'images'
  | 'audio'
  | 'video'
  | 'files'
  | 'batches'
  | 'models'
  | 'requests';

/**
 * What one level of tenancy (organisation, team, project, key) allows. An absent field allows everything; each level can
 * only take away. Models are offer ids in which `*` stands for any run of characters: `openai/*`, `*\/claude-*`.
 */
export interface Restrictions {
  readonly allowedModels?: readonly string[];
  readonly deniedModels?: readonly string[];
  readonly allowedEndpoints?: readonly EndpointScope[];
}

/** `test` keys reach sandbox models only and move no money. */
export type KeyMode = 'live' | 'test';

/** A slice of a list, in the order of creation. */
export interface PageQuery {
  /** The id of the last object of the page before; unknown ids are refused. */
  readonly after?: string;
  /** The id of the first object of the page behind. */
  readonly before?: string;
  readonly limit: number;
  readonly order: 'asc' | 'desc';
}

export interface Page<T> {
  readonly data: readonly T[];
  readonly hasMore: boolean;
}
