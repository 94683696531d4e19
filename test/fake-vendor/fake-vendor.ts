import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { readAsk } from './ask.js';
import { answerControl } from './control-routes.js';
import type { FakeVendorControls } from './controls.js';
import { patienceMs } from './controls.js';
import type { Expectations } from './expectations.js';
import { createExpectations } from './expectations.js';
import { generateRoute } from './generate-ask.js';
import type { Holds } from './holds.js';
import { createHolds } from './holds.js';
import type { RequestLog } from './request-log.js';
import { createRequestLog } from './request-log.js';
import type { Scripts } from './scripts.js';
import { createScripts } from './scripts.js';
import type { Chooser } from './turns.js';
import { createChooser } from './turns.js';
import { createVendorHandler } from './vendor-handler.js';
import { answerModels, apiOf, fieldsOfPath, readBody, sendJson } from './http-helpers.js';

export interface FakeVendorOptions {
  /** 0, the default, is any free one. */
  readonly port?: number;
  /** A file that gets the log as JSON lines besides. */
  readonly logFile?: string;
  /** Whether `/control/*` is served; true unless said otherwise. */
  readonly control?: boolean;
  /** Whether the log keeps the requests' bodies; true unless said otherwise. */
  readonly keepBodies?: boolean;
}

/** A running fake vendor. The controls are the same for one in another process, see `fakeVendorClient`. */
export interface FakeVendor extends FakeVendorControls {
  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  readonly url: string;
  /** What OpenAI's clients take as their base URL: with `/v1`. */
  readonly openaiBaseUrl: string;
  /** What Anthropic's clients take as their base URL: without `/v1`. */
  readonly anthropicBaseUrl: string;
  /** What Google's clients take as their base URL: without `/v1beta`. */
  readonly googleBaseUrl: string;
  close(): Promise<void>;
}

/** Starts a fake vendor on the loopback interface; it speaks all its vendors' wire formats at once. */
export const startFakeVendor = async (options: FakeVendorOptions = {}): Promise<FakeVendor> => {
  const expectations = createExpectations();
  const log = createRequestLog(options.logFile, expectations.changed);
  const holds = createHolds(expectations.changed);
  const scripts = createScripts();
  const chooser = createChooser(scripts);
  const controls = createControls({ expectations, log, holds, scripts, chooser });
  const answer = createVendorHandler({ log, holds, chooser, keepBodies: options.keepBodies ?? true });
  const server = createServer((request, response) => {
    void route(request, response, options.control === false ? undefined : controls, answer);
  });
  const url = await listen(server, options.port ?? 0);
  const close = async () => {
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    log.close();
  };
  return { ...controls, url, openaiBaseUrl: `${url}/v1`, anthropicBaseUrl: url, googleBaseUrl: url, close };
};

const listen = async (server: Server, port: number): Promise<string> => {
  // A connection is never closed for idleness: a client that takes it from its pool just then would see a false reset.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

type Handler = ReturnType<typeof createVendorHandler>;

const route = async (
  request: IncomingMessage,
  response: ServerResponse,
  controls: FakeVendorControls | undefined,
  answer: Handler,
): Promise<void> => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fake');
  const name = `${request.method} ${pathname}`;
  try {
    const body = await readBody(request);
    if (name === 'POST /v1/messages/count_tokens') return sendJson(response, 200, countTokens(body as JsonObject));
    if (/^GET (\/v1)?\/models$/.test(name)) return answerModels(request, response);
    const api = apiOf(name);
    if (api !== undefined) {
      // The addresses of Google's and of Bedrock's say what the others' bodies say.
      const addressed = api === 'converse' ? fieldsOfPath(name) : generateRoute(name);
      const asked = addressed === undefined ? body : { ...(body as JsonObject), ...addressed };
      return await answer(api, request, response, asked);
    }
    if (controls !== undefined && pathname.startsWith('/control/')) {
      return sendJson(response, 200, await answerControl(controls, name, searchParams, body as JsonObject));
    }
    const message = `Invalid URL (${name})`;
    sendJson(response, 404, { error: { message, type: 'invalid_request_error', param: null, code: null } });
  } catch (error) {
    // A wrong script, marker or wait is a fault of the test: 400 with its own words, which no vendor would use.
    if (response.headersSent) response.destroy();
    else sendJson(response, 400, { error: error instanceof Error ? error.message : String(error) });
  }
};

/** What an answer would report as its input. */
const countTokens = (body: JsonObject): JsonObject => ({ input_tokens: readAsk('messages', body).inputTokens });

interface ControlParts {
  readonly expectations: Expectations;
  readonly log: RequestLog;
  readonly holds: Holds;
  readonly scripts: Scripts;
  readonly chooser: Chooser;
}

const createControls = ({ expectations, log, holds, scripts, chooser }: ControlParts): FakeVendorControls => {
  const ended = () => log.entries().filter((entry) => entry.endedAt !== undefined).length;
  const wait = async <T>(
    count: number,
    seen: () => number,
    what: string,
    timeoutMs: number,
    result: () => T,
  ): Promise<T> => {
    await expectations.until(
      () => seen() >= count,
      () => `${seen()} of ${count} requests ${what}`,
      timeoutMs,
    );
    return result();
  };
  return {
    script: (script) => Promise.resolve().then(() => scripts.enqueue(script)),
    held: () => Promise.resolve(holds.list()),
    waitForHeld: (count, timeoutMs = patienceMs) =>
      wait(count, () => holds.list().length, 'held', timeoutMs, holds.list),
    release: (target = 'all') => Promise.resolve(holds.release(target)),
    log: () => Promise.resolve(log.entries()),
    waitForReceived: (count, timeoutMs = patienceMs) =>
      wait(count, () => log.entries().length, 'received', timeoutMs, log.entries),
    waitForEnded: (count, timeoutMs = patienceMs) => wait(count, ended, 'ended', timeoutMs, log.entries),
    reset: () => {
      scripts.clear();
      chooser.clear();
      holds.release('all');
      log.clear();
      return Promise.resolve();
    },
  };
};
