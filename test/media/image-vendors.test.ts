import { afterAll, beforeEach, beforeAll, describe, expect, it } from 'vitest';
import { createVendorHttp } from '../../activities/providers/http.js';
import { ProviderFailure } from '../../activities/providers/port.js';
import { createProvider } from '../../activities/providers/registry.js';
import type { AnswerEvent } from '../../workflows/contracts/answer.js';
import type { ImageCall } from '../../workflows/contracts/media-calls.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import { type MediaScript, type MediaVendor, startMediaVendor } from '../fake-vendor/media-vendor.js';

// Each vendor's own wire format, through the client that calls them, without a gateway.

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const GIVEN = { type: 'base64', mediaType: 'image/png', data: PNG } as const;
const CALL: ImageCall = {
  ...{ kind: 'image', operation: 'generate', prompt: 'A red apple', images: [], count: 1, stream: false },
  source: { dialect: 'openai-images', body: { prompt: 'A red apple' } },
};

let vendor: MediaVendor;
const http = createVendorHttp();
beforeAll(async () => {
  vendor = await startMediaVendor(() => ({ status: 404 }));
});
beforeEach(() => vendor.reset());
afterAll(async () => {
  await http.close();
  await vendor.close();
});

function accountOf(name: string) {
  const settings = { base_url: `${vendor.origin}/v1`, region: 'us-east-1' };
  const kind = name === 'bedrock' ? ('aws_api_key' as const) : ('api_key' as const);
  return createProvider(name, { kind, settings, secret: { api_key: 'k-1' } }, http);
}

function attemptOf(name: string, model: string, call: Partial<ImageCall>) {
  const offer = {
    id: `${name}/${model}`,
    vendor: name,
    vendorModel: model,
    kind: 'image',
    prices: {},
  } as unknown as Offer;
  return { call: { ...CALL, ...call }, offer, attemptKey: 'req_1:1', signal: new AbortController().signal };
}

async function ask(name: string, model: string, call: Partial<ImageCall>, script: MediaScript) {
  vendor.script = script;
  const events: AnswerEvent[] = [];
  for await (const frame of accountOf(name)!.media!.image!(attemptOf(name, model, call))) events.push(...frame.events);
  return events;
}

/** The job, handed in and looked at until it is over. */
async function made(name: string, model: string, call: Partial<ImageCall>, script: MediaScript) {
  vendor.script = script;
  const jobs = accountOf(name)!.jobs!.image!;
  const attempt = { ...attemptOf(name, model, call), callbackUrl: 'https://gw.example/called' };
  expect(jobs.takes?.(attempt.offer)).not.toBe(false);
  const job = await jobs.submit(attempt);
  for (;;) {
    const state = await jobs.check({ ...attempt, job });
    if (state.status !== 'running') return { job, state };
  }
}

const sources = (events: readonly AnswerEvent[]) =>
  events.flatMap((event) => (event.type === 'image' ? [event.source] : []));
const units = (events: readonly AnswerEvent[]) =>
  events.flatMap((event) => (event.type === 'usage' ? [event.usage.units] : [])).at(-1);
const warned = (events: readonly AnswerEvent[]) =>
  events.flatMap((event) => (event.type === 'warning' ? [event.warning.feature] : []));
const asked = () => vendor.requests.map(({ method, path }) => `${method} ${path}`);

describe('pictures of vendors that answer at once', () => {
  it('Gemini: one asking for each picture, whose tokens are summed', async () => {
    const answer = {
      candidates: [{ content: { parts: [{ text: 'Here' }, { inlineData: { mimeType: 'image/png', data: PNG } }] } }],
      usageMetadata: {
        ...{ promptTokenCount: 5, candidatesTokenCount: 1_300 },
        candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1_290 }],
      },
    };
    const events = await ask(
      'google',
      'gemini-3-pro-image',
      { operation: 'edit', images: [GIVEN], count: 2, aspectRatio: '16:9', resolution: '2k', seed: 7, quality: 'high' },
      () => ({ body: answer }),
    );
    expect(sources(events)).toEqual([GIVEN, GIVEN]);
    expect(units(events)).toMatchObject({ images: 2, input: 10, output: 20, output_image: 2_580 });
    expect(warned(events)).toEqual(['quality']);
    expect(vendor.requests.map(({ json }) => json.generationConfig.seed).toSorted()).toEqual([7, 8]);
    expect(vendor.requests[0]?.json).toMatchObject({
      contents: [{ parts: [{ inlineData: { mimeType: 'image/png', data: PNG } }, { text: 'A red apple' }] }],
      generationConfig: {
        responseModalities: ['TEXT', 'IMAGE'],
        imageConfig: { aspectRatio: '16:9', imageSize: '2K' },
      },
    });
  });

  it('Gemini: a filter that holds back is told as one', async () => {
    const script: MediaScript = () => ({ body: { candidates: [{ finishReason: 'IMAGE_SAFETY' }] } });
    await expect(ask('google', 'gemini-3-pro-image', {}, script)).rejects.toMatchObject({
      failure: { class: 'content_policy' },
      detail: { message: 'The model made no picture (IMAGE_SAFETY).' },
    });
  });

  it('Imagen: by predict, with what its filters left out as a warning', async () => {
    const events = await ask('google', 'imagen-3.0-generate-001', { count: 2, size: '1024x1024' }, () => ({
      body: { predictions: [{ bytesBase64Encoded: PNG, mimeType: 'image/png' }] },
    }));
    expect(vendor.requests[0]?.json).toEqual({
      instances: [{ prompt: 'A red apple' }],
      parameters: { sampleCount: 2, aspectRatio: '1:1' },
    });
    expect([units(events)?.images, warned(events)]).toEqual([1, ['size', 'n']]);
  });

  it('Bedrock: Nova Canvas and Stability, each in its own body', async () => {
    await ask(
      'bedrock',
      'amazon.nova-canvas-v1:0',
      { size: '1024x512', negativePrompt: 'green', quality: 'hd' },
      () => ({
        body: { images: [PNG] },
      }),
    );
    await ask('bedrock', 'stability.sd3-5-large-v1:0', { aspectRatio: '16:9', seed: 3 }, () => ({
      body: { images: [PNG], seeds: [3], finish_reasons: [null] },
    }));
    expect(vendor.requests.map(({ json }) => json)).toEqual([
      {
        taskType: 'TEXT_IMAGE',
        textToImageParams: { text: 'A red apple', negativeText: 'green' },
        imageGenerationConfig: { numberOfImages: 1, width: 1024, height: 512, quality: 'premium' },
      },
      { prompt: 'A red apple', seed: 3, output_format: 'png', aspect_ratio: '16:9', mode: 'text-to-image' },
    ]);
  });

  it('xAI: an address stays one, and is fetched for whoever wants bytes', async () => {
    const script: MediaScript = ({ method }) =>
      method === 'GET'
        ? { headers: { 'content-type': 'image/png' }, body: Buffer.from(PNG, 'base64') }
        : { body: { data: [{ url: `${vendor.origin}/made.png`, revised_prompt: 'An apple' }] } };
    const url = await ask('xai', 'grok-imagine-image', {}, script);
    expect(sources(url)).toEqual([{ type: 'url', url: `${vendor.origin}/made.png` }]);
    const bytes = await ask('xai', 'grok-imagine-image', { delivery: 'base64' }, script);
    expect(sources(bytes)).toEqual([GIVEN]);
  });

  it('an address that leads into the operator’s network is not fetched', async () => {
    const elsewhere = await startMediaVendor(() => ({ body: Buffer.from(PNG, 'base64') }));
    const script: MediaScript = () => ({ body: { data: [{ url: `${elsewhere.origin}/secret` }] } });
    await expect(ask('xai', 'grok-imagine-image', { delivery: 'base64' }, script)).rejects.toBeInstanceOf(
      ProviderFailure,
    );
    expect(elsewhere.requests).toHaveLength(0);
    await elsewhere.close();
  });

  it('Seedream, Qwen-Image and FLUX on Fireworks', async () => {
    const seedream = await ask('volcengine', 'doubao-seedream-4-0-250828', { count: 2, resolution: '2k' }, () => ({
      body: { model: 'm', data: [{ b64_json: PNG }, { error: { code: 'x', message: 'filtered' } }] },
    }));
    expect(vendor.requests[0]?.json).toMatchObject({ size: '2K', sequential_image_generation: 'auto' });
    const content = [{ image: 'https://example.com/a.png' }];
    const qwen = await ask('alibaba', 'qwen-image-2.0', { size: '1328x1328' }, () => ({
      body: { output: { choices: [{ message: { content } }] }, request_id: 'r' },
    }));
    expect(vendor.requests[1]?.json.parameters).toEqual({ n: 1, size: '1328*1328', watermark: false });
    const flux = await ask('fireworks', 'accounts/fireworks/models/flux-1-dev-fp8', {}, () => ({
      body: { base64: [PNG], finishReason: 'SUCCESS' },
    }));
    expect(vendor.requests[2]?.json).toMatchObject({ num_inference_steps: 28 });
    expect([seedream, qwen, flux].map((events) => units(events)?.images)).toEqual([1, 1, 1]);
  });
});

const URL_OF = 'https://example.com/a.png';
const ONE = {
  status: 'succeeded',
  outputs: [{ type: 'url', url: URL_OF }],
  usage: { units: { requests: 1, images: 1 }, source: 'reported' },
};
const failed = (failureClass: string) => ({ status: 'failed', failure: { class: failureClass } });

describe('pictures of vendors that take them on as jobs', () => {
  /** What a vendor says of the job when it is asked for the first time, and then. */
  const inTurn = (taken: object, ...said: readonly object[]): MediaScript => {
    let looks = 0;
    return ({ method, path }) => {
      const isLook = method === 'GET' || path.endsWith('/get_result');
      return { body: isLook ? (said[Math.min(looks++, said.length - 1)] ?? {}) : taken };
    };
  };
  const fal = (result: { readonly status?: number; readonly body: object }): MediaScript => {
    const at = `${vendor.origin}/requests/1`;
    return ({ method, path }) => {
      if (method !== 'GET')
        return { body: { request_id: '1', status_url: `${at}/status`, response_url: at, cancel_url: `${at}/cancel` } };
      const looks = vendor.requests.filter((request) => request.path.endsWith('/status')).length;
      if (path.endsWith('/status')) return { body: { status: looks === 1 ? 'IN_QUEUE' : 'COMPLETED' } };
      return result;
    };
  };

  it('fal: in its queue, which is told where to call', async () => {
    const result = { body: { images: [{ url: URL_OF }] } };
    const { state } = await made('fal', 'fal-ai/nano-banana', { operation: 'edit', images: [GIVEN] }, fal(result));
    expect(asked()).toEqual([
      `POST /v1/fal-ai/nano-banana?fal_webhook=${encodeURIComponent('https://gw.example/called')}`,
      ...['GET /requests/1/status', 'GET /requests/1/status', 'GET /requests/1'],
    ]);
    expect(vendor.requests[0]?.json.image_urls).toEqual([`data:image/png;base64,${PNG}`]);
    expect(vendor.requests[0]?.headers['idempotency-key']).toBe('req_1:1');
    expect(vendor.requests.every(({ headers }) => headers.authorization === 'Key k-1')).toBe(true);
    expect(state).toEqual({ ...ONE, vendorId: '1' });
  });

  it.each([
    [{ status: 422, body: { detail: [{ msg: 'image_size', type: 'value_error' }] } }, 'invalid_request'],
    [{ status: 500, body: { detail: 'Internal Server Error' } }, 'vendor_error'],
    [{ body: { images: [{ url: URL_OF }], has_nsfw_concepts: [true] } }, 'content_policy'],
  ])('fal: a result of %j is the end of the job, and no trouble in asking', async (result, failureClass) => {
    const { state } = await made('fal', 'fal-ai/nano-banana', {}, fal(result));
    expect(state).toMatchObject(failed(failureClass));
  });

  it('Black Forest Labs: what its moderation held back is told as that, and the key goes nowhere else', async () => {
    const taken = { id: '1', polling_url: `${vendor.origin}/r` };
    const ready = { status: 'Ready', result: { sample: URL_OF } };
    const { job, state } = await made('bfl', 'flux-pro-1.1', {}, inTurn(taken, { status: 'Pending' }, ready));
    expect([job, state]).toEqual([
      { id: '1', url: `${vendor.origin}/r` },
      { ...ONE, vendorId: '1' },
    ]);
    const moderated = await made('bfl', 'flux-pro-1.1', {}, inTurn(taken, { status: 'Content Moderated' }));
    expect(moderated.state).toMatchObject(failed('content_policy'));
    const abroad = inTurn({ id: '1', polling_url: 'https://example.com/r' });
    await expect(made('bfl', 'flux-pro-1.1', {}, abroad)).rejects.toMatchObject({ failure: { class: 'bad_response' } });
  });

  it('Replicate: a prediction that is not held open, so that its id is known at once', async () => {
    const output = [URL_OF, 'https://example.com/2.png'];
    const script = inTurn(
      { id: 'p', status: 'starting' },
      { status: 'processing' },
      { id: 'p', status: 'succeeded', output },
    );
    const { state } = await made('replicate', 'black-forest-labs/flux-schnell', { count: 2 }, script);
    const create = 'POST /v1/models/black-forest-labs/flux-schnell/predictions';
    expect(asked()).toEqual([create, 'GET /v1/predictions/p', 'GET /v1/predictions/p']);
    expect(vendor.requests[0]?.headers['prefer']).toBeUndefined();
    expect(vendor.requests[0]?.json).toMatchObject({
      input: { prompt: 'A red apple', num_outputs: 2 },
      webhook: 'https://gw.example/called',
    });
    expect(state).toMatchObject({
      outputs: output.map((url) => ({ type: 'url', url })),
      usage: { units: { images: 2 } },
    });
    const flagged = inTurn({ id: 'p' }, { status: 'failed', error: 'NSFW content detected (E005)' });
    expect((await made('replicate', 'a/b', {}, flagged)).state).toMatchObject(failed('content_policy'));
  });

  it('Wan: a task of Model Studio, beside Qwen, which is no job', async () => {
    const done = { request_id: 'q', output: { task_status: 'SUCCEEDED', results: [{ url: URL_OF }] } };
    const script = inTurn({ output: { task_id: 't' } }, { output: { task_status: 'RUNNING' } }, done);
    const { state } = await made('alibaba', 'wan2.5-t2i-preview', {}, script);
    expect(vendor.requests[0]?.headers['x-dashscope-async']).toBe('enable');
    expect(state).toEqual({ ...ONE, vendorId: 'q' });
    expect(accountOf('alibaba')?.jobs?.image?.takes?.({ vendorModel: 'qwen-image-2.0' })).toBe(false);
    const kept = inTurn(
      { output: { task_id: 't' } },
      { output: { task_status: 'FAILED', code: 'DataInspectionFailed' } },
    );
    expect((await made('alibaba', 'wan2.5-t2i-preview', {}, kept)).state).toMatchObject(failed('content_policy'));
  });

  it('FLUX Kontext on Fireworks: a task, whose looks carry no key, beside FLUX, which is no job', async () => {
    const model = 'accounts/fireworks/models/flux-kontext-pro';
    const found = [{ status: 'Pending' }, { status: 'Ready', result: { sample: PNG } }];
    const { state } = await made('fireworks', model, { images: [GIVEN] }, inTurn({ request_id: 'f' }, ...found));
    expect(asked()).toEqual([
      `POST /v1/workflows/${model}`,
      ...found.map(() => `POST /v1/workflows/${model}/get_result`),
    ]);
    expect(vendor.requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['req_1:1', undefined, undefined]);
    expect(state).toMatchObject({ outputs: [GIVEN], vendorId: 'f' });
    const flux = { vendorModel: 'accounts/fireworks/models/flux-1-dev-fp8' };
    expect(accountOf('fireworks')?.jobs?.image?.takes?.(flux)).toBe(false);
  });

  it.each([
    ['fal', 'PUT /cancel'],
    ['replicate', 'POST /v1/predictions/p/cancel'],
    ['alibaba', 'POST /api/v1/tasks/p/cancel'],
  ])('of %s can be stopped', async (name, path) => {
    vendor.script = () => ({ body: {} });
    const { call: _, ...attempt } = attemptOf(name, 'm', {});
    await accountOf(name)?.jobs?.image?.cancel?.({ ...attempt, job: { id: 'p', cancel: `${vendor.origin}/cancel` } });
    expect(asked()[0]?.replace('/v1/api/', '/api/')).toBe(path);
  });
});

describe('what a vendor cannot do', () => {
  it.each([
    ['xai', 'grok-imagine-image', { mask: GIVEN, images: [GIVEN] }, 'mask'],
    ['google', 'imagen-3.0-generate-001', { images: [GIVEN] }, 'image'],
    ['google', 'gemini-3-pro-image', { operation: 'vary', images: [GIVEN] }, 'model'],
    ['google', 'gemini-3-pro-image', { images: [{ type: 'file-id', id: 'file-1' }] }, 'image[0]'],
  ] as const)(
    'is refused before it is asked where leaving it out would mislead: %s/%s',
    async (name, model, call, param) => {
      await expect(ask(name, model, call as Partial<ImageCall>, () => ({ status: 500 }))).rejects.toMatchObject({
        failure: { class: 'invalid_request' },
        detail: { param },
      });
      expect(vendor.requests).toHaveLength(0);
    },
  );

  it('is refused before a job is handed in, too', async () => {
    await expect(made('bfl', 'flux-pro-1.1', { count: 2 }, () => ({ status: 500 }))).rejects.toMatchObject({
      failure: { class: 'invalid_request' },
      detail: { param: 'n' },
    });
    expect(vendor.requests).toHaveLength(0);
  });
});
