import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../chaos/until.js';
import {
  type MediaRequest,
  type MediaResponse,
  type MediaVendor,
  startMediaVendor,
} from '../fake-vendor/media-vendor.js';
import { useWorld } from '../gateway/world.js';
import { startTestGateway } from '../support/gateway.js';

// A process that is told to stop while it asks a vendor about a job: one gateway takes the job in, two do its steps in turn.

const MOVIE = Buffer.concat([Buffer.from([0, 0, 0, 20]), Buffer.from('ftypisom'), Buffer.alloc(400, 7)]);

let vendor: MediaVendor;
let looks = 0;
const env: Record<string, string> = { FAL_KEY: 'k', SLUICE_JOB_SLOTS: '0' };

/** fal's queue: the first question about a job is never answered. */
function answer({ path }: MediaRequest): MediaResponse | Promise<MediaResponse> {
  const at = (rest: string): string => `${vendor.origin}/requests/r-1${rest}`;
  if (path.endsWith('.mp4')) return { headers: { 'content-type': 'video/mp4' }, body: MOVIE };
  if (path.startsWith('/requests/r-1/status')) {
    looks += 1;
    return looks === 1 ? new Promise(() => {}) : { body: { status: 'COMPLETED' } };
  }
  if (path === '/requests/r-1') return { body: { video: { url: `${vendor.origin}/fal.mp4` } } };
  return { body: { request_id: 'r-1', status_url: at('/status'), response_url: at(''), cancel_url: at('/cancel') } };
}

beforeAll(async () => {
  vendor = await startMediaVendor(answer);
  env['SLUICE_FAL_BASE_URL'] = vendor.origin;
});
afterAll(() => vendor.close());
const world = useWorld({ env });

it('leaves the job at its vendor to the next process, which ends it', async () => {
  const beside = (more: Readonly<Record<string, string>> = {}) =>
    startTestGateway({ beside: world.gateway, env: { SLUICE_JOB_SLOTS: '4', ...more } });
  const draining = await beside({ SLUICE_DRAIN_TIMEOUT_MS: '1000' });
  const wish = { model: 'fal/minimax/h3/text-to-video', prompt: 'a calm sea', seconds: '5', resolution: '480p' };
  const { status, body } = await world.post('/v1/videos', wish);
  expect(status).toBe(200);
  await until('the question that is not answered', async () => looks === 1 || { pending: 'not asked yet' });
  await draining.close();

  expect((await world.get(`/v1/jobs/${body.id}`)).body).toMatchObject({ status: 'running', error: null });
  const next = await beside();
  try {
    await until('the end of the job', async () => {
      const job = (await world.get(`/v1/jobs/${body.id}`)).body;
      return job.status === 'succeeded' || { pending: `${job.status} ${job.error?.code}` };
    });
  } finally {
    await next.close();
  }
  const asked = vendor.requests.map(({ method, path }) => `${method} ${path}`);
  expect(asked.filter((request) => request.startsWith('POST'))).toHaveLength(1);
  expect(asked.filter((request) => request.endsWith('/cancel'))).toEqual([]);
  const attempts = 'SELECT number, calls, status, failure_class FROM requests.attempts WHERE request_id = $1';
  expect(await world.rows(attempts, [body.id])).toEqual([
    { number: 1, calls: 1, status: 'answered', failure_class: null },
  ]);
}, 60_000);
