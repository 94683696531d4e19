import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../chaos/until.js';
import { type MediaResponse, type MediaVendor, startMediaVendor } from '../fake-vendor/media-vendor.js';
import { type Parsed, useWorld } from '../gateway/world.js';

// Videos of vendors that take a job on and are asked about it, each in its own format, through a whole gateway.

const MOVIE = Buffer.concat([Buffer.from([0, 0, 0, 20]), Buffer.from('ftypisom'), Buffer.alloc(4_000, 7)]);
/** How often each job is still at work before it is done. */
let looks = 0;

let vendor: MediaVendor;
const env: Record<string, string> = { XAI_API_KEY: 'sk-xai', GEMINI_API_KEY: 'sk-gemini' };
beforeAll(async () => {
  vendor = await startMediaVendor(({ method, path }): MediaResponse => {
    looks += method === 'GET' ? 1 : 0;
    if (path === '/v1/videos/generations') return { body: { request_id: 'deferred-1' } };
    if (path === '/v1/videos/deferred-1') {
      if (looks < 3) return looks === 1 ? { status: 503, body: {} } : { body: { status: 'pending', progress: 50 } };
      return { body: { status: 'done', video: { url: `${vendor.origin}/moved`, duration: 4 } } };
    }
    if (path.endsWith(':predictLongRunning')) return { body: { name: 'models/veo/operations/op-1' } };
    if (path === '/v1beta/models/veo/operations/op-1') {
      const samples = [{ video: { uri: `${vendor.origin}/files/x:download` } }];
      return { body: { done: true, response: { generateVideoResponse: { generatedSamples: samples } } } };
    }
    if (path === '/moved') return { status: 302, headers: { location: '/movie.mp4' } };
    return { headers: { 'content-type': 'video/mp4' }, body: MOVIE };
  });
  env['SLUICE_XAI_BASE_URL'] = `${vendor.origin}/v1`;
  env['SLUICE_GOOGLE_BASE_URL'] = vendor.origin;
});
beforeEach(() => {
  looks = 0;
  vendor.reset();
});
afterAll(() => vendor.close());
const world = useWorld({ env });

async function make(body: object, apiKey: string): Promise<Parsed> {
  const created = await world.post('/v1/videos', { prompt: 'a calm sea', ...body }, { apiKey });
  expect(created.status).toBe(200);
  const get = async (): Promise<Parsed> => (await world.get(`/v1/videos/${created.body.id}`, { apiKey })).body;
  await until('the video is made', async () => {
    const { status } = await get();
    return status === 'completed' || status === 'failed' || { pending: String(status) };
  });
  return get();
}

describe('a video of xAI', () => {
  it('is handed in once, asked about also where the vendor is away, fetched, and paid by its seconds', async () => {
    const { apiKey, scope } = await world.createProject({ budget_usd: '5' });
    const video = await make({ model: 'xai/grok-imagine-video', seconds: 5, resolution: '720p' }, apiKey);
    // 0.07 USD a second at 720p, of the four that came of five.
    expect(video).toMatchObject({ status: 'completed', usage: { cost: 0.28 } });
    expect(await world.account(scope)).toMatchObject({ spent: 280_000_000n, held: 0n });
    expect(vendor.requests.filter(({ method }) => method === 'POST').map(({ json }) => json)).toEqual([
      { model: 'grok-imagine-video', prompt: 'a calm sea', duration: 5, resolution: '720p' },
    ]);
    const content = await fetch(`${world.gateway.baseUrl}/videos/${video.id}/content`, {
      headers: { authorization: `Bearer ${apiKey}` },
    });
    expect(Buffer.from(await content.arrayBuffer()).equals(MOVIE)).toBe(true);
    // The credential is for the API; where the file is was not asked with it.
    const fetched = vendor.requests.filter(({ path }) => path.startsWith('/mov'));
    expect(fetched.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/moved', undefined],
      ['/movie.mp4', undefined],
    ]);
  });

  it('is refused where the budget does not hold the most that it can cost', async () => {
    const { apiKey } = await world.createProject({ budget_usd: '0.01' });
    const video = await make({ model: 'xai/grok-imagine-video', seconds: 5 }, apiKey);
    expect(video).toMatchObject({ status: 'failed', error: { code: 'insufficient_funds' } });
    expect(vendor.requests).toEqual([]);
  });
});

describe('a video of Google', () => {
  it('is fetched by the key that it is kept behind', async () => {
    const { apiKey, scope } = await world.createProject({ budget_usd: '20' });
    const video = await make({ model: 'google/veo-3.1-fast-generate-001', seconds: 4 }, apiKey);
    expect(video).toMatchObject({ status: 'completed', usage: { cost: 0.4 } });
    expect(await world.account(scope)).toMatchObject({ spent: 400_000_000n, held: 0n });
    const [fetched] = vendor.requests.filter(({ path }) => path === '/files/x:download');
    expect(fetched?.headers['x-goog-api-key']).toBe('sk-gemini');
  });
});
