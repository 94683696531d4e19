import { describe, expect, it } from 'vitest';
import { until } from '../chaos/until.js';
import { type Parsed, useWorld } from '../gateway/world.js';

// Jobs whose vendors call back, through a whole gateway: the sandbox calls this process itself.

const world = useWorld();

async function made(model: string): Promise<{ readonly id: string; readonly video: Parsed; readonly ms: number }> {
  const startedAt = Date.now();
  const { body } = await world.post('/v1/videos', { model, prompt: 'a calm sea' });
  const get = async (): Promise<Parsed> => (await world.get(`/v1/videos/${body.id}`)).body;
  await until('the video is made', async () => {
    const { status } = await get();
    return status === 'completed' || { pending: String(status) };
  });
  return { id: body.id, video: await get(), ms: Date.now() - startedAt };
}

const endsOf = (id: string) =>
  world.rows<{ readonly calls: number; readonly ends: bigint; readonly objects: bigint }>(
    `SELECT max(a.calls) AS calls, count(*) FILTER (WHERE a.state = 'recorded') AS ends,
            (SELECT count(*) FROM objects.objects o WHERE o.request_id = $1) AS objects
     FROM requests.attempts a WHERE a.request_id = $1`,
    [id],
  );

describe('a job whose vendor calls back', () => {
  // It works for a second, and asks to be looked at after a minute: half of that at least would go by without its call.
  it.each(['sandbox/video-called-back', 'sandbox/video-called-back-twice'])('%s is done at once', async (model) => {
    const { id, video, ms } = await made(model);
    expect(video.status).toBe('completed');
    expect(ms).toBeLessThan(15_000);
    expect(await endsOf(id)).toEqual([{ calls: 1, ends: 1n, objects: 1n }]);
  });

  it('and whose call is lost is found by the timer', async () => {
    const { id } = await made('sandbox/video-callback-lost');
    expect(await endsOf(id)).toEqual([{ calls: 1, ends: 1n, objects: 1n }]);
  });
});
