import { describe, expect, it } from 'vitest';
import type { Actor } from '../contracts/access.js';
import { exceeds, isAbove, rankOf } from './role-rank.js';

const roles = ['owner', 'admin', 'member', 'billing', 'viewer'] as const;

it('each role is above those that come after it, and not above itself', () => {
  for (const [index, role] of roles.entries()) {
    expect(roles.filter((other) => isAbove(role, other))).toEqual(roles.slice(index + 1));
  }
});

describe('a rank', () => {
  const actor: Actor = { organizationId: 'o', keyId: 'k', role: 'member', projectRoles: { p: 'owner', q: 'viewer' } };

  it('in the organisation is the role in it', () => {
    expect(rankOf(actor)).toBe('member');
  });

  it('in a project is the higher of the two roles, there and nowhere else', () => {
    expect(rankOf(actor, 'p')).toBe('owner');
    expect(rankOf(actor, 'q')).toBe('member');
    expect(rankOf(actor, 'other')).toBe('member');
  });
});

describe('a role exceeds an actor', () => {
  const exceeding = (actor: Actor, projectId?: string) => roles.filter((role) => exceeds(role, actor, projectId));
  const actor = (role: Actor['role'], projectRoles = {}): Actor => ({
    ...{ organizationId: 'o', keyId: 'k', role, projectRoles },
  });

  it('where it is above it, or may do what it may not', () => {
    expect(exceeding(actor('owner'))).toEqual([]);
    expect(exceeding(actor('admin'))).toEqual(['owner', 'billing']);
  });

  it('in a project by what it may do there', () => {
    expect(exceeding(actor('member', { p: 'owner' }), 'p')).toEqual([]);
    expect(exceeding(actor('viewer', { p: 'admin' }), 'p')).toEqual(['owner']);
    expect(exceeding(actor('viewer', { p: 'viewer' }), 'p')).toEqual(['owner', 'admin', 'member', 'billing']);
  });
});
