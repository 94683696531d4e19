import type { Json, JsonObject } from '../../../workflows/contracts/json.js';
import type { Offer } from '../../../workflows/contracts/offers.js';

/** `GET /v1/models`: every offer, one entry each, in the catalogue's order. */
export function renderModelList(offers: readonly Offer[]): JsonObject {
  return { object: 'list', data: offers.map((offer) => renderModel(offer)) };
}

/**
 * OpenAI's Model, with what a caller needs to choose and to reckon: limits in tokens, and prices as exact decimals of USD
 * for every `per` units. A model of the sandbox says so, because its answers are made up.
 */
export function renderModel(offer: Offer): JsonObject {
  return {
    id: offer.id,
    object: 'model',
    created: offer.created,
    owned_by: offer.vendor,
    aliases: offer.aliases,
    context_window: offer.contextWindow,
    max_output_tokens: offer.maxOutputTokens,
    capabilities: offer.capabilities,
    pricing: renderPrices(offer),
    pricing_source: renderSource(offer),
    ...(offer.vendor === 'sandbox' && { sandbox: true }),
  };
}

function renderSource({ source: { url, asOf, setBy } }: Offer): JsonObject {
  // The vendor's page tells other prices then.
  return setBy === undefined ? { url, as_of: asOf } : { set_by: setBy, as_of: asOf };
}

function renderPrices({ prices }: Offer): Json {
  return Object.fromEntries(
    Object.entries(prices).flatMap(([unit, price]) =>
      price === undefined ? [] : [[unit, { usd: price.usd, per: price.per }]],
    ),
  );
}
