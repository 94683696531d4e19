import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { useWorld } from '../gateway/world.js';

// `/v1/files`, `/v1/uploads` and `/v1/objects` as callers see them, on a whole gateway.

const world = useWorld({ env: { SLUICE_MAX_FILE_BYTES: '3000000' } });

interface Sent {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly [name: string]: unknown } & {
    readonly id: string;
    readonly error: {
      readonly code: string;
      readonly param: string | null;
      readonly message: string;
      readonly type: string;
    };
  };
}

async function send(path: string, init: RequestInit & { readonly apiKey?: string } = {}): Promise<Sent> {
  const { apiKey = world.gateway.apiKey, ...rest } = init;
  const headers = { authorization: `Bearer ${apiKey}`, ...(init.headers as Record<string, string> | undefined) };
  const response = await fetch(`${world.gateway.origin}${path}`, { ...rest, headers });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Sent['body'] };
}

function form(bytes: Buffer | undefined, fields: Readonly<Record<string, string>> = {}, name = 'file'): FormData {
  const data = new FormData();
  if (bytes) data.append(name, new File([bytes], 'notes.txt', { type: 'text/plain' }));
  for (const [field, value] of Object.entries(fields)) data.append(field, value);
  return data;
}
const upload = (bytes: Buffer | undefined, fields: Readonly<Record<string, string>> = { purpose: 'user_data' }) =>
  send('/v1/files', { method: 'POST', body: form(bytes, fields) });
const read = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${world.gateway.origin}${path}`, { headers: { authorization: `Bearer ${world.gateway.apiKey}`, ...headers } });
const storedCount = async (): Promise<number> =>
  (await world.rows(`SELECT id FROM objects.objects WHERE state <> 'destroyed'`)).length;

describe('files', () => {
  it('are uploaded, shown, read, listed and deleted', async () => {
    const bytes = randomBytes(2_000_000);
    const created = await upload(bytes);
    expect(created).toMatchObject({
      status: 200,
      body: { object: 'file', bytes: 2_000_000, filename: 'notes.txt', purpose: 'user_data', status: 'processed' },
    });
    const { id } = created.body;
    expect((await send(`/v1/files/${id}`)).body).toEqual(created.body);
    const content = await read(`/v1/files/${id}/content`);
    expect(Buffer.from(await content.arrayBuffer()).equals(bytes)).toBe(true);
    expect(Object.fromEntries(content.headers)).toMatchObject({
      ...{ 'content-type': 'text/plain', 'content-length': '2000000', 'x-content-type-options': 'nosniff' },
      ...{ 'content-disposition': "attachment; filename*=UTF-8''notes.txt", 'accept-ranges': 'bytes' },
    });
    expect((await send('/v1/files?limit=1')).body).toMatchObject({ object: 'list', data: [{ id }], first_id: id });
    expect((await send(`/v1/files/${id}`, { method: 'DELETE' })).body).toEqual({ id, object: 'file', deleted: true });
    for (const path of [`/v1/files/${id}`, `/v1/files/${id}/content`]) {
      expect(await send(path)).toMatchObject({ status: 404, body: { error: { code: 'file_not_found' } } });
    }
  });

  it.each([
    ['bytes=5-9', 206, 'fghij', 'bytes 5-9/26'],
    ['bytes=-2', 206, 'yz', 'bytes 24-25/26'],
    ['bytes=0-0,5-5', 200, 'abcdefghijklmnopqrstuvwxyz', null],
  ])('are read by ranges: %s', async (range, status, text, contentRange) => {
    const { body } = await upload(Buffer.from('abcdefghijklmnopqrstuvwxyz'));
    const response = await read(`/v1/files/${body.id}/content`, { range });
    expect([response.status, await response.text()]).toEqual([status, text]);
    expect(response.headers.get('content-range')).toBe(contentRange);
    const behind = await send(`/v1/files/${body.id}/content`, { headers: { range: 'bytes=26-' } });
    expect([behind.status, behind.headers.get('content-range')]).toEqual([416, 'bytes */26']);
  });

  it('end when their caller says, and else in 30 days', async () => {
    const usual = (await upload(Buffer.from('x'))).body as unknown as { created_at: number; expires_at: number };
    expect(usual.expires_at - usual.created_at).toBeCloseTo(30 * 86_400, -1);
    const fields = { purpose: 'user_data', 'expires_after[anchor]': 'created_at', 'expires_after[seconds]': '3600' };
    const short = (await upload(Buffer.from('x'), fields)).body as unknown as {
      created_at: number;
      expires_at: number;
    };
    expect(short.expires_at - short.created_at).toBeCloseTo(3_600, -1);
  });

  it('are kept for no longer than their project says, whenever it says so', async () => {
    const day = 86_400;
    const { id: projectId, apiKey } = await world.createProject({ file_retention_ms: 2 * day * 1_000 });
    const put = (fields: Readonly<Record<string, string>> = {}) =>
      send('/v1/files', {
        ...{ method: 'POST', apiKey },
        body: form(Buffer.from('x'), { purpose: 'user_data', ...fields }),
      });
    const secondsOf = ({ body }: Sent) => Number(body['expires_at']) - Number(body['created_at']);
    const stored = await put();
    expect(secondsOf(stored)).toBeCloseTo(2 * day, -1);
    const later = { 'expires_after[anchor]': 'created_at', 'expires_after[seconds]': `${3 * day}` };
    expect(await put(later)).toMatchObject({
      ...{ status: 400, body: { error: { code: 'invalid_request', param: 'expires_after' } } },
    });
    const project = `/v1/organization/projects/${projectId}`;
    const admin = { apiKey: world.gateway.adminKey };
    // A minute: what is there and older is gone, and its URL with it.
    const { url } = (await send(`/v1/objects/${stored.body.id}`, { apiKey })).body as unknown as { url: string };
    expect((await fetch(url)).status).toBe(200);
    await world.rows(`UPDATE objects.objects SET created_at = now() - interval '50 seconds' WHERE id = $1`, [
      stored.body.id,
    ]);
    expect((await world.post(project, { file_retention_ms: 60_000 }, admin)).body.file_retention_ms).toBe(60_000);
    const shown = (await send(`/v1/objects/${stored.body.id}`, { apiKey })).body as unknown as { url: string };
    expect(Number(new URL(shown.url).searchParams.get('expires'))).toBeLessThanOrEqual(Date.now() / 1_000 + 11);
    await world.rows(`UPDATE objects.objects SET created_at = now() - interval '1 hour' WHERE id = $1`, [
      stored.body.id,
    ]);
    await world.post(project, { file_retention_ms: 3_600_000 }, admin);
    await world.post(project, { file_retention_ms: 60_000 }, admin);
    expect((await fetch(url)).status).toBe(404);
    expect((await send(`/v1/files/${stored.body.id}`, { apiKey })).status).toBe(404);
    expect((await world.post(project, { file_retention_ms: null }, admin)).body.file_retention_ms).toBeNull();
    expect(secondsOf(await put())).toBeCloseTo(30 * day, -1);
  });

  it('of other projects and organisations are not there', async () => {
    const other = await world.createProject();
    const { id } = (await upload(Buffer.from('mine'))).body;
    for (const method of ['GET', 'DELETE']) {
      expect((await send(`/v1/files/${id}`, { method, apiKey: other.apiKey })).status).toBe(404);
    }
    expect((await send(`/v1/files/${id}/content`, { apiKey: other.apiKey })).status).toBe(404);
    expect((await send(`/v1/objects/${id}`, { apiKey: other.apiKey })).status).toBe(404);
    expect((await send('/v1/files', { apiKey: other.apiKey })).body['data']).toEqual([]);
    expect((await send(`/v1/files/${id}`)).status).toBe(200);
  });

  it.each<[string, () => Promise<Sent>, number, string, string | null]>([
    ['no file', () => upload(undefined), 400, 'invalid_request', 'file'],
    ['an empty file', () => upload(Buffer.alloc(0)), 400, 'empty_file', null],
    ['a file over the cap', () => upload(randomBytes(3_000_001)), 413, 'file_too_large', null],
    ['a file far over the cap', () => upload(randomBytes(9_000_000)), 413, 'file_too_large', null],
    ['no purpose', () => upload(Buffer.from('x'), {}), 400, 'invalid_request', 'purpose'],
    ['an unknown purpose', () => upload(Buffer.from('x'), { purpose: 'fun' }), 400, 'invalid_request', 'purpose'],
    ['an unknown field', () => upload(Buffer.from('x'), { purpose: 'batch', foo: '1' }), 400, 'invalid_request', 'foo'],
    [
      'too short a time',
      () =>
        upload(Buffer.from('x'), {
          purpose: 'batch',
          'expires_after[anchor]': 'created_at',
          'expires_after[seconds]': '1',
        }),
      ...([400, 'invalid_request', 'expires_after.seconds'] as const),
    ],
    [
      'an image for a batch',
      () => upload(Buffer.from('89504e470d0a1a0a0000000d4948445200000001', 'hex'), { purpose: 'batch' }),
      ...([400, 'invalid_request', 'file'] as const),
    ],
    ['two files', () => sendTwoFiles(), 400, 'invalid_request', null],
    [
      'JSON',
      () => send('/v1/files', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }),
      415,
      'unsupported_media_type',
      null,
    ],
    [
      'a form without a boundary',
      () => send('/v1/files', { method: 'POST', body: 'x', headers: { 'content-type': 'multipart/form-data' } }),
      ...([400, 'invalid_request', null] as const),
    ],
    [
      'a form cut off',
      () =>
        send('/v1/files', {
          method: 'POST',
          body: '--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nabc',
          headers: { 'content-type': 'multipart/form-data; boundary=x' },
        }),
      ...([400, 'invalid_request', null] as const),
    ],
    ['a strange limit', () => send('/v1/files?limit=many'), 400, 'invalid_request', 'limit'],
    ['an unknown cursor', () => send('/v1/files?after=file-x'), 400, 'invalid_request', 'after'],
    ['an unknown id', () => send('/v1/files/file-x'), 404, 'file_not_found', null],
  ])('with %s are refused', async (_name, ask, status, code, param) => {
    const before = await storedCount();
    const answer = await ask();
    expect({ status: answer.status, error: answer.body.error }).toMatchObject({ status, error: { code, param } });
    expect(await storedCount()).toBe(before);
  });

  function sendTwoFiles(): Promise<Sent> {
    const data = form(Buffer.from('a'), { purpose: 'user_data' });
    data.append('file', new File(['b'], 'b.txt'));
    return send('/v1/files', { method: 'POST', body: data });
  }

  it('have Anthropic’s shape for its clients, and are the same files', async () => {
    const headers = { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'files-api-2025-04-14' };
    const created = await send('/v1/files', { method: 'POST', body: form(Buffer.from('a,b')), headers });
    expect(created.body).toEqual({
      ...{ type: 'file', id: expect.stringMatching(/^file-/), filename: 'notes.txt', mime_type: 'text/plain' },
      ...{ size_bytes: 3, created_at: expect.stringMatching(/^\d{4}-.*Z$/), downloadable: true },
    });
    const { id } = created.body;
    expect((await send(`/v1/files/${id}`)).body).toMatchObject({ id, object: 'file', purpose: 'user_data' });
    const page = (await send('/v1/files?limit=1', { headers })).body;
    expect(page).toEqual({ data: [created.body], has_more: true, first_id: id, last_id: id });
    const newer = (await upload(Buffer.from('x'))).body.id;
    const before = (await send(`/v1/files?limit=1&before_id=${id}`, { headers })).body;
    expect(before).toMatchObject({ first_id: newer });
    expect(await send('/v1/files/file-x', { headers })).toMatchObject({
      status: 404,
      body: { type: 'error', error: { type: 'not_found_error' } },
    });
    expect((await send(`/v1/files/${id}`, { method: 'DELETE', headers })).body).toEqual({ id, type: 'file_deleted' });
  });
});

describe('objects', () => {
  it('are read by anybody who has a URL that was signed, until its time is over', async () => {
    const { id } = (await upload(Buffer.from('hello'))).body;
    const shown = (await send(`/v1/objects/${id}`)).body;
    expect(shown).toMatchObject({
      ...{ id, object: 'object', kind: 'file', bytes: 5, media_type: 'text/plain', filename: 'notes.txt' },
      sha256: createHash('sha256').update('hello').digest('hex'),
    });
    const url = new URL(String(shown['url']));
    expect(url.origin).toBe(world.gateway.origin);
    const response = await fetch(url, { headers: { range: 'bytes=1-2' } });
    expect([response.status, await response.text()]).toEqual([206, 'el']);
    const change = (name: string, value: string): URL => {
      const changed = new URL(url);
      changed.searchParams.set(name, value);
      return changed;
    };
    const later = String(Number(url.searchParams.get('expires')) + 1);
    for (const wrong of [change('expires', later), change('expires', '1'), change('signature', 'x')]) {
      expect((await fetch(wrong)).status).toBe(403);
    }
    expect((await fetch(new URL(url.pathname, url))).status).toBe(400);
    const other = (await upload(Buffer.from('other'))).body.id;
    expect((await fetch(String(url).replace(id, other))).status).toBe(403);
    expect((await send(`/v1/objects/${id}`, { method: 'DELETE' })).body).toEqual({
      id,
      object: 'object',
      deleted: true,
    });
    expect((await fetch(url)).status).toBe(404);
  });
});

describe('uploads', () => {
  const json = (path: string, body?: object, apiKey?: string): Promise<Sent> =>
    send(path, {
      method: 'POST',
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      ...(apiKey !== undefined && { apiKey }),
    });
  const start = async (bytes: number): Promise<string> =>
    (await json('/v1/uploads', { filename: 'big.bin', purpose: 'user_data', bytes, mime_type: 'application/x-big' }))
      .body.id;
  const addPart = (id: string, bytes: Buffer): Promise<Sent> =>
    send(`/v1/uploads/${id}/parts`, { method: 'POST', body: form(bytes, {}, 'data') });

  it('become a file of their parts, in the order that is named', async () => {
    const [first, second] = [randomBytes(100_000), randomBytes(50_000)];
    const id = await start(150_000);
    const [b, a] = await Promise.all([addPart(id, second), addPart(id, first)]);
    expect(a.body).toMatchObject({ object: 'upload.part', upload_id: id });
    const md5 = createHash('md5').update(first).update(second).digest('hex');
    const done = await json(`/v1/uploads/${id}/complete`, { part_ids: [a.body.id, b.body.id], md5 });
    expect(done.body).toMatchObject({
      object: 'upload',
      status: 'completed',
      file: { filename: 'big.bin', bytes: 150_000 },
    });
    const file = done.body['file'] as { readonly id: string };
    const content = Buffer.from(await (await read(`/v1/files/${file.id}/content`)).arrayBuffer());
    expect(content.equals(Buffer.concat([first, second]))).toBe(true);
    const parts = await world.rows(
      `SELECT id FROM objects.objects WHERE kind = 'part' AND upload_id = $1 AND state = 'ready'`,
      [id],
    );
    expect(parts).toEqual([]);
    expect(await json(`/v1/uploads/${id}/complete`, { part_ids: [a.body.id, b.body.id] })).toMatchObject({
      status: 400,
      body: { error: { code: 'upload_not_open' } },
    });
  });

  it('refuse parts that do not make up the whole, and stay open', async () => {
    const id = await start(3);
    const [one, two] = [(await addPart(id, Buffer.from('a'))).body.id, (await addPart(id, Buffer.from('bc'))).body.id];
    const complete = async (body: object) => (await json(`/v1/uploads/${id}/complete`, body)).body.error;
    expect(await complete({ part_ids: [one] })).toMatchObject({ code: 'invalid_request', param: 'part_ids' });
    expect(await complete({ part_ids: [one, one] })).toMatchObject({ param: 'part_ids' });
    expect(await complete({ part_ids: [one, 'part_x'] })).toMatchObject({ param: 'part_ids[1]' });
    expect(await complete({ part_ids: [] })).toMatchObject({ param: 'part_ids' });
    expect(await complete({ part_ids: [two, one], md5: '900150983cd24fb0d6963f7d28e17f72' })).toMatchObject({
      param: 'md5',
    });
    const done = await json(`/v1/uploads/${id}/complete`, {
      part_ids: [one, two],
      md5: '900150983CD24FB0D6963F7D28E17F72',
    });
    expect(done.body['status']).toBe('completed');
  });

  it('that are cancelled, expired or of others take nothing', async () => {
    const id = await start(3);
    const other = await world.createProject();
    expect((await json(`/v1/uploads/${id}/cancel`, undefined, other.apiKey)).body.error.code).toBe('upload_not_found');
    expect((await json(`/v1/uploads/${id}/cancel`)).body['status']).toBe('cancelled');
    expect((await addPart(id, Buffer.from('abc'))).body.error.code).toBe('upload_not_open');
    const late = await start(3);
    await world.rows(`UPDATE objects.uploads SET expires_at = now() - interval '1 second' WHERE id = $1`, [late]);
    for (const answer of [
      await addPart(late, Buffer.from('abc')),
      await json(`/v1/uploads/${late}/complete`, { part_ids: ['a'] }),
    ]) {
      expect(answer.body.error).toMatchObject({ code: 'upload_not_open', message: expect.stringContaining('expired') });
    }
  });

  it.each([
    [{ bytes: 0 }, 'bytes'],
    [{ bytes: 9 * 1024 ** 3 }, 'bytes'],
    [{ purpose: 'fun' }, 'purpose'],
    [{ filename: '' }, 'filename'],
    [{ extra: 1 }, 'extra'],
  ])('with %j are refused', async (change, param) => {
    const upload = { filename: 'a', purpose: 'batch', bytes: 5, mime_type: 'text/plain', ...change };
    expect(await json('/v1/uploads', upload)).toMatchObject({ status: 400, body: { error: { param } } });
  });
});
