import { describe, expect, it } from 'vitest';
import { offer } from '../../../workflows/domain/test-values.js';
import { toOpinion } from './opinions.js';
import { type Decision, reconcile } from './second-opinion.js';

const price = (usd: string) => ({ usd, per: 1_000_000 });
const earlier = { name: 'other', asOf: '2026-09-22', url: () => 'https://example.com/other' };
const later = { ...earlier, asOf: '2026-11-25' };
const decided: Decision = { offer: 'openai/gpt-x', unit: 'input', usd: '2.75', reason: 'the vendor’s page' };

describe('reconcile', () => {
  it('changes nothing where the sources agree, however they write it', () => {
    const whole = offer();
    expect(reconcile(whole, { input: '2.50', output: '10.0' }, later, [])).toEqual({ offer: whole, differences: [] });
  });

  it('says nothing of what only one of them prices', () => {
    expect(reconcile(offer(), { input_cached_read: '1' }, later, []).differences).toEqual([]);
  });

  it('takes the price that was read later', () => {
    const ours = reconcile(offer(), { input: '3' }, earlier, []);
    expect(ours.offer?.prices.input).toEqual(price('2.5'));
    expect(ours.differences).toEqual([
      {
        offer: 'openai/gpt-x',
        unit: 'input',
        ours: '2.5',
        theirs: '3',
        taken: 'ours',
        reason: 'read later (2026-11-24)',
      },
    ]);
    const theirs = reconcile(offer(), { input: '3' }, later, []);
    expect(theirs.offer?.prices.input).toEqual(price('3'));
    expect(theirs.offer?.source).toEqual({ url: 'https://example.com/other', asOf: '2026-11-25' });
    expect(theirs.differences).toMatchObject([{ taken: 'theirs' }]);
  });

  it('leaves the offer out where they are ten times apart, in any unit', () => {
    for (const input of ['25', '0.25', '0']) {
      const { offer: left, differences } = reconcile(offer(), { input, output: '10' }, later, []);
      expect(left, input).toBeUndefined();
      expect(differences).toMatchObject([{ taken: 'none' }]);
    }
    expect(reconcile(offer(), { input: '24.9' }, later, []).offer).toBeDefined();
  });

  it('does as somebody has decided', () => {
    const made = reconcile(offer(), { input: '250' }, later, [decided]);
    expect(made.offer?.prices.input).toEqual(price('2.75'));
    expect(made.differences).toMatchObject([{ taken: 'decided', reason: 'the vendor’s page' }]);
    expect(reconcile(offer({ id: 'openai/other' }), { input: '250' }, later, [decided]).offer).toBeUndefined();
  });
});

it('reads an opinion as exact texts, of steps the first', () => {
  expect(
    toOpinion({ input_mtok: 0.0375, output_mtok: { base: 1e-7 }, cache_read_mtok: 0, requests_kcount: 5 }),
  ).toEqual({
    input: '0.0375',
    output: '0.0000001',
  });
});
