import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { fakeAnswerText } from '../fake-vendor/words.js';
import { type Answer, type AskOptions, openaiModel, says, useWorld } from './world.js';

// What a caller can get wrong. Each is told in OpenAI's shape, quickly; nothing of it is stored, held or sent to a vendor.

const maxBodyBytes = 4_000_000;
const world = useWorld({ env: { SLUICE_MAX_BODY_BYTES: String(maxBodyBytes) } });

const chat = '/v1/chat/completions';
const good = { model: openaiModel, messages: says('Hello') };

interface Expected {
  readonly status: number;
  readonly code?: string | null;
  readonly param?: string | null;
  readonly type?: string;
}

/** An error of OpenAI's shape, and not a trace of the request anywhere. */
async function expectRefused(answer: Answer, { status, ...error }: Expected): Promise<string> {
  expect({ status: answer.status, body: answer.body }).toMatchObject({
    status,
    body: { error: { message: expect.stringMatching(/\S/), type: expect.stringMatching(/^[a-z_]+$/), ...error } },
  });
  expect(Object.keys(answer.body.error)).toEqual(expect.arrayContaining(['message', 'type', 'param', 'code']));
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(answer.requestId).toMatch(/^req_[0-9a-f]{32}$/);
  expect(await world.rows('SELECT id FROM requests.requests WHERE id = $1', [answer.requestId])).toEqual([]);
  expect(await world.rows('SELECT request_id FROM ledger.holds WHERE request_id = $1', [answer.requestId])).toEqual([]);
  expect(await world.vendor.log()).toEqual([]);
  return answer.body.error.message;
}

const ask = (body: unknown, options?: AskOptions) => world.post(chat, body, options);

/** Bytes that `fetch` would not send. */
function send(path: string, headers: Record<string, string | string[]>, body: Buffer | string = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers: { authorization: `Bearer ${world.gateway.apiKey}`, ...headers } };
    const request = httpRequest(`${world.gateway.origin}${path}`, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const answered = new Headers(response.headers as Record<string, string>);
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode ?? 0,
          headers: answered,
          requestId: answered.get('x-request-id') ?? '',
          body: JSON.parse(text),
        });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

describe('a body that is not JSON', () => {
  it.each([
    ['a word out of place', '{"model": "x", "messages": [SECRET]}', /line 1, column 29 \(offset 28\)/],
    ['a comma too many, some lines down', '{\n  "model": "SECRET",\n}', /line 3, column 1 \(offset 23\)/],
    ['an end too early', '{"model": "SECRET', /column 11 \(offset 10\)/],
    ['more than one value', '{"model":"SECRET"} {}', /column 20 \(offset 19\)/],
    ['a control character in a string', '{"model":"SECRET\n"}', /offset 9/],
    ['a NUL byte', '{"model":"SECRET"\0}', /offset 17/],
  ])('%s: says where, and does not quote it', async (_name, body, place) => {
    const message = await expectRefused(await ask(body), { status: 400, code: 'invalid_json', param: null });
    expect(message).toMatch(place);
    expect(message).not.toContain('SECRET');
  });

  it('bytes that are not UTF-8', async () => {
    const body = Buffer.concat([Buffer.from('{"model":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    await expectRefused(await send(chat, { 'content-type': 'application/json' }, body), {
      status: 400,
      code: 'invalid_json',
    });
  });

  it.each([
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['a string', '"hello"'],
    ['a number', '1e999'],
  ])('%s in place of an object', async (_name, body) => {
    await expectRefused(await ask(body), { status: 400, code: 'invalid_type', param: null });
  });
});

describe('a body of wrong types', () => {
  const text = { type: 'text', text: 'x' };
  it.each<[string, object, string | null]>([
    ['messages', { messages: 'Hello' }, 'messages'],
    ['no messages', { messages: [] }, 'messages'],
    ['messages left out', { messages: undefined }, 'messages'],
    ['model left out', { model: undefined }, 'model'],
    ['a model that is no string', { model: 4 }, 'model'],
    ['an empty model', { model: '' }, 'model'],
    ['a list of models with a number', { models: [openaiModel, 7] }, 'models[1]'],
    ['an empty list of models', { models: [] }, 'models'],
    ['a message that is none', { messages: ['Hello'] }, 'messages[0]'],
    ['an unknown role', { messages: [{ role: 'robot', content: 'x' }] }, 'messages[0].role'],
    ['content that is a number', { messages: [{ role: 'user', content: 5 }] }, 'messages[0].content'],
    ['content left out', { messages: [...says('x'), { role: 'user' }] }, 'messages[1].content'],
    ['no parts', { messages: [{ role: 'user', content: [] }] }, 'messages[0].content'],
    [
      'a part without its text',
      { messages: [{ role: 'user', content: [text, { type: 'text' }] }] },
      'messages[0].content[1].text',
    ],
    [
      'an image at no address',
      { messages: [{ role: 'user', content: [text, { type: 'image_url', image_url: { url: 'ftp://x/y' } }] }] },
      'messages[0].content[1].image_url.url',
    ],
    ['a temperature in words', { temperature: 'hot' }, 'temperature'],
    ['a temperature out of bounds', { temperature: 3 }, 'temperature'],
    ['half an answer', { n: 0.5 }, 'n'],
    ['no answer', { n: 0 }, 'n'],
    ['too many answers', { n: 129 }, 'n'],
    ['a negative cap', { max_completion_tokens: -1 }, 'max_completion_tokens'],
    ['a cap beyond all integers', { max_completion_tokens: 1e300 }, 'max_completion_tokens'],
    ['a stream in words', { stream: 'yes' }, 'stream'],
    ['a tool without a name', { tools: [{ type: 'function', function: {} }] }, 'tools[0].function.name'],
    [
      'a tool of a wrong name',
      { tools: [{ type: 'function', function: { name: 'two words' } }] },
      'tools[0].function.name',
    ],
    ['an unknown format', { response_format: { type: 'yaml' } }, 'response_format.type'],
    ['a label that is no string', { metadata: { team: 4 } }, 'metadata.team'],
    ['a disposition nobody knows', { on_disconnect: 'sulk' }, 'on_disconnect'],
    [
      'a tool result before its call',
      { messages: [{ role: 'tool', tool_call_id: 'c', content: 'x' }] },
      'messages[0].tool_call_id',
    ],
  ])('%s', async (_name, change, param) => {
    await expectRefused(await ask({ ...good, ...change }), { status: 400, param, type: 'invalid_request_error' });
  });

  it.each<[string, object, string | null]>([
    ['a model name', { model: 'm'.repeat(257) }, 'model'],
    ['a user', { user: 'u'.repeat(513) }, 'user'],
    ['a safety identifier', { safety_identifier: 'u'.repeat(65) }, 'safety_identifier'],
    ['a label', { metadata: { team: 't'.repeat(513) } }, 'metadata.team'],
    ['a label’s name', { metadata: { ['k'.repeat(65)]: 'x' } }, 'metadata'],
    [
      'too many labels',
      { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, 'x'])) },
      'metadata',
    ],
    ['a tool’s name', { tools: [{ type: 'function', function: { name: 'f'.repeat(129) } }] }, 'tools[0].function.name'],
    ['too many models', { models: Array.from({ length: 9 }, () => openaiModel) }, 'models'],
  ])('over-long: %s', async (_name, change, param) => {
    const message = await expectRefused(await ask({ ...good, ...change }), { status: 400, param });
    expect(message.length).toBeLessThan(500);
  });

  it.each<[string, object, string]>([
    ['a model name', { model: 'gpt\0-4o' }, 'model'],
    ['a model name with half a character', { model: 'gpt-4o\ud800' }, 'model'],
    ['a fallback', { models: ['gpt\u0007'] }, 'models[0]'],
    ['a user', { user: 'a\0b' }, 'user'],
    ['a user with half a character', { user: 'a\udfff' }, 'user'],
    ['a label', { metadata: { team: 'a\0b' } }, 'metadata.team'],
    ['a label’s name', { metadata: { 'a\0b': 'x' } }, 'metadata'],
  ])('binary: %s', async (_name, change, param) => {
    const message = await expectRefused(await ask({ ...good, ...change }), { status: 400, param });
    expect(message).not.toMatch(/[\0\ud800-\udfff]/);
  });
});

describe('content of odd characters', () => {
  it.each(['NUL \0 inside', 'half a character: \ud83d', 'the other half: \ude42 x', '\u2028\u2029\ufeff\uffff'])(
    'is no fault: %j reaches the vendor as it was sent',
    async (text) => {
      const messages = [{ role: 'user', content: text }];
      const odd: Record<string, string> = { 'idempotency-key': `odd-${text.codePointAt(0)}-${text.length}` };
      for (const headers of [{}, odd]) {
        const answer = await world.ask({ model: openaiModel, messages, user: 'someone' }, { headers });
        expect({ status: answer.status, text: answer.body.choices?.[0]?.message.content }).toEqual({
          status: 200,
          text: fakeAnswerText(text),
        });
        await world.ended(answer.requestId);
      }
      const log = await world.vendor.waitForEnded(2);
      expect(log.map(({ body }) => body?.messages)).toEqual([messages, messages]);
    },
  );
});

describe('a body of an odd shape', () => {
  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  const withField = (json: string) => `${JSON.stringify(good).slice(0, -1)},"extra":${json}}`;

  it.each([200, 100_000])('nested %i deep', async (depth) => {
    await expectRefused(await ask(withField(nested(depth))), { status: 400, code: 'invalid_value', param: null });
    await expectRefused(await ask('['.repeat(depth)), { status: 400, code: 'invalid_json' });
  });

  it.each(['1e999', '-1e999', `1${'0'.repeat(400)}`])('a number that no double holds: %s', async (number) => {
    await expectRefused(await ask(withField(number)), { status: 400, code: 'invalid_value' });
  });

  it('a million values', async () => {
    await expectRefused(await ask(withField(`[${'0,'.repeat(1_000_001)}0]`)), { status: 400, code: 'invalid_value' });
  });

  it('keys that mean something to JavaScript are fields like any other', async () => {
    const parameters =
      '{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{"type":"integer"}}}';
    const body = `{"model":"${openaiModel}","__proto__":{"stream":true,"n":3},"constructor":{"prototype":{"polluted":1}},
      "messages":[{"role":"user","content":"Hello","__proto__":{"polluted":1}}],
      "tools":[{"type":"function","function":{"name":"f","parameters":${parameters}}}]}`;
    const answer = await ask(body);
    expect(answer).toMatchObject({ status: 200, body: { object: 'chat.completion', choices: [{ index: 0 }] } });
    expect(answer.body.choices).toHaveLength(1);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    const [entry] = await world.vendor.waitForEnded(1);
    expect(JSON.stringify(entry?.body?.tools)).toContain('"__proto__"');
  });

  it('10,000 messages are answered', async () => {
    const messages = Array.from({ length: 10_000 }, (_, index) => ({
      role: index % 2 === 0 ? 'user' : 'assistant',
      content: [{ type: 'text', text: `message ${index}` }],
    }));
    const startedAt = performance.now();
    const answer = await world.ask({ model: openaiModel, messages: [...messages, ...says('And now?')] });
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(answer).toMatchObject({
      status: 200,
      body: { choices: [{ message: { content: fakeAnswerText('And now?') } }] },
    });
    expect((await world.vendor.log())[0]?.body?.messages).toHaveLength(10_001);
  });

  it('20,001 messages are refused, and so is a wrong one among 10,000', async () => {
    const messages = Array.from({ length: 20_001 }, () => ({ role: 'user', content: 'x' }));
    await expectRefused(await ask({ ...good, messages }), { status: 400, param: 'messages' });
    const wrong = messages.slice(0, 10_000).map((message, index) => (index === 9_999 ? { role: 'user' } : message));
    await expectRefused(await ask({ ...good, messages: wrong }), { status: 400, param: 'messages[9999].content' });
  });
});

describe('a body that does not fit', () => {
  const large = JSON.stringify({ ...good, messages: says('x'.repeat(maxBodyBytes)) });

  it('by its stated length', async () => {
    await expectRefused(await ask(large), { status: 413 });
  });

  it('by what comes, where no length is stated', async () => {
    const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
    await expectRefused(await send(chat, headers, large), { status: 413 });
  });

  it('and just fits', async () => {
    const bare = JSON.stringify({ ...good, messages: says('') });
    const text = 'x'.repeat(maxBodyBytes - Buffer.byteLength(bare));
    // It fits here, and is then too dear or too long, which is said before any vendor is asked.
    const answer = await ask({ ...good, messages: says(text) });
    expect(answer.status).not.toBe(413);
    await world.ended(answer.requestId);
  });

  it.each([['text/plain'], ['multipart/form-data; boundary=x'], ['application/x-www-form-urlencoded'], ['nonsense']])(
    'of type %s',
    async (type) => {
      await expectRefused(await ask(JSON.stringify(good), { headers: { 'content-type': type } }), { status: 415 });
    },
  );

  it('of no type', async () => {
    await expectRefused(await send(chat, {}, JSON.stringify(good)), { status: 415 });
  });

  it('compressed', async () => {
    const headers = { 'content-encoding': 'gzip' };
    await expectRefused(await ask(JSON.stringify(good), { headers }), { status: 415 });
  });

  it('of JSON with a stated character set is fine', async () => {
    const headers = { 'content-type': 'Application/JSON; charset=UTF-8' };
    expect((await ask(JSON.stringify(good), { headers })).status).toBe(200);
  });
});

describe('a model that nobody offers', () => {
  it('is told with the three nearest', async () => {
    const answer = await ask({ ...good, model: 'openai/gpt-4o-mimi' });
    const message = await expectRefused(answer, { status: 404, code: 'model_not_found', param: 'model' });
    const nearest = /nearest are: ([^.]*(?:\.\d[^.]*)*)\.$/.exec(message)?.[1]?.split(', ') ?? [];
    expect(nearest).toHaveLength(3);
    expect(nearest[0]).toBe('openai/gpt-4o-mini');
    const listed = (await world.get('/v1/models')).body.data.map(({ id }: { id: string }) => id);
    expect(listed).toEqual(expect.arrayContaining(nearest));
  });

  it('is found among the fallbacks too', async () => {
    const answer = await ask({ ...good, models: ['anthropic/claude-haiku-4-5', 'nobody/nothing'] });
    await expectRefused(answer, { status: 404, code: 'model_not_found', param: 'models[1]' });
  });

  it('is as unknown by names that JavaScript knows', async () => {
    for (const model of ['__proto__', 'constructor', 'openai/', '/', 'toString'])
      await expectRefused(await ask({ ...good, model }), { status: 404, code: 'model_not_found' });
  });
});

describe('a key', () => {
  it.each([
    ['absent', {}, 'missing_api_key'],
    ['without its scheme', { authorization: 'sk-sluice-x' }, 'missing_api_key'],
    ['empty', { authorization: 'Bearer ' }, 'missing_api_key'],
    ['unknown', { authorization: 'Bearer sk-sluice-nobody' }, 'invalid_api_key'],
    ['very long', { authorization: `Bearer ${'k'.repeat(10_000)}` }, 'invalid_api_key'],
  ])('%s', async (_name, headers, code) => {
    const response = await fetch(`${world.gateway.origin}${chat}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(good),
    });
    const answer = {
      status: response.status,
      headers: response.headers,
      requestId: response.headers.get('x-request-id') ?? '',
      body: await response.json(),
    };
    await expectRefused(answer, { status: 401, code });
  });

  it('for administration calls no model, and one for inference administers nothing', async () => {
    await expectRefused(await ask(good, { apiKey: world.gateway.adminKey }), {
      status: 403,
      code: 'inference_key_required',
    });
    for (const path of ['/v1/organization/projects', '/v1/organization/balances'])
      await expectRefused(await world.get(path), { status: 403, code: 'admin_key_required' });
    const named = { name: 'mine' };
    await expectRefused(await world.post('/v1/organization/projects', named), {
      status: 403,
      code: 'admin_key_required',
    });
  });

  it('revoked is refused from then on', async () => {
    const keys = '/v1/organization/projects/proj_local/api_keys';
    const admin = { apiKey: world.gateway.adminKey };
    const made = (await world.post(keys, { name: 'short-lived' }, admin)).body;
    const apiKey: string = made.value;
    expect((await ask(good, { apiKey })).status).toBe(200);
    await world.vendor.reset();
    const deleted = await fetch(`${world.gateway.origin}${keys}/${made.id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${world.gateway.adminKey}` },
    });
    expect(deleted.status).toBe(200);
    await expectRefused(await ask(good, { apiKey }), { status: 401, code: 'revoked_api_key' });
  });
});

describe('an address or a header', () => {
  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('%s where POST is meant', async (method) => {
    const headers = { authorization: `Bearer ${world.gateway.apiKey}` };
    const response = await fetch(`${world.gateway.origin}/v1/completions`, { method, headers });
    expect(response.headers.get('allow')).toBe('POST');
    const requestId = response.headers.get('x-request-id') ?? '';
    const answer = { status: response.status, headers: response.headers, requestId, body: await response.json() };
    await expectRefused(answer, { status: 405, code: 'method_not_allowed' });
  });

  it.each(['/', '/v1', '/v1/chat', '/v1/completions/x', '/v2/chat/completions', '/v1/%zz', '/v1/requests'])(
    'that is unknown: %s',
    async (path) => {
      await expectRefused(await world.post(path, good), { status: 404, code: 'not_found' });
    },
  );

  it.each([
    ['empty', ''],
    ['too long', 'k'.repeat(256)],
    ['not ASCII', 'schlüssel'],
    ['with a tab', 'a\tb'],
  ])('an Idempotency-Key that is %s', async (_name, value) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': value };
    await expectRefused(await send(chat, headers, JSON.stringify(good)), {
      status: 400,
      code: 'invalid_idempotency_key',
    });
  });

  it.each([
    ['that is no HTTP', 'HELLO\r\n\r\n', 400],
    ['with headers without end', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`, 431],
  ])('a request %s', async (_name, bytes, status) => {
    const text = await rawAnswer(bytes);
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(text).toMatch(/x-request-id: req_/);
    const body = JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4));
    expect(body.error).toMatchObject({ type: 'invalid_request_error', message: expect.stringMatching(/\S/) });
  });
});

/** What comes back for bytes on a socket of their own. */
function rawAnswer(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(world.gateway.origin);
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.on('data', (data) => (text += data.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
    socket.write(bytes);
  });
}
