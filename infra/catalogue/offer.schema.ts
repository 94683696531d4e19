import { z } from 'zod';
import type { MediaKind } from '../../workflows/contracts/media-offers.js';
import type { Modality } from '../../workflows/contracts/models.js';
import { CAPABILITIES } from '../../workflows/domain/capabilities.js';
import { TASK_KINDS } from '../../workflows/domain/model-quality.js';
import { UNITS } from '../../workflows/domain/units.js';

const keysOf = <T extends object>(object: T): [keyof T & string, ...(keyof T & string)[]] =>
  Object.keys(object) as [keyof T & string];

const count = z.int().positive();
const price = z.strictObject({ usd: z.string().regex(/^\d+(\.\d+)?$/, 'must be a plain decimal number'), per: count });
const prices = z.partialRecord(z.enum(UNITS), price).readonly();

/** An empty list is free of charge, and a list that lacks a side could not be reserved for. */
const pricesOfBothSides = prices.refine(
  (list) => Object.keys(list).length === 0 || (list.input !== undefined && list.output !== undefined),
  'must be empty, or price input and output',
);

const id = z.string().regex(/^[a-z0-9-]+\/[A-Za-z0-9._:/@+-]+$/, 'must be vendor/model');
const modelId = z.string().regex(/^[a-z0-9._-]+\/[a-z0-9._:@+-]+$/, 'must be maker/name');
const longContext = z.strictObject({ aboveInputTokens: count, prices: pricesOfBothSides }).readonly();
const tier = z.strictObject({ prices: pricesOfBothSides, longContext: longContext.optional() }).readonly();
const source = z
  .strictObject({
    url: z.url(),
    asOf: z.iso.date(),
    setBy: z.literal('operator').optional(),
    convertedFrom: z.string().length(3).optional(),
  })
  .readonly();

export const offerSchema = z
  .strictObject({
    id,
    vendor: z.string().min(1),
    vendorModel: z.string().min(1),
    aliases: z.array(z.string().min(1)).readonly(),
    kind: z.literal('chat'),
    wire: z.enum(['openai-chat', 'openai-responses']).optional(),
    model: modelId.optional(),
    firstParty: z.literal(true).optional(),
    region: z.string().min(1).optional(),
    contextWindow: count,
    maxOutputTokens: count,
    capabilities: z.array(z.enum(CAPABILITIES)).readonly(),
    maxImageTokens: count.optional(),
    tokenizer: z.enum(['o200k_base']).optional(),
    prices: pricesOfBothSides,
    longContext: longContext.optional(),
    longerContexts: z.array(longContext).readonly().optional(),
    tiers: z
      .strictObject({ batch: tier.optional(), flex: tier.optional(), priority: tier.optional() })
      .readonly()
      .optional(),
    deprecatedOn: z.iso.date().optional(),
    dataPolicy: z.enum(['unknown', 'not_trained_on', 'zero_retention']).optional(),
    quantization: z.string().min(1).optional(),
    source,
    created: count,
  })
  .refine(startsWithVendor, { path: ['id'], error: 'must begin with the vendor' })
  .refine(({ maxOutputTokens, contextWindow }) => maxOutputTokens <= contextWindow, {
    path: ['maxOutputTokens'],
    error: 'must be at most the context window',
  })
  .refine(({ longContext, longerContexts }) => longerContexts === undefined || longContext !== undefined, {
    path: ['longerContexts'],
    error: 'must come after longContext',
  })
  .readonly();

/** An offer as the catalogue checks it (`workflows/contracts/offers.ts`). */
export type CatalogueOffer = z.infer<typeof offerSchema>;

const mediaKinds = {
  embedding: true,
  rerank: true,
  moderation: true,
  image: true,
  speech: true,
  transcription: true,
  video: true,
} as const satisfies { readonly [K in MediaKind]: true };

const variant = z
  .strictObject({
    when: z
      .strictObject({ resolution: z.string().optional(), size: z.string().optional(), quality: z.string().optional() })
      .readonly(),
    prices: prices.refine((list) => Object.keys(list).length > 0, 'must price something'),
  })
  .readonly();

const mediaTier = z
  .strictObject({ prices: prices.refine((list) => list.input !== undefined, 'must price input') })
  .readonly();

export const mediaOfferSchema = z
  .strictObject({
    id,
    vendor: z.string().min(1),
    vendorModel: z.string().min(1),
    kind: z.enum(keysOf(mediaKinds)),
    model: modelId.optional(),
    maxInputTokens: count.optional(),
    dimensions: count.optional(),
    prices,
    variants: z.array(variant).min(1).readonly().optional(),
    estimates: z.array(variant).min(1).readonly().optional(),
    tiers: z.strictObject({ batch: mediaTier.optional() }).readonly().optional(),
    region: z.string().min(1).optional(),
    source,
    deprecatedOn: z.iso.date().optional(),
  })
  .refine(startsWithVendor, { path: ['id'], error: 'must begin with the vendor' })
  .refine((offer) => offer.variants !== undefined || Object.keys(offer.prices).length > 0, {
    path: ['prices'],
    error: 'must price something',
  })
  .readonly();

const modalities = {
  text: true,
  image: true,
  audio: true,
  video: true,
  file: true,
} as const satisfies { readonly [M in Modality]: true };
const modalityList = z.array(z.enum(keysOf(modalities))).readonly();

const share = z.number().min(0).max(1);
const kindQuality = z
  .strictObject({
    score: share,
    basis: z.enum(['operator', 'figures', 'guess']),
    sources: z.array(z.strictObject({ source: z.string().min(1), asOf: z.iso.date() }).readonly()).readonly(),
  })
  .readonly();

export const modelRowSchema = z
  .strictObject({
    id: modelId,
    maker: z.string().min(1),
    name: z.string().min(1),
    family: z.string().optional(),
    modalities: z.strictObject({ input: modalityList, output: modalityList }).readonly(),
    contextWindow: count,
    maxOutputTokens: count,
    capabilities: z.array(z.enum(CAPABILITIES)).readonly(),
    knowledge: z.string().optional(),
    released: z.string().optional(),
    openWeights: z.boolean().optional(),
    deprecatedOn: z.iso.date().optional(),
    quality: z.partialRecord(z.enum(TASK_KINDS), kindQuality).readonly().optional(),
  })
  .readonly();

function startsWithVendor({ id: offerId, vendor }: { readonly id: string; readonly vendor: string }): boolean {
  return offerId.startsWith(`${vendor}/`);
}
