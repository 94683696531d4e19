import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Demand } from '../contracts/requests.js';
import type { HealthSnapshot, OfferHealth } from '../contracts/health.js';
import { plan, type PlanPolicy } from './plan.js';
import { priceOf } from './pricing.js';
import { demand, offer, seen } from './test-values.js';

const small = offer({ id: 'openai/small', aliases: ['small'], maxOutputTokens: 1_000, capabilities: [] });
const large = offer({
  id: 'anthropic/large',
  vendor: 'anthropic',
  aliases: ['large', 'large-2026'],
  maxOutputTokens: 64_000,
  capabilities: ['tools'],
  prices: { input: { usd: '3', per: 1_000_000 }, output: { usd: '15', per: 1_000_000 } },
});
const eyes = offer({ id: 'openai/eyes', aliases: ['eyes'], capabilities: ['images'], maxOutputTokens: 2_000 });
const free = offer({ id: 'sandbox/echo', vendor: 'sandbox', aliases: [], prices: {} });
const offers = [small, large, eyes, free];

const make = (
  models: readonly string[],
  changes: Partial<Demand> = {},
  health: HealthSnapshot = new Map(),
  policy: PlanPolicy = {},
) => plan({ models, demand: demand(changes) }, offers, health, policy);
const down = (...offerIds: string[]): HealthSnapshot =>
  new Map(offerIds.map((offerId): [string, OfferHealth] => [offerId, seen(offerId, { circuit: 'open' })]));
const idsOf = (made: ReturnType<typeof plan>) =>
  made.status === 'planned' ? made.candidates.map((candidate) => candidate.offer.id) : made.code;

describe('plan', () => {
  it('holds the dearest candidate, each with its own cap', () => {
    const made = make(['small', 'large']);
    expect(made).toMatchObject({
      status: 'planned',
      candidates: [
        { offer: small, maxOutputTokens: 1_000, worstCaseNanoUsd: '12500000' },
        { offer: large, maxOutputTokens: 64_000, worstCaseNanoUsd: '963000000' },
      ],
      heldNanoUsd: '963000000',
    });
  });

  it('keeps the caller’s order, without repetition under another name', () => {
    expect(idsOf(make(['large', 'small', 'anthropic/large', 'large-2026']))).toEqual([
      'anthropic/large',
      'openai/small',
    ]);
  });

  it('puts what is down last, and keeps it', () => {
    const health = down('openai/small');
    expect(idsOf(make(['small', 'large', 'eyes'], {}, health))).toEqual([
      'anthropic/large',
      'openai/eyes',
      'openai/small',
    ]);
    expect(idsOf(make(['small'], {}, health))).toEqual(['openai/small']);
    const mayTry: HealthSnapshot = new Map([['openai/small', seen('openai/small', { circuit: 'half_open' })]]);
    expect(idsOf(make(['small', 'large'], {}, mayTry))).toEqual(['openai/small', 'anthropic/large']);
  });

  it('leaves out what does not understand a vendor’s own tools, while another does', () => {
    const bound = { boundTo: 'openai-responses' } as const;
    expect(idsOf(make(['large', 'small'], bound))).toEqual(['openai/small']);
    expect(idsOf(make(['large', 'small'], { boundTo: 'anthropic-messages' }))).toEqual(['anthropic/large']);
    expect(idsOf(make(['large'], bound))).toEqual(['anthropic/large']);
  });

  it('leaves out what cannot do what is needed, while another can', () => {
    expect(idsOf(make(['small', 'large'], { needs: ['tools'] }))).toEqual(['anthropic/large']);
    expect(idsOf(make(['small', 'large'], { needs: ['audio_input'] }))).toEqual(['openai/small', 'anthropic/large']);
    expect(idsOf(make(['small', 'large', 'eyes'], { needs: ['tools', 'images'] }))).toEqual(['anthropic/large']);
  });

  it('refuses an unknown name, alone and among known ones, with the nearest', () => {
    expect(make(['lagre'])).toMatchObject({ status: 'refused', code: 'model_not_found', param: 'model' });
    expect(make(['small', 'lagre'])).toMatchObject({
      code: 'model_not_found',
      param: 'models',
      nearest: ['anthropic/large', expect.any(String), expect.any(String)],
      message: expect.stringContaining(
        "'lagre' does not exist or is not available to you. The nearest are anthropic/large",
      ),
    });
    expect(idsOf(make([]))).toBe('model_not_found');
  });

  it('does not know vendors that the policy leaves out, and does not name them', () => {
    const made = make(['small'], {}, new Map(), { restrictions: [{ allowedModels: ['sandbox/*'] }] });
    expect(made).toMatchObject({ code: 'model_not_found', nearest: ['sandbox/echo'] });
    expect(idsOf(make(['small'], {}, new Map(), { restrictions: [{ allowedModels: [] }] }))).toBe('model_not_found');
    expect(idsOf(make(['small'], {}, new Map(), { restrictions: [{ deniedModels: ['sandbox/*'] }] }))).toEqual([
      'openai/small',
    ]);
  });

  it('leaves a cap above a model’s maximum to those that allow it', () => {
    expect(idsOf(make(['small', 'large'], { maxOutputTokens: 1_001 }))).toEqual(['anthropic/large']);
    expect(make(['small', 'eyes'], { maxOutputTokens: 2_001 })).toMatchObject({
      code: 'output_cap_too_large',
      message: expect.stringMatching(/^2001 .*openai\/small writes at most 1000 and openai\/eyes writes at most 2000/),
    });
  });

  it('asks for what a model can write where the dialect demands a cap', () => {
    const asked = { maxOutputTokens: 1_001, capIsDemanded: true } as const;
    expect(make(['small'], asked)).toMatchObject({ candidates: [{ maxOutputTokens: 1_000 }] });
    expect(idsOf(make(['small', 'large'], asked))).toEqual(['anthropic/large']);
  });

  it('refuses what cannot be bounded, while no other candidate can be', () => {
    expect(make(['small', 'large'], { searches: 1 })).toMatchObject({ code: 'unbounded' });
    expect(idsOf(make(['small', 'sandbox/echo'], { searches: 1 }))).toEqual(['sandbox/echo']);
  });

  it('holds at least what any candidate can cost', () => {
    const choices = fc.integer({ min: 1, max: 8 });
    fc.assert(
      fc.property(
        fc.nat(1_000_000),
        choices,
        fc.integer({ min: 1, max: 1_000 }),
        fc.nat(3),
        (inputBytes, n, cap, images) => {
          const made = make(['small', 'large', 'eyes'], { inputBytes, choices: n, maxOutputTokens: cap, images });
          if (made.status !== 'planned') throw new Error('not planned');
          for (const candidate of made.candidates) {
            const input = Math.min(inputBytes + images * 1_445, candidate.offer.contextWindow);
            const most = { input, output: n * candidate.maxOutputTokens };
            expect(priceOf(most, candidate.offer)).toBeLessThanOrEqual(BigInt(made.heldNanoUsd));
          }
        },
      ),
    );
  });
});

describe('a model that several vendors offer', () => {
  const served = (vendor: string, usd: string) =>
    offer({
      id: `${vendor}/m`,
      vendor,
      aliases: [],
      model: 'maker/m',
      prices: { input: { usd, per: 1_000_000 }, output: { usd, per: 1_000_000 } },
      tiers: { flex: { prices: {} } },
    });
  const vendors = ['f', 'e', 'd', 'c', 'b', 'a'].map((vendor, index) => served(vendor, `${index + 1}`));
  const made = (health: HealthSnapshot = new Map()) =>
    plan({ models: ['maker/m'], demand: demand({ maxOutputTokens: 10 }) }, vendors, health, {});

  it('is asked of the cheapest first, of five at most', () => {
    expect(idsOf(made())).toEqual(['f/m', 'e/m', 'd/m', 'c/m', 'b/m']);
    expect(idsOf(made(down('f/m', 'e/m')))).toEqual(['d/m', 'c/m', 'b/m', 'a/m', 'f/m']);
  });

  it('does not store what no request is priced by', () => {
    const planned = made();
    if (planned.status !== 'planned') throw new Error('not planned');
    for (const candidate of planned.candidates) expect(candidate.offer).not.toHaveProperty('tiers');
  });
});
