import type { Change, Plan, PlanPart } from './change.js';
import { join, nothing } from './change.js';
import { differences, findNamed, planRest, restrictionNames, toBody } from './compare.js';
import type { Declaration, DeclaredProject, DeclaredTeam } from './declaration.schema.js';
import { planAccounts, planKeys } from './plan-keys.js';
import { type Holder, planBudgets, planLimits } from './plan-money.js';
import type { ExistingProject, ExistingTeam, State } from './state.js';

/**
 * What is to be done for a declaration to hold: nothing where it holds. Objects are matched by name within what they stand
 * in; teams and projects within the organisation. `now` is in seconds since 1970.
 */
export function planChanges(declaration: Declaration, state: State, now: number): Plan {
  const { changes, closes, unmanaged, problems, ids } = join([
    planOrganization(declaration.organization, state),
    planTeams(declaration, state),
    planProjects(declaration, state, now),
    otherBudgets(state),
  ]);
  return { changes: [...changes, ...closes.toReversed()], unmanaged, problems, ids: new Map(ids) };
}

function planOrganization(declared: Declaration['organization'], state: State): PlanPart {
  const address = 'organization';
  const different = differences(declared, state.organization, ['name', ...restrictionNames]);
  const step = { method: 'POST', path: [], body: toBody(different) } as const;
  const holder = { type: 'organization', address, id: state.organization.id, isPruned: declared.prune } as const;
  return join([
    {
      ...nothing,
      changes: different.length === 0 ? [] : [{ action: 'change', address, differences: different, steps: [step] }],
      ids: [[address, state.organization.id]],
    },
    planBudgets(holder, declared.budgets, state),
    planLimits(holder, declared.limits, state),
  ]);
}

function planTeams({ teams, prune }: Declaration, state: State): PlanPart {
  const names = new Set(teams.map(({ name }) => name));
  const rest = parentsFirst(
    state.teams.filter(({ name }) => !names.has(name)),
    ({ id }) => id,
    ({ parent_id: parent }) => parent,
  );
  return join([
    planRest<ExistingTeam>(
      rest,
      prune,
      ({ name }) => teamAddress(name),
      ({ id }) => ({ method: 'POST', path: ['teams', id, 'archive'] }),
    ),
    // From above, no team ever moves below one that still stands below it.
    ...parentsFirst(
      teams,
      ({ name }) => name,
      ({ parent }) => parent ?? null,
    ).map((team) => planTeam(team, state)),
  ]);
}

function planTeam(declared: DeclaredTeam, state: State): PlanPart {
  const address = teamAddress(declared.name);
  const { found, problems } = findNamed(state.teams, declared.name, address);
  if (problems.length > 0) return { ...nothing, problems };
  const parent = found && nameOfTeam(state, found.parent_id);
  const different = differences(declared, found && { ...found, parent }, ['parent', ...restrictionNames]);
  const body = withTeam(toBody(different), 'parent', 'parent_id');
  return join([
    planOne(address, found?.id, declared.name, different, body, 'teams'),
    planBudgets({ ...toHolder('team', address, found?.id), isPruned: declared.prune }, declared.budgets, state),
  ]);
}

function planProjects({ projects, prune }: Declaration, state: State, now: number): PlanPart {
  const names = new Set(projects.map(({ name }) => name));
  return join([
    planRest<ExistingProject>(
      state.projects.filter(({ name }) => !names.has(name)),
      prune,
      ({ name }) => projectAddress(name),
      ({ id }) => ({ method: 'POST', path: ['projects', id, 'archive'] }),
    ),
    ...projects.map((project) => planProject(project, state, now)),
  ]);
}

function planProject(declared: DeclaredProject, state: State, now: number): PlanPart {
  const address = projectAddress(declared.name);
  const { found, problems } = findNamed(state.projects, declared.name, address);
  if (problems.length > 0) return { ...nothing, problems };
  const team = found && nameOfTeam(state, found.team_id);
  const retentions = ['stored_answer_retention_ms', 'output_retention_ms', 'file_retention_ms'] as const;
  const fields = ['team', 'answer_hold_ms', ...retentions, ...restrictionNames];
  const different = differences(declared, found && { ...found, team }, fields);
  const body = withTeam(toBody(different), 'team', 'team_id');
  const holder = { ...toHolder('project', address, found?.id), isPruned: declared.prune };
  const place = { address, declared, ...(found && { existing: found }) };
  return join([
    planOne(address, found?.id, declared.name, different, body, 'projects'),
    // Before its keys, so that no key is without them.
    planBudgets(holder, declared.budgets, state),
    planLimits(holder, declared.limits, state),
    planAccounts(place),
    planKeys(place, state, now),
  ]);
}

function planOne(
  address: string,
  id: string | undefined,
  name: string,
  different: Change['differences'],
  body: Change['steps'][number]['body'],
  path: string,
): PlanPart {
  const create = { method: 'POST', path: [path], body: { name, ...body } } as const;
  if (id === undefined) {
    return { ...nothing, changes: [{ action: 'create', address, differences: different, steps: [create] }] };
  }
  const steps = [{ method: 'POST', path: [path, id], body: body ?? {} }] as const;
  const changes = different.length === 0 ? [] : [{ action: 'change', address, differences: different, steps } as const];
  return { ...nothing, changes, ids: [[address, id]] };
}

/** Budgets of users and of models have no place in a file. */
function otherBudgets({ budgets }: State): PlanPart {
  const others = budgets.filter(({ scope }) => scope.type === 'user' || scope.type === 'model');
  return {
    ...nothing,
    unmanaged: others.map(({ scope, name }) => `${scope.type} ${scope.id ?? ''}, budget "${name}"`),
  };
}

/** A body that names a team by its place in the file, as the API wants it. */
function withTeam(body: { readonly [field: string]: unknown }, from: string, to: string) {
  const { [from]: team, ...rest } = body;
  if (team === undefined) return rest;
  return { ...rest, [to]: typeof team === 'string' ? { ref: teamAddress(team) } : null };
}

function toHolder(type: Holder['type'], address: string, id: string | undefined) {
  return { type, address, ...(id !== undefined && { id }) };
}

function nameOfTeam({ teams }: State, id: string | null): string | null {
  return id === null ? null : (teams.find((team) => team.id === id)?.name ?? id);
}

/** There is no circle in them: the declaration has been checked, and the API refuses them. */
function parentsFirst<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  parentOf: (item: T) => string | null,
): readonly T[] {
  const byKey = new Map(items.map((item) => [keyOf(item), item]));
  const depth = (item: T): number => {
    const parent = byKey.get(parentOf(item) ?? '');
    return parent === undefined ? 0 : depth(parent) + 1;
  };
  return items.toSorted((left, right) => depth(left) - depth(right));
}

const teamAddress = (name: string): string => `team "${name}"`;
const projectAddress = (name: string): string => `project "${name}"`;
