import { describe, expect, it } from 'vitest';
import type { Offer, PriceList } from '../contracts/offers.js';
import { soldAs, worstCaseOfMedia } from './media-prices.js';
import { offer as testOffer } from './test-values.js';

const offerOf = (prices: PriceList, more: Partial<Offer> = {}): Offer => ({
  ...testOffer(),
  kind: 'image',
  prices,
  ...more,
});
const usd = (value: string, per = 1) => ({ usd: value, per });
const NANO = 1_000_000_000n;

describe('the prices that an offer is sold at', () => {
  const offer = offerOf(
    { images: usd('0.04') },
    {
      variants: [
        { when: { quality: 'hd', size: '1024-x-1024' }, prices: { images: usd('0.08') } },
        { when: { size: '1024-x-1024' }, prices: { images: usd('0.05') } },
      ],
    },
  );
  it.each([
    [{}, '0.04'],
    [{ size: '1024x1024' }, '0.05'],
    [{ size: '1024x1024', quality: 'HD' }, '0.08'],
    [{ quality: 'hd' }, '0.04'],
  ])('for %j are those of the most exact variant', (asked, expected) => {
    expect(soldAs(offer, asked).prices.images?.usd).toBe(expected);
  });

  it('are the dearest where nothing is priced but by variants, and none was asked for: never free', () => {
    const only = offerOf(
      {},
      {
        variants: [
          { when: { resolution: '480p' }, prices: { video_seconds: usd('0.1') } },
          { when: { resolution: '1080p' }, prices: { video_seconds: usd('0.5') } },
        ],
      },
    );
    const sold = soldAs(only, { resolution: '4k' });
    expect(sold.prices.video_seconds?.usd).toBe('0.5');
    expect(worstCaseOfMedia(sold, { units: { video_seconds: 4 }, asked: {} })).toBe(2n * NANO);
  });
});

describe('the most that a call can cost', () => {
  it('is what its units come to', () => {
    const offer = offerOf({ images: usd('0.04'), requests: usd('0.01') });
    expect(worstCaseOfMedia(offer, { units: { images: 3, requests: 1 }, asked: {} })).toBe(130_000_000n);
  });

  it('counts text at the dearest price that text can have there', () => {
    const offer = offerOf({ input: usd('1', 1_000), input_cached_read: usd('0.1', 1_000) });
    expect(worstCaseOfMedia(offer, { units: { input: 1_000 }, asked: {} })).toBe(NANO);
  });

  it('is told by an estimate, twice over, where tokens are charged that the call does not bound', () => {
    const offer = offerOf(
      { input: usd('1', 1_000_000), output_image: usd('40', 1_000_000) },
      {
        estimates: [
          { when: { quality: 'low' }, prices: { images: usd('0.01') } },
          { when: { quality: 'high' }, prices: { images: usd('0.2') } },
        ],
      },
    );
    const call = { units: { input: 0, images: 2 }, asked: { quality: 'low' } };
    expect(worstCaseOfMedia(offer, call)).toBe(40_000_000n);
    // Nothing is said of the quality: the dearest.
    expect(worstCaseOfMedia(offer, { ...call, asked: {} })).toBe(800_000_000n);
  });

  it('is unknown where neither a bound nor an estimate is, so that it is refused and never free', () => {
    const call = { units: { input: 10, images: 1 }, asked: {} };
    expect(worstCaseOfMedia(offerOf({ output_image: usd('40', 1_000_000) }), call)).toBeUndefined();
    expect(worstCaseOfMedia(offerOf({ video_seconds: usd('1') }), call)).toBeUndefined();
    expect(worstCaseOfMedia(offerOf({ images: usd('1') }), { units: { images: 1.5 }, asked: {} })).toBeUndefined();
  });

  it('counts a picture that is read for as many tokens as an input may have', () => {
    const embedding = { kind: 'embedding' as const, contextWindow: 8_000 };
    const call = { units: { input: 100, input_audio: 0, images: 2 }, asked: {} };
    const million = 1_000_000;
    expect(worstCaseOfMedia(offerOf({ input: usd('1', million) }, embedding), call)).toBe(16_100_000n);
    const apart = { input: usd('1', million), input_image: usd('2', million), input_audio: usd('9', million) };
    expect(worstCaseOfMedia(offerOf(apart, embedding), call)).toBe(32_100_000n);
    // By the picture, where that is what has a price.
    const each = { input: usd('1', million), images: usd('0.01') };
    expect(worstCaseOfMedia(offerOf(each, embedding), call)).toBe(20_100_000n);
    // Where nobody says how long an input may be, nothing bounds it.
    expect(worstCaseOfMedia(offerOf(apart, { ...embedding, contextWindow: 0 }), call)).toBeUndefined();
    expect(
      worstCaseOfMedia(offerOf({ input: usd('1', million) }, { ...embedding, contextWindow: 0 }), call),
    ).toBeUndefined();
  });

  it('is nothing where a price of 0 is the price', () => {
    const call = { units: { input: 100, images: 1 }, asked: {} };
    expect(worstCaseOfMedia(offerOf({ input: usd('0', 1) }, { kind: 'moderation' }), call)).toBe(0n);
  });

  it('is nothing where the offer is free', () => {
    expect(worstCaseOfMedia(offerOf({}), { units: {}, asked: {} })).toBe(0n);
  });
});
