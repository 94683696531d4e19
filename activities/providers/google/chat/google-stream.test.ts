import { describe, expect, it } from 'vitest';
import type { AnswerEvent } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { endGoogleStream, readGoogleChunk, startGoogleStream } from './google-stream.js';
import { readGoogleUsage } from './google-usage.js';

const READING = { customTools: new Set(['sketch']), callPrefix: 'req_1:1' };

function read(...chunks: readonly JsonObject[]) {
  let state = startGoogleStream(READING);
  const events: AnswerEvent[] = [];
  for (const chunk of chunks) {
    const [next, frame] = readGoogleChunk(state, chunk);
    state = next;
    events.push(...frame.events);
  }
  const end = endGoogleStream(state);
  return { state, whole: end.whole, events: [...events, ...end.events].filter(({ type }) => type !== 'start') };
}

const says = (parts: readonly Json[], others: JsonObject = {}): JsonObject => ({
  candidates: [{ content: { role: 'model', parts }, ...others }],
});

describe('an answer of Gemini', () => {
  it('numbers its runs, and goes on in the one that is open', () => {
    const { events, whole } = read(
      says([{ text: 'h', thought: true }]),
      says([{ text: 'm', thought: true }]),
      says([{ text: 'a' }]),
      says([{ text: 'b' }], { finishReason: 'STOP' }),
    );
    expect(events).toEqual([
      { type: 'reasoning-delta', choice: 0, block: 0, text: 'h', vendor: 'google' },
      { type: 'reasoning-delta', choice: 0, block: 0, text: 'm', vendor: 'google' },
      { type: 'text-delta', choice: 0, block: 1, text: 'a' },
      { type: 'text-delta', choice: 0, block: 1, text: 'b' },
      { type: 'finish', choice: 0, reason: { unified: 'stop', raw: 'STOP' } },
    ]);
    expect(whole).toBe(true);
  });

  it('puts the proof of a call before it, under the id of the call', () => {
    const { events } = read({
      responseId: 'r.1',
      ...says(
        [{ functionCall: { name: 'f', args: { x: 1 } }, thoughtSignature: 'S' }, { functionCall: { name: 'f' } }],
        {
          finishReason: 'STOP',
        },
      ),
    });
    expect(events).toEqual([
      { type: 'reasoning-delta', choice: 0, block: 0, text: '', id: 'call_r_1_0_0', vendor: 'google', signature: 'S' },
      { type: 'tool-call-start', choice: 0, block: 1, id: 'call_r_1_0_0', name: 'f' },
      { type: 'tool-call-delta', choice: 0, block: 1, arguments: '{"x":1}' },
      { type: 'tool-call-start', choice: 0, block: 2, id: 'call_r_1_0_1', name: 'f' },
      { type: 'tool-call-delta', choice: 0, block: 2, arguments: '{}' },
      { type: 'finish', choice: 0, reason: { unified: 'tool-calls', raw: 'STOP' } },
    ]);
  });

  it('gives a free-text tool its text, and keeps the vendor’s own id', () => {
    const { events } = read(says([{ functionCall: { id: 'v1', name: 'sketch', args: { input: 'a "cat"' } } }]));
    expect(events).toEqual([
      { type: 'tool-call-start', choice: 0, block: 0, id: 'v1', name: 'sketch', custom: true },
      { type: 'tool-call-delta', choice: 0, block: 0, arguments: 'a "cat"' },
    ]);
  });

  it('has its candidates apart, and is whole when each has ended', () => {
    const two = (first: JsonObject, second: JsonObject): JsonObject => ({
      candidates: [first, { index: 1, ...second }],
    });
    const parts = (text: string): JsonObject => ({ content: { parts: [{ text }] } });
    const first = two({ ...parts('a'), finishReason: 'STOP' }, parts('b'));
    expect(read(first).whole).toBe(false);
    const { events, whole } = read(first, { candidates: [{ index: 1, finishReason: 'MAX_TOKENS' }] });
    expect([whole, events.filter(({ type }) => type === 'finish')]).toEqual([
      true,
      [
        { type: 'finish', choice: 0, reason: { unified: 'stop', raw: 'STOP' } },
        { type: 'finish', choice: 1, reason: { unified: 'length', raw: 'MAX_TOKENS' } },
      ],
    ]);
  });

  it.each([
    ['SAFETY', 'content-filter'],
    ['RECITATION', 'content-filter'],
    ['BLOCKLIST', 'content-filter'],
    ['PROHIBITED_CONTENT', 'content-filter'],
    ['SPII', 'content-filter'],
    ['IMAGE_SAFETY', 'content-filter'],
    ['MALFORMED_FUNCTION_CALL', 'other'],
    ['UNEXPECTED_TOOL_CALL', 'other'],
    ['OTHER', 'other'],
    ['constructor', 'other'],
  ])('that ended by %s ended by %s', (raw, unified) => {
    expect(read(says([], { finishReason: raw })).events).toEqual([
      { type: 'finish', choice: 0, reason: { unified, raw } },
    ]);
  });

  it('that is blocked by its prompt is none', () => {
    const { state, whole } = read({ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } });
    expect([state.failure?.failure, whole]).toEqual([
      { class: 'content_policy', vendorCode: 'prohibited_content' },
      false,
    ]);
  });

  it('that turns into an error has failed for its reason', () => {
    const { state } = read(says([{ text: 'a' }]), { error: { code: 503, message: 'busy', status: 'UNAVAILABLE' } });
    expect(state.failure?.failure).toEqual({ class: 'overloaded', vendorCode: 'unavailable' });
  });

  it('tells of what has no form here, without its content', () => {
    const { events } = read(says([{ inlineData: { mimeType: 'image/png', data: 'SECRET' } }, { 'odd name!': 1 }]));
    expect(events.map(({ type }) => type)).toEqual(['warning', 'warning']);
    expect(JSON.stringify(events)).not.toMatch(/SECRET|odd name/);
  });

  it('cites the pages that its text rests on, and reports its tokens', () => {
    const { events } = read(
      says([{ text: 'abc' }], {
        groundingMetadata: {
          groundingChunks: [{ web: { uri: 'https://a.example', title: 'A' } }],
          groundingSupports: [{ segment: { endIndex: 3, text: 'abc' }, groundingChunkIndices: [0, 7] }],
        },
        logprobsResult: {
          chosenCandidates: [{ token: 'abc', logProbability: -0.5 }],
          topCandidates: [
            {
              candidates: [
                { token: 'abc', logProbability: -0.5 },
                { token: 'x', logProbability: -2 },
              ],
            },
          ],
        },
      }),
    );
    const token = { token: 'abc', logprob: -0.5, bytes: [97, 98, 99] };
    expect(events.slice(1)).toEqual([
      {
        ...{ type: 'logprobs', choice: 0, block: 0 },
        tokens: [{ ...token, top_logprobs: [token, { token: 'x', logprob: -2, bytes: [120] }] }],
      },
      {
        ...{ type: 'citation', choice: 0, block: 0 },
        citation: { type: 'url', url: 'https://a.example', title: 'A', citedText: 'abc', start: 0, end: 3 },
      },
    ]);
  });

  it('used what its last chunk says', () => {
    const usage = (candidatesTokenCount: number) => ({ usageMetadata: { promptTokenCount: 2, candidatesTokenCount } });
    const { events } = read(
      { ...says([{ text: 'a' }]), ...usage(1) },
      { ...says([], { finishReason: 'STOP' }), ...usage(5) },
    );
    expect(events.at(-1)).toMatchObject({ type: 'usage', usage: { units: { input: 2, output: 5 } } });
  });
});

describe('usage', () => {
  it('is in units that do not overlap', () => {
    const metadata = {
      promptTokenCount: 100,
      cachedContentTokenCount: 40,
      candidatesTokenCount: 20,
      thoughtsTokenCount: 7,
      toolUsePromptTokenCount: 5,
      totalTokenCount: 132,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 70 },
        { modality: 'AUDIO', tokenCount: 30 },
      ],
      cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 10 }],
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 4 }],
    };
    const usage = readGoogleUsage(metadata);
    expect(usage).toEqual({
      units: {
        ...{ input: 45, input_cached_read: 40, input_audio: 20, output: 16, output_image: 4, output_reasoning: 7 },
      },
      source: 'reported',
      raw: metadata,
    });
    expect(Object.values(usage?.units ?? {}).reduce((sum, count) => sum + count, 0)).toBe(metadata.totalTokenCount);
  });

  it('is none where no count is told, and has no unit that was not', () => {
    expect(readGoogleUsage({ trafficType: 'ON_DEMAND' })).toBeUndefined();
    expect(readGoogleUsage({ promptTokenCount: 3 })?.units).toEqual({ input: 3 });
  });
});
