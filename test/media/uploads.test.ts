import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lateJpeg } from '../../api/testing/late-jpeg.js';
import { silence } from '../../api/testing/sound-form.js';
import { sandboxPng } from '../../activities/providers/sandbox/media/sandbox-png.js';
import { until } from '../chaos/until.js';
import { type MediaVendor, startMediaVendor } from '../fake-vendor/media-vendor.js';
import { type Parsed, useWorld } from '../gateway/world.js';

// Files of forms that are too large to be carried in a call: where they rest, how they reach a vendor, and their end.

const MINUTES = 3;
const WHISPER = 'openai/whisper-1';
const ANSWER = { text: 'Hi there.', usage: { type: 'duration', seconds: 60 * MINUTES } };
/** Some three megabytes. */
const talk = silence(60 * MINUTES);

const PNG = sandboxPng('any', { width: 64, height: 64 });
/** A picture that has more behind it than it needs. */
const picture = Buffer.concat([PNG, Buffer.alloc(2_000_000, 7)]);
const PICTURES = { created: 1, data: [{ b64_json: PNG.toString('base64') }] };

let vendor: MediaVendor;
const env: Record<string, string> = {
  OPENAI_API_KEY: 'sk-fake',
  BFL_API_KEY: 'bfl-fake',
  SLUICE_MAX_FILE_BYTES: String(8 * 1024 * 1024),
};
beforeAll(async () => {
  vendor = await startMediaVendor(() => ({ body: ANSWER }));
  env['SLUICE_OPENAI_BASE_URL'] = `${vendor.origin}/v1`;
  env['SLUICE_BFL_BASE_URL'] = vendor.origin;
});
beforeEach(() => vendor.reset());
afterAll(() => vendor.close());
const world = useWorld({ env });

interface Sent {
  readonly status: number;
  readonly requestId: string;
  readonly body: Parsed;
}

interface Named {
  readonly field?: string;
  readonly data: Buffer;
  readonly filename?: string;
}

async function send(
  path: string,
  fields: Readonly<Record<string, string>>,
  files: readonly Named[],
  headers: Readonly<Record<string, string>> = {},
): Promise<Sent> {
  const form = new FormData();
  for (const { field = 'file', data, filename = 'talk.wav' } of files) {
    form.append(field, new Blob([new Uint8Array(data)]), filename);
  }
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  const response = await fetch(`${world.gateway.baseUrl}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.gateway.apiKey}`, ...headers },
    body: form,
  });
  return {
    status: response.status,
    requestId: response.headers.get('x-request-id') ?? '',
    body: (await response.json()) as Parsed,
  };
}

const transcribe = (headers?: Readonly<Record<string, string>>, data = talk) =>
  send('/audio/transcriptions', { model: WHISPER }, [{ data }], headers);

async function sentForm(index = 0): Promise<FormData> {
  const { headers, body } = vendor.requests[index]!;
  // Deprecated for servers, whose forms come from anywhere.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  return new Response(new Uint8Array(body), { headers: { 'content-type': headers['content-type']! } }).formData();
}

const digestOf = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

async function filesOf(form: FormData): Promise<readonly string[]> {
  const files = [...form.values()].filter((value) => typeof value !== 'string') as unknown as File[];
  return Promise.all(files.map(async (file) => digestOf(new Uint8Array(await file.arrayBuffer()))));
}

interface InputRow {
  readonly id: string;
  readonly request_id: string;
  readonly state: string;
  readonly sealed: boolean;
  readonly wrapped_key: Buffer | null;
}

const inputs = (requestId?: string) =>
  world.rows<InputRow>(
    `SELECT id, request_id, state, sealed, wrapped_key FROM objects.objects
     WHERE kind = 'input' AND ($1::text IS NULL OR request_id = $1)`,
    [requestId ?? null],
  );
const openInputs = async () => (await inputs()).filter(({ state }) => state !== 'destroyed');

/** A refusal may be told before what it was about is destroyed. */
const noneOpen = () =>
  until('the end of what was brought', async () => {
    const open = await openInputs();
    return open.length === 0 || { pending: open.map(({ state }) => state).join() };
  });

describe('a large sound', () => {
  it('reaches the vendor byte for byte, with a length, and is gone with its request', async () => {
    let during: readonly InputRow[] = [];
    vendor.script = async () => {
      during = await openInputs();
      return { body: ANSWER };
    };
    const { status, body, requestId } = await transcribe();
    expect([status, body.text]).toEqual([200, 'Hi there.']);
    expect(during).toMatchObject([{ request_id: requestId, state: 'ready', sealed: true }]);
    const [{ headers, body: sent }] = vendor.requests as [(typeof vendor.requests)[number]];
    expect(Number(headers['content-length'])).toBe(sent.length);
    const form = await sentForm();
    expect(await filesOf(form)).toEqual([digestOf(talk)]);
    expect((form.get('file') as unknown as File).name).toBe('talk.wav');
    await world.ended(requestId);
    expect(await inputs(requestId)).toMatchObject([{ state: 'destroyed', wrapped_key: null }]);
  });

  it('holds what its own length costs, which is read from the store', async () => {
    const { requestId } = await transcribe();
    const { held } = await world.ended(requestId);
    // 0.006 USD a minute.
    expect(held).toBe(BigInt(MINUTES) * 6_000_000n);
  });

  it('is shown to nobody by its id, and is not deleted by it', async () => {
    let found: readonly number[] = [];
    let codes: readonly string[] = [];
    vendor.script = async () => {
      const [{ id }] = (await openInputs()) as [InputRow];
      const answers = [
        await world.get(`/v1/objects/${id}`),
        await world.get(`/v1/files/${id}`),
        await world.get(`/v1/files/${id}/content`),
        await world.delete(`/v1/objects/${id}`),
      ];
      found = answers.map(({ status }) => status);
      codes = answers.map(({ body }) => body.error.code);
      return { body: ANSWER };
    };
    const { status } = await transcribe();
    expect([status, found]).toEqual([200, [404, 404, 404, 404]]);
    expect(codes).toEqual(['object_not_found', 'file_not_found', 'file_not_found', 'object_not_found']);
    expect((await world.get('/v1/files')).body.data).toEqual([]);
  });

  it('is read again for the next attempt', async () => {
    vendor.script = () =>
      vendor.requests.length === 1 ? { status: 500, body: { error: { message: 'Down.' } } } : { body: ANSWER };
    const { status } = await transcribe();
    expect([status, vendor.requests.length]).toEqual([200, 2]);
    expect(await filesOf(await sentForm(1))).toEqual([digestOf(talk)]);
  });

  it('goes with a job, and is destroyed at its end', async () => {
    const { status, body } = await transcribe({ prefer: 'respond-async' });
    expect(status).toBe(202);
    await until('the job’s end', async () => {
      const { status: pending } = (await world.get(`/v1/jobs/${body.id}`)).body;
      return pending === 'succeeded' || { pending };
    });
    expect(await filesOf(await sentForm())).toEqual([digestOf(talk)]);
    expect(await inputs(body.id)).toMatchObject([{ state: 'destroyed' }]);
  });

  it('is the same request under the same key, and another where one byte of it differs', async () => {
    const key = { 'idempotency-key': randomBytes(8).toString('hex') };
    const first = await transcribe(key);
    const again = await transcribe(key);
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(vendor.requests).toHaveLength(1);
    const other = Buffer.from(talk);
    other[other.length - 1] = 1;
    const differs = await transcribe(key, other);
    expect([differs.status, differs.body.error.code]).toEqual([422, 'idempotency_key_reused']);
    // The repeats have brought their own, which nobody needs.
    await noneOpen();
  });

  it.each([
    ['an unknown model', { model: 'openai/nothing' }, talk, 404, 'model_not_found'],
    ['a wrong field', { model: WHISPER, temperature: 'hot' }, talk, 400, 'invalid_type'],
    ['no sound', { model: WHISPER }, randomBytes(2_000_000), 400, 'invalid_request'],
    ['too many bytes', { model: WHISPER }, Buffer.alloc(9_000_000), 413, 'file_too_large'],
  ])('that comes with %s is refused, and destroyed', async (_what, fields, data, expected, code) => {
    const { status, body } = await send('/audio/transcriptions', fields, [{ data }]);
    expect([status, body.error.code]).toEqual([expected, code]);
    await noneOpen();
    expect(vendor.requests).toEqual([]);
  });

  it('that its vendor refuses before it has read it leaves nothing', async () => {
    vendor.script = () => ({ status: 413, body: { error: { message: 'Maximum content size limit exceeded.' } } });
    const { status, requestId } = await transcribe();
    expect(status).toBe(413);
    await world.ended(requestId);
    await noneOpen();
  });
});

describe('a large picture', () => {
  const image = { field: 'image', data: picture, filename: 'apple.png' };
  const mask = { field: 'mask', data: PNG, filename: 'mask.png' };
  const edit = (model: string, files: readonly Named[]) =>
    send('/images/edits', { model, prompt: 'Redder', size: '1024x1024', quality: 'low' }, files);

  it('is sent on as it is read by a vendor that takes files, beside a small one', async () => {
    vendor.script = () => ({ body: PICTURES });
    const { status, requestId } = await edit('openai/gpt-image-1-mini', [image, mask]);
    expect(status).toBe(200);
    expect(await filesOf(await sentForm())).toEqual([digestOf(picture), digestOf(PNG)]);
    await world.ended(requestId);
    expect(await inputs(requestId)).toMatchObject([{ state: 'destroyed' }]);
  });

  it('that says its size behind two megabytes of its editor is one, in a form and as a file that is named', async () => {
    vendor.script = () => ({ body: PICTURES });
    const late = lateJpeg({ width: 64, height: 64 }, 2_000_000);
    const { status } = await edit('openai/gpt-image-1-mini', [{ field: 'image', data: late, filename: 'late.jpg' }]);
    expect([status, await filesOf(await sentForm())]).toEqual([200, [digestOf(late)]]);
    const { body: file } = await send('/files', { purpose: 'vision' }, [{ data: late, filename: 'late.jpg' }]);
    const wish = { model: 'openai/gpt-image-1-mini', prompt: 'Redder', size: '1024x1024', quality: 'low' };
    const named = await world.post('/v1/images/edits', { ...wish, images: [{ file_id: file.id }] });
    expect([named.status, await filesOf(await sentForm(1))]).toEqual([200, [digestOf(late)]]);
    await world.delete(`/v1/files/${file.id}`);
  });

  it('goes within the JSON of a vendor that takes no files', async () => {
    vendor.script = ({ method }) =>
      method === 'POST' && vendor.requests.length === 1
        ? { body: { id: 'task', polling_url: `${vendor.origin}/v1/get_result?id=task` } }
        : { status: 422, body: { detail: 'No more of it.' } };
    await edit('bfl/flux-kontext-pro', [image]);
    expect(digestOf(Buffer.from(String(vendor.requests[0]?.json.input_image), 'base64'))).toBe(digestOf(picture));
  });
});
