import type { MediaKind, MediaOffer, MediaVariant } from '../../../workflows/contracts/media-offers.js';
import type { Price, PriceList } from '../../../workflows/contracts/offers.js';
import type { Unit } from '../../../workflows/contracts/usage.js';
import { shiftDecimal, timesCount } from './exact-number.js';
import { isZero } from './map-prices.js';
import type { PriceRow } from './price-map.js';
import type { VendorSource } from './sources.js';
import type { Tally } from './tally.js';
import { idOf, toCount, toEnd, toSource, vendorModelOf } from './to-offers.js';

const KINDS: { readonly [mode: string]: MediaKind | undefined } = {
  embedding: 'embedding',
  rerank: 'rerank',
  moderation: 'moderation',
  image_generation: 'image',
  image_edit: 'image',
  audio_speech: 'speech',
  audio_transcription: 'transcription',
  video_generation: 'video',
};

/** Deepgram's voices have no mode in the map; what charges by the character that it is given, and says no more, speaks. */
export function mediaKindOf({ mode, fields }: PriceRow): MediaKind | undefined {
  if (mode === 'none' && fields['litellm_provider'] === 'deepgram' && 'input_cost_per_character' in fields)
    return 'speech';
  return KINDS[mode];
}

/** A price of the map: the unit that it is for, and how many of the unit it is told for here (a power of ten). */
type PriceField = readonly [Unit, string, 0 | 3 | 6];

const TOKENS: readonly PriceField[] = [
  ['input', 'input_cost_per_token', 6],
  ['input_cached_read', 'cache_read_input_token_cost', 6],
  ['input_image', 'input_cost_per_image_token', 6],
  ['input_audio', 'input_cost_per_audio_token', 6],
  ['output', 'output_cost_per_token', 6],
  ['output_image', 'output_cost_per_image_token', 6],
  ['output_audio', 'output_cost_per_audio_token', 6],
];

/** The first field of a unit that a row has is the one: video has two names for a second, and pictures may stand under `input`. */
const FIELDS: { readonly [K in MediaKind]: readonly PriceField[] } = {
  embedding: [
    ...TOKENS,
    ['images', 'input_cost_per_image', 3],
    ['audio_seconds', 'input_cost_per_audio_per_second', 0],
    ['video_seconds', 'input_cost_per_video_per_second', 0],
    ['characters', 'input_cost_per_character', 6],
    ['requests', 'input_cost_per_query', 3],
  ],
  rerank: [...TOKENS, ['search_units', 'input_cost_per_query', 3]],
  moderation: TOKENS,
  image: [...TOKENS, ['images', 'output_cost_per_image', 0], ['images', 'input_cost_per_image', 0]],
  speech: [...TOKENS, ['characters', 'input_cost_per_character', 6], ['audio_seconds', 'output_cost_per_second', 0]],
  transcription: [...TOKENS, ['audio_seconds', 'input_cost_per_second', 0]],
  video: [
    ...TOKENS,
    ['video_seconds', 'output_cost_per_second', 0],
    ['video_seconds', 'output_cost_per_video_per_second', 0],
    ['images', 'input_cost_per_image', 0],
  ],
};

/** A vendor's media rows of the map as offers, one a model, in the order of their ids. */
export function toMediaOffers(
  rows: readonly PriceRow[],
  source: VendorSource,
  asOf: string,
  tally: Tally,
): readonly MediaOffer[] {
  const offers = new Map<string, MediaOffer>();
  for (const row of rows) {
    const offer = toMediaOffer(row, source, asOf, tally);
    if (offer === undefined) continue;
    const before = offers.get(offer.id);
    offers.set(offer.id, before === undefined ? offer : merge(before, offer));
  }
  return [...offers.values()].map(withEstimates).sort((left, right) => (left.id < right.id ? -1 : 1));
}

function toMediaOffer(row: PriceRow, source: VendorSource, asOf: string, tally: Tally): MediaOffer | undefined {
  const kind = mediaKindOf(row);
  if (kind === undefined) return undefined;
  const { name, when } = kind === 'image' ? takeVariant(row.name) : { name: row.name, when: {} };
  const { fields, region } = row;
  const id = idOf(source.vendor, name, region);
  const listed = kind === 'moderation' ? freePrices(fields) : pricesOf(fields, kind, when.size);
  const isVariant = Object.keys(when).length > 0;
  const variants = [...(isVariant ? [{ when, prices: listed }] : []), ...resolutionsOf(fields, kind)];
  const prices = isVariant ? {} : listed;
  if (Object.keys(prices).length === 0 && variants.every((variant) => Object.keys(variant.prices).length === 0)) {
    return tally.drop(hasOtherPrice(fields) ? 'no_unit' : 'no_price', id);
  }
  const maxInputTokens = toCount(fields['max_input_tokens']);
  const dimensions = toCount(fields['output_vector_size']);
  return {
    id,
    vendor: source.vendor,
    vendorModel: vendorModelOf(source.vendor, name),
    kind,
    ...(region !== undefined && { region }),
    ...(maxInputTokens !== undefined && { maxInputTokens }),
    ...(kind === 'embedding' && dimensions !== undefined && { dimensions }),
    prices,
    ...(variants.length > 0 && { variants }),
    ...(kind === 'embedding' && toBatchTier(fields)),
    source: toSource(fields, source, asOf),
    ...toEnd(fields),
  };
}

/** The map has a row for each quality and size: `hd/1024-x-1792/dall-e-3`. */
function takeVariant(name: string): { readonly name: string; readonly when: MediaVariant['when'] } {
  const match = /^(?:(low|medium|high|xhigh|max|hd|standard|auto)\/)?(?:(?:steps\/)?(\d+)-?x-?(\d+)\/)?(.+)$/.exec(
    name,
  );
  const [, quality, width, height, model = name] = match ?? [];
  return {
    name: model,
    when: {
      ...(quality !== undefined && { quality }),
      ...(width !== undefined && height !== undefined && { size: `${width}x${height}` }),
    },
  };
}

function pricesOf(fields: PriceRow['fields'], kind: MediaKind, size: string | undefined, tier = ''): PriceList {
  const prices = new Map<Unit, Price>();
  for (const [unit, field, places] of FIELDS[kind]) {
    const text = fields[`${field}${tier}`];
    // A zero beside a price is the other side of it: nobody gives media away.
    if (typeof text !== 'string' || isZero(text) || prices.has(unit)) continue;
    prices.set(unit, { usd: shiftDecimal(text, places), per: 10 ** places });
  }
  const pixel = [fields['output_cost_per_pixel'], fields['input_cost_per_pixel']].find(
    (text) => typeof text === 'string' && !isZero(text),
  );
  if (size !== undefined && typeof pixel === 'string' && !prices.has('images')) {
    const [width = 0, height = 0] = size.split('x').map(Number);
    prices.set('images', { usd: timesCount(pixel, width * height), per: 1 });
  }
  return Object.fromEntries(prices);
}

/** Of embeddings, which vendors take in batches as they take conversations. */
function toBatchTier(fields: PriceRow['fields']): Pick<MediaOffer, 'tiers'> {
  const prices = pricesOf(fields, 'embedding', undefined, '_batches');
  return prices.input === undefined ? {} : { tiers: { batch: { prices } } };
}

/**
 * Vendors judge for nothing (https://developers.openai.com/api/docs/guides/moderation: "free to use"), which the map writes as
 * a price of zero: a price all the same, and not an unknown one.
 */
function freePrices({ input_cost_per_token: text }: PriceRow['fields']): PriceList {
  return typeof text === 'string' && isZero(text) ? { input: { usd: '0', per: 1_000_000 } } : {};
}

/** `output_cost_per_second_720p`, `output_cost_per_image_2K`: prices by resolution. */
function resolutionsOf(fields: PriceRow['fields'], kind: MediaKind): readonly MediaVariant[] {
  const unit = kind === 'video' ? 'video_seconds' : kind === 'image' ? 'images' : undefined;
  if (unit === undefined) return [];
  const pattern = unit === 'images' ? /^output_cost_per_image_([\d.]+K?)$/ : /^output_cost_per_second_(\d+[pk])$/;
  return Object.entries(fields).flatMap(([field, text]): readonly MediaVariant[] => {
    const [, resolution] = pattern.exec(field) ?? [];
    if (resolution === undefined || typeof text !== 'string' || isZero(text)) return [];
    return [{ when: { resolution }, prices: { [unit]: { usd: shiftDecimal(text, 0), per: 1 } } }];
  });
}

function hasOtherPrice(fields: PriceRow['fields']): boolean {
  return Object.entries(fields).some(
    ([field, text]) => /_cost_per_/.test(field) && typeof text === 'string' && !isZero(text),
  );
}

/** Rows of one model: its prices without properties from the row that has them, and all its variants. */
function merge(before: MediaOffer, offer: MediaOffer): MediaOffer {
  const variants = [...(before.variants ?? []), ...(offer.variants ?? [])];
  const prices = Object.keys(before.prices).length > 0 ? before.prices : offer.prices;
  return { ...before, prices, ...(variants.length > 0 && { variants }) };
}

/**
 * Where what is made is charged by the token, a price for the whole thing is no second price but what the tokens come to:
 * to charge both would be to charge twice.
 */
function withEstimates(offer: MediaOffer): MediaOffer {
  const { images, audio_seconds: seconds, ...tokens } = offer.prices;
  const isByToken =
    tokens.output_image !== undefined || tokens.output_audio !== undefined || tokens.output !== undefined;
  if (!isByToken || offer.kind === 'embedding' || offer.kind === 'video') return offer;
  const whole = { ...(images && { images }), ...(seconds && { audio_seconds: seconds }) };
  const estimates = [
    ...(Object.keys(whole).length > 0 ? [{ when: {}, prices: whole }] : []),
    ...(offer.variants ?? []),
  ];
  const { variants: _, ...rest } = offer;
  return { ...rest, prices: tokens, ...(estimates.length > 0 && { estimates }) };
}
