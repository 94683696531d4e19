import { expect, it } from 'vitest';
import { affinityOf, createSessionMemory, sessionKey } from './session-memory.js';

it('remembers a choice for five minutes after its last use', () => {
  let now = 0;
  const memory = createSessionMemory(() => now);
  memory.note('s', { model: 'm', textBytes: 1 });
  now = 299_999;
  expect(memory.recall('s')).toEqual({ model: 'm', textBytes: 1 });
  now = 300_000;
  expect(memory.recall('s')).toBeUndefined();
});

it('forgets the session that was used the longest ago where there are too many', () => {
  const memory = createSessionMemory(() => 0);
  for (let index = 0; index < 10_000; index += 1) memory.note(`s${index}`, { model: 'm', textBytes: index });
  memory.note('s0', { model: 'again', textBytes: 0 });
  memory.note('one more', { model: 'm', textBytes: 0 });
  expect(memory.recall('s0')?.model).toBe('again');
  expect(memory.recall('s1')).toBeUndefined();
  expect(memory.recall('s2')?.textBytes).toBe(2);
});

it('names a session apart in each project, and not by what the caller calls it', () => {
  expect(sessionKey('proj_1', 'secret')).not.toBe(sessionKey('proj_2', 'secret'));
  expect(sessionKey('proj_1', 'secret')).not.toContain('secret');
  expect(affinityOf('proj_1', 'secret')).not.toBe(affinityOf('proj_2', 'secret'));
  expect(affinityOf('proj_1', 'secret')).toMatch(/^[\w-]{8}$/);
});
