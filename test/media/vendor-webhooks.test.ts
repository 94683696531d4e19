import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../chaos/until.js';
import {
  type MediaRequest,
  type MediaResponse,
  type MediaVendor,
  startMediaVendor,
} from '../fake-vendor/media-vendor.js';
import { type Parsed, useWorld } from '../gateway/world.js';

// Jobs whose vendors call back, through a whole gateway: the sandbox calls this process itself, fal where it is told to.

const FAL_KEY = generateKeyPairSync('ed25519');
const MOVIE = Buffer.concat([Buffer.from([0, 0, 0, 20]), Buffer.from('ftypisom'), Buffer.alloc(400, 7)]);

/** Whether the vendor's job is done, and how often that was asked for. */
let isDone = false;
let looks = 0;
let vendor: MediaVendor;
const env: Record<string, string> = { FAL_KEY: 'k', SLUICE_PUBLIC_URL: 'https://gw.example' };

function answer({ path }: MediaRequest): MediaResponse {
  const at = (rest: string): string => `${vendor.origin}/requests/r-1${rest}`;
  if (path === '/.well-known/jwks.json') return { body: { keys: [FAL_KEY.publicKey.export({ format: 'jwk' })] } };
  if (path.endsWith('.mp4')) return { headers: { 'content-type': 'video/mp4' }, body: MOVIE };
  if (path.startsWith('/requests/r-1/status')) {
    looks += 1;
    return { body: { status: isDone ? 'COMPLETED' : 'IN_PROGRESS' } };
  }
  if (path === '/requests/r-1') return { body: { video: { url: `${vendor.origin}/fal.mp4` } } };
  return { body: { request_id: 'r-1', status_url: at('/status'), response_url: at(''), cancel_url: at('/cancel') } };
}

beforeAll(async () => {
  vendor = await startMediaVendor(answer);
  env['SLUICE_FAL_BASE_URL'] = vendor.origin;
});
beforeEach(() => {
  [isDone, looks] = [false, 0];
  vendor.reset();
});
afterAll(() => vendor.close());
const world = useWorld({ env });

const get = async (id: string): Promise<Parsed> => (await world.get(`/v1/videos/${id}`)).body;
async function asked(model: string): Promise<string> {
  const { status, body } = await world.post('/v1/videos', {
    model,
    prompt: 'a calm sea',
    seconds: '5',
    resolution: '480p',
  });
  expect(status).toBe(200);
  return body.id;
}
async function made(id: string): Promise<Parsed> {
  await until('the video is made', async () => {
    const { status } = await get(id);
    return status === 'completed' || { pending: String(status) };
  });
  return get(id);
}
const endsOf = (id: string) =>
  world.rows<{ readonly calls: number; readonly ends: bigint; readonly objects: bigint }>(
    `SELECT max(a.calls) AS calls, count(*) FILTER (WHERE a.state = 'recorded') AS ends,
            (SELECT count(*) FROM objects.objects o WHERE o.request_id = $1) AS objects
     FROM requests.attempts a WHERE a.request_id = $1`,
    [id],
  );
const ONE_END = [{ calls: 1, ends: 1n, objects: 1n }];

describe('a job of the sandbox', () => {
  // It works for a second, and asks to be looked at after two minutes: one of them at least would go by without its call.
  it.each(['sandbox/video-called-back', 'sandbox/video-called-back-twice'])('%s is done at once', async (model) => {
    const startedAt = Date.now();
    const id = await asked(model);
    await made(id);
    expect(Date.now() - startedAt).toBeLessThan(50_000);
    expect(await endsOf(id)).toEqual(ONE_END);
  });

  it('whose call is lost is found by the timer', async () => {
    const id = await asked('sandbox/video-callback-lost');
    await made(id);
    expect(await endsOf(id)).toEqual(ONE_END);
  });
});

/** The address that the vendor was told, as this gateway has it. */
async function callbackOf(find: (request: MediaRequest) => string | undefined): Promise<string> {
  let path = '';
  await until('the vendor has the job', async () => {
    path = vendor.requests.flatMap((request) => find(request) ?? [])[0] ?? '';
    return path !== '' || { pending: 'no address' };
  });
  const url = new URL(path);
  expect(url.origin).toBe('https://gw.example');
  return `${world.gateway.origin}${url.pathname}`;
}
const call = async (url: string, body: string, headers: Readonly<Record<string, string>>): Promise<number> =>
  (await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })).status;

const BODY = JSON.stringify({ status: 'OK', payload: {} });
function signedByFal(body: string): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const text = ['r-1', 'u-1', timestamp, createHash('sha256').update(body).digest('hex')].join('\n');
  const signature = sign(null, Buffer.from(text), FAL_KEY.privateKey).toString('hex');
  const names = { 'request-id': 'r-1', 'user-id': 'u-1', timestamp, signature };
  return Object.fromEntries(Object.entries(names).map(([name, value]) => [`x-fal-webhook-${name}`, value]));
}

describe('a job of fal', () => {
  it('is looked at when fal calls, of which nothing is believed, and once more is no harm', async () => {
    const id = await asked('fal/minimax/h3/text-to-video');
    const url = await callbackOf(
      ({ path }) => new URL(path, vendor.origin).searchParams.get('fal_webhook') ?? undefined,
    );
    await until('it was looked at', async () => looks > 0 || { pending: 'not yet' });

    // Not signed, or signed for other bytes: refused, and the vendor is not asked because of it.
    expect(await call(url, BODY, {})).toBe(401);
    expect(await call(url, `${BODY} `, signedByFal(BODY))).toBe(401);
    // Signed, but not so: it says that the job is done, and the vendor says that it is not.
    const before = looks;
    expect(await call(url, BODY, signedByFal(BODY))).toBe(200);
    await until('it was looked at again', async () => looks > before || { pending: 'not yet' });
    expect((await get(id)).status).toBe('in_progress');

    isDone = true;
    expect(await Promise.all([1, 2].map(() => call(url, BODY, signedByFal(BODY))))).toEqual([200, 200]);
    expect(await made(id)).toMatchObject({ status: 'completed', usage: { cost: 0.25 } });
    expect(await endsOf(id)).toEqual(ONE_END);
    // Too late, which the vendor need not know.
    expect(await call(url, BODY, signedByFal(BODY))).toBe(200);
    expect(await endsOf(id)).toEqual(ONE_END);
    // Of the address itself nothing is known to anybody else.
    expect(await call(url.replace('/fal/', '/replicate/'), BODY, {})).toBe(404);
    const [attempt] = await world.rows<{ readonly vendor_job: object }>(
      'SELECT vendor_job FROM requests.attempts WHERE request_id = $1',
      [id],
    );
    expect(JSON.stringify(attempt)).not.toContain('vendor_webhooks');
  });
});
