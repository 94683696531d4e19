import { describe, expect, it } from 'vitest';
import { fakeOffer } from '../../testing/fake-dependencies.js';
import { renderModelInfo, renderModelInfoPage } from './render-models.js';

const offers = ['a/1', 'a/2', 'a/3', 'b/4', 'b/5'].map((id) => fakeOffer(id));

function pageOf(query: object): unknown {
  const page = renderModelInfoPage(offers, query);
  const ids = (page['data'] as readonly { readonly id: string }[]).map(({ id }) => id);
  return [ids.join(' '), page['has_more'], page['first_id'], page['last_id']];
}

describe('a page of models', () => {
  it.each<[object, unknown]>([
    [{}, ['a/1 a/2 a/3 b/4 b/5', false, 'a/1', 'b/5']],
    [{ limit: '2' }, ['a/1 a/2', true, 'a/1', 'a/2']],
    [{ limit: '2', after_id: 'a/2' }, ['a/3 b/4', true, 'a/3', 'b/4']],
    [{ limit: '2', after_id: 'b/4' }, ['b/5', false, 'b/5', 'b/5']],
    [{ limit: '2', before_id: 'b/4' }, ['a/2 a/3', true, 'a/2', 'a/3']],
    [{ limit: '5', before_id: 'a/3' }, ['a/1 a/2', false, 'a/1', 'a/2']],
    [{ after_id: 'b/5' }, ['', false, null, null]],
  ])('%o', (query, expected) => {
    expect(pageOf(query)).toEqual(expected);
  });

  it.each([{ limit: '0' }, { limit: 'x' }, { after_id: 'nobody' }, { before_id: 'nobody' }])('refuses %o', (query) => {
    expect(() => pageOf(query)).toThrow();
  });

  it('says of a model what its clients read', () => {
    expect(renderModelInfo(fakeOffer('a/1'))).toEqual({
      type: 'model',
      id: 'a/1',
      display_name: 'a/1',
      created_at: '2023-11-14T22:13:20Z',
      max_input_tokens: 8_192,
      max_tokens: 1_024,
    });
  });
});
