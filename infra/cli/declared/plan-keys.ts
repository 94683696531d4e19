import type { Change, PlanPart, Secret } from './change.js';
import { join, nothing } from './change.js';
import { differences, findNamed, planRest, restrictionNames, toBody } from './compare.js';
import type { DeclaredKey, DeclaredProject } from './declaration.schema.js';
import { planBudgets, planLimits } from './plan-money.js';
import type { ExistingAccount, ExistingKey, ExistingProject, State } from './state.js';

/** Expiry is asked for as a length of time, which clocks that differ and a slow answer move by so much. */
const EXPIRY_SLACK_S = 300;
/** Ten years, beyond which the API lets no key live. */
const LIFETIME_MAX_S = 315_360_000;

/** Where keys and service accounts stand. */
interface Place {
  readonly address: string;
  readonly declared: DeclaredProject;
  /** Absent where it is yet to be created. */
  readonly existing?: ExistingProject;
}

export function planAccounts({ address: project, declared, existing }: Place): PlanPart {
  const accounts = existing?.accounts ?? [];
  const names = new Set(declared.service_accounts.map(({ name }) => name));
  const path = ['projects', { ref: project }, 'service_accounts'] as const;
  const parts = declared.service_accounts.map(({ name, role }): PlanPart => {
    const address = accountAddress(project, name);
    const { found, problems } = findNamed(accounts, name, address);
    const different = differences({ role }, found, ['role']);
    const create = { method: 'POST', path, body: { name, create_service_account_only: true } } as const;
    const change = { method: 'POST', path: [...path, { ref: address }], body: toBody(different) } as const;
    const steps = [...(found ? [] : [create]), ...(different.length > 0 ? [change] : [])];
    const planned = { action: found ? 'change' : 'create', address, differences: different, steps } as const;
    const changes = problems.length > 0 || steps.length === 0 ? [] : [planned];
    return { ...nothing, changes, problems, ids: found ? [[address, found.id]] : [] };
  });
  const rest = planRest<ExistingAccount>(
    accounts.filter(({ name }) => !names.has(name)),
    declared.prune,
    ({ name }) => accountAddress(project, name),
    ({ id }) => ({ method: 'DELETE', path: [...path, id] }),
  );
  return join([...parts, rest]);
}

/** `now` is in seconds since 1970. */
export function planKeys(place: Place, state: State, now: number): PlanPart {
  const { address: project, declared, existing } = place;
  const present = (existing?.keys ?? []).filter((key) => key.expires_at === null || key.expires_at > now);
  const names = new Set(declared.keys.map(({ name }) => name));
  const rest = planRest<ExistingKey>(
    present.filter(({ name }) => !names.has(name)),
    declared.prune,
    ({ name }) => keyAddress(project, name),
    ({ id }) => ({ method: 'DELETE', path: ['projects', { ref: project }, 'api_keys', id] }),
  );
  return join([...declared.keys.map((key) => planKey(place, key, state, now)), rest]);
}

function planKey({ address: project, existing }: Place, declared: DeclaredKey, state: State, now: number): PlanPart {
  const address = keyAddress(project, declared.name);
  const keys = existing?.keys ?? [];
  // A key that has ended as it was to end is there; one that is to end later is another key.
  const isPresent = ({ expires_at: end }: ExistingKey): boolean =>
    end === null || end > now || isSameEnd(declared.expires_at, end);
  const { found, problems } = findNamed(keys.filter(isPresent), declared.name, address);
  if (problems.length > 0) return { ...nothing, problems };
  const own = found ? changeKey(project, address, declared, found) : createKey(project, address, declared, now);
  const id = found && { id: found.id };
  const holder = { type: 'key', address, isPruned: declared.prune, ...id } as const;
  return join([
    { ...own, ids: found ? [[address, found.id]] : [] },
    planBudgets(holder, declared.budgets, state),
    planLimits(holder, declared.limits, state),
  ]);
}

function createKey(project: string, address: string, declared: DeclaredKey, now: number): PlanPart {
  const { name, service_account: account, expires_at: end, mode } = declared;
  if (end !== undefined && end <= now) {
    return { ...nothing, problems: [`${address}: expires_at is over, and there is no such key`] };
  }
  if (end !== undefined && end - now > LIFETIME_MAX_S) {
    return {
      ...nothing,
      problems: [`${address}: expires_at is more than ten years away, which is the most a key may live`],
    };
  }
  const different = differences({ ...declared, expires_at: renderEnd(end) }, undefined, [
    'mode',
    'service_account',
    'expires_at',
    ...restrictionNames,
    'secret_file',
  ]);
  const limits = toBody(differences(declared, undefined, restrictionNames));
  const inProject = ['projects', { ref: project }] as const;
  const expiry = end !== undefined && { expires_in_seconds: { secondsUntil: end } };
  const whole = { name, ...(mode && { mode }), ...expiry, ...limits };
  const ownKey = [{ method: 'POST', path: [...inProject, 'api_keys'], body: whole }] as const;
  const ofAccount = (owner: string): Change['steps'] => {
    const path = [...inProject, 'service_accounts', { ref: accountAddress(project, owner) }, 'api_keys'];
    const restrict = { method: 'POST', path: [...inProject, 'api_keys', { ref: address }], body: limits } as const;
    return [{ method: 'POST', path, body: { name } }, ...(Object.keys(limits).length > 0 ? [restrict] : [])];
  };
  const steps = account === undefined ? ownKey : ofAccount(account);
  return {
    ...nothing,
    changes: [{ action: 'create', address, differences: different, steps, secret: toSecret(declared) }],
  };
}

function changeKey(project: string, address: string, declared: DeclaredKey, found: ExistingKey): PlanPart {
  const different = differences(declared, found, restrictionNames);
  const path = ['projects', { ref: project }, 'api_keys', found.id];
  const steps = [{ method: 'POST', path, body: toBody(different) }] as const;
  const changes = different.length === 0 ? [] : [{ action: 'change', address, differences: different, steps } as const];
  const owner = found.owner.service_account?.name;
  const fixed = [
    ...(declared.mode !== undefined && declared.mode !== found.mode ? ['mode'] : []),
    ...(declared.service_account !== undefined && declared.service_account !== owner ? ['service_account'] : []),
    ...(declared.expires_at !== undefined && !isSameEnd(declared.expires_at, found.expires_at) ? ['expires_at'] : []),
  ];
  const advice = 'never changes: declare a key of another name, and close this one when it is no longer used';
  return { ...nothing, changes, problems: fixed.map((field) => `${address}: ${field} of a key ${advice}`) };
}

function isSameEnd(declared: number | undefined, existing: number | null): boolean {
  return declared !== undefined && existing !== null && Math.abs(declared - existing) <= EXPIRY_SLACK_S;
}

function renderEnd(end: number | undefined): string | undefined {
  return end === undefined ? undefined : new Date(end * 1000).toISOString();
}

function toSecret({ secret_file: file, secret_env: variable }: DeclaredKey): Secret {
  return { file, ...(variable !== undefined && { variable }) };
}

function accountAddress(project: string, name: string): string {
  return `${project}, service account "${name}"`;
}

function keyAddress(project: string, name: string): string {
  return `${project}, key "${name}"`;
}
