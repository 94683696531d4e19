import type { ActingRequest, Page, PageQuery, RequestOrigin, Role } from './access.js';

/** A person of an organisation. Who was removed is found by nobody, and still serves as a cursor. */
export interface User {
  readonly id: string;
  /** In lower case. */
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: string;
  readonly keyLastUsedAt?: string;
  /** The projects, those that are archived left out, in which this person has a role besides. */
  readonly projects: readonly { readonly id: string; readonly name: string; readonly role: Role }[];
}

export interface ProjectUser {
  /** The user's id. */
  readonly id: string;
  readonly email: string;
  readonly name: string;
  /** In the project. */
  readonly role: Role;
  readonly addedAt: string;
}

export interface ProjectGrant {
  readonly id: string;
  readonly role: Role;
}

export interface Invite {
  readonly id: string;
  /** In lower case. */
  readonly email: string;
  readonly role: Role;
  readonly projects: readonly ProjectGrant[];
  readonly status: 'pending' | 'accepted' | 'expired';
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly acceptedAt?: string;
}

/** Whose an admin key is: a person's, or the organisation's own. */
export interface AdminKey {
  readonly id: string;
  readonly name: string;
  /** The key's visible beginning and end. */
  readonly hint: string;
  /** The person's role, or the key's own. */
  readonly role: Role;
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly lastUsedAt?: string;
  readonly owner?: Pick<User, 'id' | 'name' | 'role' | 'createdAt'>;
}

/** The key itself is in this answer only: what is stored is its hash. */
export type NewAdminKey = AdminKey & { readonly key: string };

/**
 * The people of an organisation, in it and in its projects. Ids of another organisation are as unknown as ids of none:
 * `user_not_found`, `project_not_found`, `invite_not_found`. Nobody grants a role above their own, nor changes or removes
 * somebody who has one (`permission_denied`).
 */
export interface People {
  readonly users: Users;
  readonly projectUsers: ProjectUsers;
  readonly invites: Invites;
}

export interface Users {
  list(organizationId: string, query: PageQuery & { readonly emails?: readonly string[] }): Promise<Page<User>>;
  get(organizationId: string, userId: string): Promise<User>;
  /** @throws RefusalError `last_owner` */
  modify(by: ActingRequest, userId: string, change: { readonly role: Role }): Promise<User>;
  /** Also revokes every key of the person. @throws RefusalError `last_owner` */
  remove(by: ActingRequest, userId: string): Promise<void>;
}

export interface ProjectUsers {
  /** In the order in which the people came to the organisation. */
  list(organizationId: string, projectId: string, query: PageQuery): Promise<Page<ProjectUser>>;
  get(organizationId: string, projectId: string, userId: string): Promise<ProjectUser>;
  /** Whoever is in the project already gets the role that is given. */
  add(
    by: ActingRequest,
    projectId: string,
    user: { readonly role: Role } & ({ readonly userId: string } | { readonly email: string }),
  ): Promise<ProjectUser>;
  modify(by: ActingRequest, projectId: string, userId: string, change: { readonly role: Role }): Promise<ProjectUser>;
  remove(by: ActingRequest, projectId: string, userId: string): Promise<void>;
}

export interface Invites {
  list(organizationId: string, query: PageQuery): Promise<Page<Invite>>;
  get(organizationId: string, inviteId: string): Promise<Invite>;
  /**
   * Takes the place of an invitation of the same address that is still open. The token is in this answer only.
   * @throws RefusalError `user_exists`
   */
  create(
    by: ActingRequest,
    invite: { readonly email: string; readonly role: Role; readonly projects: readonly ProjectGrant[] },
  ): Promise<Invite & { readonly token: string }>;
  /** One that was accepted is as unknown as one that never was. */
  delete(by: ActingRequest, inviteId: string): Promise<void>;
  /** Tokens that are unknown, expired, used or taken back are told apart by nothing: `invite_not_found`. */
  accept(
    from: RequestOrigin,
    acceptance: { readonly token: string; readonly name: string },
  ): Promise<{ readonly user: User; readonly key: NewAdminKey }>;
}

/** Keys for the management API. Revoked ones are as unknown as ids of none: `key_not_found`. */
export interface AdminKeys {
  list(organizationId: string, query: PageQuery): Promise<Page<AdminKey>>;
  get(organizationId: string, keyId: string): Promise<AdminKey>;
  /** With a role the key is the organisation's own; without one it is the acting person's, where a person acts. */
  create(
    by: ActingRequest,
    key: { readonly name: string; readonly role?: Role; readonly expiresInSeconds?: number },
  ): Promise<NewAdminKey>;
  /** A new secret under the same id; the former one works for so long yet. */
  rotate(by: ActingRequest, keyId: string, overlap: { readonly overlapSeconds: number }): Promise<NewAdminKey>;
  /** Effective in every gateway process within a second. */
  delete(by: ActingRequest, keyId: string): Promise<void>;
}
