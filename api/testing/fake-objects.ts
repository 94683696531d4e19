import type { Page, PageQuery } from '../../workflows/contracts/access.js';
import type { GatewayErrorCode } from '../../workflows/domain/errors.js';
import { refuse } from '../../workflows/domain/refusal-error.js';

export interface FakeObjects<T extends { readonly id: string }> {
  add(make: (number: number) => T): T;
  /** @throws RefusalError with the code of these objects where there is none of this id. */
  get(id: string): T;
  change(id: string, fields: Partial<T>): T;
  remove(id: string): void;
  page(query: PageQuery, isListed?: (item: T) => boolean): Page<T>;
}

/** Objects of one kind in memory, in the order of their creation. */
export function createFakeObjects<T extends { readonly id: string }>(notFound: GatewayErrorCode): FakeObjects<T> {
  const items = new Map<string, T>();
  let made = 0;
  const get = (id: string): T => {
    const item = items.get(id);
    if (!item) throw refuse(notFound);
    return item;
  };
  return {
    add: (make) => {
      const item = make((made += 1));
      items.set(item.id, item);
      return item;
    },
    get,
    change: (id, fields) => {
      const item = { ...get(id), ...fields };
      items.set(id, item);
      return item;
    },
    remove: (id) => {
      get(id);
      items.delete(id);
    },
    page: ({ after, limit }, isListed = () => true) => {
      const listed = [...items.values()].filter(isListed);
      const start = after === undefined ? 0 : listed.findIndex(({ id }) => id === after) + 1;
      return { data: listed.slice(start, start + limit), hasMore: listed.length > start + limit };
    },
  };
}
