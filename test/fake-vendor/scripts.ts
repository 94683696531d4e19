import { z } from 'zod';
import type { Ask } from './ask.js';
import type { Behaviour } from './behaviours.js';
import { behaviourSchema } from './behaviours.js';

/** Behaviours for the requests that match; every condition that is given must hold. */
export const scriptSchema = z.strictObject({
  match: z
    .strictObject({
      vendor: z.enum(['openai', 'anthropic', 'google', 'bedrock']).optional(),
      idempotencyKeyPrefix: z.string().optional(),
      model: z.string().optional(),
      bodyContains: z.string().optional(),
    })
    .default({}),
  /** Given out in this order, one a request. */
  behaviours: z.array(behaviourSchema).min(1),
  /** How often the list is gone through; `forever` until the scripts are cleared. */
  times: z.union([z.int().min(1), z.literal('forever')]).default(1),
});

export type Script = z.input<typeof scriptSchema>;

export interface Scripts {
  enqueue(script: Script): void;
  /** The behaviour that the oldest matching script has next, which it then has no more. */
  take(ask: Ask, idempotencyKey: string | undefined): Behaviour | undefined;
  clear(): void;
}

interface Queued {
  readonly match: z.infer<typeof scriptSchema>['match'];
  readonly behaviours: readonly Behaviour[];
  readonly total: number;
  taken: number;
}

export const createScripts = (): Scripts => {
  let queue: readonly Queued[] = [];
  return {
    enqueue: (script) => {
      const { match, behaviours, times } = scriptSchema.parse(script);
      const total = times === 'forever' ? Infinity : behaviours.length * times;
      queue = [...queue, { match, behaviours, total, taken: 0 }];
    },
    take: (ask, idempotencyKey) => {
      const script = queue.find((one) => matches(one.match, ask, idempotencyKey));
      if (script === undefined) return undefined;
      const behaviour = script.behaviours[script.taken % script.behaviours.length];
      script.taken += 1;
      if (script.taken >= script.total) queue = queue.filter((one) => one !== script);
      return behaviour;
    },
    clear: () => {
      queue = [];
    },
  };
};

const matches = (match: Queued['match'], ask: Ask, idempotencyKey: string | undefined): boolean =>
  (match.vendor === undefined || match.vendor === ask.vendor) &&
  (match.model === undefined || match.model === ask.model) &&
  (match.idempotencyKeyPrefix === undefined || idempotencyKey?.startsWith(match.idempotencyKeyPrefix) === true) &&
  (match.bodyContains === undefined || JSON.stringify(ask.body).includes(match.bodyContains));
