import { expect, it } from 'vitest';
import { mediaOfferSchema } from '../offer.schema.js';
import { readPriceMap, readRows } from './price-map.js';
import { VENDOR_SOURCES } from './sources.js';
import { createTally } from './tally.js';
import { toMediaOffers } from './to-media-offers.js';

const read = (rows: { readonly [name: string]: object }, vendor = 'openai') => {
  const source = VENDOR_SOURCES.find((one) => one.vendor === vendor);
  if (!source) throw new Error(`no source for ${vendor}`);
  const tally = createTally();
  const mapped = readRows(readPriceMap(JSON.stringify(rows)), source, '2026-11-24', tally);
  const offers = toMediaOffers(mapped, source, '2026-11-24', tally);
  for (const offer of offers) expect(mediaOfferSchema.safeParse(offer).error).toBeUndefined();
  return { offers, dropped: [...tally.dropped.keys()] };
};
const row = (mode: string, fields: object) => ({ litellm_provider: 'openai', mode, ...fields });
const million = (usd: string) => ({ usd, per: 1_000_000 });

it.each([
  ['embedding', { input_cost_per_token: 2e-8, output_cost_per_token: 0.0 }, { input: million('0.02') }],
  ['rerank', { input_cost_per_query: 0.002 }, { search_units: { usd: '2', per: 1_000 } }],
  ['image_generation', { input_cost_per_image: 0.04 }, { images: { usd: '0.04', per: 1 } }],
  ['audio_speech', { input_cost_per_character: 1.5e-5 }, { characters: million('15') }],
  ['audio_transcription', { input_cost_per_second: 0.0001 }, { audio_seconds: { usd: '0.0001', per: 1 } }],
  ['video_generation', { output_cost_per_video_per_second: 0.4 }, { video_seconds: { usd: '0.4', per: 1 } }],
])('prices %s by its units, and takes a zero for nothing', (mode, fields, prices) => {
  const { offers } = read({ 'some-model': row(mode, fields) });
  expect(offers).toMatchObject([{ id: 'openai/some-model', prices }]);
  expect(Object.keys(offers[0]?.prices ?? {})).toEqual(Object.keys(prices));
});

it('has prices of batches for embeddings alone, where they price input', () => {
  const half = { input_cost_per_token: 2e-8, input_cost_per_token_batches: 1e-8, output_cost_per_token_batches: 0.0 };
  const { offers } = read({
    embedding: row('embedding', half),
    picture: row('image_generation', { ...half, output_cost_per_image: 0.04 }),
    single: row('embedding', { input_cost_per_token: 2e-8, input_cost_per_image_token_batches: 1e-8 }),
  });
  const tiers = Object.fromEntries(offers.map((offer) => [offer.vendorModel, offer.tiers]));
  expect(tiers).toEqual({ embedding: { batch: { prices: { input: million('0.01') } } } });
});

it('gathers the rows of qualities and sizes in one offer, by the pixel as well', () => {
  const { offers } = read({
    'standard/1024-x-1024/dall-e-3': row('image_generation', {
      input_cost_per_pixel: 3.81469e-8,
      output_cost_per_pixel: 0.0,
    }),
    'hd/1024-x-1792/dall-e-3': row('image_generation', { output_cost_per_image: 0.12 }),
  });
  expect(offers).toMatchObject([
    {
      id: 'openai/dall-e-3',
      prices: {},
      variants: [
        { when: { quality: 'standard', size: '1024x1024' }, prices: { images: { usd: '0.0399999238144', per: 1 } } },
        { when: { quality: 'hd', size: '1024x1792' }, prices: { images: { usd: '0.12', per: 1 } } },
      ],
    },
  ]);
});

it('prices video by its resolution', () => {
  const { offers } = read(
    {
      'xai/grok-video': {
        ...row('video_generation', { output_cost_per_second: 0.1, output_cost_per_second_1080p: 0.2 }),
        litellm_provider: 'xai',
      },
    },
    'xai',
  );
  expect(offers[0]).toMatchObject({
    prices: { video_seconds: { usd: '0.1' } },
    variants: [{ when: { resolution: '1080p' }, prices: { video_seconds: { usd: '0.2' } } }],
  });
});

it('charges no picture twice: where tokens are charged, the price of the whole is an estimate', () => {
  const { offers } = read({
    'gpt-image-x': row('image_generation', { output_cost_per_image_token: 3e-5, output_cost_per_image: 0.04 }),
    'low/1024-x-1024/gpt-image-x': row('image_generation', { output_cost_per_image: 0.01 }),
  });
  expect(offers).toMatchObject([
    {
      prices: { output_image: million('30') },
      estimates: [
        { when: {}, prices: { images: { usd: '0.04', per: 1 } } },
        { when: { quality: 'low', size: '1024x1024' }, prices: { images: { usd: '0.01', per: 1 } } },
      ],
    },
  ]);
  expect(offers[0]).not.toHaveProperty('variants');
});

it('leaves out what has no price or none of our units', () => {
  const { offers, dropped } = read({
    a: row('embedding', { input_cost_per_token: 0.0 }),
    b: row('image_generation', { output_cost_per_song: 0.1 }),
    c: row('ocr', { input_cost_per_token: 1e-6 }),
  });
  expect(offers).toEqual([]);
  expect(dropped).toEqual(['no_price', 'no_unit']);
});
