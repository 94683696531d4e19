import { describe, expect, it } from 'vitest';
import { createRecentMap } from './recent-map.js';

describe('a recent map', () => {
  it('keeps what was written last, up to its limit', () => {
    const map = createRecentMap<number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3); // Written again, and so younger than b.
    map.set('c', 4);
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([3, undefined, 4]);
  });

  it('forgets what it is told to', () => {
    const map = createRecentMap<number>(2);
    map.set('a', 1);
    map.delete('a');
    map.delete('never was');
    expect(map.get('a')).toBeUndefined();
  });
});
