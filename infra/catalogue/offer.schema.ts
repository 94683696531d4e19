import { z } from 'zod';
import type { Capability } from '../../workflows/contracts/offers.js';
import { UNITS } from '../../workflows/domain/units.js';

const capabilities = {
  tools: true,
  images: true,
  files: true,
  audio_input: true,
  audio_output: true,
  json_schema: true,
  reasoning: true,
  web_search: true,
  logprobs: true,
} as const satisfies { readonly [C in Capability]: true };

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

export const offerSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]+\/[A-Za-z0-9._:-]+$/, 'must be vendor/model'),
    vendor: z.string().min(1),
    vendorModel: z.string().min(1),
    aliases: z.array(z.string().min(1)).readonly(),
    kind: z.literal('chat'),
    contextWindow: count,
    maxOutputTokens: count,
    capabilities: z.array(z.enum(keysOf(capabilities))).readonly(),
    maxImageTokens: count.optional(),
    tokenizer: z.enum(['o200k_base']).optional(),
    prices: pricesOfBothSides,
    longContext: z.strictObject({ aboveInputTokens: count, prices: pricesOfBothSides }).readonly().optional(),
    source: z.strictObject({ url: z.url(), asOf: z.iso.date() }).readonly(),
    created: count,
  })
  .refine(({ id, vendor }) => id.startsWith(`${vendor}/`), { path: ['id'], error: 'must begin with the vendor' })
  .refine(({ maxOutputTokens, contextWindow }) => maxOutputTokens <= contextWindow, {
    path: ['maxOutputTokens'],
    error: 'must fit the context window',
  })
  .readonly();

/** An offer, and its prices for long input where the vendor asks more for that (`workflows/domain/price-list.ts`). */
export type CatalogueOffer = z.infer<typeof offerSchema>;
