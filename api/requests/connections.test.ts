import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import { chatBody, parseEvents } from '../testing/chat-body.js';
import { answer, stopFrame, SUMMARY, textFrame } from '../testing/fake-answers.js';
import { INFERENCE_KEY } from '../testing/fake-dependencies.js';
import { openApp, type OpenApp } from '../testing/open-app.js';

const open: OpenApp[] = [];
const unhandled: unknown[] = [];
process.on('unhandledRejection', (reason) => void unhandled.push(reason));

async function start(settings?: Parameters<typeof openApp>[0]): Promise<OpenApp> {
  const opened = await openApp(settings);
  open.push(opened);
  return opened;
}

/** Workflows wait until they are told what to do, and say when they have started. */
function gate({ world }: OpenApp) {
  const waiting: RequestInput[] = [];
  world.workflow = (input) => void waiting.push(input);
  const next = async (): Promise<RequestInput> => {
    await expect.poll(() => waiting.length).toBeGreaterThan(0);
    return waiting.shift()!;
  };
  return { next };
}

/** A chat request whose response is read by hand, so that it can be left unread or broken off. */
function openChat({ baseUrl }: OpenApp, body: object): Promise<{ response: IncomingMessage; destroy: () => void }> {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const headers = { authorization: `Bearer ${INFERENCE_KEY}`, 'content-type': 'application/json' };
    const sent = httpRequest(`${baseUrl}/v1/chat/completions`, { method: 'POST', headers, agent: false });
    sent.on('error', reject);
    sent.on('response', (response) => {
      response.on('error', () => {});
      resolve({ response, destroy: () => sent.destroy() });
    });
    sent.end(text);
  });
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
  expect(unhandled.splice(0)).toEqual([]);
});

describe('a stream on a real connection', () => {
  it('sends each piece as it comes', async () => {
    const opened = await start();
    const { next } = gate(opened);
    const sent = opened.chat(chatBody({ stream: true }));
    const { requestId } = await next();
    await opened.world.replies.push(requestId, textFrame(0, 'first'));
    const response = await sent;
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toContain('first');
    await opened.world.replies.push(requestId, textFrame(1, 'second'));
    expect((await reader.read()).value).toContain('second');
    await opened.world.replies.push(requestId, { type: 'answered', summary: SUMMARY });
    expect((await reader.read()).value).toBe('data: [DONE]\n\n');
    expect((await reader.read()).done).toBe(true);
  });

  it('keeps alive through silence, and then ends in-stream what fails', async () => {
    const opened = await start({ timeouts: { keepAliveMs: 20 } });
    const { next } = gate(opened);
    const sent = opened.chat(chatBody({ stream: true }));
    const { requestId } = await next();
    const response = await sent;
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toMatch(/^(: keep-alive\n\n)+$/);
    const failure = { class: 'overloaded' } as const;
    await opened.world.replies.push(requestId, { type: 'failed', failure, detail: { message: '' } });
    let rest = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) rest += part.value;
    expect(parseEvents(rest).at(-1)?.data).toMatchObject({ error: { code: 'vendor_overloaded' } });
    expect(rest).not.toContain('[DONE]');
  });

  it('is silent where its caller wants no comments, and refuses what is no number of seconds', async () => {
    const opened = await start({ timeouts: { keepAliveMs: 5 } });
    const { next } = gate(opened);
    const sent = opened.chat(chatBody({ stream: true }), { headers: { 'x-sluice-keepalive-seconds': '0' } });
    const { requestId } = await next();
    await opened.world.replies.push(requestId, textFrame(0, 'first'));
    const response = await sent;
    // A stream beside it, which began later, has had comments meanwhile.
    const beside = opened.chat(chatBody({ stream: true }));
    await next();
    const reader = (await beside).body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toMatch(/^: keep-alive/);
    await reader.cancel();
    await opened.world.replies.push(requestId, { type: 'answered', summary: SUMMARY });
    expect(await response.text()).not.toContain('keep-alive');
    const refused = await opened.chat(chatBody(), { headers: { 'x-sluice-keepalive-seconds': '1.5' } });
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      { error: { code: 'invalid_request', param: 'x-sluice-keepalive-seconds' } },
    ]);
  });

  it('holds the producer while its caller does not read, and goes on when it does', async () => {
    const opened = await start();
    const { next } = gate(opened);
    const sent = openChat(opened, chatBody({ stream: true }));
    const { requestId } = await next();
    const piece = 'x'.repeat(256 * 1024);
    const total = 200;
    let pushed = 0;
    const producing = (async () => {
      for (; pushed < total; pushed += 1) await opened.world.replies.push(requestId, textFrame(pushed, piece));
      await opened.world.replies.push(requestId, { type: 'answered', summary: SUMMARY });
    })();
    const { response } = await sent;
    response.pause();
    const stalledAt = await settledValue(() => pushed);
    expect(stalledAt).toBeLessThan(total);
    expect(opened.world.replies.left.size).toBe(0);
    let received = 0;
    response.on('data', (chunk: Buffer) => (received += chunk.length));
    response.resume();
    await new Promise((resolve) => response.on('end', resolve));
    await producing;
    expect(received).toBeGreaterThan(total * piece.length);
  });

  it('cuts a caller that reads too slowly, with an error and without an end', async () => {
    const opened = await start({ timeouts: { slowReaderMs: 100 } });
    const { next } = gate(opened);
    const sent = openChat(opened, chatBody({ stream: true }));
    const { requestId } = await next();
    const producing = (async () => {
      for (let n = 0; n < 200; n += 1) await opened.world.replies.push(requestId, textFrame(n, 'x'.repeat(256 * 1024)));
    })();
    const { response } = await sent;
    response.pause();
    await expect.poll(() => opened.world.replies.left.get(requestId), { timeout: 5_000 }).toBe('abort');
    await producing;
    await expect.poll(() => openConnections(opened), { timeout: 5_000 }).toBe(0);
  });

  it('tells its caller when the channel has cut it', async () => {
    const opened = await start();
    const { next } = gate(opened);
    const sent = opened.chat(chatBody({ stream: true }));
    const { requestId } = await next();
    await opened.world.replies.push(requestId, textFrame(0, 'Hel'));
    const response = await sent;
    opened.world.replies.cut(requestId);
    expect(parseEvents(await response.text()).at(-1)?.data).toMatchObject({ error: { code: 'slow_reader' } });
    expect(opened.world.held.size).toBe(0);
  });
});

describe('a caller that leaves', () => {
  const left = async (opened: OpenApp, fields: object, headers: object = {}) => {
    const { next } = gate(opened);
    const abort = new AbortController();
    const sent = opened.chat(chatBody(fields), { headers, signal: abort.signal });
    const failed = sent.then(async (response) => response.text()).catch(() => 'gone');
    const input = await next();
    if ('stream' in fields) await opened.world.replies.push(input.requestId, textFrame(0, 'Hel'));
    if ('stream' in fields) await sent;
    abort.abort();
    expect(await failed).toBe('gone');
    await expect.poll(() => opened.world.replies.left.get(input.requestId)).toBeDefined();
    return input;
  };

  it.each([{ stream: true }, {}])('stops the vendor by default (%j)', async (fields) => {
    const opened = await start();
    const { requestId } = await left(opened, fields);
    expect(opened.world.replies.left.get(requestId)).toBe('abort');
    expect(opened.world.directory.cancelled).toEqual([requestId]);
    expect(opened.world.held.size).toBe(0);
  });

  it.each([{ stream: true }, {}])('leaves the request to itself where it asked for that (%j)', async (fields) => {
    const opened = await start();
    const { requestId } = await left(opened, { ...fields, on_disconnect: 'finish' });
    expect(opened.world.replies.left.get(requestId)).toBe('finish');
    expect(opened.world.directory.cancelled).toEqual([]);
    await expect.poll(() => opened.world.held.size).toBe(0);
    expect(opened.world.shared).toEqual([requestId]);
  });

  it('leaves a keyed request running, to be picked up again', async () => {
    const opened = await start();
    const input = await left(opened, { stream: true }, { 'idempotency-key': 'k' });
    expect(opened.world.replies.left.get(input.requestId)).toBe('finish');
    await opened.world.replies.push(input.requestId, textFrame(1, 'lo'));
    await opened.world.replies.push(input.requestId, stopFrame(2));
    await opened.world.replies.push(input.requestId, { type: 'answered', summary: SUMMARY });
    const again = await opened.chat(chatBody({ stream: true }), { headers: { 'idempotency-key': 'k' } });
    expect(again.headers.get('x-request-id')).toBe(input.requestId);
    const said = parseEvents(await again.text()).map(
      ({ data }) => (data as { choices?: { delta?: { content?: string } }[] }).choices?.[0]?.delta?.content ?? '',
    );
    expect(said.join('')).toBe('Hello');
    expect(opened.world.started).toHaveLength(1);
  });

  it('stops nobody else’s request when it only follows', async () => {
    const opened = await start();
    const { next } = gate(opened);
    const headers = { 'idempotency-key': 'k' };
    const first = opened.chat(chatBody(), { headers });
    const input = await next();
    opened.world.directory.update(input.requestId, { state: 'reserved' });
    const abort = new AbortController();
    const second = opened.chat(chatBody(), { headers, signal: abort.signal }).catch(() => 'gone');
    await expect.poll(() => opened.world.replies.followers).toBe(1);
    abort.abort();
    expect(await second).toBe('gone');
    await expect.poll(() => opened.world.replies.followers).toBe(0);
    await answer(opened.world, input, ['Hello']);
    expect((await first).status).toBe(200);
    expect(opened.world.directory.cancelled).toEqual([]);
  });

  it('is noticed where it leaves while its key is being looked up', async () => {
    const opened = await start();
    const { next } = gate(opened);
    const first = opened.chat(chatBody({ stream: true }), { headers: { 'idempotency-key': 'k' } });
    const input = await next();
    opened.world.directory.update(input.requestId, { state: 'reserved' });
    const { keys } = opened.world.deps;
    const check = keys.check;
    let release: () => void = () => {};
    const asked = new Promise<void>((resolve) => {
      Object.assign(keys, {
        check: async (key: string) => {
          resolve();
          await new Promise<void>((go) => (release = go));
          return check(key);
        },
      });
    });
    const abort = new AbortController();
    const url = `${opened.baseUrl}/v1/requests/${input.requestId}/stream`;
    const headers = { authorization: `Bearer ${INFERENCE_KEY}` };
    const broken = new Promise((resolve) =>
      opened.app.server.once('request', (request) => request.socket.once('close', resolve)),
    );
    const sent = fetch(url, { headers, signal: abort.signal }).catch(() => 'gone');
    await asked;
    abort.abort();
    expect(await sent).toBe('gone');
    await broken;
    release();
    await expect.poll(() => opened.world.replies.followed).toBe(1);
    await expect.poll(() => opened.world.replies.followers).toBe(0);
    await answer(opened.world, input, ['Hello']);
    await (await first).text();
  });

  it('is noticed where it leaves while its workflow is being started', async () => {
    const opened = await start();
    let release: () => void = () => {};
    const { starter } = opened.world.deps;
    const begin = starter.start;
    let starting = false;
    Object.assign(starter, {
      start: async (input: RequestInput) => {
        starting = true;
        await new Promise<void>((resolve) => (release = resolve));
        return begin(input);
      },
    });
    opened.world.workflow = () => {};
    const broken = new Promise((resolve) =>
      opened.app.server.once('connection', (socket) => socket.once('close', resolve)),
    );
    const abort = new AbortController();
    const sent = opened.chat(chatBody(), { signal: abort.signal }).catch(() => 'gone');
    await expect.poll(() => starting).toBe(true);
    abort.abort();
    expect(await sent).toBe('gone');
    await broken;
    release();
    await expect.poll(() => [...opened.world.replies.left.values()]).toEqual(['abort']);
  });
});

describe('a stream that is picked up again', () => {
  it('is told its error also where nothing else is left to tell, and a comment has gone out', async () => {
    const opened = await start({ timeouts: { keepAliveMs: 20 } });
    const { next } = gate(opened);
    const first = opened.chat(chatBody({ stream: true }), { headers: { 'idempotency-key': 'k' } });
    const { requestId } = await next();
    opened.world.directory.update(requestId, { state: 'reserved' });
    const url = `${opened.baseUrl}/v1/requests/${requestId}/stream?starting_after=${requestId}:1:9`;
    const again = await fetch(url, { headers: { authorization: `Bearer ${INFERENCE_KEY}` } });
    expect(again.status).toBe(200);
    await opened.world.replies.push(requestId, textFrame(0, 'Hel'));
    const failure = { class: 'cut' } as const;
    await opened.world.replies.push(requestId, { type: 'failed', failure, detail: { message: '' } });
    expect(parseEvents(await again.text()).map(({ data }) => data)).toMatchObject([{ error: { code: 'stream_cut' } }]);
    await (await first).text();
  });
});

describe('admission', () => {
  it('refuses one more than the limit before its body is read, and admits again', async () => {
    const opened = await start({ maxInFlight: 2 });
    const { next } = gate(opened);
    const first = [opened.chat(chatBody()), opened.chat(chatBody({ stream: true }))];
    const inputs = [await next(), await next()];
    const refused = await opened.chat({ not: 'valid' });
    expect([refused.status, ((await refused.json()) as { error: { code: string } }).error.code]).toEqual([
      503,
      'too_many_in_flight',
    ]);
    expect(refused.headers.get('retry-after')).toBe('1');
    await Promise.all(inputs.map((input) => answer(opened.world, input, ['Hello'])));
    for (const response of await Promise.all(first)) await response.text();
    opened.world.workflow = (input) => answer(opened.world, input, ['Hello']);
    expect((await opened.chat(chatBody())).status).toBe(200);
  });

  it('gets the place of a caller back that broke off', async () => {
    const opened = await start({ maxInFlight: 1 });
    const { next } = gate(opened);
    const abort = new AbortController();
    const sent = opened.chat(chatBody(), { signal: abort.signal }).catch(() => 'gone');
    await next();
    abort.abort();
    await sent;
    await expect.poll(() => opened.world.replies.left.size).toBe(1);
    opened.world.workflow = (input) => answer(opened.world, input, ['Hello']);
    await expect.poll(async () => (await opened.chat(chatBody())).status).toBe(200);
  });

  it('answers 413 to a body that is too large and still being sent', async () => {
    const opened = await start({ maxBodyBytes: 10_000 });
    const response = await opened.chat(chatBody({ user: 'x'.repeat(8_000_000) }));
    expect(response.status).toBe(413);
    expect(response.headers.get('x-request-id')).toMatch(/^req_/);
  });
});

describe('bytes that are no HTTP', () => {
  it('are answered in OpenAI’s shape, with a request id', async () => {
    const opened = await start();
    const port = Number(new URL(opened.baseUrl).port);
    const text = await new Promise<string>((resolve) => {
      let received = '';
      const socket = connect(port, '127.0.0.1', () => socket.write('NOT HTTP AT ALL\r\n\r\n'));
      socket.on('data', (chunk) => (received += chunk.toString()));
      socket.on('close', () => resolve(received));
    });
    const [head = '', body = ''] = text.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(head).toMatch(/x-request-id: req_[0-9a-f]{32}/);
    expect(JSON.parse(body)).toMatchObject({ error: { type: 'invalid_request_error', code: 'invalid_request' } });
  });
});

/** The value once it has not changed for a while: what is held cannot be waited for in any other way. */
async function settledValue(read: () => number): Promise<number> {
  let last = -1;
  await expect
    .poll(
      () => {
        const same = read() === last;
        last = read();
        return same && last > 0;
      },
      { interval: 200, timeout: 10_000 },
    )
    .toBe(true);
  return last;
}

function openConnections({ app }: OpenApp): Promise<number> {
  return new Promise((resolve, reject) => {
    app.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}
