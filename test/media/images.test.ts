import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sandboxPng } from '../../activities/providers/sandbox/media/sandbox-png.js';
import { type MediaVendor, startMediaVendor } from '../fake-vendor/media-vendor.js';
import { useWorld } from '../gateway/world.js';

// Pictures through a whole gateway: OpenAI's in its own wire format, and the sandbox's.

const MODEL = 'openai/gpt-image-2';
const PNG = sandboxPng('any', { width: 64, height: 64 });
const PICTURE = PNG.toString('base64');
const usageOf = (output: number) => ({
  input_tokens: 60,
  input_tokens_details: { text_tokens: 10, image_tokens: 50 },
  output_tokens: output,
  total_tokens: 60 + output,
});
const ANSWER = {
  created: 1_770_935_251,
  background: 'opaque',
  data: [{ b64_json: PICTURE }],
  output_format: 'png',
  quality: 'low',
  size: '1024x1024',
  usage: usageOf(200),
};
/** 10 text tokens at 5 USD a million, 50 of a picture at 8, and 200 of the new one at 30. */
const CHARGE = 10n * 5_000n + 50n * 8_000n + 200n * 30_000n;

let vendor: MediaVendor;
const env: Record<string, string> = { OPENAI_API_KEY: 'sk-fake' };
beforeAll(async () => {
  vendor = await startMediaVendor(() => ({ body: ANSWER }));
  env['SLUICE_OPENAI_BASE_URL'] = `${vendor.origin}/v1`;
});
beforeEach(() => vendor.reset());
afterAll(() => vendor.close());
const world = useWorld({ env });

const client = () => new OpenAI({ apiKey: world.gateway.apiKey, baseURL: world.gateway.baseUrl, maxRetries: 0 });
const sse = (events: readonly object[]): string[] =>
  events.map((event) => `event: ${(event as { type: string }).type}\ndata: ${JSON.stringify(event)}\n\n`);
const typesOf = (text: string): readonly string[] =>
  [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => (JSON.parse(data) as { readonly type: string }).type);
const STREAM = { 'content-type': 'text/event-stream' };
const about = { created_at: 1, size: '1024x1024', quality: 'low', background: 'opaque', output_format: 'png' };
const partial = (index: number) => ({
  type: 'image_generation.partial_image',
  ...{ b64_json: PICTURE, partial_image_index: index, ...about },
});
const completed = { type: 'image_generation.completed', b64_json: PICTURE, ...about, usage: usageOf(400) };

describe('pictures of OpenAI', () => {
  it('are asked for as the caller did, charged by their tokens, and told with their cost', async () => {
    const { apiKey, scope } = await world.createProject({ budget_usd: '2' });
    const body = { model: MODEL, prompt: 'A red apple', size: '1024x1024', quality: 'low', new_field: 1 };
    const answer = await world.post('/v1/images/generations', body, { apiKey });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ...ANSWER, usage: { ...ANSWER.usage, images: 1, cost: 0.00645 } });
    expect(vendor.requests.map(({ path, json }) => [path, json])).toEqual([
      ['/v1/images/generations', { ...body, model: 'gpt-image-2' }],
    ]);
    expect(await world.ended(answer.requestId)).toMatchObject({ state: 'settled', charged: CHARGE });
    expect(await world.account(scope)).toMatchObject({ spent: CHARGE, held: 0n });
    const [record] = await world.rows('SELECT kind, images, output_image FROM usage.records WHERE request_id = $1', [
      answer.requestId,
    ]);
    expect(record).toMatchObject({ kind: 'image' });
  });

  it('are refused with 402 before the vendor is asked where the budget is too small for the largest', async () => {
    const { apiKey } = await world.createProject({ budget_usd: '0.01' });
    const answer = await world.post('/v1/images/generations', { model: MODEL, prompt: 'A red apple' }, { apiKey });
    expect([answer.status, answer.body.error.code]).toEqual([402, 'insufficient_funds']);
    expect(vendor.requests).toHaveLength(0);
  });

  it('cost nothing where the vendor refuses, in the vendor’s words', async () => {
    vendor.script = () => ({
      status: 400,
      body: {
        error: {
          message: 'Your request was rejected by the safety system.',
          code: 'moderation_blocked',
          type: 'image_generation_user_error',
          param: null,
        },
      },
    });
    const answer = await world.post('/v1/images/generations', { model: MODEL, prompt: 'x' });
    expect([answer.status, answer.body.error.message]).toEqual([
      400,
      'Your request was rejected by the safety system.',
    ]);
    expect(await world.ended(answer.requestId)).toMatchObject({ state: 'released', charged: 0n });
  });

  it.each([
    ['at once', {}],
    ['as a job', { prefer: 'respond-async, wait=30' }],
  ])('rest in the object store where an address is asked for: %s', async (_, headers) => {
    for (const model of [MODEL, 'sandbox/image']) {
      const body = { model, prompt: 'x', response_format: 'url' };
      const answer = await world.post('/v1/images/generations', body, { headers });
      expect([answer.status, answer.body.warnings]).toEqual([200, undefined]);
      const [{ url, expires_at: expiresAt, ...rest }] = answer.body.data;
      expect(rest).toEqual({});
      expect(expiresAt - Date.now() / 1_000).toBeCloseTo(86_400, -2);
      expect(Number(new URL(url).searchParams.get('expires'))).toBeLessThanOrEqual(expiresAt);
      const picture = await fetch(url);
      expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
      const bytes = Buffer.from(await picture.arrayBuffer());
      if (model === MODEL) expect(bytes.equals(PNG)).toBe(true);
    }
    expect(vendor.requests.map(({ json }) => json)).toEqual([{ model: 'gpt-image-2', prompt: 'x' }]);
  });

  it('are bytes, and a warning, where the project keeps nothing', async () => {
    const { apiKey } = await world.createProject({ answer_hold_ms: 0 });
    const body = { model: MODEL, prompt: 'x', response_format: 'url' };
    const answer = await world.post('/v1/images/generations', body, { apiKey });
    expect(answer.body.data).toEqual([{ b64_json: PICTURE }]);
    expect(answer.body.warnings).toEqual([expect.objectContaining({ feature: 'response_format', type: 'changed' })]);
  });

  it('of a vendor that makes none are nobody’s: the rule that leaves nobody says so', async () => {
    const of = async (vendor: string) => {
      const body = { model: MODEL, prompt: 'x', provider: { only: [vendor] } };
      const { status, body: told } = await world.post('/v1/images/generations', body);
      return [status, told.error.code, told.error.param, told.error.message];
    };
    expect(await of('deepgram')).toEqual([
      404,
      'no_route',
      'provider.only',
      expect.stringContaining("'provider.only'"),
    ]);
    expect(await of('nobody')).toEqual([400, 'invalid_request', 'provider.only[0]', expect.any(String)]);
  });

  it('are made once for whoever sends the same key twice', async () => {
    const headers = { 'idempotency-key': 'picture-once' };
    const ask = () => world.post('/v1/images/generations', { model: MODEL, prompt: 'x' }, { headers });
    const [first, second] = [await ask(), await ask()];
    expect(second.body).toEqual(first.body);
    expect(second.requestId).toBe(first.requestId);
    expect(vendor.requests).toHaveLength(1);
  });

  it('are edited by the official client, whose files reach the vendor byte for byte', async () => {
    const image = await toFile(PNG, 'apple.png', { type: 'image/png' });
    const mask = await toFile(PNG, 'mask.png', { type: 'image/png' });
    const made = await client().images.edit({
      model: MODEL,
      prompt: 'Make it green',
      quality: 'low',
      image: [image, image],
      mask,
      n: 1,
    });
    expect(made.data).toEqual([{ b64_json: PICTURE }]);
    const [request] = vendor.requests;
    expect(request?.path).toBe('/v1/images/edits');
    const sent = request!.body.toString('latin1');
    const names = [...sent.matchAll(/form-data; name="([^"]+)"/g)].map(([, name]) => name);
    expect(names.toSorted()).toEqual(['image[]', 'image[]', 'mask', 'model', 'n', 'prompt', 'quality']);
    expect(sent.split(PNG.toString('latin1'))).toHaveLength(4);
    expect(sent).toContain('gpt-image-2');
  });

  it('are edited in JSON by their addresses', async () => {
    const images = [{ image_url: 'https://example.com/a.png' }, { file_id: 'file-1' }];
    const answer = await world.post('/v1/images/edits', { model: MODEL, prompt: 'x', images });
    expect(answer.status).toBe(200);
    expect(vendor.requests[0]?.json).toEqual({ model: 'gpt-image-2', prompt: 'x', images });
  });
});

describe('a stream of pictures', () => {
  it('shows unfinished ones as they come, and is charged once, by its last event', async () => {
    vendor.script = () => ({ headers: STREAM, pieces: sse([partial(0), partial(1), completed]) });
    const stream = await client().images.generate({ model: MODEL, prompt: 'x', stream: true, partial_images: 2 });
    const events = [];
    for await (const event of stream) events.push(event);
    expect(events.map(({ type }) => type)).toEqual([
      ...['image_generation.partial_image', 'image_generation.partial_image', 'image_generation.completed'],
    ]);
    expect(events[2]).toMatchObject({ b64_json: PICTURE, usage: { ...completed.usage, cost: 0.01245 } });
  });

  it('that breaks off ends in an error and is no whole answer', async () => {
    vendor.script = () => ({ headers: STREAM, pieces: sse([partial(0)]) });
    const { apiKey, scope } = await world.createProject({ budget_usd: '2' });
    const answer = await world.post(
      '/v1/images/generations',
      { model: MODEL, prompt: 'four', stream: true },
      { apiKey },
    );
    expect(typesOf(answer.body)).toEqual(['image_generation.partial_image', 'error']);
    // One token of text, counted: no picture came.
    expect(await world.account(scope)).toMatchObject({ spent: 5_000n, held: 0n });
  });
});

describe('pictures of the sandbox', () => {
  it('are read by the official client: made, edited and varied, always the same', async () => {
    const prompt = 'A blue square';
    const [first, again] = [
      await client().images.generate({ model: 'sandbox/image', prompt, size: '256x256', n: 2 }),
      await client().images.generate({ model: 'sandbox/image', prompt, size: '256x256', n: 2 }),
    ];
    expect(first.data).toHaveLength(2);
    expect(first.data).toEqual(again.data);
    const bytes = Buffer.from(first.data![0]!.b64_json!, 'base64');
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([256, 256]);
    const image = await toFile(PNG, 'a.png', { type: 'image/png' });
    const edited = await client().images.edit({ model: 'sandbox/image', prompt, image });
    const varied = await client().images.createVariation({ model: 'sandbox/image', image });
    expect([edited.data?.length, varied.data?.length]).toEqual([1, 1]);
  });

  it.each([
    ['image-refused', 400],
    ['image-rate-limited', 429],
    ['image-cut', 502],
  ])('misbehave as %s on purpose', async (name, status) => {
    const answer = await world.post('/v1/images/generations', { model: `sandbox/${name}`, prompt: 'x' });
    expect(answer.status).toBe(status);
    expect(await world.ended(answer.requestId)).toMatchObject({ state: 'released', charged: 0n });
  });

  it('cost play money each', async () => {
    const answer = await world.post('/v1/images/generations', { model: 'sandbox/image-metered', prompt: 'x', n: 3 });
    expect(await world.ended(answer.requestId)).toMatchObject({ charged: 120_000_000n });
  });
});
