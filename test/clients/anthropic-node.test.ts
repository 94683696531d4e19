import { beforeAll, describe, expect, it } from 'vitest';
import { fakeAnswerText } from '../fake-vendor/words.js';
import { clientModels } from './client-models.js';
import { clientToolCalls } from './client-tools.js';
import { clientMarkers, useClientWorld } from './client-world.js';
import {
  findNodeClients,
  howToGetNodeClients,
  nodeClientsAreRequired,
  resultOf,
  runNodeClient,
  type Seen,
} from './node-clients.js';

// Anthropic's own Node client, unchanged, with models of either vendor behind the Messages API.

const skipped = findNodeClients() === undefined && !nodeClientsAreRequired;
if (skipped) console.warn(howToGetNodeClients);

const anyId = expect.stringMatching(/\S{8,}/) as string;

describe.skipIf(skipped)("Anthropic's Node client", () => {
  const world = useClientWorld();
  let seen: Seen;

  beforeAll(async () => {
    const { origin, apiKey } = world.gateway;
    const models = clientModels.map(({ model }) => model);
    seen = await runNodeClient('anthropic-sdk.mjs', { origin, apiKey, models, markers: clientMarkers });
  }, 300_000);

  describe.each(clientModels)('with a model of $vendor', ({ model }) => {
    const result = (name: string): unknown => resultOf(seen, `${model} ${name}`);

    it('gets a plain answer, its usage and the request id', () => {
      expect(result('plain')).toMatchObject({
        ...{ id: anyId, type: 'message', role: 'assistant', stop_reason: 'end_turn', requestId: anyId },
        usage: { input_tokens: expect.any(Number) as number, output_tokens: 8 },
        text: fakeAnswerText('Hello'),
      });
    });

    it('may show its key as a bearer', () => expect(result('bearer')).toEqual({ text: fakeAnswerText('Hello') }));

    it('gets the same answer as a stream, in the documented order', () => {
      expect(result('streamed')).toMatchObject({
        text: fakeAnswerText('Hello'),
        stop_reason: 'end_turn',
        usage: { output_tokens: 8 },
        order: [
          ...['message_start', 'content_block_start', 'content_block_delta', 'content_block_stop'],
          ...['message_delta', 'message_stop'],
        ],
      });
    });

    it('gets the same stream where it tells its route as well', () => {
      const usage = { output_tokens: 8 };
      expect(result('streamed with its route')).toMatchObject({
        ...{ text: fakeAnswerText('Hello'), stop_reason: 'end_turn', usage },
      });
    });

    it.each(['tools', 'streamed tools'])('runs a loop of %s', (name) => {
      const { calls, text } = result(name) as { readonly calls: readonly { readonly id: string }[]; text: string };
      expect(calls).toMatchObject(clientToolCalls);
      expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
      expect(text).toBe('The tools said: get_weather is fine; get_clock is fine');
    });

    it('parses an answer that must fit a schema', () => {
      expect(result('parsed')).toEqual({ name: 'Zürich 水門', count: 7, tags: ['Zürich 水門'] });
    });

    it('counts tokens before it asks', () => {
      expect(result('counted')).toMatchObject({ input_tokens: expect.any(Number) as number });
    });

    it('raises where a stream breaks off, after what had come', () => {
      const cut = result('cut') as { readonly text: string };
      expect(cut).toMatchObject({ class: expect.stringMatching(/Error$/) as string });
      expect(fakeAnswerText('Hello').startsWith(cut.text)).toBe(true);
    });

    it('raises the class of error that fits', () => {
      expect(result('errors')).toMatchObject({
        unknownModel: { class: 'NotFoundError', status: 404, type: 'not_found_error', requestId: anyId },
        noTokens: { class: 'BadRequestError', status: 400, type: 'invalid_request_error', requestId: anyId },
        vendorRefuses: { class: 'BadRequestError', status: 400, type: 'invalid_request_error' },
        vendorLimits: { class: 'RateLimitError', status: 429, type: 'rate_limit_error' },
        vendorFails: { class: 'InternalServerError', type: 'api_error' },
      });
    });
  });

  it("lists the models in Anthropic's shape", () => {
    const listed = clientModels.map(({ model }) => ({ id: model, type: 'model' }));
    expect(seen.results.models).toMatchObject({
      listed: expect.arrayContaining(listed) as unknown[],
      retrieved: { id: clientModels[0].model, type: 'model', display_name: anyId },
    });
  });

  it('uploads, lists, reads and deletes files', () => {
    const { uploaded, shown, listed, ...rest } = resultOf(seen, 'files') as {
      readonly [name: string]: unknown;
      readonly uploaded: { readonly id: string };
      readonly listed: readonly string[];
    };
    expect(uploaded).toMatchObject({ type: 'file', filename: 'table.csv', mime_type: 'text/csv', size_bytes: 3 });
    expect(shown).toEqual(uploaded);
    expect(listed).toEqual([uploaded.id]);
    expect(rest).toMatchObject({
      ...{ content: 'a,b', deleted: { id: uploaded.id, type: 'file_deleted' } },
      gone: { class: 'NotFoundError', status: 404, type: 'not_found_error' },
    });
  });
});
