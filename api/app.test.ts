import { describe, expect, it } from 'vitest';
import { buildApp } from './app.js';
import { isRequestId } from './request-id.js';
import { chatBody } from './testing/chat-body.js';
import { FORM_TYPE, soundForm } from './testing/sound-form.js';
import { ADMIN_KEY, createFakeWorld, INFERENCE_KEY } from './testing/fake-dependencies.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const BEARER = { authorization: `Bearer ${INFERENCE_KEY}` };
const CANARY = 'canary-5f1d';

function open(settings?: Parameters<typeof createFakeWorld>[0]) {
  const world = createFakeWorld(settings);
  const app = buildApp(world.deps);
  const post = (payload: string | Buffer, headers: object = {}, url = '/v1/chat/completions') =>
    app.inject({ method: 'POST', url, headers: { ...JSON_TYPE, ...BEARER, ...headers }, payload });
  return { app, world, post };
}

describe('who may call', () => {
  it.each([
    ['no key', {}, 401, 'missing_api_key'],
    ['an unknown key', { authorization: 'Bearer sk-nobody' }, 401, 'invalid_api_key'],
    ['a revoked key', { authorization: 'Bearer sk-sluice-revoked' }, 401, 'revoked_api_key'],
    ['an expired key', { authorization: 'Bearer sk-sluice-expired' }, 401, 'expired_api_key'],
    ['another scheme', { authorization: 'Basic c2s6eA==' }, 401, 'missing_api_key'],
    ['an over-long key', { authorization: `Bearer ${'x'.repeat(4_000)}` }, 401, 'invalid_api_key'],
    ['an admin key', { authorization: `Bearer ${ADMIN_KEY}` }, 403, 'inference_key_required'],
  ])('refuses %s', async (_name, headers, status, code) => {
    const { app, world } = open();
    const response = await app.inject({
      method: 'POST',
      url: '/v1/chat/completions',
      headers: { ...JSON_TYPE, ...headers },
      payload: chatBody(),
    });
    expect(response.statusCode).toBe(status);
    expect(response.json()).toEqual({
      error: { message: expect.any(String), type: 'invalid_request_error', param: null, code },
    });
    expect(world.started).toEqual([]);
  });

  it('takes the key from x-api-key as well', async () => {
    const { app } = open();
    const response = await app.inject({ url: '/v1/models', headers: { 'x-api-key': INFERENCE_KEY } });
    expect(response.statusCode).toBe(200);
  });

  it('lets an inference key manage nothing', async () => {
    const { app } = open();
    const response = await app.inject({ url: '/v1/organization/projects', headers: BEARER });
    expect([response.statusCode, response.json().error.code]).toEqual([403, 'admin_key_required']);
  });
});

describe('bad input', () => {
  const deep = `{"model":"sandbox/echo","messages":[{"role":"user","content":"x"}],"metadata":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`;
  const nul = JSON.stringify(chatBody({ user: 'a\0b' }));
  it.each<[string, string | Buffer, object, number, string, string | null]>([
    ['malformed JSON', `{"model": ${CANARY}}`, {}, 400, 'invalid_json', null],
    ['a cut body', `{"model": "${CANARY}`, {}, 400, 'invalid_json', null],
    ['an empty body', '', {}, 400, 'invalid_type', null],
    ['an array', '[]', {}, 400, 'invalid_type', null],
    ['a binary body', Buffer.from([0x7b, 0xff, 0xfe, 0x00]), {}, 400, 'invalid_json', null],
    ['another content type', 'model=x', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type', null],
    ['a form', 'model=x', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_media_type', null],
    ['an impossible content type', '{}', { 'content-type': '???' }, 415, 'unsupported_media_type', null],
    ['a compressed body', 'xx', { 'content-encoding': 'gzip' }, 415, 'unsupported_media_type', null],
    [
      'a body over the limit',
      JSON.stringify(chatBody({ user: 'x'.repeat(2_000_000) })),
      {},
      413,
      'body_too_large',
      null,
    ],
    ['no model', '{"messages":[{"role":"user","content":"x"}]}', {}, 400, 'missing_required_parameter', 'model'],
    ['a wrong type', JSON.stringify(chatBody({ n: 'two' })), {}, 400, 'invalid_type', 'n'],
    [
      'a wrong role',
      '{"model":"sandbox/echo","messages":[{"role":"king","content":"x"}]}',
      {},
      400,
      'invalid_value',
      'messages[0].role',
    ],
    ['a binary field', nul, {}, 400, 'invalid_value', 'user'],
    [
      'an over-long field',
      JSON.stringify(chatBody({ user: 'x'.repeat(600) })),
      {},
      400,
      'string_above_max_length',
      'user',
    ],
    ['deep nesting', deep, {}, 400, 'invalid_value', null],
    ['an unknown model', JSON.stringify(chatBody({ model: 'gpt-xx' })), {}, 404, 'model_not_found', 'model'],
    [
      'an unknown fallback',
      JSON.stringify(chatBody({ models: ['gpt-x', 'nope'] })),
      {},
      404,
      'model_not_found',
      'models[1]',
    ],
    [
      'a model of a vendor without a key',
      JSON.stringify(chatBody({ model: 'claude-x' })),
      {},
      404,
      'model_not_found',
      'model',
    ],
    [
      'an empty idempotency key',
      JSON.stringify(chatBody()),
      { 'idempotency-key': '' },
      400,
      'invalid_idempotency_key',
      null,
    ],
    [
      'a long idempotency key',
      JSON.stringify(chatBody()),
      { 'idempotency-key': 'k'.repeat(256) },
      400,
      'invalid_idempotency_key',
      null,
    ],
    [
      'a non-ASCII idempotency key',
      JSON.stringify(chatBody()),
      { 'idempotency-key': 'schlüssel' },
      400,
      'invalid_idempotency_key',
      null,
    ],
  ])('%s', async (_name, payload, headers, status, code, param) => {
    const { post, world } = open();
    const startedAt = performance.now();
    const response = await post(payload, headers);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect({ status: response.statusCode, body: response.json() }).toMatchObject({
      status,
      body: { error: { message: expect.any(String), type: 'invalid_request_error', param, code } },
    });
    expect(isRequestId(String(response.headers['x-request-id']))).toBe(true);
    expect(response.body).not.toContain(CANARY);
    expect(JSON.stringify(world.logged)).not.toContain(CANARY);
    expect(world.started).toEqual([]);
    expect(world.held.size).toBe(0);
    expect(world.directory.records.size).toBe(0);
  });

  it('says where the JSON breaks, without quoting it', async () => {
    const response = await open().post(`{\n  "model": ${CANARY}\n}`);
    expect(response.json().error.message).toBe('The body is not valid JSON: at line 2, column 12 (offset 13).');
  });

  it('names the three nearest models', async () => {
    const response = await open().post(JSON.stringify(chatBody({ model: 'gpt-xmini' })));
    const message = String(response.json().error.message);
    expect(message).toMatch(/^The model 'gpt-xmini' does not exist/);
    expect(message.split('The nearest are: ')[1]?.split(', ')).toHaveLength(3);
    expect(message).toContain('openai/gpt-x-mini');
    expect(message).not.toContain('anthropic');
  });

  it('accepts 10,000 messages quickly', async () => {
    const messages = Array.from({ length: 10_000 }, () => ({ role: 'user', content: 'Hi' }));
    const startedAt = performance.now();
    const response = await open().post(JSON.stringify(chatBody({ messages })));
    expect(response.statusCode).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });

  it('takes names that JavaScript treats apart for what they are: names', async () => {
    const body =
      '{"model":"sandbox/echo","messages":[{"role":"user","content":"x"}],"__proto__":{"n":9},"constructor":{"prototype":{"stream":true}}}';
    const { post, world } = open();
    const response = await post(body);
    expect(response.statusCode).toBe(200);
    expect(response.json().object).toBe('chat.completion');
    expect(world.started[0]?.demand.choices).toBe(1);
    expect(({} as { n?: unknown }).n).toBeUndefined();
  });

  it('takes a byte order mark and a charset', async () => {
    const { post } = open();
    const response = await post(`\uFEFF${JSON.stringify(chatBody())}`, {
      'content-type': 'application/json; charset=utf-8',
    });
    expect(response.statusCode).toBe(200);
  });
});

describe('unknown addresses', () => {
  it('are 404 in OpenAI’s shape, whatever comes with them', async () => {
    const { app } = open();
    for (const url of ['/', '/v2/chat', '/v1/chat/completions/x/y', '/%zz', '/v1/models%ZZ']) {
      const response = await app.inject({ method: 'POST', url, headers: JSON_TYPE, payload: '{' });
      expect([url, response.statusCode, response.json().error.code]).toEqual([url, 404, 'not_found']);
      expect(isRequestId(String(response.headers['x-request-id']))).toBe(true);
    }
  });

  it('are 405 where only the method is wrong', async () => {
    const { app } = open();
    const response = await app.inject({ method: 'PUT', url: '/v1/chat/completions?x=1' });
    expect([response.statusCode, response.json().error.code]).toEqual([405, 'method_not_allowed']);
    expect(response.headers.allow).toBe('POST, GET');
    const cancel = await app.inject({ method: 'DELETE', url: '/v1/requests/req_x/cancel' });
    expect([cancel.statusCode, cancel.headers.allow]).toEqual([405, 'POST']);
  });
});

describe('the request id', () => {
  it('is minted here, and the caller’s own is ignored', async () => {
    const { post, world } = open();
    const response = await post(JSON.stringify(chatBody()), { 'x-request-id': 'req_mine' });
    const id = String(response.headers['x-request-id']);
    expect(isRequestId(id)).toBe(true);
    expect(world.started[0]?.requestId).toBe(id);
    expect(response.json().id).toBe(`chatcmpl-${id}`);
  });
});

describe('faults of ours', () => {
  it('are a 500 with nothing but the class in the log', async () => {
    const { post, world } = open();
    world.failing.keys = new TypeError(`could not read ${CANARY}`);
    const response = await post(JSON.stringify(chatBody()));
    expect([response.statusCode, response.json().error]).toEqual([
      500,
      { message: expect.any(String), type: 'server_error', param: null, code: 'internal_error' },
    ]);
    const requestId = response.headers['x-request-id'];
    expect(world.logged.filter(({ level }) => level === 'error')).toEqual([
      {
        level: 'error',
        fields: { requestId, route: '/v1/chat/completions', error: 'TypeError' },
        message: 'request failed',
      },
    ]);
    expect(response.body + JSON.stringify(world.logged)).not.toContain(CANARY);
  });

  it.each([
    ['Postgres refuses', Object.assign(new Error(CANARY), { code: 'ECONNREFUSED' })],
    ['Postgres stops', Object.assign(new Error(CANARY), { code: '57P01' })],
    ['a connection breaks', new Error('Connection terminated unexpectedly')],
    ['a cause says so', new Error(CANARY, { cause: Object.assign(new Error(CANARY), { code: 14 }) })],
  ])('are 503 with Retry-After where %s', async (_name, error) => {
    const { post, world } = open();
    world.failing.keys = error;
    const response = await post(JSON.stringify(chatBody()));
    expect([response.statusCode, response.json().error.code]).toEqual([503, 'unavailable']);
    expect(response.headers['retry-after']).toBe('2');
    expect(response.body).not.toContain(CANARY);
  });

  it('are 503 where the workflow cannot be started, and nothing stays behind', async () => {
    const { post, world } = open();
    world.failing.start = new Error(CANARY);
    const response = await post(JSON.stringify(chatBody()));
    expect([response.statusCode, response.json().error.code]).toEqual([503, 'unavailable']);
    expect(response.headers['retry-after']).toBe('2');
    expect(world.held.size).toBe(0);
    expect([...world.replies.left.values()]).toEqual(['abort']);
    expect(JSON.stringify(world.logged)).not.toContain(CANARY);
  });
});

describe('a process that is about to stop', () => {
  it('takes no new request, and says so before it reads the body', async () => {
    const { post, world } = open();
    world.draining = true;
    const response = await post('{');
    expect([response.statusCode, response.json().error.code]).toEqual([503, 'shutting_down']);
    expect(response.headers).toMatchObject({ connection: 'close', 'retry-after': '1', 'x-should-retry': 'true' });
    expect(world.started).toEqual([]);
  });
});

const PAYLOADS: Readonly<Record<string, object>> = {
  '/v1/audio/speech': { model: 'sandbox/speech', input: 'Hi', voice: 'any', stream_format: 'sse' },
  '/v1/completions': { model: 'sandbox/echo', prompt: 'Hi' },
  '/v1/embeddings': { model: 'sandbox/embedding', input: 'Hi' },
  '/v1/videos': { model: 'sandbox/video', prompt: 'Hi' },
  '/v1/images/generations': { model: 'sandbox/image', prompt: 'Hi' },
  '/v1/images/edits': {
    ...{ model: 'sandbox/image', prompt: 'Hi' },
    images: [{ image_url: 'https://example.com/a.png' }],
  },
  '/v1/rerank': { model: 'sandbox/rerank', query: 'Hi', documents: ['Hello'] },
  '/v2/rerank': { model: 'sandbox/rerank', query: 'Hi', documents: ['Hello'] },
  '/v1/moderations': { model: 'sandbox/moderation', input: 'Hi' },
};

/** Forms, for those that read no JSON. */
const SOUND_FORM = { headers: FORM_TYPE, payload: soundForm({ model: 'sandbox/transcription' }) };
const FORMS: Readonly<Record<string, { readonly headers: object; readonly payload: Buffer | string }>> = {
  '/v1/audio/transcriptions': SOUND_FORM,
  '/v1/audio/translations': SOUND_FORM,
  '/v1/images/variations': imageForm(),
};

/** A form with a picture of one pixel. */
function imageForm(): { readonly headers: object; readonly payload: Buffer } {
  const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const payload = Buffer.concat([
    Buffer.from('--x\r\nContent-Disposition: form-data; name="model"\r\n\r\nsandbox/image\r\n'),
    Buffer.from('--x\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n'),
    Buffer.from(pixel, 'base64'),
    Buffer.from('\r\n--x--\r\n'),
  ]);
  return { headers: { 'content-type': 'multipart/form-data; boundary=x' }, payload };
}

describe('endpoints that are not built yet', () => {
  it('walks the routes: each inference route starts a workflow or answers 501', async () => {
    const { app, world } = open();
    await app.ready();
    const routes = app.routeTable.routes.filter(({ method }) => method !== 'HEAD');
    expect(routes.every(({ kind }) => kind !== undefined)).toBe(true);
    const inference = routes.filter(({ kind }) => kind === 'inference' || kind === 'not_built');
    expect(inference.length).toBeGreaterThan(15);
    for (const { method, url, kind } of inference) {
      const before = world.started.length;
      const response = await app.inject({
        method: method as 'POST',
        url: url.replace('*', 'x/y'),
        headers: { ...BEARER, ...(method === 'POST' && (FORMS[url]?.headers ?? JSON_TYPE)) },
        ...(method === 'POST' && {
          // What each dialect reads, and the others carry as unknown.
          payload: FORMS[url]?.payload ?? PAYLOADS[url] ?? chatBody({ max_tokens: 5, input: 'Hi' }),
        }),
      });
      const started = world.started.length - before;
      const expected = kind === 'inference' ? [200, 1] : [501, 0];
      expect([method, url, response.statusCode, started]).toEqual([method, url, ...expected]);
    }
  });

  it('walks the routes: each that an inference key may call has a scope, by which a key can be kept from it', async () => {
    const { app, world } = open();
    await app.ready();
    const kinds = ['inference', 'counting', 'not_built', 'models', 'requests', 'files', 'batches'];
    const routes = app.routeTable.routes.filter(({ kind }) => kinds.includes(kind ?? ''));
    expect(routes.filter(({ scope }) => scope === undefined)).toEqual([]);
    for (const { method, url, scope } of routes) {
      const allowedEndpoints = [scope === 'files' ? 'batches' : 'files'] as const;
      world.restrictions = [{ allowedEndpoints }];
      const request = { method: method as 'POST', url: url.replace('*', 'x/y'), headers: BEARER };
      const refused = await app.inject(request);
      expect([method, url, refused.statusCode, refused.body]).toEqual([
        ...[method, url, 403],
        expect.stringMatching(/endpoint_not_allowed|permission_error/),
      ]);
      world.restrictions = [{ allowedEndpoints: [scope!] }];
      expect((await app.inject(request)).statusCode).not.toBe(403);
    }
  });

  it('answers in OpenAI’s shape, whatever the body’s type', async () => {
    const response = await open().post(
      '--x',
      { 'content-type': 'multipart/form-data; boundary=x' },
      '/v1/responses/compact',
    );
    expect([response.statusCode, response.json().error]).toEqual([
      501,
      { message: expect.any(String), type: 'server_error', param: null, code: 'not_implemented' },
    ]);
  });
});

describe('models', () => {
  it('are those of configured vendors', async () => {
    const { app } = open();
    const response = await app.inject({ url: '/v1/models', headers: BEARER });
    const ids = (response.json().data as { id: string }[]).map(({ id }) => id);
    expect(ids).toEqual(['sandbox/echo', 'sandbox/slow', 'openai/gpt-x', 'openai/gpt-x-mini']);
  });

  it.each(['openai/gpt-x', 'openai%2Fgpt-x', 'gpt-x'])('are found one by one as %s', async (name) => {
    const response = await open().app.inject({ url: `/v1/models/${name}`, headers: BEARER });
    expect([response.statusCode, response.json().id]).toEqual([200, 'openai/gpt-x']);
  });

  it('are 404 where nothing is served under the name', async () => {
    const response = await open().app.inject({ url: '/v1/models/anthropic/claude-x', headers: BEARER });
    expect([response.statusCode, response.json().error.code]).toEqual([404, 'model_not_found']);
  });
});

describe('health', () => {
  it('is live without a key, and ready while its parts are', async () => {
    const { app, world } = open();
    const get = async (url: string) => {
      const response = await app.inject({ url });
      return [response.statusCode, response.json()];
    };
    expect(await get('/health/live')).toEqual([200, { status: 'ok' }]);
    expect(await get('/health/ready')).toEqual([200, { status: 'ok', checks: { database: 'ok' } }]);
    world.readiness = { ok: false, checks: { database: 'down' } };
    expect(await get('/health/ready')).toEqual([503, { status: 'down', checks: { database: 'down' } }]);
    world.draining = true;
    expect(await get('/health/ready')).toEqual([503, { status: 'draining', checks: {} }]);
    expect(await get('/health/live')).toEqual([200, { status: 'ok' }]);
  });
});

describe('the log', () => {
  it('has the route and not the URL', async () => {
    const { app, world } = open();
    await app.inject({ url: `/v1/models/${CANARY}?key=${CANARY}`, headers: BEARER });
    expect(world.logged).toMatchObject([
      { level: 'info', message: 'answered', fields: { method: 'GET', route: '/v1/models/*', status: 404 } },
    ]);
    expect(JSON.stringify(world.logged)).not.toContain(CANARY);
  });
});
