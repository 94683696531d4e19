import type { FailureClass } from '../../contracts/failures.js';
import type { Observation } from '../../contracts/health.js';
import { observe, type WatchedCircuit } from './circuit.js';
import type { CircuitRules } from './rules.js';

/** Of these it is the account that the vendor refuses, whichever offer is asked through it. */
const OF_THE_ACCOUNT: ReadonlySet<FailureClass> = new Set(['auth', 'quota_exhausted']);

const NOBODY_ELSE = { counted: 0, faults: 0 };

/** Whether such a failure says something about the account alone, and nothing about the offer that was asked. */
export function isOfAccount(failure: FailureClass): boolean {
  return OF_THE_ACCOUNT.has(failure);
}

/**
 * An account's circuit after one attempt through it, by whichever offer: all of its offers rest while it is open. A refused
 * credential and a spent quota open it at once. A missing permission is mostly that for one model, so that it takes two
 * offers without an answer between them. Other failures say nothing about the account.
 */
export function observeAccount(
  watch: WatchedCircuit,
  observation: Observation,
  rules: CircuitRules,
  key: string,
): WatchedCircuit {
  const failure = observation.failure?.class;
  const { refusedOfferId, ...others } = watch;
  if (failure === undefined) {
    const known = refusedOfferId === undefined ? watch : others;
    return observe(known, observation, NOBODY_ELSE, rules, key);
  }
  if (failure === 'permission' && watch.circuit.phase === 'closed') {
    const isFirst = refusedOfferId === undefined || refusedOfferId === observation.offerId;
    return isFirst
      ? { ...watch, refusedOfferId: observation.offerId }
      : observe(watch, observation, NOBODY_ELSE, rules, key);
  }
  return isOfAccount(failure) || failure === 'permission'
    ? observe(watch, observation, NOBODY_ELSE, rules, key)
    : watch;
}
