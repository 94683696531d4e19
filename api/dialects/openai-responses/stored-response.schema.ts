import { z } from 'zod';

/** What may be asked for besides; all that is kept of an answer is shown, so that nothing is left out for want of it. */
const include = z.array(z.string().max(64)).max(16).optional();

const integer = z.string().regex(/^\d{1,9}$/, { message: 'expected a whole number' });

export const responseQuerySchema = z.looseObject({
  include,
  stream: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
  /** The `sequence_number` of the last event that came. */
  starting_after: integer.transform(Number).optional(),
});

/** OpenAI's cursors, newest first unless asked otherwise; `after` is the id of an item. */
export const inputItemPageSchema = z.looseObject({
  include,
  after: z.string().min(1).max(128).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  order: z.enum(['asc', 'desc']).default('desc'),
});
