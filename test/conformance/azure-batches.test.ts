import { describe, expect, it } from 'vitest';
import { createAzure, type AzureOptions } from '../../activities/providers/azure/create-azure.js';
import type { VendorHttp } from '../../activities/providers/http.js';
import { testAttempt, testCall, TEST_OFFER } from '../../activities/providers/openai/responses/test-attempt.js';
import type { VendorBatches } from '../../activities/providers/port.js';
import type { Json } from '../../workflows/contracts/json.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import { fieldsOf, linesOf, sought, stubHttp } from './batches-http.js';
import { loadOpenAiSpecification } from './openai-specification.js';

// Azure's batches as its guide (https://learn.microsoft.com/azure/foundry/openai/how-to/batch) and the reference of its v1 API
// (https://learn.microsoft.com/azure/foundry/reference/rest/batches-create-batch) describe them.

const signal = new AbortController().signal;
const V1 = 'https://r.openai.azure.com/openai/v1';
const input = { key: 'vb_1', endpoint: '/v1/chat/completions', signal };
const specification = loadOpenAiSpecification();

function azure(http: VendorHttp, options: Partial<AzureOptions> = {}): VendorBatches {
  const batchDeployments = { 'gpt-4o': 'our-batch', 'eu/gpt-4o': 'our-batch-eu' };
  const credential = { type: 'key', apiKey: 'key-1' } as const;
  const resource = { endpoint: 'https://r.openai.azure.com', credential, batchDeployments };
  const { batches } = createAzure({ ...resource, http, ...options });
  if (!batches) throw new Error('Azure has no batches');
  return batches;
}

function offerOf(id: string, model: string, others: Partial<Offer> = {}): Offer {
  const vendorModel = id.slice(id.lastIndexOf('/') + 1);
  return { ...TEST_OFFER, id, vendor: 'azure', vendorModel, model, ...others };
}

const gpt = offerOf('azure/gpt-4o', 'openai/gpt-4o');
const asked = (offer: Offer) => testAttempt(testCall({}, 'openai-chat', { messages: [] }), { offer });

/** The guide's own example of a batch, with these fields. */
const shown = (fields: { readonly [name: string]: Json }): Json => ({
  ...{ cancelled_at: null, completion_window: '24h', created_at: '2024-07-19T17:13:57.2491382+00:00' },
  ...{ error_file_id: null, errors: null, id: 'batch_fe3f047a-de39-4068-9008-346795bfc1db' },
  ...{ input_file_id: 'file-1', metadata: null, object: 'batch', output_file_id: null, status: 'Validating' },
  ...fields,
});

describe("Azure's batches", () => {
  it('are of the models alone whose deployments for them are named, each region by itself', () => {
    const { batches } = createAzure({
      ...{ endpoint: V1, credential: { type: 'key', apiKey: 'k' } },
      http: stubHttp().http,
    });
    expect(batches).toBeUndefined();
    const batchDeployments = { 'gpt-4o': 'a', 'claude-x': 'b', 'text-embedding-3-small': 'c' };
    const { takes } = azure(stubHttp().http, { batchDeployments });
    const taken = [
      gpt,
      offerOf('azure/eu/gpt-4o', 'openai/gpt-4o', { region: 'eu' }),
      offerOf('azure/gpt-4.1', 'openai/gpt-4.1'),
      offerOf('azure/claude-x', 'anthropic/claude-x'),
      { ...gpt, kind: 'image' as const },
      offerOf('azure/text-embedding-3-small', 'openai/text-embedding-3-small', { kind: 'embedding' }),
    ].filter(takes);
    expect(taken.map(({ id }) => id)).toEqual(['azure/gpt-4o']);
  });

  it.each([
    ['azure/gpt-4o', 'our-batch'],
    ['azure/eu/gpt-4o', 'our-batch-eu'],
  ])('ask for the deployment of %s in each line, and for no token before they go', async (id, deployment) => {
    const token = { get: () => Promise.reject(new Error('no token')), drop: () => undefined };
    const batches = azure(stubHttp().http, { credential: { type: 'entra', token } });
    const captured = await batches.capture(asked(offerOf(id, 'openai/gpt-4o')));
    expect(captured).toMatchObject({
      ...{ endpoint: '/v1/chat/completions', model: deployment },
      body: { model: deployment, messages: [], stream: false },
    });
    const read = [];
    const message = { role: 'assistant', content: 'Hi' };
    const choices = [{ index: 0, message, finish_reason: 'stop' }];
    const body = { id: 'c', choices, usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } };
    const answered = batches.answering({ status: 200, body }).chat?.(asked(gpt)) ?? [];
    for await (const { events } of answered) read.push(...events.map(({ type }) => type));
    expect(read).toContain('usage');
  });

  it.skipIf(!specification)(
    'are handed in as a file that Azure has read before, as the specification says',
    async () => {
      const processed = { id: 'file-9', object: 'file', status: 'processed' };
      const { http, sent } = stubHttp({ ...processed, status: 'pending' }, processed, shown({}));
      const batches = azure(http);
      const uploaded = await batches.upload?.({
        ...input,
        lines: linesOf({ customId: 'req_1-1', body: { model: 'm' } }),
      });
      const batch = await batches.submit({ ...input, lines: linesOf() }, uploaded);
      expect(batch).toEqual({ id: 'batch_fe3f047a-de39-4068-9008-346795bfc1db' });
      expect(sent.map(({ method, url }) => `${method} ${url.slice(V1.length)}`)).toEqual([
        ...['POST /files', 'GET /files/file-9', 'POST /batches'],
      ]);
      expect(sent.map(({ headers }) => headers['api-key'])).toEqual(['key-1', 'key-1', 'key-1']);
      expect(fieldsOf(sent[0])).toMatchObject({ purpose: 'batch', 'expires_after[seconds]': '1209600' });
      expect(fieldsOf(sent[0])['file']).toBe(
        '{"custom_id":"req_1-1","method":"POST","url":"/v1/chat/completions","body":{"model":"m"}}\n',
      );
      const body: unknown = JSON.parse(sent[2]?.text ?? '');
      const validate = specification?.validator('CreateBatchRequest');
      expect(validate?.(body), JSON.stringify(validate?.errors)).toBe(true);
      expect(body).toEqual({
        ...{ input_file_id: 'file-9', endpoint: '/v1/chat/completions', completion_window: '24h' },
        ...{ metadata: { sluice_batch: 'vb_1' }, output_expires_after: { anchor: 'created_at', seconds: 1_209_600 } },
      });
    },
  );

  it('leave no file behind that Azure could not read', async () => {
    const { http, sent } = stubHttp({ id: 'file-9', status: 'pending' }, { id: 'file-9', status: 'error' });
    await expect(azure(http).upload?.({ ...input, lines: linesOf() })).rejects.toThrow('bad_response');
    expect(sent.map(({ method }) => method)).toEqual(['POST', 'GET', 'DELETE']);
  });

  it('are found by their file where Azure has kept no metadata', async () => {
    const { http } = stubHttp({
      object: 'list',
      data: [shown({ input_file_id: 'other' }), shown({})],
      has_more: false,
    });
    const found = { id: 'batch_fe3f047a-de39-4068-9008-346795bfc1db' };
    expect(await azure(http).find?.({ ...sought, uploaded: { input_file_id: 'file-1' } }, signal)).toEqual(found);
    expect(await azure(http).find?.({ ...sought, uploaded: { input_file_id: 'file-2' } }, signal)).toBeUndefined();
  });

  it('go to the older addresses with a dated version, whose lines name no version', async () => {
    const { http, sent } = stubHttp({ id: 'file-9', status: 'processed' }, shown({}), { data: [], has_more: false });
    const batches = azure(http, { apiVersion: '2024-10-21' });
    expect((await batches.capture(asked(gpt))).endpoint).toBe('/chat/completions');
    const lines = linesOf({ customId: 'req_1-1', body: {} });
    const uploaded = await batches.upload?.({ ...input, endpoint: '/chat/completions', lines });
    await batches.submit({ ...input, endpoint: '/chat/completions', lines: linesOf() }, uploaded);
    await batches.find?.(sought, signal);
    const root = 'https://r.openai.azure.com/openai';
    expect(sent.map(({ url }) => url.slice(root.length))).toEqual([
      ...['/files?api-version=2024-10-21', '/batches?api-version=2024-10-21'],
      '/batches?limit=100&api-version=2024-10-21',
    ]);
    expect(Object.keys(fieldsOf(sent[0]))).toEqual(['purpose', 'file']);
    expect(JSON.parse(sent[1]?.text ?? '')).not.toHaveProperty('output_expires_after');
  });

  it.each([
    ['Validating', { status: 'running' }],
    ['Cancelled', { status: 'ended', results: [], missing: { class: 'cancelled' } }],
    ['completed', { status: 'ended', results: [], missing: { class: 'vendor_error' } }],
  ])('stand as %s says, however it is written', async (status, state) => {
    expect(await azure(stubHttp(shown({ status })).http).check({ id: 'batch_1' }, signal)).toEqual(state);
  });

  it('make each call with the token of that moment', async () => {
    let count = 0;
    const token = { get: () => Promise.resolve(`token-${++count}`), drop: () => undefined };
    const { http, sent } = stubHttp(shown({}));
    const batches = azure(http, { credential: { type: 'entra', token } });
    await batches.check({ id: 'batch_1' }, signal);
    await batches.cancel({ id: 'batch_1' }, signal);
    expect(sent.map(({ headers }) => headers['authorization'])).toEqual(['Bearer token-1', 'Bearer token-2']);
  });
});
