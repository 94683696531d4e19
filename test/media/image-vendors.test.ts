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

async function ask(name: string, model: string, call: Partial<ImageCall>, script: MediaScript, signal?: AbortSignal) {
  vendor.script = script;
  const settings = { base_url: `${vendor.origin}/v1`, region: 'us-east-1' };
  const account = {
    kind: name === 'bedrock' ? 'aws_api_key' : 'api_key',
    settings,
    secret: { api_key: 'k-1' },
  } as const;
  const image = createProvider(name, account, http)?.media?.image;
  const offer = {
    id: `${name}/${model}`,
    vendor: name,
    vendorModel: model,
    kind: 'image',
    prices: {},
  } as unknown as Offer;
  const events: AnswerEvent[] = [];
  const attempt = {
    call: { ...CALL, ...call },
    offer,
    attemptKey: 'req_1:1',
    signal: signal ?? new AbortController().signal,
  };
  for await (const frame of image!(attempt)) events.push(...frame.events);
  return events;
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

describe('pictures of vendors that queue', () => {
  const fal: MediaScript = ({ method, path }) => {
    const at = `${vendor.origin}/requests/1`;
    if (method === 'POST') {
      return { body: { request_id: '1', status_url: `${at}/status`, response_url: at, cancel_url: `${at}/cancel` } };
    }
    const looks = vendor.requests.filter((request) => request.path.endsWith('/status')).length;
    if (path.endsWith('/status')) return looks === 1 ? { status: 503 } : { body: { status: 'COMPLETED' } };
    return { body: { images: [{ url: 'https://example.com/a.png' }] } };
  };

  it('fal: submitted once though a look failed', async () => {
    const events = await ask('fal', 'fal-ai/nano-banana', { operation: 'edit', images: [GIVEN] }, fal);
    expect(asked()).toEqual([
      'POST /v1/fal-ai/nano-banana',
      ...['GET /requests/1/status', 'GET /requests/1/status', 'GET /requests/1'],
    ]);
    expect(vendor.requests[0]?.json.image_urls).toEqual([`data:image/png;base64,${PNG}`]);
    expect(vendor.requests.every(({ headers }) => headers.authorization === 'Key k-1')).toBe(true);
    expect(units(events)?.images).toBe(1);
  });

  it('fal: cancelled where the caller leaves', async () => {
    const controller = new AbortController();
    const script: MediaScript = (request) => {
      if (request.path.endsWith('/status')) controller.abort({ class: 'cancelled' });
      return request.path.endsWith('/status') ? { body: { status: 'IN_QUEUE' } } : fal(request);
    };
    await expect(ask('fal', 'fal-ai/nano-banana', {}, script, controller.signal)).rejects.toMatchObject({
      failure: { class: 'cancelled' },
    });
    expect(asked().at(-1)).toBe('PUT /requests/1/cancel');
  });

  it('Black Forest Labs: what its moderation held back is told as that, and the key goes nowhere else', async () => {
    const moderated: MediaScript = ({ method }) => ({
      body: method === 'POST' ? { id: '1', polling_url: `${vendor.origin}/r` } : { status: 'Content Moderated' },
    });
    await expect(ask('bfl', 'flux-pro-1.1', {}, moderated)).rejects.toMatchObject({
      failure: { class: 'content_policy' },
    });
    const abroad: MediaScript = () => ({ body: { id: '1', polling_url: 'https://example.com/r' } });
    await expect(ask('bfl', 'flux-pro-1.1', {}, abroad)).rejects.toMatchObject({ failure: { class: 'bad_response' } });
  });

  it('Replicate: held open, then looked for', async () => {
    const events = await ask('replicate', 'black-forest-labs/flux-schnell', { count: 2 }, ({ method }) => ({
      body:
        method === 'POST'
          ? { id: 'p', status: 'processing' }
          : { id: 'p', status: 'succeeded', output: ['https://example.com/1.png', 'https://example.com/2.png'] },
    }));
    expect(asked()).toEqual(['POST /v1/models/black-forest-labs/flux-schnell/predictions', 'GET /v1/predictions/p']);
    expect(vendor.requests[0]?.headers['prefer']).toBe('wait=60');
    expect(units(events)?.images).toBe(2);
  });

  it('Wan: a task of Model Studio', async () => {
    const events = await ask('alibaba', 'wan2.5-t2i-preview', {}, ({ method }) => ({
      body:
        method === 'POST'
          ? { output: { task_id: 't', task_status: 'PENDING' } }
          : { output: { task_status: 'SUCCEEDED', results: [{ url: 'https://example.com/a.png' }] } },
    }));
    expect(vendor.requests[0]?.headers['x-dashscope-async']).toBe('enable');
    expect(units(events)?.images).toBe(1);
  });
});

describe('what a vendor cannot do', () => {
  it.each([
    ['xai', 'grok-imagine-image', { mask: GIVEN, images: [GIVEN] }, 'mask'],
    ['bfl', 'flux-pro-1.1', { count: 2 }, 'n'],
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
});
