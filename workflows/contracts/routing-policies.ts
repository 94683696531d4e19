import type { ActingRequest, Page, PageQuery } from './access.js';
import type { RoutingRules } from './routing.js';

/** One arm of an experiment. Weights are whole numbers; an arm is given to as many requests as its share of their sum. */
export interface RoutingSplitArm {
  readonly name: string;
  readonly weight: number;
  /** Planned instead of the names that the caller gave. */
  readonly models?: readonly string[];
  readonly rules?: RoutingRules;
}

export interface RoutingSplit {
  /** Names of which the request's first must be one; absent for every request. */
  readonly for?: readonly string[];
  readonly arms: readonly RoutingSplitArm[];
}

/** What a policy says. It is never changed: another version is added. */
export interface RoutingPolicyDefinition {
  readonly rules?: RoutingRules;
  /** Names that callers may use, each with the models that it stands for, in order of preference. */
  readonly models?: { readonly [name: string]: readonly string[] | undefined };
  readonly split?: RoutingSplit;
}

export interface RoutingPolicy {
  readonly id: string;
  readonly name: string;
  /** Absent for one of the organisation. */
  readonly projectId?: string;
  /** The version that requests go by; absent where they go by none. */
  readonly activeVersion?: number;
  readonly latestVersion: number;
  readonly createdAt: string;
}

export interface RoutingPolicyVersion {
  readonly policyId: string;
  readonly version: number;
  readonly definition: RoutingPolicyDefinition;
  readonly createdAt: string;
  /** Who wrote it. */
  readonly keyId: string;
  readonly userId?: string;
}

export interface NewRoutingPolicy {
  readonly name: string;
  readonly projectId?: string;
  readonly definition: RoutingPolicyDefinition;
}

/** A version that requests go by now. */
export interface AppliedPolicy {
  readonly scope: 'organization' | 'project';
  readonly policyId: string;
  readonly version: number;
  readonly definition: RoutingPolicyDefinition;
}

/**
 * The routing policies of an organisation and of its projects. `projectId` limits what is found to one project's own; without
 * it those of the organisation itself are meant. @throws RefusalError `routing_policy_not_found`, `project_not_found`.
 */
export interface RoutingPolicies {
  /** With its first version, which requests do not go by before it is activated. */
  create(by: ActingRequest, policy: NewRoutingPolicy): Promise<RoutingPolicy>;
  list(organizationId: string, query: PageQuery & { readonly projectId?: string }): Promise<Page<RoutingPolicy>>;
  get(organizationId: string, at: PolicyPlace): Promise<RoutingPolicy>;
  addVersion(by: ActingRequest, at: PolicyPlace, definition: RoutingPolicyDefinition): Promise<RoutingPolicyVersion>;
  /** Newest first. */
  versions(organizationId: string, at: PolicyPlace): Promise<readonly RoutingPolicyVersion[]>;
  /** Requests go by this version from now on, and by no other policy of the same scope; undefined for none. */
  activate(by: ActingRequest, at: PolicyPlace, version: number | undefined): Promise<RoutingPolicy>;
  remove(by: ActingRequest, at: PolicyPlace): Promise<void>;
  /** What requests of a project go by now: the organisation's first. Cached until a change is announced. */
  applied(organizationId: string, projectId: string): Promise<readonly AppliedPolicy[]>;
}

export interface PolicyPlace {
  readonly policyId: string;
  readonly projectId?: string;
}
