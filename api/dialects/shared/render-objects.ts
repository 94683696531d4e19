import type { JsonObject } from '../../../workflows/contracts/json.js';
import { refused } from '../../http/refused-error.js';

export type Listed = JsonObject & { readonly id: string };

export interface ObjectPage {
  readonly after?: string | undefined;
  readonly limit: number;
  readonly order: 'asc' | 'desc';
}

/** A page of a list, with the cursors that OpenAI's clients go on by. */
export function renderObjects(data: readonly Listed[], hasMore: boolean): JsonObject {
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: hasMore,
  };
}

/** One page of objects that are all there, oldest first. @throws RefusalError `invalid_request` of an unknown `after`. */
export function pageOf(objects: readonly Listed[], { after, limit, order }: ObjectPage): JsonObject {
  const ordered = order === 'asc' ? objects : objects.toReversed();
  const position = after === undefined ? -1 : ordered.findIndex(({ id }) => id === after);
  if (after !== undefined && position < 0) {
    const message = "'after' is no object of this list. Send the id of one that it has shown.";
    throw refused('invalid_request', message, { param: 'after' });
  }
  const end = position + 1 + limit;
  return renderObjects(ordered.slice(position + 1, end), ordered.length > end);
}
