import type { Capability, Price } from '../../../workflows/contracts/offers.js';
import type { Modality } from '../../../workflows/contracts/models.js';
import type { Unit } from '../../../workflows/contracts/usage.js';
import { parseJsonWithNumberTexts, shiftDecimal } from './exact-number.js';
import { isZero, type TokenPrices } from './map-prices.js';

/** A model of one provider in models.dev, every number as the text that stands there. */
export interface DevModel {
  readonly id: string;
  readonly name: string;
  readonly family?: string;
  readonly knowledge?: string;
  readonly release_date?: string;
  readonly last_updated?: string;
  readonly open_weights?: boolean;
  readonly attachment?: boolean;
  readonly reasoning?: boolean;
  readonly tool_call?: boolean;
  readonly structured_output?: boolean;
  readonly status?: string;
  readonly modalities: { readonly input: readonly string[]; readonly output: readonly string[] };
  readonly limit: { readonly context?: string; readonly output?: string };
  readonly cost?: DevCost & { readonly tiers?: readonly DevTier[] };
}

type DevCost = { readonly [unit: string]: unknown };
type DevTier = DevCost & { readonly tier?: { readonly type?: string; readonly size?: string } };

export type DevProviders = {
  readonly [provider: string]:
    { readonly doc?: string; readonly models: { readonly [id: string]: DevModel } } | undefined;
};

/** Throws where the text is no JSON. */
export function readModelsDev(text: string): DevProviders {
  return parseJsonWithNumberTexts(text) as DevProviders;
}

const COSTS: readonly (readonly [Unit, string])[] = [
  ['input', 'input'],
  ['input_cached_read', 'cache_read'],
  ['input_cache_write_5m', 'cache_write'],
  ['input_audio', 'input_audio'],
  ['output', 'output'],
  ['output_reasoning', 'reasoning'],
  ['output_audio', 'output_audio'],
];

/** Its prices are USD for a million tokens. */
export function devPrices({ cost = {} }: DevModel): TokenPrices {
  const prices = pricesOf(cost);
  const contexts = (cost.tiers ?? [])
    .filter(({ tier }) => tier?.type === 'context')
    .map((tier) => ({ aboveInputTokens: Number(tier.tier?.size), prices: { ...prices, ...pricesOf(tier) } }))
    .sort((left, right) => left.aboveInputTokens - right.aboveInputTokens);
  return { prices, contexts };
}

function pricesOf(cost: DevCost): TokenPrices['prices'] {
  const prices = COSTS.flatMap(([unit, field]): readonly (readonly [Unit, Price])[] => {
    const text = cost[field];
    if (typeof text !== 'string' || (isZero(text) && unit !== 'input' && unit !== 'output')) return [];
    return [[unit, { usd: shiftDecimal(text, 0), per: 1_000_000 }]];
  });
  return Object.fromEntries(prices);
}

export function devCapabilities(model: DevModel): readonly Capability[] {
  const has = (modality: string): boolean => model.modalities.input.includes(modality);
  const declared: readonly (readonly [Capability, boolean | undefined])[] = [
    ['tools', model.tool_call],
    ['images', has('image')],
    ['files', has('pdf')],
    ['audio_input', has('audio')],
    ['audio_output', model.modalities.output.includes('audio')],
    ['json_schema', model.structured_output],
    ['reasoning', model.reasoning],
  ];
  return declared.flatMap(([capability, able]) => (able === true ? [capability] : []));
}

const MODALITIES: { readonly [name: string]: Modality | undefined } = {
  text: 'text',
  image: 'image',
  audio: 'audio',
  video: 'video',
  pdf: 'file',
};

export function devModalities({ modalities }: DevModel) {
  const read = (names: readonly string[]): readonly Modality[] => names.flatMap((name) => MODALITIES[name] ?? []);
  return { input: read(modalities.input), output: read(modalities.output) };
}

/** Whether it answers with text and is asked with it; what only makes pictures or vectors does not. */
export function isDevChat({ id, modalities, family = '' }: DevModel): boolean {
  const isOther = /embed|rerank|bge-|whisper|tts|ocr|flux|guard|safety|gliner|esm(2|fold)|voice|riva|lyria/.test(
    `${id} ${family}`.toLowerCase(),
  );
  return !isOther && modalities.input.includes('text') && modalities.output.includes('text');
}
