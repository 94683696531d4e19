import type { Capability, Offer, Price } from '../../workflows/contracts/offers.js';
import type { Unit } from '../../workflows/contracts/usage.js';
import { createdAt, dateIn, undated } from './created.js';
import { shiftDecimal } from './exact-number.js';
import { maxImageTokens } from './image-tokens.js';
import type { MappedVendor, PriceRow } from './price-map.js';
import type { CatalogueOffer } from './offer.schema.js';

/** Rows of the map as offers, in the order of their names. Rows without a price or a limit are left out. */
export function toOffers(rows: readonly PriceRow[], vendor: MappedVendor, asOf: string): readonly CatalogueOffer[] {
  const offers = rows.flatMap((row) => toOffer(row, vendor, asOf) ?? []);
  return offers
    .filter((offer) => twinOf(offer, offers) === undefined)
    .map((offer) => withTwins(offer, offers, asOf))
    .sort((left, right) => (left.id < right.id ? -1 : 1));
}

const PRICING_PAGES: { readonly [V in MappedVendor]: string } = {
  openai: 'https://developers.openai.com/api/docs/pricing',
  anthropic: 'https://platform.claude.com/docs/en/about-claude/pricing',
};

function toOffer({ name, fields }: PriceRow, vendor: MappedVendor, asOf: string): CatalogueOffer | undefined {
  const inputLimit = toCount(fields['max_input_tokens']);
  const maxOutputTokens = toCount(fields['max_output_tokens']);
  const prices = toPrices(fields, vendor, '');
  if (inputLimit === undefined || maxOutputTokens === undefined || !prices.input || !prices.output) return undefined;
  const capabilities = toCapabilities(fields, vendor);
  const imageTokens = capabilities.includes('images') ? maxImageTokens(name) : undefined;
  const longContext = toLongContext(fields, vendor);
  return {
    id: `${vendor}/${name}`,
    vendor,
    vendorModel: name,
    aliases: [name],
    kind: 'chat',
    ...(fields['mode'] === 'responses' && { wire: 'openai-responses' as const }),
    contextWindow: INPUT_ONLY_LIMITS.includes(inputLimit) ? inputLimit + maxOutputTokens : inputLimit,
    maxOutputTokens,
    capabilities,
    ...(imageTokens !== undefined && { maxImageTokens: imageTokens }),
    prices,
    ...(longContext !== undefined && { longContext }),
    source: { url: typeof fields['source'] === 'string' ? fields['source'] : PRICING_PAGES[vendor], asOf },
    created: createdAt([name], asOf),
  };
}

/** The map gives what is left for input (272,000 of 400,000) for some models, and the whole window for all others. */
const INPUT_ONLY_LIMITS: readonly number[] = [272_000, 922_000];

const PRICE_FIELDS: readonly (readonly [Unit, string])[] = [
  ['input', 'input_cost_per_token'],
  ['input_cached_read', 'cache_read_input_token_cost'],
  ['input_cache_write_5m', 'cache_creation_input_token_cost'],
  ['input_cache_write_1h', 'cache_creation_input_token_cost_above_1hr'],
  ['input_audio', 'input_cost_per_audio_token'],
  ['output', 'output_cost_per_token'],
  ['output_audio', 'output_cost_per_audio_token'],
];

/** 10 USD for 1,000 searches of the server tool `web_search`, by the vendor's pricing page; the map has it for some models only. */
const ANTHROPIC_SEARCHES: Price = { usd: '10', per: 1_000 };

function toPrices(fields: PriceRow['fields'], vendor: MappedVendor, tier: string): Offer['prices'] {
  const prices = PRICE_FIELDS.flatMap(([unit, field]) => {
    const text = fields[`${field}${tier}`];
    return typeof text === 'string' ? [[unit, { usd: shiftDecimal(text, 6), per: 1_000_000 }] as const] : [];
  });
  return { ...Object.fromEntries(prices), ...(vendor === 'anthropic' && { searches: ANTHROPIC_SEARCHES }) };
}

function toLongContext(fields: PriceRow['fields'], vendor: MappedVendor): CatalogueOffer['longContext'] {
  const tiers = Object.keys(fields).flatMap(
    (field) => /^input_cost_per_token(_above_(\d+)k_tokens)$/.exec(field) ?? [],
  );
  if (tiers.length === 0) return undefined;
  // A match has three parts: a second tier would be priced by the first, which is too little.
  if (tiers.length > 3) throw new Error('a model has more than one price tier by input length');
  const [, suffix = '', thousands] = tiers;
  return { aboveInputTokens: Number(thousands) * 1_000, prices: toPrices(fields, vendor, suffix) };
}

const CAPABILITY_FIELDS: readonly (readonly [Capability, string])[] = [
  ['tools', 'supports_function_calling'],
  ['images', 'supports_vision'],
  ['files', 'supports_pdf_input'],
  ['audio_input', 'supports_audio_input'],
  ['video_input', 'supports_video_input'],
  ['audio_output', 'supports_audio_output'],
  ['json_schema', 'supports_response_schema'],
  ['reasoning', 'supports_reasoning'],
];

function toCapabilities(fields: PriceRow['fields'], vendor: MappedVendor): readonly Capability[] {
  const declared = CAPABILITY_FIELDS.flatMap(([capability, field]) => (fields[field] === true ? [capability] : []));
  if (vendor === 'anthropic') return [...declared, 'web_search'];
  // OpenAI's reasoning and audio models refuse `logprobs`; of search its chat endpoint knows only in models left out here.
  return declared.includes('reasoning') || declared.includes('audio_output') ? declared : [...declared, 'logprobs'];
}

/**
 * The undated offer that this dated one is the only snapshot of: they are one offer, and the dated name is its alias. Where
 * there are several snapshots each stays on its own, so that a caller who names one gets that one.
 */
function twinOf(offer: CatalogueOffer, offers: readonly CatalogueOffer[]): CatalogueOffer | undefined {
  if (dateIn(offer.vendorModel) === undefined) return undefined;
  const bare = undated(offer.vendorModel);
  const snapshots = offers.filter(({ vendorModel }) => vendorModel !== bare && undated(vendorModel) === bare);
  const twin = offers.find(({ vendorModel }) => vendorModel === bare);
  return twin !== undefined && snapshots.length === 1 && factsOf(twin) === factsOf(offer) ? twin : undefined;
}

function withTwins(offer: CatalogueOffer, offers: readonly CatalogueOffer[], asOf: string): CatalogueOffer {
  const dated = offers.filter((other) => twinOf(other, offers) === offer).map(({ vendorModel }) => vendorModel);
  const aliases = [...offer.aliases, ...dated];
  return { ...offer, aliases, created: createdAt(aliases, asOf) };
}

function factsOf({ contextWindow, maxOutputTokens, prices, longContext }: CatalogueOffer): string {
  return JSON.stringify({ contextWindow, maxOutputTokens, prices, longContext });
}

function toCount(text: unknown): number | undefined {
  return typeof text === 'string' && /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
}
