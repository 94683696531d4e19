import { describe, expect, it } from 'vitest';
import type { BudgetScope } from '../../workflows/contracts/budgets.js';
import { fromScopeName, toScopeName } from './spending-scopes.js';

describe('the names of scopes', () => {
  it.each<[BudgetScope, string]>([
    [{ type: 'organization' }, 'organization:org_1'],
    [{ type: 'team', id: 'team_1' }, 'team:team_1'],
    [{ type: 'project', id: 'proj_1' }, 'project:proj_1'],
    [{ type: 'user', id: 'user_1' }, 'user:user_1'],
    [{ type: 'key', id: 'key_1' }, 'key:key_1'],
    [{ type: 'model', id: 'openrouter/openai/gpt-4o:free' }, 'model:org_1:openrouter/openai/gpt-4o:free'],
  ])('%j is %s, and back', (scope, name) => {
    expect(toScopeName('org_1', scope)).toBe(name);
    expect(fromScopeName(name)).toEqual(scope);
  });
});
