import { describe, expect, it } from 'vitest';
import type { Candidate } from '../contracts/requests.js';
import type { Offer } from '../contracts/offers.js';
import { type BatchTierQuestion, withBatchTier } from './batch-tier.js';
import { dearestCharge, findCandidate } from './credentials.js';
import { nextMove } from './moves.js';
import { demand, offer, outcome } from './test-values.js';
import { worstCase } from './worst-case.js';

const halves = {
  batch: { prices: { input: { usd: '1.25', per: 1_000_000 }, output: { usd: '5', per: 1_000_000 } } },
};
const listed = offer({ model: 'openai/gpt-x', tiers: halves });
const elsewhere = offer({ id: 'groq/gpt-x', vendor: 'groq', model: 'openai/gpt-x', tiers: halves });
const asked = demand();

function candidate({ tiers: _, ...frozen }: Offer, changes: Partial<Candidate> = {}): Candidate {
  const cost = worstCase(frozen, asked, 500);
  return { offer: frozen, maxOutputTokens: 500, worstCaseNanoUsd: String(cost), ...changes };
}

function planned(candidates: readonly Candidate[], changes: Partial<BatchTierQuestion> = {}): readonly Candidate[] {
  const offers = [listed, elsewhere];
  return withBatchTier(candidates, {
    ...{ demand: asked, levels: [], keepsOrder: false, listed: (id) => offers.find((one) => one.id === id) },
    takes: ({ offer }) => offer.vendor === 'openai',
    ...changes,
  });
}

describe('a plan with batches', () => {
  it('begins with the batch of the candidate, at half its price, and holds what the candidate costs by itself', () => {
    const plain = candidate(listed);
    const [batch, ...rest] = planned([plain]);
    expect(rest).toEqual([plain]);
    expect(batch).toMatchObject({ tier: 'batch', offer: { prices: halves.batch.prices }, maxOutputTokens: 500 });
    expect(BigInt(batch?.worstCaseNanoUsd ?? 0) * 2n).toBe(BigInt(plain.worstCaseNanoUsd));
    expect(dearestCharge(planned([plain]))).toBe(plain.worstCaseNanoUsd);
  });

  it('tells the two apart by their tier', () => {
    const candidates = planned([candidate(listed)]);
    expect(findCandidate(candidates, { offerId: listed.id, tier: 'batch' })?.tier).toBe('batch');
    expect(findCandidate(candidates, { offerId: listed.id })?.tier).toBeUndefined();
  });

  it('keeps what the tier does not name', () => {
    const long = { aboveInputTokens: 1_000, prices: { input: { usd: '9', per: 1 } } };
    const dear = offer({
      ...listed,
      prices: { ...listed.prices, searches: { usd: '0.01', per: 1 } },
      longContext: long,
    });
    const [batch] = planned([candidate(dear)], { listed: () => dear });
    expect(batch?.offer).toMatchObject({ longContext: long, prices: { searches: { usd: '0.01', per: 1 } } });
    const own = { aboveInputTokens: 1_000, prices: { input: { usd: '4', per: 1 } } };
    const [half] = planned([candidate(dear)], {
      listed: () => ({ ...dear, tiers: { batch: { ...halves.batch, longContext: own } } }),
    });
    expect(half?.offer.longContext).toEqual(own);
  });

  it('prices what costs as much as its family by the tier, where the tier names the family alone', () => {
    const perMillion = (usd: string) => ({ usd, per: 1_000_000 });
    const { input = perMillion('2.5'), output = perMillion('10') } = listed.prices;
    const thinking = { ...listed, prices: { input, output, output_reasoning: output, input_audio: perMillion('7') } };
    const [batch] = planned([candidate(thinking)], { listed: () => thinking });
    expect(batch?.offer.prices).toEqual({ ...halves.batch.prices, input_audio: perMillion('7') });
  });

  it('takes the first that has batches of the same model, unless somebody asked for an order', () => {
    const [other, ours] = [candidate(elsewhere), candidate(listed)];
    expect(planned([other, ours]).map(({ offer: { id }, tier }) => [id, tier])).toEqual([
      ['openai/gpt-x', 'batch'],
      ['groq/gpt-x', undefined],
      ['openai/gpt-x', undefined],
    ]);
    expect(planned([other, ours], { keepsOrder: true })).toEqual([other, ours]);
    const another = candidate({ ...elsewhere, model: 'meta/other' });
    expect(planned([another, ours])).toEqual([another, ours]);
  });

  it("never charges what the caller's own account would have done, and charges nothing for its own batch", () => {
    const own = candidate(elsewhere, { credentialId: 'cred_1', isOwn: true, worstCaseNanoUsd: '0' });
    expect(planned([own, candidate(listed)])[0]).toEqual(own);
    const ownBatch = candidate(listed, { credentialId: 'cred_1', isOwn: true, worstCaseNanoUsd: '0' });
    expect(planned([ownBatch])[0]).toMatchObject({ tier: 'batch', isOwn: true, worstCaseNanoUsd: '0' });
  });

  // Vendors keep what is in batches for days: no promise about single requests holds there.
  it.each([
    ['nothing stored', [{ scope: 'organization', dataPolicy: 'zero_retention' }]],
    ['nothing trained on', [{ scope: 'project' }, { scope: 'caller', dataPolicy: 'not_trained_on' }]],
    ['an answer soon', [{ scope: 'caller', totalMs: 60_000 }]],
  ] as const)('has none where a rule wants %s', (_, levels) => {
    const candidates = [candidate({ ...listed, dataPolicy: 'zero_retention' })];
    expect(planned(candidates, { levels })).toEqual(candidates);
  });

  it('has none of an offer without such a price, nor of an account without batches', () => {
    const { tiers: _, ...untiered } = listed;
    expect(planned([candidate(listed)], { listed: () => untiered })).toEqual([candidate(listed)]);
    expect(planned([candidate(elsewhere)])).toEqual([candidate(elsewhere)]);
  });
});

describe('after a batch', () => {
  const batch = { offerId: listed.id, vendor: 'openai', model: 'gpt-x', tier: 'batch' } as const;
  const { tier: _, ...plain } = batch;
  const other = { offerId: elsewhere.id, vendor: 'groq', model: 'gpt-x', serves: 'openai/gpt-x' };
  const failed = (failure: Parameters<typeof outcome>[2]) => ({
    ...outcome(1, listed.id, failure),
    tier: 'batch' as const,
  });

  it.each(['vendor_error', 'timeout_total', 'rate_limited', 'auth'] as const)(
    'that failed by %s comes the same by itself, whatever fallbacks are allowed',
    (failure) => {
      const move = nextMove([batch, other, plain], [failed(failure)], { fallback: [] });
      expect(move).toMatchObject({ type: 'attempt', number: 2, candidate: plain });
    },
  );

  it.each(['invalid_request', 'content_policy', 'lease_lapsed', 'cancelled'] as const)(
    'that failed by %s comes nothing',
    (failure) => {
      expect(nextMove([batch, plain], [failed(failure)])).toMatchObject({ type: 'release' });
    },
  );
});
