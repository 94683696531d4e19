import { z } from 'zod';

// What the tour reads of the gateway's answers, and no more.

export const chatAnswer = z.object({
  choices: z.tuple([z.object({ message: z.object({ content: z.string() }) })]),
});

export const chatChunk = z.object({
  choices: z.array(z.object({ delta: z.object({ content: z.string().nullish() }) })),
});

export const refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** A 402. Amounts are exact decimals of USD. */
export const shortOfFunds = z.object({
  error: z.object({
    code: z.literal('insufficient_funds'),
    needed_usd: z.string(),
    available_usd: z.string(),
    held_usd: z.string(),
    max_affordable_output_tokens: z.number().int(),
  }),
});

export const requestRecord = z.object({
  id: z.string(),
  status: z.string(),
  models: z.array(z.string()),
  stream: z.boolean(),
  ended_at: z.number().nullable(),
  cost_usd: z.string().nullable(),
  held_usd: z.string().nullable(),
  failure: z.string().nullable(),
  attempts: z.array(
    z.object({
      number: z.number(),
      vendor: z.string(),
      model: z.string(),
      status: z.string(),
      failure: z.string().nullable(),
    }),
  ),
});
export type TourRecord = z.infer<typeof requestRecord>;

const balance = z.object({
  kind: z.string(),
  scope: z.string(),
  credited_usd: z.string(),
  spent_usd: z.string(),
  held_usd: z.string(),
  available_usd: z.string(),
});
export type TourBalance = z.infer<typeof balance>;

export const balanceList = z.object({ data: z.array(balance) });
export const createdProject = z.object({ id: z.string() });
export const createdKey = z.object({ value: z.string() });
