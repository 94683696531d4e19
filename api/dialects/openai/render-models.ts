import type { OfferHistory } from '../../../workflows/contracts/health.js';
import type { MediaKind } from '../../../workflows/contracts/kinds.js';
import { AUTO_VENDOR } from '../auto-entries.js';
import type { Json, JsonObject } from '../../../workflows/contracts/json.js';
import type { ModelQuality } from '../../../workflows/contracts/model-quality.js';
import type { Model } from '../../../workflows/contracts/models.js';
import type { Capability, LongContext, Offer, PriceList } from '../../../workflows/contracts/offers.js';
import type { Unit } from '../../../workflows/contracts/usage.js';
import { usdPerUnit } from '../../../workflows/domain/price-text.js';

/** What is known of a model by its id; undefined where nothing is. */
export type DescribeModel = (id: string | undefined) => Model | undefined;

/** `GET /v1/models`: every offer, one entry each, in the catalogue's order. */
export function renderModelList(offers: readonly Offer[], describe: DescribeModel): JsonObject {
  return { object: 'list', data: offers.map((offer) => renderModel(offer, describe(offer.model))) };
}

/**
 * OpenAI's Model, with what a caller needs to choose and to reckon: OpenRouter's fields (its specification's `Model`), whose
 * prices are exact decimals of USD for one token, and the gateway's own, whose prices are for every `per` units. A model of
 * the sandbox says so, because its answers are made up.
 */
export function renderModel(offer: Offer, model: Model | undefined): JsonObject {
  return {
    id: offer.id,
    object: 'model',
    ...(offer.kind !== 'chat' && { kind: offer.kind }),
    created: offer.created,
    owned_by: offer.vendor,
    canonical_slug: offer.model ?? offer.id,
    name: model?.name ?? offer.vendorModel,
    context_length: offer.contextWindow,
    architecture: renderArchitecture(offer, model),
    pricing: renderPricing(offer),
    top_provider: {
      context_length: offer.contextWindow,
      max_completion_tokens: offer.maxOutputTokens,
      is_moderated: false,
    },
    per_request_limits: null,
    default_parameters: null,
    supported_parameters: offer.kind === 'chat' ? supportedParameters(offer) : [],
    knowledge_cutoff: model?.knowledge ?? null,
    expiration_date: offer.deprecatedOn ?? null,
    quality: renderQuality(model?.quality),
    aliases: offer.aliases,
    context_window: offer.contextWindow,
    max_output_tokens: offer.maxOutputTokens,
    capabilities: offer.capabilities,
    ...(offer.region !== undefined && { region: offer.region }),
    prices: renderPrices(offer.prices),
    ...(offer.tiers && {
      service_tiers: Object.fromEntries(
        Object.entries(offer.tiers).map(([tier, { prices }]) => [tier, { prices: renderPrices(prices) }]),
      ),
    }),
    pricing_source: renderSource(offer),
    ...(offer.vendor === 'sandbox' && { sandbox: true }),
  };
}

/**
 * `GET /v1/models/{author}/{slug}/endpoints`: who serves a model, at which prices and how well, in OpenRouter's shape. What is
 * not known here is null. At least one offer.
 */
export function renderEndpoints(
  offers: readonly Offer[],
  model: Model | undefined,
  histories: ReadonlyMap<string, OfferHistory>,
): JsonObject {
  const [first] = offers;
  if (first === undefined) throw new RangeError('no offer of the model');
  const id = model?.id ?? first.model ?? first.id;
  const name = model?.name ?? first.vendorModel;
  return {
    data: {
      id,
      name,
      created: Math.min(...offers.map(({ created }) => created)),
      description: '',
      architecture: renderArchitecture(first, model),
      endpoints: offers.map((offer) => ({
        ...renderEndpoint(offer, id, name),
        ...renderHistory(histories.get(offer.id)),
      })),
    },
  };
}

function renderEndpoint(offer: Offer, modelId: string, modelName: string): JsonObject {
  return {
    name: `${offer.vendor} | ${offer.vendorModel}`,
    // What to ask for to have this one alone.
    offer_id: offer.id,
    model_id: modelId,
    model_name: modelName,
    context_length: offer.contextWindow,
    max_completion_tokens: offer.maxOutputTokens,
    max_prompt_tokens: null,
    pricing: renderPricing(offer),
    provider_name: offer.vendor,
    tag: offer.region === undefined ? offer.vendor : `${offer.vendor}/${offer.region}`,
    quantization: null,
    supported_parameters: supportedParameters(offer),
    supports_implicit_caching:
      offer.prices.input_cached_read !== undefined && offer.prices.input_cache_write_5m === undefined,
    data_policy: offer.dataPolicy ?? 'unknown',
  };
}

/** Uptimes in percent, the time to the first token in milliseconds, the speed in tokens a second. */
function renderHistory({
  uptime5m,
  uptime30m,
  uptime1d,
  firstTokenMs,
  tokensPerSecond,
}: OfferHistory = {}): JsonObject {
  return {
    uptime_last_5m: inPercent(uptime5m),
    uptime_last_30m: inPercent(uptime30m),
    uptime_last_1d: inPercent(uptime1d),
    latency_last_30m: firstTokenMs ? { ...firstTokenMs } : null,
    throughput_last_30m: tokensPerSecond ? { ...tokensPerSecond } : null,
  };
}

function inPercent(share: number | undefined): number | null {
  return share === undefined ? null : Math.round(share * 10_000) / 100;
}

/** In OpenRouter's words: what goes in and comes out of what is no conversation. */
const MEDIA_MODALITIES: { readonly [K in MediaKind]: readonly [input: readonly string[], output: string] } = {
  embedding: [['text'], 'embeddings'],
  rerank: [['text'], 'rerank'],
  moderation: [['text'], 'text'],
  image: [['text'], 'image'],
  speech: [['text'], 'speech'],
  transcription: [['audio'], 'transcription'],
  video: [['text'], 'video'],
};

function renderArchitecture({ capabilities, kind, prices }: Offer, model: Model | undefined): JsonObject {
  if (kind !== 'chat') {
    const [usual, output] = MEDIA_MODALITIES[kind];
    // Where reading pictures has a price, they are read.
    const reads = prices.input_image !== undefined && !usual.includes('image') ? ['image'] : [];
    return renderModalities([...usual, ...reads], [output]);
  }
  const has = (capability: Capability, modality: string) => (capabilities.includes(capability) ? [modality] : []);
  const input = model?.modalities.input ?? [
    'text',
    ...has('images', 'image'),
    ...has('files', 'file'),
    ...has('audio_input', 'audio'),
  ];
  return renderModalities(input, model?.modalities.output ?? ['text', ...has('audio_output', 'audio')]);
}

function renderModalities(input: readonly string[], output: readonly string[]): JsonObject {
  return {
    modality: `${input.join('+')}->${output.join('+')}`,
    input_modalities: input,
    output_modalities: output,
    // No source tells which tokenizer a vendor runs.
    tokenizer: 'Other',
    instruct_type: null,
  };
}

const PRICING_FIELDS: readonly (readonly [string, Unit])[] = [
  ['prompt', 'input'],
  ['completion', 'output'],
  ['request', 'requests'],
  ['image_token', 'input_image'],
  ['audio', 'input_audio'],
  ['audio_output', 'output_audio'],
  ['web_search', 'searches'],
  ['internal_reasoning', 'output_reasoning'],
  ['input_cache_read', 'input_cached_read'],
  ['input_cache_write', 'input_cache_write_5m'],
  ['input_cache_write_1h', 'input_cache_write_1h'],
];

/** What an `auto` model costs is known once it has chosen; OpenRouter writes -1 for that. */
const VARYING = { prompt: '-1', completion: '-1' };

function renderPricing({ vendor, prices, longContext, longerContexts = [] }: Offer): JsonObject {
  if (vendor === AUTO_VENDOR) return VARYING;
  const steps = longContext === undefined ? [] : [longContext, ...longerContexts];
  return {
    ...{ prompt: '0', completion: '0' },
    ...renderUnits(prices),
    ...(steps.length > 0 && { overrides: steps.map(renderOverride) }),
  };
}

/** OpenRouter's step holds from `min_prompt_tokens` on, ours for more than `aboveInputTokens`. */
function renderOverride({ aboveInputTokens, prices }: LongContext): JsonObject {
  return { min_prompt_tokens: aboveInputTokens + 1, ...renderUnits(prices) };
}

function renderUnits(prices: PriceList): JsonObject {
  return Object.fromEntries(
    PRICING_FIELDS.flatMap(([field, unit]) => {
      const price = prices[unit];
      const text = price && usdPerUnit(price);
      return text === undefined ? [] : [[field, text]];
    }),
  );
}

/** By kind of work, with where each score comes from; null where nothing is known. */
function renderQuality(quality: ModelQuality | undefined): JsonObject | null {
  if (quality === undefined) return null;
  return Object.fromEntries(
    Object.entries(quality).map(([kind, { score, basis, sources }]) => [
      kind,
      { score, basis, sources: sources.map(({ source, asOf }) => ({ source, as_of: asOf })) },
    ]),
  );
}

const PARAMETERS: readonly (readonly [Capability, readonly string[]])[] = [
  ['tools', ['tools', 'tool_choice', 'parallel_tool_calls']],
  ['json_schema', ['response_format', 'structured_outputs']],
  ['reasoning', ['reasoning', 'include_reasoning', 'reasoning_effort']],
  ['logprobs', ['logprobs', 'top_logprobs']],
  ['web_search', ['web_search_options']],
];

function supportedParameters({ capabilities, model }: Offer): readonly string[] {
  // OpenAI's reasoning models refuse both.
  const hasSampling = !(capabilities.includes('reasoning') && model?.startsWith('openai/') === true);
  return [
    ...['max_tokens', 'max_completion_tokens', 'stop'],
    ...(hasSampling ? ['temperature', 'top_p'] : []),
    ...PARAMETERS.flatMap(([capability, names]) => (capabilities.includes(capability) ? names : [])),
  ];
}

function renderPrices(prices: PriceList): Json {
  return Object.fromEntries(
    Object.entries(prices).flatMap(([unit, price]) =>
      price === undefined ? [] : [[unit, { usd: price.usd, per: price.per }]],
    ),
  );
}

function renderSource({ source: { url, asOf, convertedFrom, setBy } }: Offer): JsonObject {
  // The vendor's page tells other prices then.
  if (setBy !== undefined) return { set_by: setBy, as_of: asOf };
  return { url, as_of: asOf, ...(convertedFrom !== undefined && { converted_from: convertedFrom }) };
}
