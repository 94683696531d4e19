import { describe, expect, it } from 'vitest';
import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { VendorHttp } from '../../http.js';
import { createOpenAiCompatibleChat } from './create-openai-compatible-chat.js';
import { TEST_PROFILE, testAttempt, testCall } from './test-attempt.js';

const SCHEMA: JsonObject = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const BODY: JsonObject = {
  messages: [{ role: 'user', content: 'Where?' }],
  response_format: { type: 'json_schema', json_schema: { name: 'place', schema: SCHEMA } },
};

/** A vendor that calls the tool with these arguments, in two chunks. */
function vendorWriting(first: string, second: string): VendorHttp {
  const chunk = (delta: JsonObject, finish: string | null = null): string => {
    const choices = [{ index: 0, delta, finish_reason: finish }];
    return `data: ${JSON.stringify({ id: 'c', model: 'm', choices })}\n\n`;
  };
  const called = (fields: JsonObject, written: string): string =>
    chunk({ tool_calls: [{ index: 0, ...fields, function: { name: 'place', arguments: written } }] });
  const text = [called({ id: 'a' }, first), called({}, second), chunk({}, 'stop'), 'data: [DONE]\n\n'].join('');
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from(text));
  }
  return {
    getJson: () => Promise.reject(new Error('not asked')),
    postJson: () =>
      Promise.resolve({
        status: 200,
        headers: { 'content-type': 'text/event-stream' },
        stream: stream(),
        readText: () => Promise.resolve(text),
        discard: () => {},
        release: () => {},
      }),
    close: () => Promise.resolve(),
  };
}

async function answerOf(http: VendorHttp): Promise<readonly Frame[]> {
  const vendor = createOpenAiCompatibleChat({ ...TEST_PROFILE, structuredOutputs: 'tool' }, { apiKey: 'k', http });
  const frames: Frame[] = [];
  const call = testCall({ stream: true }, 'openai-chat', BODY);
  for await (const frame of vendor.chat(testAttempt({}, { call }))) frames.push(frame);
  return frames;
}

const saidIn = (frames: readonly Frame[]): string =>
  frames.flatMap(({ events }) => events.map((event) => (event.type === 'text-delta' ? event.text : ''))).join('');

describe('an answer by a tool, at a vendor that knows no schemas', () => {
  it('is text to its caller, who is told how it came about', async () => {
    const frames = await answerOf(vendorWriting('{"city":', '"Ulm"}'));
    expect(saidIn(frames)).toBe('{"city":"Ulm"}');
    expect(frames.every(({ wire }) => wire === undefined)).toBe(true);
    const others = frames.flatMap(({ events }) => events).filter(({ type }) => type !== 'text-delta');
    expect(others).toMatchObject([
      { type: 'warning', warning: { type: 'changed', feature: 'response_format' } },
      { type: 'start' },
      { type: 'finish', reason: { unified: 'stop' } },
    ]);
  });

  it('that does not fit the schema is told of at its end', async () => {
    const frames = await answerOf(vendorWriting('{"town":', '"Ulm"}'));
    expect(frames.at(-1)).toMatchObject({
      events: [{ warning: { type: 'changed', detail: expect.stringContaining('does not fit') as string } }],
    });
  });
});
