import { z } from 'zod';
import { isObjectId } from '../../http/object-id.js';

// `POST /v1/messages/batches` and the pages of the list (https://platform.claude.com/docs/en/api/creating-message-batches).

const PAGE_DEFAULT = 20;
const PAGE_MAX = 1_000;

/** `params` are a request for a message; they are checked one by one when they are run, as the vendor does. */
export const messageBatchSchema = z.looseObject({
  requests: z
    .array(
      z.looseObject({
        custom_id: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
        params: z.looseObject({}),
      }),
    )
    .min(1),
});

const id = z.string().refine(isObjectId, 'is no id of ours');

export const messageBatchPageSchema = z.looseObject({
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_DEFAULT),
  after_id: id.optional(),
  before_id: id.optional(),
});
