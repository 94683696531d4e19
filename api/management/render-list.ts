import type { Page } from '../../workflows/contracts/access.js';

/** OpenAI's list object; SDKs go on with `after: last_id`. */
export function renderList<T, W extends { readonly id: string }>({ data, hasMore }: Page<T>, render: (item: T) => W) {
  const rendered = data.map(render);
  return {
    object: 'list' as const,
    data: rendered,
    first_id: rendered[0]?.id ?? null,
    last_id: rendered.at(-1)?.id ?? null,
    has_more: hasMore,
  };
}
