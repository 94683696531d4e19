import { z } from 'zod';
import type { Transfer } from '../../workflows/contracts/credits.js';
import { fromUsd, toUsd } from '../usd.js';
import { endpoint } from './endpoint.js';
import { toSeconds } from '../seconds.js';
import { renderList } from './render-list.js';
import {
  accountIdSchema,
  idSchema,
  listSchema,
  nameSchema,
  pageQuerySchema,
  positiveUsdSchema,
  signedUsdSchema,
  timestampSchema,
} from './schemas.js';

export const transferSchema = z.object({
  id: idSchema,
  object: z.literal('organization.transfer'),
  key: z.string(),
  account_id: z.string(),
  /** Negative out of the account. */
  amount_usd: signedUsdSchema,
  counterpart: z.string(),
  reason: z.string(),
  request_id: z.string().nullable(),
  created_at: timestampSchema,
});

/** The caller's name for a movement: sent again, it moves nothing again. */
const keySchema = z.string().regex(/^[\x21-\x7e]{1,200}$/);
const movement = { key: keySchema, amount_usd: positiveUsdSchema, reason: nameSchema };
const credits = { tag: 'Credits', method: 'POST', permission: 'credits.write', response: transferSchema } as const;

export const creditEndpoints = [
  endpoint({
    ...credits,
    ...{ path: '/v1/organization/credits/grants', id: 'grant-credit' },
    summary: 'Grant credit, for ever or until a time; credit that expires first is spent first.',
    body: z.strictObject({ ...movement, expires_at: timestampSchema.nullish() }),
    errors: ['transfer_exists'],
    handle: async (deps, { by, body }) =>
      renderTransfer(
        await deps.credits.grant(by, {
          ...toMovement(body),
          ...(body.expires_at != null && { expiresAt: new Date(body.expires_at * 1000) }),
        }),
      ),
  }),
  endpoint({
    ...credits,
    ...{ path: '/v1/organization/credits/deposits', id: 'deposit-credit' },
    summary: 'Enter a payment that has arrived, with its reference.',
    body: z.strictObject({ ...movement, reference: nameSchema }),
    errors: ['transfer_exists'],
    handle: async (deps, { by, body }) =>
      renderTransfer(await deps.credits.deposit(by, { ...toMovement(body), reference: body.reference })),
  }),
  endpoint({
    ...credits,
    ...{ path: '/v1/organization/credits/adjustments', id: 'adjust-credit' },
    summary: 'Correct the credit, up or down, with a reason; never below what is spent and held.',
    body: z.strictObject({
      ...movement,
      amount_usd: signedUsdSchema.refine((usd) => Number(usd) !== 0, 'expected an amount other than 0'),
    }),
    errors: ['transfer_exists', 'insufficient_credit'],
    handle: async (deps, { by, body }) => renderTransfer(await deps.credits.adjust(by, toMovement(body))),
  }),
  endpoint({
    ...credits,
    ...{ path: '/v1/organization/credits/refunds', id: 'refund-request' },
    summary: 'Give back what a request was charged, all or a part.',
    body: z.strictObject({ ...movement, request_id: idSchema }),
    errors: ['transfer_exists', 'request_not_charged', 'refund_exceeds_charge'],
    handle: async (deps, { by, body }) =>
      renderTransfer(await deps.credits.refund(by, { ...toMovement(body), requestId: body.request_id })),
  }),
  endpoint({
    ...{
      tag: 'Credits',
      method: 'GET',
      path: '/v1/organization/accounts/{account_id}/transfers',
      id: 'list-transfers',
    },
    summary: 'The book of one account: every movement of money, oldest first.',
    permission: 'credits.read',
    params: z.object({ account_id: accountIdSchema }),
    query: pageQuerySchema,
    response: listSchema(transferSchema),
    errors: ['account_not_found'],
    handle: async (deps, { by, params, query }) =>
      renderList(await deps.credits.transfers(by.organizationId, params.account_id, query), renderTransfer),
  }),
];

function toMovement({ key, amount_usd: amount, reason }: { key: string; amount_usd: string; reason: string }) {
  return { key, amountNanoUsd: fromUsd(amount), reason };
}

function renderTransfer(transfer: Transfer) {
  return {
    id: transfer.id,
    object: 'organization.transfer' as const,
    key: transfer.key,
    account_id: transfer.accountId,
    amount_usd: toUsd(transfer.amountNanoUsd),
    counterpart: transfer.counterpart,
    reason: transfer.reason,
    request_id: transfer.requestId ?? null,
    created_at: toSeconds(transfer.createdAt),
  };
}
