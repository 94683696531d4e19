import { z } from 'zod';

/** An exact decimal number. */
const usd = z.string().regex(/^\d+(?:\.\d{1,9})?$/);

/** How a request was routed: its candidates in their order, and what was left out by which clause. */
export const routeSchema = z
  .object({
    considered: z.int(),
    candidates: z.array(
      z.object({
        model: z.string(),
        reason: z.string(),
        behind: z.enum(['down', 'slow', 'ended']).nullable(),
        most_usd: usd,
        estimate_usd: usd,
      }),
    ),
    left_out: z.array(z.object({ model: z.string(), reason: z.string(), clause: z.string().nullable() })),
    left_out_by: z.record(z.string(), z.int()),
    arm: z.object({ policy_id: z.string(), name: z.string() }).nullable(),
    policies: z.array(z.string()),
  })
  .meta({ id: 'Route' });

export type Route = z.input<typeof routeSchema>;
