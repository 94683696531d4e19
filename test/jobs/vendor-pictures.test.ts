import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../chaos/until.js';
import { FAL_PICTURE, type FalQueue, startFalQueue } from '../fake-vendor/fal-pictures.js';
import { type Answer, useWorld } from '../gateway/world.js';

// Pictures of a vendor that makes them as jobs of its own, through a whole gateway: for callers who wait, and as jobs.

const CHARGE = 3_000_000n;
const BODY = { model: 'fal/fal-ai/flux/schnell', prompt: 'A red apple' };
const AS_JOB = { prefer: 'respond-async' };

let fal: FalQueue;
const env: Record<string, string> = { SLUICE_PUBLIC_URL: 'https://gw.example' };
beforeAll(async () => {
  fal = await startFalQueue();
  Object.assign(env, fal.env);
});
beforeEach(() => fal.reset());
afterAll(() => fal.close());
const world = useWorld({ env });

const ask = (
  more: object = {},
  headers: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<Answer> =>
  world.post('/v1/images/generations', { ...BODY, ...more }, { headers, ...(signal && { signal }) });
const referencesOf = async (): Promise<readonly unknown[]> =>
  (
    await world.rows<{ vendor_job: { readonly id?: string } | null }>(
      `SELECT vendor_job FROM requests.attempts WHERE vendor = 'fal' AND state = 'sending'`,
    )
  ).map(({ vendor_job: job }) => job?.id);

async function jobEnded(id: string): Promise<Answer> {
  let job: Answer | undefined;
  await until('the job has an end', async () => {
    job = await world.get(`/v1/jobs/${id}`);
    return job.body.cost_usd !== null || { pending: String(job.body.status) };
  });
  return job!;
}

describe('while its caller waits', () => {
  it('is stored by its reference before it is looked at, and given as the vendor gives it', async () => {
    const seen: (readonly unknown[])[] = [];
    fal.onLook = async (looks) => {
      seen.push(await referencesOf());
      fal.isDone = looks === 3;
    };
    const answer = await ask();
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ data: [{ url: `${fal.origin}/made.png` }], usage: { images: 1, cost: 0.003 } });
    expect(Object.keys(answer.body.data[0])).toEqual(['url']);
    expect(seen).toEqual([['r-1'], ['r-1'], ['r-1']]);
    // Nobody would hear it call.
    expect(fal.handedIn.map(({ path }) => path)).toEqual(['/fal-ai/flux/schnell']);
    expect(await world.ended(answer.requestId)).toMatchObject({ state: 'settled', charged: CHARGE });
  });

  it('is given as bytes to whoever asks for them, in a stream too', async () => {
    fal.isDone = true;
    const plain = await ask({ response_format: 'b64_json' });
    expect(plain.body.data).toEqual([{ b64_json: FAL_PICTURE.toString('base64') }]);
    expect(plain.body.output_format).toBe('png');
    const stream = await ask({ stream: true });
    expect(stream.body).toContain('image_generation.completed');
    expect(stream.body).toContain(FAL_PICTURE.toString('base64'));
  });

  it('is stopped at its vendor where the caller leaves', async () => {
    const left = new AbortController();
    const asked = ask({}, {}, left.signal).catch((error: unknown) => error);
    await fal.waitForLooks(1);
    left.abort();
    await asked;
    await until('fal is told to stop', () => Promise.resolve(fal.cancels === 1 || { pending: 'not yet' }));
    await world.settled();
    expect(fal.handedIn).toHaveLength(1);
  });

  it('is handed in once where the connection breaks meanwhile, and costs nothing', async () => {
    fal.handInMeets = {
      headers: { 'content-type': 'application/json', 'content-length': '500' },
      pieces: ['{'],
      cut: true,
    };
    const answer = await ask();
    expect([answer.status >= 500, answer.body.error.code]).toEqual([true, 'outcome_unknown']);
    expect(fal.handedIn).toHaveLength(1);
    expect(await world.ended(answer.requestId)).toMatchObject({ state: 'released' });
  });
});

describe('as a job', () => {
  it('lets go of its place, is told where to call, and comes to rest in the object store', async () => {
    const { body: job } = await ask({}, AS_JOB);
    await fal.waitForLooks(2);
    expect(await referencesOf()).toEqual(['r-1']);
    const [handedIn] = fal.handedIn;
    const callback = new URL(handedIn!.path, fal.origin).searchParams.get('fal_webhook');
    expect(callback).toMatch(/^https:\/\/gw\.example\/v1\/vendor_webhooks\/fal\//);
    fal.isDone = true;
    expect((await jobEnded(job.id)).body).toMatchObject({ status: 'succeeded', cost_usd: '0.003' });
    const { body: result } = await world.get(`/v1/jobs/${job.id}/result`);
    const [{ url, expires_at: expiresAt }] = result.data;
    expect(url).not.toContain(fal.origin);
    expect(expiresAt).toBeGreaterThan(Date.now() / 1_000 + 3_600);
    const path = new URL(url);
    const picture = await fetch(`${world.gateway.origin}${path.pathname}${path.search}`);
    expect(Buffer.from(await picture.arrayBuffer()).equals(FAL_PICTURE)).toBe(true);
    expect(fal.handedIn).toHaveLength(1);
    const objects = await world.rows('SELECT state FROM objects.objects WHERE request_id = $1', [job.id]);
    expect(objects).toEqual([{ state: 'ready' }]);
  });

  it('is stopped at its vendor where it is cancelled', async () => {
    const { body: job } = await ask({}, AS_JOB);
    await fal.waitForLooks(1);
    await world.post(`/v1/jobs/${job.id}/cancel`, {});
    expect((await jobEnded(job.id)).body).toMatchObject({ status: 'canceled', cost_usd: '0' });
    expect([fal.cancels > 0, fal.handedIn.length]).toEqual([true, 1]);
  });

  it('ends as unknown where the connection breaks while it is handed in', async () => {
    fal.handInMeets = {
      headers: { 'content-type': 'application/json', 'content-length': '500' },
      pieces: ['{'],
      cut: true,
    };
    const { body: job } = await ask({}, AS_JOB);
    const { body: ended } = await jobEnded(job.id);
    expect(ended).toMatchObject({ status: 'failed', cost_usd: '0', error: { code: 'outcome_unknown' } });
    expect(fal.handedIn).toHaveLength(1);
  });
});
