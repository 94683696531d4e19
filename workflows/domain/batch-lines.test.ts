import { describe, expect, it } from 'vitest';
import { customIdOf, describeLineProblem, readBatchLine } from './batch-lines.js';

const endpoint = '/v1/embeddings';
const line = (more: object = {}): string =>
  JSON.stringify({ custom_id: 'a', method: 'POST', url: endpoint, body: { input: 'ü' }, ...more });
const read = (text: string) => readBatchLine(text, 7, endpoint);

describe('a line', () => {
  it('is a request with a name and a body', () => {
    expect(read(line())).toEqual({ status: 'request', customId: 'a', body: '{"input":"ü"}' });
    expect(read(`${line()}\r`)).toMatchObject({ status: 'request' });
    expect(read(line({ more: 1 }))).toMatchObject({ status: 'request' });
  });

  it.each([
    ['{"custom_id": "a"', 'invalid_json_line'],
    ['', 'invalid_json_line'],
    ['"a"', 'invalid_line'],
    ['[]', 'invalid_line'],
    ['null', 'invalid_line'],
    [line({ custom_id: '' }), 'missing_custom_id'],
    [line({ custom_id: 7 }), 'missing_custom_id'],
    [line({ custom_id: 'x'.repeat(513) }), 'missing_custom_id'],
    [line({ body: [] }), 'missing_body'],
    [line({ body: undefined }), 'missing_body'],
    [line({ body: { stream: true } }), 'stream_not_supported'],
    [
      `{"custom_id":"a","method":"POST","url":"${endpoint}","body":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`,
      'nested_too_deep',
    ],
  ])('that is no request is broken, and its problem says nothing of it', (text, problem) => {
    expect(read(text)).toMatchObject({ status: 'broken', problem });
    expect(describeLineProblem(problem, 7)).toMatch(/^Line 7 of the input .*[.]$/);
  });

  it.each([
    [{ method: 'GET' }, 'invalid_method', 'method'],
    [{ url: '/v1/chat/completions' }, 'invalid_url', 'url'],
    [{ url: undefined }, 'invalid_url', 'url'],
  ])('that is meant for another endpoint is the mistake of the whole', (more, code, param) => {
    expect(read(line(more))).toEqual({
      status: 'mistaken',
      problem: { code, line: 7, param, message: expect.stringContaining('Line 7') as string },
    });
  });

  it('keeps its name where it is broken otherwise', () => {
    expect(customIdOf(line({ body: 1 }))).toBe('a');
    expect(customIdOf('{"custom_id": "a"')).toBeUndefined();
    expect(customIdOf(line({ custom_id: 1 }))).toBeUndefined();
  });
});
