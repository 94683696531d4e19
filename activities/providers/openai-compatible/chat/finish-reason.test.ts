import { expect, it } from 'vitest';
import { toFinishReason } from './finish-reason.js';

it.each([
  ['stop', 'stop'],
  ['eos', 'stop'],
  ['model_length', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_calls', 'tool-calls'],
  ['sensitive', 'content-filter'],
  ['network_error', 'other'],
  ['constructor', 'other'],
])('%s of a vendor is %s', (raw, unified) => {
  expect(toFinishReason(raw)).toEqual({ unified, raw });
});

it('is of another kind where the vendor gives none', () => {
  expect(toFinishReason(undefined)).toEqual({ unified: 'other' });
});
