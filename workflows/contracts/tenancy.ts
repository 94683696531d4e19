import type { ActingRequest, EndpointScope, KeyMode, Page, PageQuery, Restrictions, Role } from './access.js';
import type { NanoUsd } from './money.js';
import type { AccountBalance } from './ports.js';

// What an admin key may do with its organisation, but for people and money. Ids of another organisation are as unknown as
// ids of none: each method that is given one throws a `RefusalError` with the object's `…_not_found`.

/** A change of what a level allows: an absent field stays, null allows everything again. */
export interface RestrictionsChange {
  readonly allowedModels?: readonly string[] | null;
  readonly deniedModels?: readonly string[] | null;
  readonly allowedEndpoints?: readonly EndpointScope[] | null;
}

export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly restrictions: Restrictions;
  readonly createdAt: string;
}

export interface Organizations {
  get(organizationId: string): Promise<Organization>;
  modify(
    by: ActingRequest,
    change: { readonly name?: string; readonly restrictions?: RestrictionsChange },
  ): Promise<Organization>;
}

/** Restricts and budgets the projects in it and below it. */
export interface Team {
  readonly id: string;
  readonly name: string;
  /** Absent where it stands under the organisation itself. */
  readonly parentId?: string;
  readonly restrictions: Restrictions;
  readonly createdAt: string;
  readonly archivedAt?: string;
}

export interface TeamChange {
  readonly name?: string;
  /** Null moves it under the organisation itself. */
  readonly parentId?: string | null;
  readonly restrictions?: RestrictionsChange;
}

export interface ArchivablePageQuery extends PageQuery {
  readonly includeArchived: boolean;
}

export interface Teams {
  list(organizationId: string, query: ArchivablePageQuery): Promise<Page<Team>>;
  /** @throws RefusalError `invalid_request` of `parent_id` where there is no such team, or 8 stand above each other. */
  create(by: ActingRequest, team: TeamChange & { readonly name: string }): Promise<Team>;
  get(organizationId: string, teamId: string): Promise<Team>;
  /** @throws RefusalError `archived`; `invalid_request` of `parent_id` where the team would stand under itself. */
  modify(by: ActingRequest, teamId: string, change: TeamChange): Promise<Team>;
  /** @throws RefusalError `team_in_use` while a project or a team that is not archived stands in it. */
  archive(by: ActingRequest, teamId: string): Promise<Team>;
}

export interface Project {
  readonly id: string;
  readonly name: string;
  readonly teamId?: string;
  readonly restrictions: Restrictions;
  /** How long the answer to a keyed request is held. */
  readonly answerHoldMs: number;
  /** How long an answer stays that a caller asked to have stored; absent where none may be. */
  readonly storedAnswerRetentionMs?: number;
  /** How long what its jobs make is kept, and what its callers upload; absent for as long as the installation says. */
  readonly outputRetentionMs?: number;
  readonly fileRetentionMs?: number;
  readonly createdAt: string;
  readonly archivedAt?: string;
  /** Absent where the project has no budget of its own. */
  readonly budget?: AccountBalance;
}

export interface ProjectChange {
  readonly name?: string;
  /** Null takes it out of its team. */
  readonly teamId?: string | null;
  readonly restrictions?: RestrictionsChange;
  readonly answerHoldMs?: number;
  /** Null lets callers store no more answers; those that are stored stay until their time is over. */
  readonly storedAnswerRetentionMs?: number | null;
  /** A shorter time counts for what is there, too. Null is as long as the installation says. */
  readonly outputRetentionMs?: number | null;
  readonly fileRetentionMs?: number | null;
}

export interface Projects {
  list(organizationId: string, query: ArchivablePageQuery): Promise<Page<Project>>;
  /** @throws RefusalError `invalid_request` of `team_id` where there is no such team. */
  create(
    by: ActingRequest,
    project: ProjectChange & { readonly name: string; readonly budgetNanoUsd?: NanoUsd },
  ): Promise<Project>;
  get(organizationId: string, projectId: string): Promise<Project>;
  /** @throws RefusalError `archived`. */
  modify(by: ActingRequest, projectId: string, change: ProjectChange): Promise<Project>;
  /** Its keys stop within a second; what runs goes on to its end. */
  archive(by: ActingRequest, projectId: string): Promise<Project>;
}

/** A machine that calls models on a project's account, with keys that outlive whoever made them. */
export interface ServiceAccount {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: string;
}

/** What a key of a service account may do; without them it is live, and as free as its project. */
export interface AccountKeySettings {
  readonly mode?: KeyMode;
  readonly restrictions?: RestrictionsChange;
}

export interface ServiceAccounts {
  list(organizationId: string, projectId: string, query: PageQuery): Promise<Page<ServiceAccount>>;
  /** With a first key, unless `withoutKey`. */
  create(
    by: ActingRequest,
    projectId: string,
    account: { readonly name: string; readonly withoutKey: boolean; readonly key?: AccountKeySettings },
  ): Promise<{ readonly account: ServiceAccount; readonly key?: NewKey }>;
  get(organizationId: string, projectId: string, accountId: string): Promise<ServiceAccount>;
  modify(
    by: ActingRequest,
    projectId: string,
    accountId: string,
    change: { readonly name?: string; readonly role?: Role },
  ): Promise<ServiceAccount>;
  /** Its keys are revoked with it. */
  remove(by: ActingRequest, projectId: string, accountId: string): Promise<void>;
  createKey(
    by: ActingRequest,
    projectId: string,
    accountId: string,
    name: string,
    settings?: AccountKeySettings,
  ): Promise<NewKey>;
}

export interface KeyOwner {
  readonly type: 'user' | 'service_account';
  readonly id: string;
  readonly name: string;
  /** Of users. */
  readonly email?: string;
  /** In the project, else in the organisation. */
  readonly role: Role;
  readonly createdAt: string;
}

/** A key for inference. What is stored of its secret is a hash. */
export interface ProjectKey {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly mode: KeyMode;
  /** The secret's visible beginning and end. */
  readonly hint: string;
  /** Absent where the key is nobody's, as the first keys of an organisation are. */
  readonly owner?: KeyOwner;
  /** False once its owner has been removed, or taken out of the project. */
  readonly ownerHasAccess: boolean;
  readonly restrictions: Restrictions;
  /** After how much silence its streams are kept alive, 0 for never; absent is the installation's setting. */
  readonly keepAliveSeconds?: number;
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly revokedAt?: string;
  /** Half a minute late at most. */
  readonly lastUsedAt?: string;
  /** Until when the secret of before the last rotation is valid. */
  readonly previousValidUntil?: string;
}

/** With the secret, which is told once. */
export interface NewKey extends ProjectKey {
  readonly secret: string;
}

export interface ProjectKeyQuery extends PageQuery {
  /** Absent lists the keys of all owners. */
  readonly ownerHasAccess?: boolean;
}

export interface ProjectKeys {
  list(organizationId: string, projectId: string, query: ProjectKeyQuery): Promise<Page<ProjectKey>>;
  /**
   * @throws RefusalError `invalid_request` of `user_id` where there is no such member; `permission_denied` where it is
   * another person and the actor does not manage the project; `archived`.
   */
  create(
    by: ActingRequest,
    projectId: string,
    key: {
      readonly name: string;
      readonly mode: KeyMode;
      /** Absent makes it the acting person's. */
      readonly userId?: string;
      readonly expiresInSeconds?: number;
      readonly restrictions?: RestrictionsChange;
      readonly keepAliveSeconds?: number;
    },
  ): Promise<NewKey>;
  get(organizationId: string, projectId: string, keyId: string): Promise<ProjectKey>;
  /** @throws RefusalError `key_revoked`. */
  modify(
    by: ActingRequest,
    projectId: string,
    keyId: string,
    change: {
      readonly name?: string;
      readonly restrictions?: RestrictionsChange;
      /** Null is the installation's setting again. */
      readonly keepAliveSeconds?: number | null;
    },
  ): Promise<ProjectKey>;
  /**
   * A new secret under the same id. The one of before is valid for `overlapSeconds` more; one from before that, which an
   * earlier rotation left, ends at once.
   * @throws RefusalError `key_revoked`, also where it has expired; `permission_denied` as for `create`.
   */
  rotate(by: ActingRequest, projectId: string, keyId: string, overlapSeconds: number): Promise<NewKey>;
  /** Revokes it, in every gateway process within a second. Once more is no change. */
  remove(by: ActingRequest, projectId: string, keyId: string): Promise<void>;
}
