import type { Role } from '../../workflows/contracts/access.js';
import type { Caller, KeyCheck, KeyDirectory } from '../../workflows/contracts/ports.js';
import type { FakeWorld } from './fake-world.js';

export const INFERENCE_KEY = 'sk-sluice-inference';
export const OTHER_PROJECT_KEY = 'sk-sluice-other';
export const REVOKED_KEY_ID = 'key_revoked';
export const ADMIN_KEY = 'sk-sluice-admin';
/** Of the owner of an organisation that does not run the installation, as all the others do. */
export const TENANT_KEY = 'sk-sluice-admin-of-a-tenant';

const CALLER: Caller = {
  keyId: 'key_1',
  kind: 'inference',
  organizationId: 'org_1',
  projectId: 'proj_1',
  answerHoldMs: 3_600_000,
};
const ROLES: readonly Role[] = ['owner', 'admin', 'member', 'billing', 'viewer'];

/** The admin key of a person in this role, and, where another is given, in that role in `proj_1` besides. */
export function roleKey(role: Role, inProject?: Role): string {
  return `sk-sluice-admin-${role}${inProject === undefined ? '' : `-${inProject}`}`;
}

function roleEntry(role: Role, inProject?: Role): readonly [string, KeyCheck] {
  const key = roleKey(role, inProject);
  const projectRoles = inProject === undefined ? {} : { proj_1: inProject };
  const ids = { keyId: `key_${key.slice(10)}`, userId: `user_${role}`, organizationId: 'org_1' };
  return [
    key,
    { status: 'valid', caller: { ...ids, kind: 'admin', answerHoldMs: 0, role, projectRoles, isOperator: true } },
  ];
}

const KEYS: { readonly [key: string]: KeyCheck } = {
  [INFERENCE_KEY]: { status: 'valid', caller: CALLER },
  [OTHER_PROJECT_KEY]: { status: 'valid', caller: { ...CALLER, keyId: 'key_2', projectId: 'proj_2' } },
  [ADMIN_KEY]: {
    status: 'valid',
    caller: { keyId: 'key_3', kind: 'admin', organizationId: 'org_1', answerHoldMs: 0 },
  },
  ...Object.fromEntries(ROLES.flatMap((role) => [undefined, ...ROLES].map((inProject) => roleEntry(role, inProject)))),
  [TENANT_KEY]: {
    status: 'valid',
    caller: { keyId: 'key_4', kind: 'admin', organizationId: 'org_2', answerHoldMs: 0, role: 'owner' },
  },
  'sk-sluice-revoked': { status: 'revoked' },
  'sk-sluice-expired': { status: 'expired' },
};

export function createFakeKeys(world: () => Pick<FakeWorld, 'failing' | 'restrictions'>): KeyDirectory {
  return {
    check: async (key) => {
      const { failing, restrictions } = world();
      if (failing.keys) throw failing.keys;
      const check = KEYS[key] ?? { status: 'unknown' };
      if (key !== INFERENCE_KEY || check.status !== 'valid' || restrictions.length === 0) return check;
      return { ...check, caller: { ...check.caller, restrictions } };
    },
    checkId: async (keyId) => {
      const known = Object.values(KEYS).find((check) => check.status === 'valid' && check.caller.keyId === keyId);
      return known ?? { status: keyId === REVOKED_KEY_ID ? 'revoked' : 'unknown' };
    },
  };
}
