import { describe, expect, it } from 'vitest';
import type { UsableCredential } from '../contracts/credentials.js';
import type { OfferHealth } from '../contracts/health.js';
import type { Candidate } from '../contracts/requests.js';
import {
  dearestCharge,
  findCandidate,
  isSameWay,
  mayServe,
  spreadOverCredentials,
  type Spreading,
} from './credentials.js';
import { offer } from './test-values.js';

const candidate = (id: string, more: Partial<Candidate['offer']> = {}): Candidate => ({
  offer: offer({ id, vendor: id.split('/')[0] ?? '', ...more }),
  maxOutputTokens: 100,
  worstCaseNanoUsd: '5000',
});
const credential = (id: string, more: Partial<UsableCredential> = {}): UsableCredential => ({
  ...{ id, vendor: 'alpha', weight: 100, fallback: 'operator' },
  ...more,
});
const own = (id: string, more: Partial<UsableCredential> = {}): UsableCredential =>
  credential(id, { organizationId: 'org_1', ...more });
const spreading: Spreading = {
  ...{ organizationId: 'org_1', projectId: 'proj_1', seed: 'req_1' },
  environment: new Set(['alpha', 'beta']),
};
const waysOf = (candidates: readonly Candidate[]): readonly string[] =>
  candidates.map(
    ({ offer, credentialId, isOwn }) => `${offer.id} ${credentialId ?? 'environment'}${isOwn ? ' own' : ''}`,
  );
const spread = (
  credentials: readonly UsableCredential[],
  more: Partial<Spreading> = {},
  candidates: readonly Candidate[] = [candidate('alpha/a')],
): readonly string[] => waysOf(spreadOverCredentials(candidates, credentials, { ...spreading, ...more }));

describe('the accounts that serve an offer', () => {
  it('is that of the environment, where there is no other', () => {
    expect(spread([])).toEqual(['alpha/a environment']);
    expect(spread([], { environment: new Set() })).toEqual([]);
  });

  it("are the project's own, the organisation's own, then the operator's", () => {
    const all = [credential('cred_op'), own('cred_org'), own('cred_proj', { projectId: 'proj_1' })];
    expect(spread(all, { environment: new Set() })).toEqual([
      'alpha/a cred_proj own',
      'alpha/a cred_org own',
      'alpha/a cred_op',
    ]);
  });

  it.each([
    ['another organisation', { organizationId: 'org_2' }],
    ['another project of the same organisation', { organizationId: 'org_1', projectId: 'proj_2' }],
    ['a project without an organisation', { projectId: 'proj_1' }],
  ])('are never those of %s', (_name, owner) => {
    expect(spread([credential('cred_theirs', owner)])).toEqual(['alpha/a environment']);
    expect(mayServe(owner, { organizationId: 'org_1', projectId: 'proj_1' })).toBe(false);
  });

  it('are of the vendor alone', () => {
    expect(spread([own('cred_beta', { vendor: 'beta' })])).toEqual(['alpha/a environment']);
  });

  it('are three at most, of which one is kept to fall back to', () => {
    const many = ['1', '2', '3', '4'].map((id) => own(id));
    const ways = spread(many);
    expect(ways).toHaveLength(3);
    expect(ways.filter((way) => way.endsWith(' own'))).toHaveLength(2);
    expect(ways.at(-1)).toBe('alpha/a environment');
  });

  it("are the caller's own alone where one of them says so, or the request", () => {
    expect(spread([own('cred_1', { fallback: 'never' }), credential('cred_op')])).toEqual(['alpha/a cred_1 own']);
    expect(spread([own('cred_1')], { byokOnly: true })).toEqual(['alpha/a cred_1 own']);
    expect(spread([credential('cred_op')], { byokOnly: true })).toEqual([]);
  });

  it('go last where they are known to be down, were refused, or have reached a limit', () => {
    const health: OfferHealth = { offerId: 'alpha/a', circuit: 'open', attempts: 9, availability: 0, warmth: 1 };
    const down = new Map([['alpha/a@cred_1', health]]);
    expect(spread([own('cred_1')], { health: down })).toEqual(['alpha/a environment', 'alpha/a cred_1 own']);
    const refused = [own('cred_1', { isRefused: true, weight: 1000 }), own('cred_2', { weight: 1 })];
    expect(spread(refused)[0]).toBe('alpha/a cred_2 own');
    expect(spread([own('cred_1', { isUsedUp: true })])).toEqual(['alpha/a environment', 'alpha/a cred_1 own']);
  });

  it('are drawn by weight, the same for the same request', () => {
    const two = [own('cred_1', { weight: 300 }), own('cred_2', { weight: 100 })];
    const firsts = Array.from({ length: 2_000 }, (_, index) => spread(two, { seed: `req_${index}` })[0]);
    const share = firsts.filter((way) => way === 'alpha/a cred_1 own').length / firsts.length;
    expect(share).toBeGreaterThan(0.71);
    expect(share).toBeLessThan(0.79);
    expect(spread(two)).toEqual(spread(two.toReversed()));
  });

  it("puts the caller's own first among offers of one model, and keeps the order of models", () => {
    const candidates = [
      candidate('alpha/a', { model: 'maker/a' }),
      candidate('beta/a', { model: 'maker/a' }),
      candidate('alpha/b', { model: 'maker/b' }),
    ];
    expect(spread([own('cred_b', { vendor: 'beta' })], {}, candidates)).toEqual([
      'beta/a cred_b own',
      'alpha/a environment',
      'beta/a environment',
      'alpha/b environment',
    ]);
  });
});

describe('what is held', () => {
  const held = (credentials: readonly UsableCredential[], environment = spreading.environment): string =>
    dearestCharge(spreadOverCredentials([candidate('alpha/a')], credentials, { ...spreading, environment }));

  it("is nothing where only the caller's own accounts can serve", () => {
    expect(held([own('cred_1', { fallback: 'never' })])).toBe('0');
    expect(held([own('cred_1')], new Set())).toBe('0');
  });

  it("is the worst case where one of the operator's can", () => {
    expect(held([own('cred_1')])).toBe('5000');
    expect(held([credential('cred_op')], new Set())).toBe('5000');
    expect(held([])).toBe('5000');
  });
});

describe('a way to an offer', () => {
  it('is told from the same offer by another account', () => {
    const candidates = spreadOverCredentials([candidate('alpha/a')], [own('cred_1')], spreading);
    expect(findCandidate(candidates, { offerId: 'alpha/a' })?.isOwn).toBeUndefined();
    expect(findCandidate(candidates, { offerId: 'alpha/a', credentialId: 'cred_1' })?.isOwn).toBe(true);
    expect(findCandidate(candidates, { offerId: 'alpha/a', credentialId: 'cred_2' })).toBeUndefined();
    expect(isSameWay({ offerId: 'a' }, { offerId: 'a', credentialId: 'c' })).toBe(false);
  });
});
