import { describe, expect, it } from 'vitest';
import type { Actor, Permission, Role } from '../contracts/access.js';
import { isPermitted, permissions } from './permissions.js';

const actor = (role: Role, projectRoles: Actor['projectRoles'] = {}): Actor => ({
  organizationId: 'org_1',
  keyId: 'key_1',
  role,
  projectRoles,
});
const all = Object.keys(permissions) as Permission[];
const heldBy = (who: Actor, projectId?: string) => all.filter((permission) => isPermitted(who, permission, projectId));

describe('isPermitted', () => {
  it('lets owners do everything', () => {
    expect(heldBy(actor('owner'))).toEqual(all);
  });

  it('lets admins do everything but make admin keys, move credits, and set prices, offers, credentials and rules of jobs for all', () => {
    expect(all.filter((permission) => !isPermitted(actor('admin'), permission))).toEqual([
      'admin_keys.write',
      'credits.write',
      'prices.write',
      'job_rules.write',
      'operator_credentials.write',
      'offers.write',
    ]);
  });

  it('lets viewers and members of an organisation change nothing in it', () => {
    for (const role of ['viewer', 'member'] as const) {
      expect(heldBy(actor(role)).filter((permission) => !permission.endsWith('.read'))).toEqual([]);
    }
  });

  it('lets billing see and change money, and no key', () => {
    const held = heldBy(actor('billing'));
    expect(held).toEqual(expect.arrayContaining(['budgets.write', 'credits.write', 'usage.read']));
    expect(held.filter((permission) => permission.includes('keys'))).toEqual([]);
  });

  it('counts a role in a project for that project only', () => {
    const member = actor('member', { proj_1: 'member' });
    expect(isPermitted(member, 'keys.write', 'proj_1')).toBe(true);
    expect(isPermitted(member, 'keys.write', 'proj_2')).toBe(false);
    expect(isPermitted(member, 'keys.write')).toBe(false);
    expect(isPermitted(actor('viewer', { proj_1: 'owner' }), 'users.write', 'proj_1')).toBe(false);
  });
});
