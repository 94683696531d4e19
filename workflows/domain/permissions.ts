import type { Actor, Permission, Role } from '../contracts/access.js';

/** Roles that hold a permission: in the whole organisation, and, for what concerns one project, in that project alone. */
interface Grant {
  readonly organization: readonly Role[];
  readonly project?: readonly Role[];
  /** True for what is the whole installation's: it needs the role in the organisation that runs it. */
  readonly operator?: true;
}

const everyone = ['owner', 'admin', 'member', 'billing', 'viewer'] as const;
const managers = ['owner', 'admin'] as const;
const builders = ['owner', 'admin', 'member'] as const;
const payers = ['owner', 'admin', 'billing'] as const;

/**
 * The one table of who may do what. Owners may do everything; only they make owners and admin keys. Billing sees all that
 * costs money and sets budgets and credits, and no key. Members see what they build with, and what their projects allow.
 */
export const permissions: { readonly [P in Permission]: Grant } = {
  'organization.read': { organization: everyone },
  'organization.write': { organization: managers },
  'users.read': { organization: everyone },
  'users.write': { organization: managers },
  'admin_keys.read': { organization: managers },
  'admin_keys.write': { organization: ['owner'] },
  'teams.read': { organization: everyone },
  'teams.write': { organization: managers },
  'projects.read': { organization: everyone, project: everyone },
  'projects.create': { organization: managers },
  'projects.write': { organization: managers, project: managers },
  'project_users.read': { organization: everyone, project: everyone },
  'project_users.write': { organization: managers, project: managers },
  'keys.read': { organization: managers, project: builders },
  'keys.write': { organization: managers, project: builders },
  'limits.read': { organization: everyone, project: everyone },
  'limits.write': { organization: managers, project: managers },
  'budgets.read': { organization: payers, project: everyone },
  'budgets.write': { organization: payers },
  'credits.read': { organization: payers },
  'credits.write': { organization: ['owner', 'billing'] },
  'routing.read': { organization: everyone, project: everyone },
  'routing.write': { organization: managers, project: managers },
  'usage.read': { organization: payers, project: everyone },
  'audit.read': { organization: managers },
  'vendor_health.read': { organization: everyone, operator: true },
  'prices.read': { organization: payers, operator: true },
  'prices.write': { organization: ['owner'], operator: true },
  'credentials.read': { organization: managers },
  'credentials.write': { organization: managers },
  'webhooks.read': { organization: managers },
  'webhooks.write': { organization: managers },
  'operator_credentials.read': { organization: managers, operator: true },
  'operator_credentials.write': { organization: ['owner'], operator: true },
  'offers.read': { organization: payers, operator: true },
  'offers.write': { organization: ['owner'], operator: true },
};

/** Whether this is for the operator of the installation alone, whatever the role elsewhere. */
export function needsOperator(permission: Permission): boolean {
  return permissions[permission].operator ?? false;
}

/** Whether the actor's role may, in the organisation or, where a project is named, in that project. */
export function isPermitted(actor: Actor, permission: Permission, projectId?: string): boolean {
  const { organization, project } = permissions[permission];
  if (organization.includes(actor.role)) return true;
  const role = projectId === undefined ? undefined : actor.projectRoles[projectId];
  return role !== undefined && (project?.includes(role) ?? false);
}
