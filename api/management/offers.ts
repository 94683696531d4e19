import { z } from 'zod';
import type { ChangeNote, ListedOffer, OfferChange } from '../../workflows/contracts/catalogue.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import { endpoint } from './endpoint.js';
import {
  fieldNameSchema,
  newOfferSchema,
  noteSchema,
  offerPatchSchema,
  renderFieldName,
  renderFields,
  saidSchema,
  shownOfferSchema,
  toFieldNames,
  toFields,
} from './offer-schemas.js';
import { toSeconds } from '../seconds.js';
import { renderList } from './render-list.js';
import { idSchema, listSchema, modelIdSchema, nameSchema, pageQuerySchema, timestampSchema } from './schemas.js';

const isTrue = z.enum(['true', 'false']).transform((text) => text === 'true');

const offerSchema = z.object({
  id: modelIdSchema,
  object: z.literal('offer'),
  vendor: z.string(),
  origin: z.enum(['catalogue', 'operator']),
  callable: z.boolean(),
  disabled: z.boolean(),
  /** Why it is not served, where the operator's word does not fit it. */
  problem: z.string().nullable(),
  /** The fields that are as the operator says. */
  changed: z.array(fieldNameSchema),
  offer: shownOfferSchema.nullable(),
});

const changeSchema = z.object({
  id: idSchema,
  object: z.literal('offer.change'),
  offer_id: modelIdSchema,
  /** Null where the catalogue's row counts as it is. */
  fields: saidSchema.nullable(),
  reason: z.string(),
  effective_from: timestampSchema,
  created_at: timestampSchema,
  set_by: z.object({ key_id: idSchema, user_id: idSchema.nullable() }),
});

/** Ids of offers are the cursors here, and they have slashes. */
const offersQuerySchema = pageQuerySchema.extend({
  after: modelIdSchema.optional(),
  before: modelIdSchema.optional(),
  vendor: z.string().max(100).optional(),
  model: modelIdSchema.optional(),
  origin: z.enum(['catalogue', 'operator']).optional(),
  changed: isTrue.optional(),
  disabled: isTrue.optional(),
  callable: isTrue.optional(),
});

const params = z.object({ offer_id: modelIdSchema });
const list = { tag: 'Offers', path: '/v1/operator/offers' } as const;
const one = { tag: 'Offers', path: '/v1/operator/offers/{offer_id}', params } as const;

export const offerEndpoints = [
  endpoint({
    ...list,
    ...{ method: 'GET', id: 'list-offers', summary: 'List the offers of the installation, as the operator left them.' },
    permission: 'offers.read',
    query: offersQuerySchema,
    response: listSchema(offerSchema),
    handle: async ({ operatorOffers }, { query }) => renderList(await operatorOffers.list(query), renderOffer),
  }),
  endpoint({
    ...list,
    ...{ method: 'POST', id: 'create-offer' },
    summary: 'Add an offer: a model of your own server, or one that the catalogue does not have yet.',
    permission: 'offers.write',
    body: newOfferSchema,
    response: offerSchema,
    handle: async ({ operatorOffers }, { by, body }) => {
      const fields = { capabilities: [], ...toFields(body) };
      return renderOffer(await operatorOffers.create(by, body.id, { fields, ...toNote(body) }));
    },
  }),
  endpoint({
    ...{ tag: 'Offers', path: '/v1/operator/offers/history', method: 'GET', id: 'list-offer-changes' },
    summary: 'List what the operator has set of all offers, oldest first.',
    permission: 'offers.read',
    query: pageQuerySchema,
    response: listSchema(changeSchema),
    handle: async ({ operatorOffers }, { query }) => renderList(await operatorOffers.history(query), renderChange),
  }),
  endpoint({
    ...one,
    ...{ method: 'GET', id: 'get-offer', summary: "Get an offer. The slashes of its id are written '%2F'." },
    permission: 'offers.read',
    response: offerSchema,
    errors: ['model_not_found'],
    handle: async ({ operatorOffers }, { params: { offer_id: offerId } }) =>
      renderOffer(await operatorOffers.find(offerId)),
  }),
  endpoint({
    ...one,
    ...{ method: 'POST', id: 'update-offer' },
    summary: 'Change the fields that are given; effective within a second, or from a time on.',
    permission: 'offers.write',
    body: offerPatchSchema,
    response: offerSchema,
    errors: ['model_not_found'],
    handle: async ({ operatorOffers }, { by, params: { offer_id: offerId }, body }) => {
      const reset = body.reset && { reset: toFieldNames(body.reset) };
      const patch = { fields: toFields(body), ...reset, ...toNote(body) };
      return renderOffer(await operatorOffers.update(by, offerId, patch));
    },
  }),
  endpoint({
    ...one,
    ...{ method: 'DELETE', id: 'disable-offer' },
    summary: 'Disable an offer: it is neither listed to callers nor planned, and its history stays.',
    permission: 'offers.write',
    query: z.strictObject({ reason: nameSchema.default('disabled') }),
    response: offerSchema,
    errors: ['model_not_found'],
    handle: async ({ operatorOffers }, { by, params: { offer_id: offerId }, query: { reason } }) =>
      renderOffer(await operatorOffers.update(by, offerId, { fields: { disabled: true }, reason })),
  }),
  endpoint({
    ...one,
    ...{ path: '/v1/operator/offers/{offer_id}/restore', method: 'POST', id: 'restore-offer' },
    summary: 'Give an offer back all that the catalogue says of it; one that you added is enabled.',
    permission: 'offers.write',
    body: noteSchema,
    response: offerSchema,
    errors: ['model_not_found'],
    handle: async ({ operatorOffers }, { by, params: { offer_id: offerId }, body }) =>
      renderOffer(await operatorOffers.restore(by, offerId, toNote(body))),
  }),
  endpoint({
    ...one,
    ...{ path: '/v1/operator/offers/{offer_id}/history', method: 'GET', id: 'list-changes-of-offer' },
    summary: 'List what the operator has set of an offer, oldest first.',
    permission: 'offers.read',
    query: pageQuerySchema,
    response: listSchema(changeSchema),
    handle: async ({ operatorOffers }, { params: { offer_id: offerId }, query }) =>
      renderList(await operatorOffers.history({ ...query, offerId }), renderChange),
  }),
];

function toNote({ reason, effective_from: from }: z.infer<typeof noteSchema>): ChangeNote {
  return { reason, ...(from != null && { effectiveFrom: new Date(from * 1_000) }) };
}

function renderOffer({ id, vendor, origin, callable, disabled, problem, changed, offer }: ListedOffer) {
  return {
    ...{ id, object: 'offer' as const, vendor, origin, callable, disabled, problem: problem ?? null },
    changed: changed.map(renderFieldName),
    offer: offer ? renderShown(offer) : null,
  };
}

function renderShown(offer: Offer) {
  const { id: _, vendor: _vendor, kind: _kind, source, ...said } = offer;
  return {
    ...EMPTY,
    ...renderFields(said),
    pricing_source: {
      ...{ url: source.url, as_of: source.asOf },
      ...(source.setBy && { set_by: source.setBy }),
      ...(source.convertedFrom !== undefined && { converted_from: source.convertedFrom }),
    },
  } as z.infer<typeof shownOfferSchema>;
}

/** What an offer need not have is shown as null. */
const EMPTY = {
  ...{ wire: null, model: null, first_party: null, region: null, max_image_tokens: null, tokenizer: null },
  ...{ long_context: null, longer_contexts: null, tiers: null, deprecated_on: null, data_policy: null },
} as const;

function renderChange(change: OfferChange) {
  return {
    ...{ id: change.id, object: 'offer.change' as const, offer_id: change.offerId },
    fields: change.fields ? (renderFields(change.fields) as z.infer<typeof saidSchema>) : null,
    reason: change.reason,
    effective_from: toSeconds(change.effectiveFrom),
    created_at: toSeconds(change.createdAt),
    set_by: { key_id: change.keyId, user_id: change.userId ?? null },
  };
}
