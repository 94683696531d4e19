import { once } from 'node:events';
import { createServer as createHttpServer, type ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createVendorHttp, readHttpFailure } from './http.js';
import type { VendorHttp, VendorResponse } from './http.js';
import { ProviderFailure } from './port.js';

/** What the server does once it has a whole request; each test sets its own. */
type Behaviour = (socket: Socket, requestText: string) => void;

let behave: Behaviour = (socket) => socket.destroy();
const sockets = new Set<Socket>();
const server = createServer((socket) => {
  sockets.add(socket);
  let text = '';
  socket.on('error', () => undefined);
  socket.on('close', () => sockets.delete(socket));
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? Number.NaN);
    const bodyAt = text.indexOf('\r\n\r\n') + 4;
    if (bodyAt < 4 || text.length < bodyAt + length) return;
    const whole = text;
    text = '';
    behave(socket, whole);
  });
});

let url = '';
let http: VendorHttp;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/chat/completions`;
});

beforeEach(() => {
  http = createVendorHttp({ connections: 8 });
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await http.close();
});

afterAll(() => {
  server.close();
});

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const plain = (status: string, body: string, headers = '') =>
  `HTTP/1.1 ${status}\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

function post(signal: AbortSignal = new AbortController().signal, target = url): Promise<VendorResponse> {
  return http.postJson({ url: target, headers: { authorization: 'Bearer k' }, body: '{"a":1}', signal });
}

async function failureOf(promise: Promise<unknown>): Promise<ProviderFailure> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProviderFailure)) throw new Error('expected a ProviderFailure', { cause: error });
  return error;
}

async function classOf(promise: Promise<unknown>): Promise<string> {
  return (await failureOf(promise)).failure.class;
}

it('has a connection for each of a thousand requests to one vendor at once', async () => {
  const wide = createVendorHttp();
  const held: ServerResponse[] = [];
  const busy = createHttpServer((request, response) => {
    request.resume();
    held.push(response);
  });
  busy.listen(0, '127.0.0.1');
  await once(busy, 'listening');
  const target = `http://127.0.0.1:${(busy.address() as AddressInfo).port}/`;
  const { signal } = new AbortController();
  const answers = Array.from({ length: 1_000 }, () => wide.postJson({ url: target, headers: {}, body: '{}', signal }));
  await vi.waitFor(() => expect(held).toHaveLength(1_000), { timeout: 20_000 });
  for (const response of held) response.end('{}');
  for (const answer of answers) expect(await (await answer).readText()).toBe('{}');
  await wide.close();
  busy.close();
});

describe('an exchange that works', () => {
  it('sends the body with its headers and gives status, headers, the id and the text', async () => {
    let sent = '';
    behave = (socket, text) => {
      sent = text;
      socket.write(plain('200 OK', '{"é":1}', 'X-Request-Id: req_1\r\nx-two: a\r\nx-two: b\r\n'));
    };
    const response = await post();
    expect(response).toMatchObject({ status: 200, vendorRequestId: 'req_1' });
    expect(response.headers).toMatchObject({ 'x-request-id': 'req_1', 'x-two': 'a, b' });
    expect(await response.readText()).toBe('{"é":1}');
    expect(sent).toMatch(/^POST \/v1\/chat\/completions HTTP\/1\.1\r\n/);
    expect(sent).toContain('authorization: Bearer k\r\n');
    expect(sent).toContain('content-type: application/json\r\n');
    expect(sent).toContain('accept-encoding: identity\r\n');
    expect(sent.endsWith('\r\n\r\n{"a":1}')).toBe(true);
  });

  it('takes Anthropic’s name for the id, and none where there is none', async () => {
    behave = (socket) => socket.write(plain('200 OK', '{}', 'request-id: req_2\r\n'));
    expect((await post()).vendorRequestId).toBe('req_2');
    behave = (socket) => socket.write(plain('200 OK', '{}'));
    expect(await post()).not.toHaveProperty('vendorRequestId');
  });

  it('uses a connection again', async () => {
    const ports = new Set<number | undefined>();
    behave = (socket) => {
      ports.add(socket.remotePort);
      socket.write(plain('200 OK', '{}'));
    };
    for (let round = 0; round < 10; round += 1) await (await post()).readText();
    // The second request may come before the first connection is known to be free again.
    expect(ports.size).toBeLessThan(3);
  });

  it('uses a connection again whose reader stopped at the end marker, unless the vendor goes on', async () => {
    const ports: (number | undefined)[] = [];
    let ending = '0\r\n\r\n';
    let socketOf: Socket | undefined;
    behave = (socket) => {
      socketOf = socket;
      ports.push(socket.remotePort);
      socket.write(HEAD + chunk('data: [DONE]\n\n'));
    };
    const readToMarker = async () => {
      const response = await post();
      for await (const bytes of response.stream) {
        expect(Buffer.from(bytes).toString()).toContain('[DONE]');
        response.release();
        break;
      }
      response.discard();
      socketOf?.write(ending);
    };
    for (let round = 0; round < 10; round += 1) {
      await readToMarker();
      await new Promise(setImmediate);
    }
    expect(new Set(ports).size).toBeLessThan(10);
    ending = chunk('more');
    await readToMarker();
    if (socketOf) await once(socketOf, 'close');
  });

  it('does not follow a redirect', async () => {
    let count = 0;
    behave = (socket) => {
      count += 1;
      socket.write(plain('307 Temporary Redirect', '', `location: ${url}\r\n`));
    };
    const response = await post();
    expect(response.status).toBe(307);
    expect((await readHttpFailure(response)).failure).toEqual({ class: 'bad_response', httpStatus: 307 });
    expect(count).toBe(1);
  });
});

describe('a connection that fails', () => {
  it('is `connection` where it is refused', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, 'close');
    const failure = await failureOf(post(undefined, `http://127.0.0.1:${port}/`));
    expect(failure.failure).toEqual({ class: 'connection' });
    expect(failure.detail.message).toContain('ECONNREFUSED');
  });

  it.each(['reset', 'ended'])(
    'is `connection` where it is %s before the answer, and is not sent again',
    async (how) => {
      let count = 0;
      behave = (socket) => {
        count += 1;
        if (how === 'reset') socket.resetAndDestroy();
        else socket.end();
      };
      expect(await classOf(post())).toBe('connection');
      expect(count).toBe(1);
    },
  );

  it('is `bad_response` where it does not speak HTTP', async () => {
    behave = (socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n\r\n');
    expect(await classOf(post())).toBe('bad_response');
  });

  it('is `internal` where the request cannot be sent at all', async () => {
    expect(await classOf(post(undefined, 'no address'))).toBe('internal');
  });

  it('is `timeout_first_token` where it stays silent past the backstop, `timeout_total` within the answer', async () => {
    const hasty = createVendorHttp({ silenceTimeoutMs: 50 });
    const ask = () => hasty.postJson({ url, headers: {}, body: '{}', signal: new AbortController().signal });
    behave = () => undefined;
    expect(await classOf(ask())).toBe('timeout_first_token');
    behave = (socket) => socket.write(HEAD + chunk('data'));
    expect(await classOf((await ask()).readText())).toBe('timeout_total');
    await hasty.close();
  });
});

describe('a body that breaks off', () => {
  it.each(['reset', 'ended'])('is `cut` where the connection is %s within it, after what came before', async (how) => {
    let socketOf: Socket | undefined;
    behave = (socket) => {
      socketOf = socket;
      socket.write(HEAD + chunk('data: 1\n\n'));
    };
    const response = await post();
    const got: string[] = [];
    const reading = (async () => {
      for await (const bytes of response.stream) {
        got.push(Buffer.from(bytes).toString());
        if (how === 'reset') socketOf?.resetAndDestroy();
        else socketOf?.end();
      }
    })();
    expect(await classOf(reading)).toBe('cut');
    expect(got).toEqual(['data: 1\n\n']);
  });

  it('is `cut` where it is shorter than it said', async () => {
    behave = (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"half":');
    expect(await classOf((await post()).readText())).toBe('cut');
  });

  it('is `bad_response` where its framing is broken', async () => {
    behave = (socket) => socket.write(`${HEAD}zz\r\nnot a chunk`);
    const failure = await failureOf((await post()).readText());
    expect(failure.failure.class).toBe('bad_response');
    expect(inspect(failure, { depth: 9 })).not.toContain('a chunk');
  });

  it('is `bad_response` past the limit, and the rest is not read', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    behave = (socket) => {
      closed = once(socket, 'close');
      socket.write(HEAD + chunk('x'.repeat(2000)));
    };
    expect(await classOf((await post()).readText(1000))).toBe('bad_response');
    await closed;
  });
});

describe('an abort', () => {
  const reasons: readonly (readonly [unknown, string])[] = [
    [undefined, 'cancelled'],
    ['text', 'cancelled'],
    [{ class: 'timeout_total' }, 'timeout_total'],
    [{ class: 'lease_lapsed' }, 'lease_lapsed'],
    [{ class: 'quota_exhausted' }, 'cancelled'],
    [{ class: 'nonsense' }, 'cancelled'],
  ];

  it.each(reasons)(
    'for the reason %j is %s before the request, before the answer and within it',
    async (reason, expected) => {
      const early = new AbortController();
      early.abort(reason);
      expect(await classOf(post(early.signal))).toBe(expected);

      const waiting = new AbortController();
      behave = () => waiting.abort(reason);
      expect(await classOf(post(waiting.signal))).toBe(expected);

      const reading = new AbortController();
      let closed: Promise<unknown> = Promise.resolve();
      behave = (socket) => {
        closed = once(socket, 'close');
        socket.write(HEAD + chunk('data: 1\n\n'));
      };
      const response = await post(reading.signal);
      const consumed = (async () => {
        for await (const bytes of response.stream) if (bytes.length > 0) reading.abort(reason);
      })();
      expect(await classOf(consumed)).toBe(expected);
      // The vendor must learn that nobody listens, or it goes on and charges.
      await closed;
    },
  );

  it('ends the vendor’s work where the reader stops', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    behave = (socket) => {
      closed = once(socket, 'close');
      socket.write(HEAD + chunk('data: 1\n\n'));
    };
    for await (const bytes of (await post()).stream) if (bytes.length > 0) break;
    await closed;
    (await post()).discard();
    await closed;
  });
});

describe('backpressure', () => {
  it('takes no more from the vendor than is read', async () => {
    let written = 0;
    let blocked: (() => void) | undefined;
    const stuck = new Promise<void>((resolve) => (blocked = resolve));
    const total = 64 * 1024 * 1024;
    behave = (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${total}\r\n\r\n`);
      const pump = (): void => {
        while (written < total) {
          written += 65_536;
          if (!socket.write(Buffer.alloc(65_536))) {
            // The buffers of both ends are full once writing does not go on although the loop has turned.
            const before = written;
            setTimeout(() => written === before && blocked?.(), 300);
            socket.once('drain', pump);
            return;
          }
        }
      };
      pump();
    };
    const response = await post();
    await stuck;
    expect(written).toBeLessThan(total / 2);
    let size = 0;
    for await (const bytes of response.stream) size += bytes.byteLength;
    expect(size).toBe(total);
  });
});

describe('explaining a status', () => {
  it('reads the vendor’s words', async () => {
    const body = JSON.stringify({
      error: { message: 'Too fast', type: 'requests', param: null, code: 'rate_limit_exceeded' },
    });
    behave = (socket) => socket.write(plain('429 Too Many Requests', body, 'retry-after: 2\r\n'));
    const { failure, detail } = await readHttpFailure(await post());
    expect(failure).toEqual({
      class: 'rate_limited',
      httpStatus: 429,
      vendorCode: 'rate_limit_exceeded',
      retryAfterMs: 2000,
    });
    expect(detail).toEqual({ message: 'Too fast' });
  });

  it.each(['cut', 'too long'])('keeps the status where the words are %s', async (how) => {
    behave = (socket) => {
      const head = 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 9000000\r\n\r\n';
      if (how === 'cut') socket.end(`${head}{"err`);
      else socket.write(head + 'x'.repeat(300_000));
    };
    expect((await readHttpFailure(await post())).failure).toEqual({ class: 'overloaded', httpStatus: 503 });
  });

  it('gives way to an abort', async () => {
    const controller = new AbortController();
    behave = (socket) => socket.write('HTTP/1.1 503 Service Unavailable\r\ncontent-length: 9\r\n\r\n');
    const response = await post(controller.signal);
    controller.abort({ class: 'timeout_total' });
    expect((await readHttpFailure(response)).failure).toEqual({ class: 'timeout_total' });
  });
});
