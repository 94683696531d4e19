import type { Offer } from '../../../workflows/contracts/offers.js';
import { devCapabilities, devPrices, type DevModel, type DevProviders, isDevChat } from './models-dev.js';
import type { VendorSource } from './sources.js';
import type { Tally } from './tally.js';
import { isPriced, toCount, toPriceFields } from './to-offers.js';

/** A vendor's chat models in models.dev as offers, in the order of their ids. */
export function toDevOffers(
  providers: DevProviders,
  source: VendorSource,
  asOf: string,
  tally: Tally,
): readonly Offer[] {
  const models = Object.values(providers[source.modelsDev ?? '']?.models ?? {});
  return models
    .flatMap((model) => toOffer(model, source, asOf, tally) ?? [])
    .sort((left, right) => (left.id < right.id ? -1 : 1));
}

function toOffer(model: DevModel, source: VendorSource, asOf: string, tally: Tally): Offer | undefined {
  const id = `${source.vendor}/${model.id}`;
  if (!isDevChat(model) || model.id.startsWith('~') || /\/auto$/.test(model.id)) return tally.drop('left_out', id);
  if (model.status === 'deprecated') return tally.drop('ended', id);
  const contextWindow = toCount(model.limit.context);
  if (contextWindow === undefined) return tally.drop('no_limit', id);
  const priced = devPrices(model);
  if (!isPriced(priced, model.id, source)) return tally.drop('no_price', id);
  const released = model.release_date ?? asOf;
  return {
    id,
    vendor: source.vendor,
    vendorModel: model.id,
    aliases: [],
    kind: 'chat',
    contextWindow,
    maxOutputTokens: Math.min(toCount(model.limit.output) ?? contextWindow, contextWindow),
    capabilities: devCapabilities(model),
    ...toPriceFields(priced),
    source: { url: source.pricingUrl, asOf },
    created: Date.parse(`${/^\d{4}-\d\d-\d\d$/.test(released) ? released : asOf}T00:00:00Z`) / 1_000,
  };
}
