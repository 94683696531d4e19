import { z } from 'zod';
import type { ApiClient } from '../api-client.js';

// What there is, as far as a declaration may speak of it; in the management API's own shapes.

const restrictionFields = {
  allowed_models: z.array(z.string()).nullable(),
  denied_models: z.array(z.string()).nullable(),
  allowed_endpoints: z.array(z.string()).nullable(),
};
const named = { id: z.string(), name: z.string() };

const organizationSchema = z.object({ ...named, ...restrictionFields });
const teamSchema = z.object({ ...named, parent_id: z.string().nullable(), ...restrictionFields });
const projectSchema = z.object({
  ...named,
  team_id: z.string().nullable(),
  answer_hold_ms: z.int(),
  stored_answer_retention_ms: z.int().nullable(),
  output_retention_ms: z.int().nullable(),
  file_retention_ms: z.int().nullable(),
  ...restrictionFields,
});
const accountSchema = z.object({ ...named, role: z.string() });
const keySchema = z.object({
  ...named,
  mode: z.string(),
  owner: z.object({ service_account: z.object(named).optional() }),
  expires_at: z.int().nullable(),
  revoked_at: z.int().nullable(),
  ...restrictionFields,
});
const windowSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['day', 'week', 'month']), time_zone: z.string() }),
  z.object({ kind: z.literal('fixed'), starts_at: z.int(), ends_at: z.int() }),
  z.object({ kind: z.literal('total') }),
]);
const scopeSchema = z.object({ type: z.string(), id: z.string().optional() });
const budgetSchema = z.object({
  ...named,
  scope: scopeSchema,
  amount_usd: z.string(),
  window: windowSchema,
  enforcement: z.string(),
  thresholds: z.array(z.int()),
});
const limitSchema = z.object({
  id: z.string(),
  scope: scopeSchema,
  model: z.string().nullable(),
  unit: z.string(),
  period: z.string().nullable(),
  amount: z.int(),
});

export type ExistingTeam = z.output<typeof teamSchema>;
export type ExistingKey = z.output<typeof keySchema>;
export type ExistingAccount = z.output<typeof accountSchema>;
export type ExistingBudget = z.output<typeof budgetSchema>;
export type ExistingLimit = z.output<typeof limitSchema>;
/** Accounts and keys are read of the projects that a declaration names; revoked keys are not there any more. */
export type ExistingProject = z.output<typeof projectSchema> & {
  readonly accounts: readonly ExistingAccount[];
  readonly keys: readonly ExistingKey[];
};

export interface State {
  readonly organization: z.output<typeof organizationSchema>;
  readonly teams: readonly ExistingTeam[];
  readonly projects: readonly ExistingProject[];
  readonly budgets: readonly ExistingBudget[];
  readonly limits: readonly ExistingLimit[];
}

/** Throws an `ApiError`. Nothing holds the organisation still meanwhile: what changes then is in the next plan. */
export async function readState(api: ApiClient, projectNames: ReadonlySet<string>): Promise<State> {
  const organization = organizationSchema.parse(await api.get(''));
  const teams = z.array(teamSchema).parse(await api.list('/teams'));
  const budgets = z.array(budgetSchema).parse(await api.list('/budgets'));
  const limits = z.array(limitSchema).parse(await api.list('/limits'));
  const projects: ExistingProject[] = [];
  for (const project of z.array(projectSchema).parse(await api.list('/projects'))) {
    projects.push({ ...project, ...(await readMembers(api, project.id, projectNames.has(project.name))) });
  }
  return { organization, teams, projects, budgets, limits };
}

async function readMembers(api: ApiClient, projectId: string, isDeclared: boolean) {
  if (!isDeclared) return { accounts: [], keys: [] };
  const accounts = z.array(accountSchema).parse(await api.list(`/projects/${projectId}/service_accounts`));
  const keys = z.array(keySchema).parse(await api.list(`/projects/${projectId}/api_keys`));
  return { accounts, keys: keys.filter(({ revoked_at: revoked }) => revoked === null) };
}
