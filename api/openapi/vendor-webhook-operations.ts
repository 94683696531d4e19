import { z } from 'zod';
import type { Operation } from './operation.js';

/** What vendors call, and nobody else: its address is given to them with each job. */
export const vendorWebhookOperations: readonly Operation[] = [
  {
    ...{ method: 'POST', path: '/v1/vendor_webhooks/{vendor}/{token}', id: 'receive-vendor-webhook' },
    ...{ tag: 'Vendor webhooks', key: 'none' },
    summary: 'Told by a vendor that a job of its has got on.',
    description:
      'The body is of any type and up to 4 MiB, and its signature is checked where the vendor signs. Nothing of it is believed: the vendor is asked how the job is.',
    params: z.object({ vendor: z.string(), token: z.string() }),
    answers: [
      {
        status: 200,
        description: 'Heard. A call that comes again, or too late, is answered alike.',
        content: { 'application/json': z.object({ received: z.literal(true) }) },
      },
    ],
    errors: [
      ...(['webhook_not_genuine', 'not_found', 'body_too_large', 'rate_limit_exceeded', 'too_many_in_flight'] as const),
      ...(['shutting_down', 'unavailable', 'internal_error'] as const),
    ],
  },
  {
    ...{ method: 'POST', path: '/v1/vendor_webhooks/{vendor}', id: 'receive-vendor-event' },
    ...{ tag: 'Vendor webhooks', key: 'none' },
    summary: 'Told by a vendor of what an account does there; OpenAI, of batches.',
    description:
      'The address that the owner of an account names to the vendor. The signature is its only proof: by the secret of the account that the batch is at (`OPENAI_WEBHOOK_SECRET`, or a credential’s `webhook_secret`). What is about no batch of this gateway is passed over.',
    params: z.object({ vendor: z.string() }),
    answers: [
      {
        status: 200,
        description: 'Heard, or passed over.',
        content: { 'application/json': z.object({ received: z.literal(true) }) },
      },
    ],
    errors: [
      ...(['webhook_not_genuine', 'not_found', 'body_too_large', 'too_many_in_flight'] as const),
      ...(['shutting_down', 'internal_error'] as const),
    ],
  },
];
