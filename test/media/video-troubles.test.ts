import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../chaos/until.js';
import { startVideoVendor, type VideoVendor } from '../fake-vendor/video-vendor.js';
import { type Parsed, useWorld } from '../gateway/world.js';

// A video that its vendor has taken on is paid for there: whatever goes wrong afterwards, it is handed in once.

let vendor: VideoVendor;
const env: Record<string, string> = {};
beforeAll(async () => {
  vendor = await startVideoVendor({ bytes: 300_000 });
  Object.assign(env, vendor.env);
});
beforeEach(() => vendor.reset());
afterAll(() => vendor.close());
const world = useWorld({ env });

/** Two models, so that there is somebody else to be asked. */
const models = ['xai/grok-imagine-video', 'xai/grok-imagine-video-1.5'];

async function make(): Promise<Parsed> {
  const { apiKey } = await world.createProject({ budget_usd: '5' });
  const body = { model: models[0], models, prompt: 'a calm sea', seconds: 4, resolution: '720p' };
  const created = await world.post('/v1/videos', body, { apiKey });
  expect(created.status).toBe(200);
  let video: Parsed;
  await until('the video has an end', async () => {
    ({ body: video } = await world.get(`/v1/videos/${created.body.id}`, { apiKey }));
    return video.status === 'completed' || video.status === 'failed' || { pending: String(video.status) };
  });
  return { ...video, apiKey };
}

describe('a video that is done', () => {
  it.each([
    ['breaks off while it is fetched', 'cut'],
    ['is on a server in trouble', 503],
  ] as const)('and %s is fetched again, and handed in once', async (_, trouble) => {
    vendor.trouble(trouble);
    const { id, apiKey, ...video } = await make();
    expect(video).toMatchObject({ status: 'completed', usage: { cost: 0.28 } });
    expect(vendor.jobs).toHaveLength(1);
    const content = await fetch(`${world.gateway.baseUrl}/videos/${id}/content`, {
      headers: { authorization: `Bearer ${apiKey}` },
    });
    const sha256 = createHash('sha256')
      .update(Buffer.from(await content.arrayBuffer()))
      .digest('hex');
    expect(sha256).toBe(vendor.sha256(vendor.jobs[0]!.id));
    const objects = await world.rows<{ state: string }>('SELECT state FROM objects.objects WHERE request_id = $1', [
      id,
    ]);
    expect(objects.filter(({ state }) => state === 'ready')).toHaveLength(1);
    expect(objects.filter(({ state }) => state === 'writing')).toEqual([]);
  });

  it('and is nowhere to be fetched is not made once more', async () => {
    vendor.trouble(404, 404, 404);
    expect(await make()).toMatchObject({ status: 'failed', usage: { cost: 0 } });
    expect(vendor.jobs).toHaveLength(1);
  });
});
