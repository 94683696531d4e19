import { describe, expect, it } from 'vitest';
import { planChanges } from './plan-changes.js';
import { readDeclaration } from './read-declaration.js';
import type { ExistingBudget, ExistingKey, ExistingProject, ExistingTeam, State } from './state.js';

const now = 1_800_000_000;
const free = { allowed_models: null, denied_models: null, allowed_endpoints: null };

const team = (name: string, parent: string | null = null): ExistingTeam => ({
  ...{ id: `team_${name}`, name, ...free },
  parent_id: parent === null ? null : `team_${parent}`,
});
const project = (name: string, fields: Partial<ExistingProject> = {}): ExistingProject => ({
  ...{ id: `proj_${name}`, name, team_id: null, answer_hold_ms: 3_600_000, stored_answer_retention_ms: null },
  ...{ output_retention_ms: null, file_retention_ms: null },
  ...{ ...free, accounts: [], keys: [] },
  ...fields,
});
const key = (name: string, fields: Partial<ExistingKey> = {}): ExistingKey => ({
  ...{ id: `key_${name}`, name, mode: 'live', owner: {}, expires_at: null, revoked_at: null, ...free },
  ...fields,
});
const budget = (id: string, fields: Partial<ExistingBudget> = {}): ExistingBudget => ({
  ...{ id, name: 'b', scope: { type: 'project', id: 'proj_P' }, amount_usd: '5', window: { kind: 'total' } },
  ...{ enforcement: 'hard', thresholds: [] },
  ...fields,
});

function plan(text: string, state: Partial<State> = {}) {
  const read = readDeclaration(text);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const empty = {
    organization: { id: 'org_1', name: 'Org', ...free },
    teams: [],
    projects: [],
    budgets: [],
    limits: [],
  };
  return planChanges(read.declaration, { ...empty, ...state }, now);
}

const lines = ({ changes }: ReturnType<typeof plan>) => changes.map(({ action, address }) => `${action} ${address}`);

describe('planChanges', () => {
  it('plans nothing for an empty file, and tells what it leaves alone', () => {
    const planned = plan('', {
      ...{ teams: [team('T')], projects: [project('P')], budgets: [budget('b1', { scope: { type: 'organization' } })] },
    });
    expect(planned.changes).toEqual([]);
    expect(planned.unmanaged).toEqual(['organization, budget "b"', 'team "T"', 'project "P"']);
  });

  it('creates parents first, whatever the order of the file', () => {
    const planned = plan('teams: [{ name: C, parent: B }, { name: B, parent: A }, { name: A }]');
    expect(lines(planned)).toEqual(['create team "A"', 'create team "B"', 'create team "C"']);
    expect(planned.changes[1]?.steps).toEqual([
      { method: 'POST', path: ['teams'], body: { name: 'B', parent_id: { ref: 'team "A"' } } },
    ]);
  });

  it('archives what is pruned from below, projects before teams', () => {
    const state = { teams: [team('A'), team('B', 'A')], projects: [project('P', { team_id: 'team_B' })] };
    expect(lines(plan('prune: true', state))).toEqual(['close project "P"', 'close team "B"', 'close team "A"']);
  });

  it('leaves alone what a declared object does not say, and takes away what it says is null', () => {
    const state = {
      ...{ teams: [team('T')] },
      projects: [project('P', { team_id: 'team_T', allowed_models: ['a', 'b'], denied_models: ['c'] })],
    };
    expect(plan('{ teams: [{ name: T }], projects: [{ name: P }] }', state).changes).toEqual([]);
    const changed = plan('{ teams: [{ name: T }], projects: [{ name: P, team: null, denied_models: null }] }', state);
    expect(changed.changes[0]).toMatchObject({
      differences: [
        { field: 'team', before: 'T', after: null },
        { field: 'denied_models', before: ['c'], after: null },
      ],
      steps: [{ path: ['projects', 'proj_P'], body: { team_id: null, denied_models: null } }],
    });
  });

  it('sees no difference in the order of a list', () => {
    const state = { projects: [project('P', { allowed_models: ['a', 'b'] })] };
    expect(plan('projects: [{ name: P, allowed_models: [b, a] }]', state).changes).toEqual([]);
  });

  it('refuses to guess between two of one name', () => {
    const planned = plan('projects: [{ name: P }]', { projects: [project('P'), project('P', { id: 'proj_2' })] });
    expect(planned).toMatchObject({ changes: [], problems: [expect.stringContaining('project "P": more than one')] });
  });
});

describe('budgets', () => {
  const file = (fields: string) => `projects: [{ name: P, budgets: [{ name: b, ${fields} }] }]`;
  const state = (...budgets: readonly ExistingBudget[]) => ({ projects: [project('P')], budgets });

  it('are changed in amount, and are the same amount however it is written', () => {
    expect(plan(file('amount_usd: "5.00", window: total'), state(budget('b1'))).changes).toEqual([]);
    expect(plan(file('amount_usd: 6, window: total'), state(budget('b1'))).changes[0]).toMatchObject({
      differences: [{ field: 'amount_usd', before: '5', after: '6' }],
      steps: [{ method: 'POST', path: ['budgets', 'b1'], body: { amount_usd: '6' } }],
    });
  });

  it('of another window take the place of the former, also where a run stopped between the two', () => {
    const weekly = file('amount_usd: 5, window: week');
    expect(lines(plan(weekly, state(budget('b1'))))).toEqual([
      'create project "P", budget "b"',
      'close project "P", budget "b" (total, hard)',
    ]);
    const both = state(budget('b1'), budget('b2', { window: { kind: 'week', time_zone: 'UTC' } }));
    expect(plan(weekly, both).changes).toMatchObject([{ action: 'close', steps: [{ path: ['budgets', 'b1'] }] }]);
  });

  it('of the same name elsewhere are none of its business', () => {
    const elsewhere = budget('b1', { scope: { type: 'project', id: 'proj_Q' } });
    expect(lines(plan(file('amount_usd: 5, window: total'), state(elsewhere)))).toEqual([
      'create project "P", budget "b"',
    ]);
  });
});

describe('keys', () => {
  const file = (fields: string) => `projects: [{ name: P, keys: [{ name: k, secret_file: k.key, ${fields} }] }]`;
  const state = (...keys: readonly ExistingKey[]) => ({ projects: [project('P', { keys })] });
  const end = new Date((now + 1_000) * 1000).toISOString().replace('.000Z', 'Z');

  it('are asked for with the time that is left', () => {
    expect(plan(file(`expires_at: ${end}`), state()).changes[0]).toMatchObject({
      steps: [{ body: { name: 'k', expires_in_seconds: { secondsUntil: now + 1_000 } } }],
      secret: { file: 'k.key' },
    });
  });

  it('end when they were to end, give or take what clocks differ by', () => {
    expect(plan(file(`expires_at: ${end}`), state(key('k', { expires_at: now + 1_002 })))).toMatchObject({
      ...{ changes: [], problems: [] },
    });
    const other = plan(file(`expires_at: ${end}`), state(key('k', { expires_at: now + 9_000 })));
    expect(other.problems).toEqual([expect.stringContaining('expires_at of a key never changes')]);
  });

  it('that have ended are replaced by one that ends later, and are no problem themselves', () => {
    const ended = state(key('k', { expires_at: now - 5_000 }));
    expect(lines(plan(file(`expires_at: ${end}`), ended))).toEqual(['create project "P", key "k"']);
    const past = new Date((now - 5_000) * 1000).toISOString().replace('.000Z', 'Z');
    expect(plan(file(`expires_at: ${past}`), ended)).toMatchObject({ changes: [], problems: [] });
    expect(plan(file(`expires_at: ${past}`), state()).problems).toHaveLength(1);
    expect(plan(file('expires_at: 2099-01-01'), state()).problems).toEqual([expect.stringContaining('ten years')]);
  });

  it('keep their mode and their owner', () => {
    const text = `projects: [{ name: P, service_accounts: [{ name: s }], keys: [{ name: k, secret_file: k, service_account: s }] }]`;
    expect(plan(text, state(key('k'))).problems).toEqual([expect.stringContaining('service_account of a key')]);
    expect(plan(file('mode: test'), state(key('k'))).problems).toEqual([expect.stringContaining('mode of a key')]);
  });
});
