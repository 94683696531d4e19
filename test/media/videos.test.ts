import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { until } from '../chaos/until.js';
import { type Parsed, useWorld } from '../gateway/world.js';

// Videos through a whole gateway, as jobs at the sandbox's vendor: it takes them on, is asked about them, and is fetched from.

const world = useWorld();
const create = (body: object, headers: Readonly<Record<string, string>> = {}) =>
  world.post('/v1/videos', { model: 'sandbox/video', prompt: 'a calm sea', ...body }, { headers });
const get = async (id: string): Promise<Parsed> => (await world.get(`/v1/videos/${id}`)).body;
const ended = async (id: string): Promise<Parsed> => {
  await until('the video has an end', async () => {
    const { status } = await get(id);
    return status === 'completed' || status === 'failed' || { pending: String(status) };
  });
  return get(id);
};

describe('a video', () => {
  it('is a job: made, stored, shown, listed and deleted', async () => {
    const { status, body } = await create({ seconds: '4', size: '1280x720' });
    expect([status, body]).toMatchObject([
      200,
      {
        object: 'video',
        status: 'queued',
        progress: 0,
        seconds: '4',
        size: '1280x720',
        prompt: 'a calm sea',
        error: null,
      },
    ]);
    const done = await ended(body.id);
    expect(done).toMatchObject({ status: 'completed', progress: 100, model: 'sandbox/video', usage: { cost: 0 } });

    const url = `${world.gateway.baseUrl}/videos/${body.id}/content`;
    const content = await fetch(url, { headers: { authorization: `Bearer ${world.gateway.apiKey}` } });
    expect([content.status, content.headers.get('content-type')]).toEqual([200, 'video/mp4']);
    const bytes = Buffer.from(await content.arrayBuffer());
    // 8.2.2 of ISO/IEC 14496-12: version and flags, two times, then units a second and the length in them.
    const header = bytes.indexOf('mvhd') + 4;
    expect(bytes.readUInt32BE(header + 16) / bytes.readUInt32BE(header + 12)).toBe(4);
    const part = await fetch(url, { headers: { authorization: `Bearer ${world.gateway.apiKey}`, range: 'bytes=4-7' } });
    expect([part.status, await part.text()]).toEqual([206, 'ftyp']);

    const { data } = (await world.get('/v1/videos?limit=1')).body;
    expect(data).toMatchObject([{ id: body.id, status: 'completed' }]);
    expect((await world.get(`/v1/videos/${body.id}/content?variant=spritesheet`)).status).toBe(404);
    expect((await world.delete(`/v1/videos/${body.id}`)).body).toMatchObject({ id: body.id, deleted: true });
    expect((await world.get(`/v1/videos/${body.id}`)).status).toBe(404);
    expect((await world.get(`/v1/videos/${body.id}/content`)).status).toBe(404);
    expect(
      await world.rows('SELECT 1 FROM objects.objects WHERE request_id = $1 AND state = $2', [body.id, 'ready']),
    ).toEqual([]);
  });

  it('is one job and one object, however often it is asked about', async () => {
    const headers = { 'idempotency-key': 'one-video' };
    const first = await create({}, headers);
    const again = await create({}, headers);
    expect(again.body.id).toBe(first.body.id);
    await ended(first.body.id);
    const [counts] = await world.rows<{ readonly calls: number; readonly attempts: bigint; readonly objects: bigint }>(
      `SELECT max(a.calls) AS calls, count(*) AS attempts,
              (SELECT count(*) FROM objects.objects o WHERE o.request_id = $1) AS objects
       FROM requests.attempts a WHERE a.request_id = $1`,
      [first.body.id],
    );
    expect(counts).toEqual({ calls: 1, attempts: 1n, objects: 1n });
  });

  it('of OpenAI’s own client is polled, downloaded, found in its pages and deleted', async () => {
    const client = new OpenAI({ apiKey: world.gateway.apiKey, baseURL: world.gateway.baseUrl, maxRetries: 0 });
    const reference = new File([Buffer.from(PIXEL, 'base64')], 'sea.png', { type: 'image/png' });
    const video = await client.videos.create({
      ...{ model: 'sandbox/video', prompt: 'a calm sea', seconds: '4', input_reference: reference },
    });
    await ended(video.id);
    expect((await client.videos.retrieve(video.id)).status).toBe('completed');
    const bytes = await (await client.videos.downloadContent(video.id)).arrayBuffer();
    expect(Buffer.from(bytes).subarray(4, 8).toString()).toBe('ftyp');
    const { id } = await client.videos.create({ model: 'sandbox/video', prompt: 'a rough sea' });
    await ended(id);
    const listed: string[] = [];
    // A page each.
    for await (const one of client.videos.list({ limit: 1, order: 'desc' })) {
      listed.push(one.id);
      if (listed.length === 2) break;
    }
    expect(listed).toEqual([id, video.id]);
    expect(await client.videos.delete(id)).toMatchObject({ id, deleted: true });
    await expect(client.videos.retrieve(id)).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    await expect(client.videos.downloadContent(id)).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  it('that fails says so and costs nothing', async () => {
    const { body } = await create({ model: 'sandbox/video-failed' });
    expect(await ended(body.id)).toMatchObject({
      status: 'failed',
      error: { code: 'vendor_error' },
      usage: { cost: 0 },
    });
    expect((await world.get(`/v1/videos/${body.id}/content`)).status).toBe(404);
  });

  it('of which nobody can say whether the vendor has taken it on is handed in once, and ends so', async () => {
    const { body } = await create({ model: 'sandbox/video-lost' });
    expect(await ended(body.id)).toMatchObject({ status: 'failed', error: { code: 'outcome_unknown' } });
    const attempts = await world.rows('SELECT number FROM requests.attempts WHERE request_id = $1', [body.id]);
    expect(attempts).toHaveLength(1);
  });

  it('is stopped at its vendor where its caller cancels it', async () => {
    const { body } = await create({ model: 'sandbox/video-slow' });
    await until('it is at its vendor', async () => {
      const { status, progress } = await get(body.id);
      return (status === 'in_progress' && progress > 0) || { pending: String(status) };
    });
    expect((await world.post(`/v1/jobs/${body.id}/cancel`, {})).status).toBe(200);
    expect(await ended(body.id)).toMatchObject({ status: 'failed', error: { code: 'cancelled' } });
  });

  it('is stopped at its deadline', async () => {
    const { body } = await create({ model: 'sandbox/video-slow' }, { 'cancel-after': '3s' });
    expect(await ended(body.id)).toMatchObject({ status: 'failed', error: { code: 'expired' } });
  });
});

describe('a request for a video that cannot be', () => {
  it.each([
    [{ prompt: '' }, 400, 'prompt'],
    [{ seconds: 'four' }, 400, 'seconds'],
    [{ seconds: 100_000 }, 400, 'seconds'],
    [{ size: 'large' }, 400, 'size'],
    [{ input_reference: 'data:image/png;base64,AAAA' }, 400, 'input_reference'],
    [{ input_reference: 'ftp://example.com/x.png' }, 400, 'input_reference'],
    [{ callback_url: 'ftp://example.com' }, 400, 'callback_url'],
    [{ model: 'sandbox/echo' }, 404, 'model'],
  ])('%j is told what is wrong with it', async (body, status, param) => {
    const answer = await create(body);
    expect([answer.status, answer.body.error.param]).toEqual([status, param]);
  });

  it('with a file that is no picture is told so, whatever its sender calls it', async () => {
    const form = new FormData();
    form.set('model', 'sandbox/video');
    form.set('prompt', 'a calm sea');
    form.set('input_reference', new File(['GIF? No.'], 'sea.png', { type: 'image/png' }));
    const response = await fetch(`${world.gateway.baseUrl}/videos`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.gateway.apiKey}` },
      body: form,
    });
    const { error } = (await response.json()) as Parsed;
    expect([response.status, error.param, error.code]).toEqual([400, 'input_reference', 'invalid_image']);
  });

  it('is not found by another project', async () => {
    const { body } = await create({});
    const { apiKey } = await world.createProject();
    expect((await world.get(`/v1/videos/${body.id}`, { apiKey })).status).toBe(404);
    expect((await world.delete(`/v1/videos/${body.id}`, { apiKey })).status).toBe(404);
    await ended(body.id);
  });
});

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
