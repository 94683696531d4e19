import { z } from 'zod';
import type { Proposal, RefreshRun } from '../../workflows/contracts/catalogue.js';
import { endpoint } from './endpoint.js';
import { renderFields, saidSchema } from './offer-schemas.js';
import { toSeconds } from '../seconds.js';
import { renderList } from './render-list.js';
import { idSchema, listSchema, modelIdSchema, nameSchema, pageQuerySchema, timestampSchema } from './schemas.js';

const kindSchema = z.enum(['new_offer', 'price_rise', 'price_fall', 'limit_change', 'deprecation']);
const stateSchema = z.enum(['open', 'accepted', 'rejected', 'superseded']);

const proposalSchema = z.object({
  id: idSchema,
  object: z.literal('catalogue.proposal'),
  kind: kindSchema,
  offer_id: modelIdSchema,
  state: stateSchema,
  /** The fields that differ, as they are; null where there is no such offer. */
  before: saidSchema.nullable(),
  after: saidSchema,
  source: z.string(),
  created_at: timestampSchema,
  decided_at: timestampSchema.nullable(),
});

const runSchema = z.object({
  id: idSchema,
  object: z.literal('catalogue.refresh_run'),
  source: z.string(),
  content_hash: z.string().nullable(),
  compared: z.int().nullable(),
  proposed: z.int().nullable(),
  /** Why it failed; null where it did not. */
  failure: z.string().nullable(),
  created_at: timestampSchema,
});

const params = z.object({ proposal_id: idSchema });
const about = { tag: 'Offers', path: '/v1/operator/catalogue/proposals' } as const;
const errors = ['proposal_not_found', 'proposal_closed'] as const;

export const proposalEndpoints = [
  endpoint({
    ...about,
    ...{ method: 'GET', id: 'list-proposals', summary: 'List what newer price data would change, oldest first.' },
    permission: 'offers.read',
    query: pageQuerySchema.extend({
      state: stateSchema.optional(),
      kind: kindSchema.optional(),
      offer_id: modelIdSchema.optional(),
    }),
    response: listSchema(proposalSchema),
    handle: async ({ proposals }, { query: { offer_id: offerId, ...query } }) =>
      renderList(await proposals.list({ ...query, ...(offerId !== undefined && { offerId }) }), renderProposal),
  }),
  endpoint({
    ...{ tag: about.tag, path: `${about.path}/{proposal_id}/accept`, method: 'POST', id: 'accept-proposal' },
    summary: 'Accept a proposal: it becomes a change of its offer, effective within a second.',
    permission: 'offers.write',
    params,
    body: z.strictObject({ reason: nameSchema.optional() }),
    response: proposalSchema,
    errors: [...errors, 'model_not_found'],
    handle: async ({ proposals }, { by, params: { proposal_id: id }, body }) =>
      renderProposal(await proposals.accept(by, id, body.reason)),
  }),
  endpoint({
    ...{ tag: about.tag, path: `${about.path}/{proposal_id}/reject`, method: 'POST', id: 'reject-proposal' },
    summary: 'Reject a proposal. The same one is not made again.',
    permission: 'offers.write',
    params,
    response: proposalSchema,
    errors,
    handle: async ({ proposals }, { by, params: { proposal_id: id } }) =>
      renderProposal(await proposals.reject(by, id)),
  }),
  endpoint({
    ...{ tag: about.tag, path: '/v1/operator/catalogue/refreshes', method: 'GET', id: 'list-refreshes' },
    summary: 'List when newer price data was read, and why it was not, oldest first.',
    permission: 'offers.read',
    query: pageQuerySchema,
    response: listSchema(runSchema),
    handle: async ({ proposals }, { query }) => renderList(await proposals.runs(query), renderRun),
  }),
];

type Said = z.infer<typeof saidSchema>;

function renderProposal({ id, kind, offerId, state, before, after, source, createdAt, decidedAt }: Proposal) {
  return {
    ...{ id, object: 'catalogue.proposal' as const, kind, offer_id: offerId, state, source },
    before: before ? (renderFields(before) as Said) : null,
    after: renderFields(after) as Said,
    created_at: toSeconds(createdAt),
    decided_at: decidedAt === undefined ? null : toSeconds(decidedAt),
  };
}

function renderRun({ id, source, contentHash, compared, proposed, failure, createdAt }: RefreshRun) {
  return {
    ...{ id, object: 'catalogue.refresh_run' as const, source, content_hash: contentHash ?? null },
    ...{ compared: compared ?? null, proposed: proposed ?? null, failure: failure ?? null },
    created_at: toSeconds(createdAt),
  };
}
