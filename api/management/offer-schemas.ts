import { z } from 'zod';
import type { OfferFields } from '../../workflows/contracts/catalogue.js';
import { CAPABILITIES } from '../../workflows/domain/capabilities.js';
import { UNITS } from '../../workflows/domain/units.js';
import { modelIdSchema, nameSchema, timestampSchema } from './schemas.js';

// The fields of an offer as its operator writes and reads them.

/** Exact decimals of USD for every `per` units; a unit without a price costs what `input` or `output` costs. */
const priceSchema = z.strictObject({
  usd: z.string().regex(/^\d{1,9}(?:\.\d{1,18})?$/),
  per: z.int().min(1).max(1_000_000_000),
});

const priceListSchema = z.partialRecord(z.enum(UNITS), priceSchema);

export const pricesSchema = priceListSchema.refine(({ input, output }) => input !== undefined && output !== undefined, {
  message: 'expected a price for both input and output, because what has none cannot be reserved for',
});

/** Of an offer an empty list is one that costs nothing: the operator's own machine. */
const offerPricesSchema = priceListSchema.refine(
  (list) => Object.keys(list).length === 0 || (list.input !== undefined && list.output !== undefined),
  { message: 'expected a price for both input and output, or none at all for what costs nothing' },
);

export const tokensSchema = z.int().min(1).max(1_000_000_000);
export const capabilitySchema = z.enum(CAPABILITIES);
const longContext = z.strictObject({ above_input_tokens: tokensSchema, prices: offerPricesSchema });
const tier = z.strictObject({ prices: offerPricesSchema, long_context: longContext.optional() });
export const dateSchema = z.iso.date();

/** What may be said of an offer; null empties what an offer need not have. */
const fields = {
  vendor_model: z.string().regex(/^[\x21-\x7e]{1,200}$/),
  aliases: z.array(modelIdSchema).max(50),
  wire: z.enum(['openai-chat', 'openai-responses']).nullable(),
  model: z
    .string()
    .max(200)
    .regex(/^[a-z0-9._-]+\/[a-z0-9._:@+-]+$/)
    .nullable(),
  first_party: z.literal(true).nullable(),
  region: nameSchema.nullable(),
  context_window: tokensSchema,
  max_output_tokens: tokensSchema,
  capabilities: z.array(capabilitySchema).max(20),
  max_image_tokens: tokensSchema.nullable(),
  tokenizer: z.enum(['o200k_base']).nullable(),
  prices: offerPricesSchema,
  long_context: longContext.nullable(),
  longer_contexts: z.array(longContext).max(10).nullable(),
  tiers: z.strictObject({ batch: tier.optional(), flex: tier.optional(), priority: tier.optional() }).nullable(),
  deprecated_on: dateSchema.nullable(),
  data_policy: z.enum(['unknown', 'not_trained_on', 'zero_retention']).nullable(),
  disabled: z.boolean(),
} as const;

type WireField = keyof typeof fields;
const FIELD_NAMES = Object.keys(fields) as [WireField, ...WireField[]];

const note = { reason: nameSchema, effective_from: timestampSchema.nullish() } as const;

export const noteSchema = z.strictObject(note);

/** `vendor/model`, of which the vendor is one that the gateway can speak to. */
const newIdSchema = z
  .string()
  .max(200)
  .regex(/^[a-z0-9-]+\/[A-Za-z0-9._:/@+-]+$/);

export const newOfferSchema = z
  .strictObject({ ...fields, ...note, id: newIdSchema })
  .partial()
  .required({ id: true, context_window: true, max_output_tokens: true, prices: true, reason: true });

export const offerPatchSchema = z
  .strictObject({ ...fields, ...note, reset: z.array(z.enum(FIELD_NAMES)).max(FIELD_NAMES.length) })
  .partial()
  .required({ reason: true })
  .refine(({ reason: _, effective_from: _from, ...said }) => Object.keys(said).length > 0, {
    message: 'expected at least one field to change, or `reset` with the fields to give back to the catalogue',
  });

/** An offer's field and its name in answers: some have more than can be set. */
export const fieldNameSchema = z.enum([...FIELD_NAMES, 'source', 'created']);

/** What was said of an offer, in the history. */
export const saidSchema = z
  .strictObject(fields)
  .partial()
  .extend({
    source: z.record(z.string(), z.string()).optional(),
    created: z.int().optional(),
  });

export const shownOfferSchema = z
  .strictObject(fields)
  .omit({ disabled: true })
  .extend({
    created: z.int(),
    pricing_source: z.object({
      url: z.string(),
      as_of: z.string(),
      set_by: z.literal('operator').optional(),
      converted_from: z.string().optional(),
    }),
  });

/** The fields of a body as the contracts call them. What is in them has been checked. */
export function toFields(body: object): OfferFields {
  const said = Object.entries(body).filter(([name]) => name in fields);
  return renameKeys(Object.fromEntries(said), toCamel) as OfferFields;
}

export function toFieldNames(names: readonly WireField[]): readonly (keyof OfferFields)[] {
  return names.map((name) => toCamel(name) as keyof OfferFields);
}

/** Fields of the contracts as the API calls them. */
export function renderFields(said: object): object {
  return renameKeys(said, toSnake) as object;
}

export function renderFieldName(name: keyof OfferFields) {
  return toSnake(name) as z.infer<typeof fieldNameSchema>;
}

/** Units of prices are the same in both: they have no capital letters, and an underscore before a digit stays. */
export function renameKeys(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => renameKeys(item, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) =>
      key === 'prices' ? [key, item] : [rename(key), renameKeys(item, rename)],
    ),
  );
}

export function toCamel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

export function toSnake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
