import { describe, expect, it } from 'vitest';
import type { AppliedPolicy, RoutingPolicyDefinition } from '../../contracts/routing-policies.js';
import { type Asked, freezeRouting } from './freeze.js';

const organization = (definition: RoutingPolicyDefinition): AppliedPolicy => ({
  ...{ scope: 'organization', policyId: 'rp_o', version: 3, definition },
});
const project = (definition: RoutingPolicyDefinition): AppliedPolicy => ({
  ...{ scope: 'project', policyId: 'rp_p', version: 1, definition },
});
const freeze = (policies: readonly AppliedPolicy[], asked: Partial<Asked> = {}) =>
  freezeRouting(policies, { models: ['a'], seed: 'req_1', ...asked });

describe('freezeRouting', () => {
  it('says nothing where nothing is asked for, so that such requests stay as they were', () => {
    expect(freeze([])).toBeUndefined();
    expect(freeze([], { rules: {} })).toBeUndefined();
    expect(freeze([organization({})])).toBeUndefined();
    expect(freeze([], { tellRoute: true })).toEqual({ levels: [], tellRoute: true });
  });

  it('keeps the levels apart, the organisation’s first and the caller’s last', () => {
    const policies = [organization({ rules: { ignore: ['x'] } }), project({ rules: { sort: 'price' } })];
    expect(freeze(policies, { rules: { only: ['y'] } })).toEqual({
      levels: [
        { scope: 'organization', policyId: 'rp_o', version: 3, ignore: ['x'] },
        { scope: 'project', policyId: 'rp_p', version: 1, sort: 'price' },
        { scope: 'caller', only: ['y'] },
      ],
    });
  });

  it('puts what a name stands for in its place, once, the project’s meaning first', () => {
    const policies = [
      organization({ models: { a: ['o'], b: ['c'] } }),
      project({ models: { a: ['b', 'a'], z: ['z'] } }),
    ];
    expect(freeze(policies, { models: ['a', 'b', 'd'] })?.models).toEqual(['b', 'a', 'c', 'd']);
    expect(freeze(policies, { models: ['toString'] })).toBeUndefined();
    expect(freeze(policies, { models: ['z'] })).toBeUndefined();
  });

  const arms = [
    { name: 'x', weight: 1, models: ['mx'] },
    { name: 'y', weight: 3, rules: { sort: 'latency' as const } },
  ];

  it('gives each request one arm, the same for the same request, in the share of its weight', () => {
    const policies = [project({ split: { arms } })];
    const counts = { x: 0, y: 0 };
    for (let index = 0; index < 2_000; index += 1) {
      const frozen = freeze(policies, { seed: `req_${index}` });
      expect(freeze(policies, { seed: `req_${index}` })).toEqual(frozen);
      const name = frozen?.arm?.name === 'x' ? 'x' : 'y';
      counts[name] += 1;
      expect(frozen).toEqual(
        name === 'x'
          ? { levels: [], models: ['mx'], arm: { policyId: 'rp_p', name } }
          : {
              levels: [{ scope: 'project', policyId: 'rp_p', version: 1, sort: 'latency' }],
              arm: { policyId: 'rp_p', name },
            },
      );
    }
    expect(counts.x).toBeGreaterThan(430);
    expect(counts.x).toBeLessThan(570);
  });

  it('splits only the requests that the experiment is for, and by the innermost one', () => {
    const only = { split: { for: ['b'], arms } };
    expect(freeze([project(only)])).toBeUndefined();
    const both = [organization({ split: { arms } }), project(only)];
    expect(freeze(both)?.arm?.policyId).toBe('rp_o');
    expect(freeze(both, { models: ['b', 'a'] })?.arm?.policyId).toBe('rp_p');
  });

  it('never gives an arm without weight', () => {
    const split = { arms: [{ name: 'never', weight: 0 }, ...arms] };
    for (let index = 0; index < 200; index += 1) {
      expect(freeze([project({ split })], { seed: `${index}` })?.arm?.name).not.toBe('never');
    }
  });
});
