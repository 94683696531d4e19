import { describe, expect, it } from 'vitest';
import { nextPage, readPage } from './bucket-page.js';

const stretch = { from: 100, until: 1_000 };
const query = { group_by: ['model'], start_time: 100 };

describe('a page cursor', () => {
  it('brings back what is left of the stretch', () => {
    const rest = { from: 200, until: 1_000 };
    expect(readPage(nextPage(rest, query), query, stretch)).toEqual(rest);
  });

  it.each([
    ['of another query', nextPage({ from: 200, until: 1_000 }, { ...query, group_by: [] })],
    ['of before the query’s start', nextPage({ from: 50, until: 1_000 }, query)],
    ['of behind the query’s end', nextPage({ from: 200, until: 1_001 }, query)],
    ['of no time', nextPage({ from: 1_000, until: 1_000 }, query)],
    ['without our beginning', nextPage({ from: 200, until: 1_000 }, query).slice(1)],
    ['of nothing', 'page_'],
    ['of other JSON', `page_${Buffer.from('{"a":1}').toString('base64url')}`],
  ])('%s is refused', (_case, page) => {
    expect(() => readPage(page, query, stretch)).toThrow(
      expect.objectContaining({ refusal: expect.objectContaining({ code: 'invalid_request', param: 'page' }) }),
    );
  });
});
