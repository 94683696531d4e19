import { expect, it } from 'vitest';
import { withFixedLengthIds } from './fixed-length-ids.js';

it('numbers the ids that do not fit, the same for a call and its result, and keeps those that do', () => {
  const call = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } });
  const conversation = (first: string, second: string, third: string) => [
    { role: 'user', content: 'hi' },
    { role: 'assistant', content: '', tool_calls: [call(first), call(second)] },
    { role: 'tool', tool_call_id: second, content: '2' },
    { role: 'tool', tool_call_id: first, content: '1' },
    { role: 'assistant', content: '', tool_calls: [call(third)] },
  ];
  const asked = conversation('call_ABCDEFGHIJKLMNOP', 'D681PevKs', 'toolu_1');
  expect(withFixedLengthIds(asked, 9)).toEqual(conversation('000000000', 'D681PevKs', '000000001'));
  // Longer by a turn, the conversation begins as before, so that a vendor's cache still knows it.
  expect(withFixedLengthIds(asked.slice(0, 3), 9)).toEqual(withFixedLengthIds(asked, 9).slice(0, 3));
});

it('lets pass what is no message', () => {
  expect(withFixedLengthIds(['x', { tool_calls: [null, {}] }, { tool_call_id: 1 }], 9)).toEqual([
    'x',
    { tool_calls: [null, {}] },
    { tool_call_id: 1 },
  ]);
});
