import { z } from 'zod';
import type { ListedModel, ModelChange, ModelFieldName, ModelFields } from '../../workflows/contracts/catalogue.js';
import { TASK_KINDS } from '../../workflows/domain/model-quality.js';
import { endpoint } from './endpoint.js';
import { figuresSchema, qualitySchema } from './quality-schemas.js';
import { capabilitySchema, dateSchema, renameKeys, toCamel, tokensSchema, toSnake } from './offer-schemas.js';
import { toSeconds } from '../seconds.js';
import { renderList } from './render-list.js';
import { idSchema, listSchema, modelIdSchema, nameSchema, pageQuerySchema, timestampSchema } from './schemas.js';

const modalitiesSchema = z.array(z.enum(['text', 'image', 'audio', 'video', 'file'])).max(5);

const fields = {
  maker: nameSchema,
  name: nameSchema,
  family: nameSchema,
  modalities: z.strictObject({ input: modalitiesSchema, output: modalitiesSchema }),
  context_window: tokensSchema,
  max_output_tokens: tokensSchema,
  capabilities: z.array(capabilitySchema).max(20),
  /** The end of what it has learnt: a date or its beginning. */
  knowledge: z.string().regex(/^\d{4}(?:-\d{2}){0,2}$/),
  released: z.string().regex(/^\d{4}(?:-\d{2}){0,2}$/),
  open_weights: z.boolean(),
  deprecated_on: dateSchema,
  /** Merged kind by kind. */
  quality: figuresSchema,
} as const;
type WireField = keyof typeof fields;
const NAMES = Object.keys(fields) as [WireField, ...WireField[]];

const KIND_NAMES = TASK_KINDS.map((kind) => `quality.${kind}` as const);

const saidSchema = z.strictObject(fields).partial();
const toldSchema = saidSchema.extend({ quality: qualitySchema.optional() });
const modelSchema = z.object({
  id: modelIdSchema,
  object: z.literal('model.description'),
  changed: z.array(z.enum(NAMES)),
  problem: z.string().nullable(),
  /** Null where nothing is known of it. */
  model: toldSchema.nullable(),
});
const changeSchema = z.object({
  id: idSchema,
  object: z.literal('model.change'),
  model_id: modelIdSchema,
  /** Null where the catalogue's description counts as it is. */
  fields: saidSchema.nullable(),
  reason: z.string(),
  effective_from: timestampSchema,
  created_at: timestampSchema,
  set_by: z.object({ key_id: idSchema, user_id: idSchema.nullable() }),
});

const patchSchema = z
  .strictObject({
    ...fields,
    reset: z.array(z.enum([...NAMES, ...KIND_NAMES])).max(NAMES.length + KIND_NAMES.length),
    reason: nameSchema,
    effective_from: timestampSchema.nullish(),
  })
  .partial()
  .required({ reason: true });

const about = { tag: 'Offers', path: '/v1/operator/models' } as const;

export const modelDescriptionEndpoints = [
  endpoint({
    ...about,
    ...{ method: 'GET', id: 'list-model-descriptions', summary: 'List what is told of the models that offers serve.' },
    permission: 'offers.read',
    query: pageQuerySchema.extend({ after: modelIdSchema.optional(), before: modelIdSchema.optional() }),
    response: listSchema(modelSchema),
    handle: async ({ operatorModels }, { query }) => renderList(await operatorModels.list(query), renderListed),
  }),
  endpoint({
    ...{ tag: about.tag, path: `${about.path}/history`, method: 'GET', id: 'list-model-changes' },
    summary: 'List what the operator has set of models, oldest first.',
    permission: 'offers.read',
    query: pageQuerySchema.extend({ model_id: modelIdSchema.optional() }),
    response: listSchema(changeSchema),
    handle: async ({ operatorModels }, { query: { model_id: modelId, ...query } }) =>
      renderList(await operatorModels.history({ ...query, ...(modelId !== undefined && { modelId }) }), renderChange),
  }),
  endpoint({
    ...{ tag: about.tag, path: `${about.path}/{model_id}`, method: 'POST', id: 'describe-model' },
    summary: "Describe a model, or change what is told of it. The slash of its id is written '%2F'.",
    permission: 'offers.write',
    params: z.object({ model_id: modelIdSchema }),
    body: patchSchema,
    response: modelSchema,
    handle: async ({ operatorModels }, { by, params: { model_id: modelId }, body }) => {
      const { reset = [], reason, effective_from: from, ...said } = body;
      return renderListed(
        await operatorModels.describe(by, modelId, {
          fields: renameKeys(said, toCamel) as ModelFields,
          reset: reset.map((name) => toCamel(name) as ModelFieldName),
          reason,
          ...(from != null && { effectiveFrom: new Date(from * 1_000) }),
        }),
      );
    },
  }),
];

type Said = z.infer<typeof saidSchema>;
type Told = z.infer<typeof toldSchema>;

function renderListed({ id, model, changed, problem }: ListedModel) {
  const { id: _, ...told } = model ?? { id };
  return {
    ...{ id, object: 'model.description' as const, problem: problem ?? null },
    changed: changed.map((name) => toSnake(name) as WireField),
    model: model ? (renameKeys(told, toSnake) as Told) : null,
  };
}

function renderChange(change: ModelChange) {
  return {
    ...{ id: change.id, object: 'model.change' as const, model_id: change.modelId, reason: change.reason },
    fields: change.fields ? (renameKeys(change.fields, toSnake) as Said) : null,
    effective_from: toSeconds(change.effectiveFrom),
    created_at: toSeconds(change.createdAt),
    set_by: { key_id: change.keyId, user_id: change.userId ?? null },
  };
}
