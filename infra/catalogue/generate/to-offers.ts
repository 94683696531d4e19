import type {
  Capability,
  LongContext,
  Offer,
  Price,
  PriceList,
  ServiceTier,
  TierPrices,
} from '../../../workflows/contracts/offers.js';
import { createdAt, dateIn, undated } from './created.js';
import { maxImageTokens } from './image-tokens.js';
import { tokenizerOf } from './tokenizers.js';
import { type Context, requestPrice, searchPrice, tokenPrices, type TokenPrices } from './map-prices.js';
import { isChat, isServed, type PriceRow } from './price-map.js';
import type { VendorSource } from './sources.js';
import type { Tally } from './tally.js';

/**
 * A vendor's chat rows of the map as offers, in the order of their ids. `limitOf` tells the most that a model writes where
 * the map does not.
 */
export function toOffers(
  rows: readonly PriceRow[],
  source: VendorSource,
  asOf: string,
  tally: Tally,
  limitOf: (vendorModel: string) => number | undefined = () => undefined,
): readonly Offer[] {
  const offers = rows.filter(isChat).flatMap((row) => toOffer(row, source, asOf, tally, limitOf) ?? []);
  return withTwinsAsAliases(offers, asOf).sort((left, right) => (left.id < right.id ? -1 : 1));
}

/** 10 USD for 1,000 searches of the server tool `web_search`, by the vendor's pricing page; the map has it for some models only. */
const ANTHROPIC_SEARCHES: Price = { usd: '10', per: 1_000 };

/**
 * What OpenAI's own tools cost besides tokens (https://platform.openai.com/docs/pricing#built-in-tools): a gigabyte of a
 * container for 20 minutes (0.03, 0.12, 0.48 and 1.92 USD for 1, 4, 16 and 64), and a search of files. Searches of the web cost
 * what the map says of the model, and pictures what the models cost that make them (`../image-tools.ts`).
 */
const OPENAI_TOOLS: PriceList = { file_searches: { usd: '2.5', per: 1_000 }, containers: { usd: '0.03', per: 1 } };

function openAiTools(fields: PriceRow['fields']): PriceList {
  if (fields['supports_function_calling'] !== true) return {};
  const searches = fields['supports_web_search'] === true ? searchPrice(fields) : undefined;
  return { ...(searches && { searches }), ...OPENAI_TOOLS };
}

function toOffer(
  row: PriceRow,
  source: VendorSource,
  asOf: string,
  tally: Tally,
  limitOf: (vendorModel: string) => number | undefined,
): Offer | undefined {
  const { name, region, fields } = row;
  const { vendor } = source;
  const id = idOf(vendor, name, region);
  if (!isServed(row, vendor)) return tally.drop('other_endpoint', id);
  const limits = toLimits(row, vendor, limitOf);
  if (limits === undefined) return tally.drop('no_limit', id);
  const priced = withExtras(tokenPrices(fields), fields, vendor);
  if (!isPriced(priced, name, source)) return tally.drop('no_price', id);
  const capabilities = toCapabilities(fields, vendor);
  const imageTokens = capabilities.includes('images') ? maxImageTokens(name) : undefined;
  // Other vendors frame what they are sent in ways that nobody has measured.
  const tokenizer = vendor === 'openai' ? tokenizerOf(name) : undefined;
  return {
    id,
    vendor,
    vendorModel: vendorModelOf(vendor, name),
    aliases: vendor === 'openai' || vendor === 'anthropic' ? [name] : [],
    kind: 'chat',
    ...(row.mode === 'responses' && { wire: 'openai-responses' as const }),
    ...(region !== undefined && { region }),
    ...limits,
    capabilities,
    ...(imageTokens !== undefined && { maxImageTokens: imageTokens }),
    ...(tokenizer !== undefined && { tokenizer }),
    ...toPriceFields(priced),
    ...toTiers(fields),
    ...toEnd(fields),
    source: toSource(fields, source, asOf),
    created: createdAt([name], asOf),
  };
}

function toLimits({ name, fields }: PriceRow, vendor: string, limitOf: (vendorModel: string) => number | undefined) {
  const input = toCount(fields['max_input_tokens']);
  const stated = toCount(fields['max_output_tokens']);
  // The two oldest vendors' rows are whole; of others the window bounds what nobody has stated.
  if (input === undefined || (stated === undefined && (vendor === 'openai' || vendor === 'anthropic')))
    return undefined;
  const maxOutputTokens = stated ?? Math.min(limitOf(name) ?? input, input);
  const contextWindow = INPUT_ONLY_LIMITS.includes(input) ? input + maxOutputTokens : Math.max(input, maxOutputTokens);
  return { contextWindow, maxOutputTokens };
}

/** The name that goes on the wire: Fireworks' models stand in its own account. */
export function vendorModelOf(vendor: string, name: string): string {
  return vendor === 'fireworks' ? `accounts/fireworks/models/${name}` : name;
}

/** Where the row says that its price stands, or else the vendor's page. */
export function toSource(
  { source: url }: PriceRow['fields'],
  { pricingUrl, convertedFrom }: VendorSource,
  asOf: string,
): Offer['source'] {
  const stated = typeof url === 'string' && URL.canParse(url) ? url : pricingUrl;
  return { url: stated, asOf, ...(convertedFrom !== undefined && { convertedFrom }) };
}

export function toEnd({ deprecation_date: end }: PriceRow['fields']): Pick<Offer, 'deprecatedOn'> {
  return typeof end === 'string' ? { deprecatedOn: end } : {};
}

/** Where a region is no part of the vendor's own name it is one of ours. */
export function idOf(vendor: string, name: string, region: string | undefined): string {
  const isInName = region === undefined || name.startsWith(`${region}.`);
  return isInName ? `${vendor}/${name}` : `${vendor}/${region}/${name}`;
}

/** A price of zero counts where the vendor is known to ask nothing. */
export function isPriced(
  { prices: { input, output } }: TokenPrices,
  name: string,
  { zeroIsFree }: VendorSource,
): boolean {
  if (!input || !output) return false;
  return !(input.usd === '0' && output.usd === '0') || (zeroIsFree?.test(name) ?? false);
}

/** `longContext` and the steps after it. */
export function toPriceFields({ prices, contexts: [first, ...further] }: TokenPrices) {
  return {
    prices,
    ...(first && { longContext: first }),
    ...(further.length > 0 && { longerContexts: further }),
  };
}

/** The map gives what is left for input (272,000 of 400,000) for some models, and the whole window for all others. */
const INPUT_ONLY_LIMITS: readonly number[] = [272_000, 922_000];

function withExtras({ prices, contexts }: TokenPrices, fields: PriceRow['fields'], vendor: string): TokenPrices {
  const requests = requestPrice(fields);
  const extras = {
    ...(vendor === 'anthropic' && { searches: ANTHROPIC_SEARCHES }),
    ...(vendor === 'openai' && openAiTools(fields)),
    ...(requests && { requests }),
  };
  const extend = (context: Context): LongContext => ({ ...context, prices: { ...context.prices, ...extras } });
  return { prices: { ...prices, ...extras }, contexts: contexts.map(extend) };
}

const TIER_SUFFIXES: readonly (readonly [ServiceTier, string])[] = [
  ['batch', '_batches'],
  ['flex', '_flex'],
  ['priority', '_priority'],
];

/** Only tiers that price both sides: of half a list nobody could say what a call costs. */
function toTiers(fields: PriceRow['fields']): Pick<Offer, 'tiers'> {
  const tiers = TIER_SUFFIXES.flatMap(([tier, suffix]): readonly (readonly [ServiceTier, TierPrices])[] => {
    const { prices, contexts } = tokenPrices(fields, suffix);
    const [longContext] = contexts;
    return prices.input && prices.output ? [[tier, { prices, ...(longContext && { longContext }) }]] : [];
  });
  return tiers.length === 0 ? {} : { tiers: Object.fromEntries(tiers) };
}

const CAPABILITY_FIELDS: readonly (readonly [Capability, string])[] = [
  ['tools', 'supports_function_calling'],
  ['images', 'supports_vision'],
  ['files', 'supports_pdf_input'],
  ['audio_input', 'supports_audio_input'],
  ['audio_output', 'supports_audio_output'],
  ['json_schema', 'supports_response_schema'],
  ['reasoning', 'supports_reasoning'],
];

function toCapabilities(fields: PriceRow['fields'], vendor: string): readonly Capability[] {
  const declared = CAPABILITY_FIELDS.flatMap(([capability, field]) => (fields[field] === true ? [capability] : []));
  if (vendor === 'anthropic') return [...declared, 'web_search'];
  if (vendor === 'openai' && openAiTools(fields).searches) declared.push('web_search');
  // OpenAI's reasoning and audio models refuse `logprobs`; of search its chat endpoint knows only in models left out here.
  const hasLogprobs = vendor === 'openai' && !declared.includes('reasoning') && !declared.includes('audio_output');
  return hasLogprobs ? [...declared, 'logprobs'] : declared;
}

/**
 * A dated offer that is the only snapshot of an undated one is the same offer, and its name an alias. Where there are several
 * snapshots each stays on its own, so that a caller who names one gets that one.
 */
function withTwinsAsAliases(offers: readonly Offer[], asOf: string): Offer[] {
  const groups = new Map<string, Offer[]>();
  for (const offer of offers) {
    const key = `${offer.region ?? ''}/${undated(offer.vendorModel)}`;
    groups.set(key, [...(groups.get(key) ?? []), offer]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first, second] = group;
    // An alias tells no region, so that offers of one have none.
    if (group.length !== 2 || !first || !second || first.region !== undefined) return group;
    const [bare, dated] = dateIn(first.vendorModel) === undefined ? [first, second] : [second, first];
    if (dateIn(bare.vendorModel) !== undefined || factsOf(bare) !== factsOf(dated)) return group;
    const aliases = [...bare.aliases, dated.vendorModel];
    return [{ ...bare, aliases, created: createdAt([bare.vendorModel, ...aliases], asOf) }];
  });
}

function factsOf({ contextWindow, maxOutputTokens, prices, longContext }: Offer): string {
  return JSON.stringify({ contextWindow, maxOutputTokens, prices, longContext });
}

export function toCount(text: unknown): number | undefined {
  return typeof text === 'string' && /^[1-9]\d*(\.0+)?$/.test(text) ? Math.trunc(Number(text)) : undefined;
}
