import type { MediaOffer } from '../../../workflows/contracts/media-offers.js';
import type { Model } from '../../../workflows/contracts/models.js';
import type { Offer } from '../../../workflows/contracts/offers.js';
import { findCheapSteps } from '../../../workflows/domain/price-steps.js';
import { toDevOffers } from './dev-offers.js';
import { type IdentityOverrides, isFirstParty, modelIds, type NamedModel, nameModel } from './identity.js';
import { maxImageTokens } from './image-tokens.js';
import { OWN_MAKERS } from './makers.js';
import type { DevModel, DevProviders } from './models-dev.js';
import { type PriceMap, readRows } from './price-map.js';
import { type Decision, type Difference, type Opinion, type OpinionSource, reconcile } from './second-opinion.js';
import { VENDOR_SOURCES, type VendorSource } from './sources.js';
import { createTally, type Tally } from './tally.js';
import { toMediaOffers } from './to-media-offers.js';
import { toModels } from './to-models.js';
import { toCount, toOffers } from './to-offers.js';
import { withWritten } from './written-media.js';
import { withWrittenTier } from './written-tiers.js';

export interface Sources {
  readonly map: PriceMap;
  readonly mapAsOf: string;
  readonly modelsDev: DevProviders;
  readonly modelsDevAsOf: string;
  readonly opinionOf: (provider: string, vendorModel: string) => Opinion | undefined;
  readonly opinionSource: OpinionSource;
  readonly decisions: readonly Decision[];
  readonly overrides: IdentityOverrides;
  /** The most that an offer writes, by its id, where no source tells. */
  readonly limitOf?: (offerId: string) => number | undefined;
}

export interface Built {
  readonly offers: readonly Offer[];
  readonly media: readonly MediaOffer[];
  readonly models: readonly Model[];
  readonly differences: readonly Difference[];
  /** Offers of which another source knows the price, whether it agrees or not. */
  readonly comparedCount: number;
  readonly tally: Tally;
}

/** The whole catalogue from its sources: pure, and the same for the same sources. */
export function buildCatalogue(sources: Sources): Built {
  const tally = createTally();
  const described = describeModels(sources);
  const read = VENDOR_SOURCES.map((source) => readVendor(source, sources, described, tally));
  const checked = read.flatMap(({ chat, source }) => chat.map((offer) => compareOffer(offer, source, sources)));
  const agreed = checked.flatMap(({ offer, id, differences }) => {
    if (offer === undefined) return tally.drop('disputed', id) ?? [];
    return findCheapSteps(offer).length > 0 ? (tally.drop('cheaper_tier', id) ?? []) : [{ offer, differences }];
  });
  const offers = agreed.map(({ offer }) => withWrittenTier(offer));
  const media = read.flatMap((vendor) => vendor.media).map((offer) => withWrittenTier(offer));
  const named = nameAll(offers, media, sources.overrides);
  return {
    offers: named.offers,
    media: named.media,
    models: toModels(named.offers, described),
    differences: checked.flatMap(({ differences }) => differences),
    comparedCount: checked.filter(({ isCompared }) => isCompared).length,
    tally,
  };
}

function readVendor(
  source: VendorSource,
  { map, mapAsOf, modelsDev, modelsDevAsOf, overrides, limitOf: knownLimit }: Sources,
  described: (model: string) => DevModel | undefined,
  tally: Tally,
) {
  if (source.map === undefined) {
    return { source, chat: toDevOffers(modelsDev, source, modelsDevAsOf, tally), media: [] };
  }
  const rows = readRows(map, source, mapAsOf, tally);
  const limitOf = (vendorModel: string): number | undefined => {
    const { maker, name } = nameModel(`${source.vendor}/${vendorModel}`, vendorModel, overrides);
    return toCount(described(`${maker}/${name}`)?.limit.output) ?? knownLimit?.(`${source.vendor}/${vendorModel}`);
  };
  return {
    source,
    chat: toOffers(rows, source, mapAsOf, tally, limitOf),
    media: withWritten(toMediaOffers(rows, source, mapAsOf, tally), source.vendor),
  };
}

/** Prices of one region differ from the list price on purpose, so that only the others are compared. */
function compareOffer(offer: Offer, source: VendorSource, { opinionOf, opinionSource, decisions }: Sources) {
  const { id } = offer;
  const isComparable = source.secondOpinion !== undefined && offer.region === undefined;
  const opinion = isComparable ? opinionOf(source.secondOpinion ?? '', offer.vendorModel) : undefined;
  if (opinion === undefined) return { id, offer, differences: [], isCompared: false };
  return { id, ...reconcile(offer, opinion, opinionSource, decisions), isCompared: true };
}

function nameAll(offers: readonly Offer[], media: readonly MediaOffer[], overrides: IdentityOverrides) {
  const nameOf = ({ id, vendorModel }: Offer | MediaOffer): NamedModel => nameModel(id, vendorModel, overrides);
  const idOf = modelIds([...offers, ...media].map(nameOf), makersAliases(offers));
  return {
    offers: offers.map((offer): Offer => {
      const model = idOf(nameOf(offer));
      const imageTokens = offer.capabilities.includes('images')
        ? maxImageTokens(model.slice(model.indexOf('/') + 1))
        : undefined;
      return {
        ...offer,
        model,
        ...(isFirstParty(offer.vendor, model) && { firstParty: true as const }),
        // Where another vendor serves the model it counts images as the maker does.
        ...(imageTokens !== undefined && { maxImageTokens: offer.maxImageTokens ?? imageTokens }),
      };
    }),
    media: media.map((offer): MediaOffer => ({ ...offer, model: idOf(nameOf(offer)) })),
  };
}

/** What makers themselves take for one model, by its ids. */
function makersAliases(offers: readonly Offer[]): ReadonlyMap<string, string> {
  return new Map(
    offers.flatMap(({ vendor, vendorModel, aliases }) => {
      const maker = OWN_MAKERS[vendor];
      const dated = aliases.filter((alias) => alias !== vendorModel);
      return maker === undefined ? [] : dated.map((alias) => [`${maker}/${alias}`, `${maker}/${vendorModel}`] as const);
    }),
  );
}

/** Providers whose word on a model goes before that of others: the makers, then those that describe most. */
const DESCRIBERS = [
  ...[
    'openai',
    'anthropic',
    'google',
    'mistral',
    'xai',
    'deepseek',
    'alibaba',
    'moonshotai',
    'zai',
    'minimax',
    'cohere',
  ],
  ...['perplexity', 'llama', 'openrouter', 'vercel', 'amazon-bedrock', 'azure', 'fireworks-ai', 'togetherai', 'groq'],
  ...['cerebras', 'huggingface', 'siliconflow', 'nvidia', 'deepinfra', 'novita-ai', 'nebius', 'google-vertex'],
];

/** What models.dev tells of models, by their ids here, with a date in them or without. */
function describeModels({ modelsDev, overrides }: Sources): (model: string) => DevModel | undefined {
  const found = new Map<string, DevModel>();
  for (const provider of DESCRIBERS) {
    const vendor =
      VENDOR_SOURCES.find(({ modelsDev: key }) => key === provider)?.vendor ?? DEV_VENDORS[provider] ?? provider;
    for (const model of Object.values(modelsDev[provider]?.models ?? {})) {
      const { maker, name } = nameModel(`${vendor}/${model.id}`, model.id, overrides);
      for (const id of [`${maker}/${name}`, modelIds([])({ maker, name })]) if (!found.has(id)) found.set(id, model);
    }
  }
  return (model) => found.get(model);
}

/** Providers of models.dev whose names are not those of the vendors here. */
const DEV_VENDORS: { readonly [provider: string]: string | undefined } = {
  moonshotai: 'moonshot',
  'fireworks-ai': 'fireworks',
  'amazon-bedrock': 'bedrock',
  togetherai: 'together',
  'google-vertex': 'vertex',
};
