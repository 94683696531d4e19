import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Offer, PriceList } from '../../workflows/contracts/offers.js';
import type { Unit } from '../../workflows/contracts/usage.js';

/** A row of LiteLLM's map. */
export type MapRow = Record<string, unknown>;

const FIELDS: { readonly [U in Unit]?: string } = {
  input: 'input_cost_per_token',
  input_cached_read: 'cache_read_input_token_cost',
  input_cache_write_5m: 'cache_creation_input_token_cost',
  input_cache_write_1h: 'cache_creation_input_token_cost_above_1hr',
  input_audio: 'input_cost_per_audio_token',
  input_image: 'input_cost_per_image_token',
  output: 'output_cost_per_token',
  output_audio: 'output_cost_per_audio_token',
  output_image: 'output_cost_per_image_token',
};
const TIERS = { batch: '_batches', flex: '_flex', priority: '_priority' } as const;

/** OpenAI's offers as LiteLLM's map has them, so that reading it gives these very offers. */
export function toPriceMap(offers: readonly Offer[]): Record<string, MapRow> {
  return Object.fromEntries(offers.flatMap((offer) => namesOf(offer).map((name) => [name, toMapRow(offer)] as const)));
}

/** A dated name that is the only snapshot is an alias; the map has both. */
function namesOf({ vendorModel, aliases }: Offer): readonly string[] {
  return [...new Set([vendorModel, ...aliases])];
}

function toMapRow(offer: Offer): MapRow {
  const tiers = Object.entries(offer.tiers ?? {}).map(([tier, { prices, longContext }]) => {
    const suffix = TIERS[tier as keyof typeof TIERS];
    return { ...fieldsOf(prices, suffix), ...stepOf(longContext, suffix) };
  });
  const isResponses = offer.wire === 'openai-responses';
  return {
    litellm_provider: 'openai',
    mode: isResponses ? 'responses' : 'chat',
    ...(isResponses && { supported_endpoints: ['/v1/responses'] }),
    supports_function_calling: offer.capabilities.includes('tools'),
    ...searchesOf(offer.prices),
    max_input_tokens: offer.contextWindow,
    max_output_tokens: offer.maxOutputTokens,
    ...(offer.deprecatedOn !== undefined && { deprecation_date: offer.deprecatedOn }),
    ...fieldsOf(offer.prices, ''),
    ...stepOf(offer.longContext, ''),
    ...Object.assign({}, ...tiers),
  };
}

function searchesOf({ searches }: PriceList): MapRow {
  if (searches === undefined) return {};
  const each = Number(`${searches.usd}e-${Math.log10(searches.per)}`);
  return { supports_web_search: true, search_context_cost_per_query: { search_context_size_medium: each } };
}

function stepOf(step: Offer['longContext'], tier: string): MapRow {
  return step === undefined ? {} : fieldsOf(step.prices, `_above_${step.aboveInputTokens / 1_000}k_tokens${tier}`);
}

function fieldsOf(prices: PriceList, suffix: string): MapRow {
  return Object.fromEntries(
    Object.entries(prices).flatMap(([unit, { usd, per }]) => {
      const field = FIELDS[unit as Unit];
      return field === undefined ? [] : [[`${field}${suffix}`, Number(`${usd}e-${Math.log10(per)}`)] as const];
    }),
  );
}

export interface PriceSourceServer {
  readonly url: string;
  /** What it answers from now on. */
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  close(): Promise<void>;
}

/** Where price data is read from: a server of the test's own. */
export async function startPriceSource(): Promise<PriceSourceServer> {
  const source = {
    answer: (_: IncomingMessage, response: ServerResponse): void => void response.writeHead(404).end(),
  };
  const server = createServer((request, response) => source.answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(source, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/prices.json`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}
