import { describe, expect, it } from 'vitest';
import type { FailureClass } from '../../contracts/failures.js';
import type { HealthSnapshot, OfferHealth } from '../../contracts/health.js';
import { accountOf } from '../health-key.js';
import { observeAccount } from './account.js';
import { NEW_WATCH, type WatchedCircuit } from './circuit.js';
import { CIRCUIT_RULES as rules } from './rules.js';
import { healthOfOffer, healthOfWay } from './way-health.js';

const t0 = 1_000_000;

/** Attempts through one account, one after the other; undefined is an answer. */
function after(
  attempts: readonly (readonly [offerId: string, failure?: FailureClass])[],
  from: WatchedCircuit = NEW_WATCH,
): WatchedCircuit {
  return attempts.reduce((watch, [offerId, failure], index) => {
    const endedAtMs = t0 + 1_000 * (index + 1);
    const seen = { offerId, startedAtMs: endedAtMs - 100, endedAtMs, ...(failure && { failure: { class: failure } }) };
    return observeAccount(watch, seen, rules, 'a/*');
  }, from);
}

const phaseAfter = (...attempts: readonly (readonly [string, FailureClass?])[]) => after(attempts).circuit.phase;

describe('an account rests', () => {
  it.each<FailureClass>(['auth', 'quota_exhausted'])('at once, for longer, after %s', (failure) => {
    const { circuit } = after([['a/one', failure]]);
    expect(circuit).toMatchObject({ phase: 'open', reason: failure });
    expect(circuit.untilMs - circuit.changedAtMs).toBeGreaterThanOrEqual(0.8 * rules.lastingRestMs);
  });

  it('after a missing permission where a second offer is refused too, without an answer between them', () => {
    expect(phaseAfter(['a/one', 'permission'], ['a/one', 'permission'])).toBe('closed');
    expect(phaseAfter(['a/one', 'permission'], ['a/two', 'permission'])).toBe('open');
    expect(phaseAfter(['a/one', 'permission'], ['a/three'], ['a/two', 'permission'])).toBe('closed');
  });

  it('never for what is a single offer’s, the vendor’s or the caller’s', () => {
    for (const failure of ['model_not_found', 'rate_limited', 'overloaded', 'invalid_request'] as const) {
      const once: readonly [string, FailureClass] = ['a/one', failure];
      expect(phaseAfter(...Array.from({ length: 30 }, () => once))).toBe('closed');
    }
  });

  it('until two of its offers’ attempts have answered', () => {
    const open = after([['a/one', 'auth']]);
    expect(after([['a/x', 'auth'], ['a/one']], open).circuit.phase).toBe('open');
    expect(after([['a/one'], ['a/two'], ['a/three']], open).circuit).toMatchObject({ phase: 'closed', trips: 1 });
  });
});

const health = (offerId: string, changes: Partial<OfferHealth> = {}): OfferHealth => ({
  ...{ offerId, circuit: 'closed', attempts: 1, availability: 1, warmth: 1, ...changes },
});
const down = { circuit: 'open', warmth: 0 } as const;
const board = (...all: readonly (readonly [key: string, health: OfferHealth])[]): HealthSnapshot => new Map(all);
const offer = { id: 'a/eu/one' };

describe('the health of an offer', () => {
  it('is the worse of its own and its account’s', () => {
    expect(accountOf(offer.id)).toBe('a/*');
    expect(healthOfWay(board(), offer)).toBeUndefined();
    const seen = health(offer.id, { availability: 0.5 });
    const account = health('a/*', down);
    expect(healthOfWay(board([offer.id, seen]), offer)).toBe(seen);
    expect(healthOfWay(board([offer.id, seen], ['a/*', account]), offer)).toMatchObject({ availability: 0.5, ...down });
    expect(healthOfWay(board(['a/*@cred_1', account]), offer)).toBeUndefined();
    expect(healthOfWay(board(['a/*@cred_1', account]), offer, 'cred_1')).toMatchObject(down);
    const own = health(offer.id, down);
    expect(healthOfWay(board([offer.id, own], ['a/*', health('a/*', { warmth: 0.5 })]), offer)).toBe(own);
  });

  it('is that of the best account that may be asked', () => {
    const first = health(offer.id, { ...down, credentialId: 'cred_1' });
    const warming = health(offer.id, { warmth: 0.4, credentialId: 'cred_2' });
    const one = board([`${offer.id}@cred_1`, first]);
    const both = board([`${offer.id}@cred_1`, first], [`${offer.id}@cred_2`, warming]);
    expect(healthOfOffer(one, offer, ['cred_1'])).toBe(first);
    expect(healthOfOffer(one, offer, [undefined, 'cred_1'])).toBeUndefined();
    expect(healthOfOffer(both, offer, ['cred_1', 'cred_2'])).toBe(warming);
    expect(healthOfOffer(both, offer, [])).toBeUndefined();
  });
});
