import { describe, expect, it } from 'vitest';
import type { KindQuality } from '../contracts/model-quality.js';
import type { Model } from '../contracts/models.js';
import { mergeQuality, rateOffers } from './model-quality.js';
import { offer } from './test-values.js';

const figure = { score: 0.9, source: 'our own tickets', asOf: '2026-11-20' };
const guess: KindQuality = { score: 0.5, basis: 'guess', sources: [] };
const model = (id: string, quality?: Model['quality']): Model => ({
  ...{ id, maker: 'maker', name: id, contextWindow: 1, maxOutputTokens: 1, capabilities: [] },
  modalities: { input: ['text'], output: ['text'] },
  ...(quality && { quality }),
});

describe('mergeQuality', () => {
  it('puts the figures of the operator over what is known, kind by kind', () => {
    expect(mergeQuality({ code: guess, chat: guess }, { code: figure })).toEqual({
      code: { score: 0.9, basis: 'operator', sources: [{ source: 'our own tickets', asOf: '2026-11-20' }] },
      chat: guess,
    });
  });

  it('knows nothing of a kind that is set to null, and nothing at all where none is left', () => {
    expect(mergeQuality({ code: guess, chat: guess }, { code: null })).toEqual({ chat: guess });
    expect(mergeQuality({ code: guess }, { code: null })).toBeUndefined();
    expect(mergeQuality(undefined, {})).toBeUndefined();
  });
});

describe('rateOffers', () => {
  const rated = offer({ id: 'a/m', model: 'maker/m', quality: { code: 0.5 } });
  const others = [offer({ id: 'a/own', model: 'maker/unlisted', quality: { chat: 0.1 } }), offer({ id: 'a/none' })];

  it('gives each offer what is known of its model, and takes what is known no more', () => {
    const [better] = rateOffers([rated], [model('maker/m', { code: { ...guess, score: 0.9 } })]);
    expect(better).toEqual({ ...rated, quality: { code: 0.9 } });
    const [unknown] = rateOffers([rated], [model('maker/m')]);
    expect(unknown).not.toHaveProperty('quality');
  });

  it('leaves offers of models that are not told of, and the list where nothing changes', () => {
    const offers = [rated, ...others];
    expect(rateOffers(offers, [model('maker/m', { code: guess })])).toBe(offers);
  });
});
