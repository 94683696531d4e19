import { describe, expect, it } from 'vitest';
import { readToolId, writeToolId } from './tool-ids.js';

describe('the id of a tool call', () => {
  it.each(['call_abc', 'toolu_01A', 'a-b'])('%s stays as it is', (id) => {
    expect([writeToolId(id), readToolId(id)]).toEqual([id, id]);
  });

  it.each(['call.1', '', 'functions.f:0', 'Zürich 水', 'toolu_sluice_Y2FsbA', '!'.repeat(300)])(
    '%s is valid on the way out and itself on the way back',
    (id) => {
      expect(writeToolId(id)).toMatch(/^[a-zA-Z0-9_-]+$/);
      expect(readToolId(writeToolId(id))).toBe(id);
    },
  );

  it('is left alone where it only looks like one of ours', () => {
    expect(readToolId('toolu_sluice_!!')).toBe('toolu_sluice_!!');
    expect(readToolId('toolu_sluice_a')).toBe('toolu_sluice_a');
  });
});
