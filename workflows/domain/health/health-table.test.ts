import { expect, it } from 'vitest';
import { seen } from '../test-values.js';
import { createHealthTable, placeIn } from './health-table.js';

it('shows at a place that was asked for once what is known now', () => {
  const table = createHealthTable([['a/one', seen('a/one')]]);
  const [one, two] = [table.placeOf('a/one'), table.placeOf('a/two')];
  expect(one.health).toBe(table.get('a/one'));
  expect(two.health).toBeUndefined();
  const later = seen('a/two', { circuit: 'open' });
  table.set('a/two', later);
  table.delete('a/one');
  expect([one.health, two.health]).toEqual([undefined, later]);
  expect(table.keys()).toEqual(['a/two']);
  table.set('a/one', later);
  expect(one.health).toBe(later);
});

it('knows by the offer what was seen through a credential, until it is forgotten', () => {
  const health = seen('a/one', { credentialId: 'cred_1' });
  const table = createHealthTable([
    ['a/one@cred_1', health],
    ['a/one', seen('a/one')],
  ]);
  expect([...table.through('cred_1')]).toEqual([['a/one', health]]);
  expect(table.through('cred_2').size).toBe(0);
  table.delete('a/one@cred_1');
  expect(table.through('cred_1').size).toBe(0);
  expect(table.keys()).toEqual(['a/one']);
});

it('reads a snapshot without places anew each time', () => {
  const known = new Map([['a/one', seen('a/one')]]);
  const place = placeIn(known, 'a/one');
  expect(place.health).toBe(known.get('a/one'));
  known.delete('a/one');
  expect(place.health).toBeUndefined();
});
