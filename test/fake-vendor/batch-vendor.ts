import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import { sendJson } from './http-helpers.js';
import { listen } from './listen.js';

/** A request as it was handed in. */
export interface TakenLine {
  readonly customId: string;
  readonly body: JsonObject;
}

export interface TakenBatch {
  readonly id: string;
  readonly endpoint: string;
  readonly metadata: JsonObject;
  readonly lines: readonly TakenLine[];
  readonly headers: IncomingMessage['headers'];
  readonly at: Date;
  status: 'in_progress' | 'cancelling' | 'completed' | 'failed' | 'expired' | 'cancelled';
  /** OpenAI's code, of a batch that has failed. */
  error?: string;
  outputId?: string;
  errorId?: string;
}

export interface BatchEnd {
  readonly status?: 'completed' | 'failed' | 'expired' | 'cancelled';
  /** How many of its lines are answered; all unless given. */
  readonly answered?: number;
  readonly error?: string;
}

/** What the next hand-in meets: a refusal, or a connection that breaks before it is taken on, or after it was. */
export type SubmitTrouble = 'refused' | 'lost' | 'cut' | 'stand';

/** How a line is answered: the text, or an HTTP status other than 200. */
export type LineScript = (line: TakenLine) => string | number;

/**
 * A vendor that runs batches, in OpenAI's format (`/v1/files`, `/v1/batches`) and Anthropic's (`/v1/messages/batches`), as their
 * specifications and recordings have them, and answers single requests. Batches end at the first question unless they are held.
 */
export interface BatchVendor {
  readonly origin: string;
  readonly batches: readonly TakenBatch[];
  /** Requests that came by themselves. */
  readonly singles: readonly JsonObject[];
  /** Of files that are still there. */
  readonly fileIds: readonly string[];
  /** Of Anthropic's batches that were deleted. */
  readonly deleted: readonly string[];
  readonly cancels: readonly string[];
  script: LineScript;
  /** Batches do not end by themselves from now on. */
  hold(): void;
  trouble(...next: readonly SubmitTrouble[]): void;
  end(batch: TakenBatch, end?: BatchEnd): void;
  reset(): void;
  close(): Promise<void>;
}

interface Asked {
  readonly id: string;
  readonly body: Buffer;
  readonly headers: IncomingMessage['headers'];
}

type Route = (asked: Asked, response: ServerResponse) => void;

export const USAGE = { input: 10, output: 100 };

export interface BatchVendorOptions {
  /** Another vendor's origin, which answers whatever is of no batch in its place. */
  readonly otherwise?: string;
}

export async function startBatchVendor({ otherwise }: BatchVendorOptions = {}): Promise<BatchVendor> {
  let [batches, singles, deleted, cancels]: [TakenBatch[], JsonObject[], string[], string[]] = [[], [], [], []];
  let files = new Map<string, string>();
  let troubles: SubmitTrouble[] = [];
  let held = false;
  let count = 0;
  const nextId = (prefix: string): string => `${prefix}_${++count}`;

  const putFile = (text: string): string => {
    const id = nextId('file');
    files.set(id, text);
    return id;
  };
  const end = (
    batch: TakenBatch,
    { status = 'completed', answered = batch.lines.length, error }: BatchEnd = {},
  ): void => {
    batch.status = status;
    if (error !== undefined) batch.error = error;
    if (status === 'failed') return;
    // In no order that anybody has asked for.
    const done = batch.lines.slice(0, answered).toReversed();
    const [good, bad] = [done.filter((line) => isGood(line)), done.filter((line) => !isGood(line))];
    const missing = batch.lines.slice(answered);
    if (good.length > 0) batch.outputId = putFile(good.map(openAiLine).join(''));
    const errors = [...bad.map(openAiLine), ...missing.map((line) => missingLine(line, status))];
    if (errors.length > 0) batch.errorId = putFile(errors.join(''));
    anthropicResults.set(batch.id, [
      ...done.map(anthropicLine),
      ...missing.map(({ customId }) =>
        written({ custom_id: customId, result: { type: status === 'expired' ? 'expired' : 'canceled' } }),
      ),
    ]);
  };
  let anthropicResults = new Map<string, string[]>();
  const isGood = (line: TakenLine): boolean => typeof vendor.script(line) === 'string';
  const answerOf = (line: TakenLine): { readonly status: number; readonly body: Json } => {
    const said = vendor.script(line);
    if (typeof said === 'number')
      return { status: said, body: { error: { message: 'No.', type: 'fake', code: null } } };
    return { status: 200, body: completion(line.body, said) };
  };
  const openAiLine = (line: TakenLine): string => {
    const { status, body } = answerOf(line);
    const response = { status_code: status, request_id: `vendor-${line.customId}`, body };
    return written({ id: `batch_req_${line.customId}`, custom_id: line.customId, response, error: null });
  };
  const anthropicLine = (line: TakenLine): string => {
    const said = vendor.script(line);
    const error = { type: 'error', error: { type: 'invalid_request_error', message: 'No.' } };
    const result =
      typeof said === 'string' ? { type: 'succeeded', message: message(line.body, said) } : { type: 'errored', error };
    return written({ custom_id: line.customId, result });
  };

  const take = (batch: TakenBatch, response: ServerResponse, shown: Json): void => {
    const trouble = troubles.shift();
    if (trouble === 'refused')
      return sendJson(response, 400, { error: { message: 'No.', type: 'invalid_request_error' } });
    if (trouble === 'lost') return void response.destroy();
    batches.push(batch);
    if (trouble === 'cut') return void response.destroy();
    if (trouble !== 'stand') sendJson(response, 200, shown);
  };
  const look = (batch: TakenBatch): void => {
    if (batch.status === 'in_progress' && !held) end(batch);
  };

  const takeOpenAi: Route = ({ body, headers }, response) => {
    const asked = JSON.parse(body.toString()) as JsonObject;
    const text = files.get(String(asked['input_file_id'])) ?? '';
    const written = text.trimEnd().split('\n');
    const taken = written.map((line) => JSON.parse(line) as { custom_id: string; body: JsonObject });
    const lines = taken.map(({ custom_id: customId, body }) => ({ customId, body }));
    const metadata = asked['metadata'] as JsonObject;
    const endpoint = String(asked['endpoint']);
    const about = { id: nextId('batch'), endpoint, metadata, at: new Date() };
    const batch: TakenBatch = { ...about, lines, headers, status: 'in_progress' };
    take(batch, response, openAiBatch(batch));
  };
  const takeAnthropic: Route = ({ body, headers }, response) => {
    const { requests } = JSON.parse(body.toString()) as { requests: { custom_id: string; params: JsonObject }[] };
    const lines = requests.map(({ custom_id: customId, params }) => ({ customId, body: params }));
    const about = { id: nextId('msgbatch'), endpoint: '/v1/messages', metadata: {}, at: new Date() };
    const batch: TakenBatch = { ...about, lines, headers, status: 'in_progress' };
    take(batch, response, messageBatch(batch, origin));
  };
  const ofBatch =
    (work: (batch: TakenBatch, response: ServerResponse) => void): Route =>
    ({ id }, response) => {
      const batch = batches.find((one) => one.id === id);
      if (batch) work(batch, response);
      else sendJson(response, 404, { error: { message: 'No such batch.' } });
    };
  const stop = (batch: TakenBatch): void => {
    cancels.push(batch.id);
    batch.status = 'cancelling';
  };
  const single =
    (answered: (body: JsonObject, text: string) => Json): Route =>
    ({ body }, response) => {
      const asked = JSON.parse(body.toString()) as JsonObject;
      singles.push(asked);
      sendJson(response, 200, answered(asked, 'single'));
    };
  const routes: { readonly [route: string]: Route | undefined } = {
    'POST /v1/files': ({ body }, response) => {
      const id = putFile(fileOf(body.toString()));
      sendJson(response, 200, { id, object: 'file', purpose: 'batch', bytes: body.length });
    },
    'GET /v1/files/:id/content': ({ id }, response) => {
      const text = files.get(id);
      if (text === undefined) return sendJson(response, 404, { error: { message: 'No such file.' } });
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(text);
    },
    'DELETE /v1/files/:id': ({ id }, response) => {
      files.delete(id);
      sendJson(response, 200, { id, object: 'file', deleted: true });
    },
    'POST /v1/batches': takeOpenAi,
    'GET /v1/batches': (_, response) =>
      sendJson(response, 200, { object: 'list', data: batches.map(openAiBatch), has_more: false }),
    'GET /v1/batches/:id': ofBatch((batch, response) => {
      look(batch);
      sendJson(response, 200, openAiBatch(batch));
    }),
    'POST /v1/batches/:id/cancel': ofBatch((batch, response) => {
      stop(batch);
      sendJson(response, 200, openAiBatch(batch));
    }),
    'POST /v1/messages/batches': takeAnthropic,
    'GET /v1/messages/batches': (_, response) => {
      batches.forEach(look);
      const data = batches.map((batch) => messageBatch(batch, origin)).toReversed();
      sendJson(response, 200, { data, has_more: false, first_id: null, last_id: null });
    },
    'GET /v1/messages/batches/:id': ofBatch((batch, response) => {
      look(batch);
      sendJson(response, 200, messageBatch(batch, origin));
    }),
    'GET /v1/messages/batches/:id/results': ({ id }, response) =>
      void response
        .writeHead(200, { 'content-type': 'application/binary' })
        .end((anthropicResults.get(id) ?? []).join('')),
    'POST /v1/messages/batches/:id/cancel': ofBatch((batch, response) => {
      stop(batch);
      sendJson(response, 200, messageBatch(batch, origin));
    }),
    'DELETE /v1/messages/batches/:id': ({ id }, response) => {
      deleted.push(id);
      sendJson(response, 200, { id, type: 'message_batch_deleted' });
    },
    'POST /v1/chat/completions': single(completion),
    'POST /v1/messages': single(message),
  };
  const answer = async (asked: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(asked.url ?? '/', 'http://fake');
    const body = await buffer(asked);
    const isOfBatches = /^\/v1\/(files|(messages\/)?batches)(\/|$)/.test(pathname);
    if (otherwise !== undefined && !isOfBatches) return forward(otherwise, asked, body, response);
    const [id = ''] = /(file|batch|msgbatch)_\d+/.exec(pathname) ?? [];
    const route = routes[`${asked.method} ${id === '' ? pathname : pathname.replace(id, ':id')}`];
    if (route) return route({ id, body, headers: asked.headers }, response);
    sendJson(response, 404, { error: { message: `There is no ${asked.method} ${pathname}.` } });
  };
  const { origin, close } = await listen((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  const usual: LineScript = ({ body }) => `batched: ${textOf(body)}`;
  const vendor: BatchVendor = {
    origin,
    get batches() {
      return batches;
    },
    get singles() {
      return singles;
    },
    get fileIds() {
      return [...files.keys()];
    },
    get deleted() {
      return deleted;
    },
    get cancels() {
      return cancels;
    },
    script: usual,
    hold: () => {
      held = true;
    },
    trouble: (...next) => {
      troubles = [...next];
    },
    end,
    reset: () => {
      [batches, singles, deleted, cancels, troubles, held] = [[], [], [], [], [], false];
      files = new Map();
      anthropicResults = new Map();
      vendor.script = usual;
    },
    close,
  };
  return vendor;
}

/** Passes a request on, and what comes of it back, a break of the connection too. */
function forward(origin: string, from: IncomingMessage, body: Buffer, response: ServerResponse): void {
  const { method, headers } = from;
  const sent = request(`${origin}${from.url ?? ''}`, { method, headers }, (answered) => {
    response.writeHead(answered.statusCode ?? 500, answered.headers);
    answered.pipe(response);
    answered.once('error', () => response.destroy());
  });
  sent.once('error', () => response.destroy());
  response.once('close', () => sent.destroy());
  sent.end(body);
}

/** What the last message says. */
export function textOf(body: JsonObject): string {
  const messages = body['messages'] as readonly { readonly content: Json }[] | undefined;
  const content = messages?.at(-1)?.content;
  return typeof content === 'string' ? content : JSON.stringify(content);
}

/** The file of a form: what is between the empty line behind its head and the last boundary. */
export function fileOf(form: string): string {
  const part = form.slice(form.indexOf('filename='));
  const text = part.slice(part.indexOf('\r\n\r\n') + 4);
  return text.slice(0, text.lastIndexOf('\r\n--'));
}

export function written(line: Json): string {
  return `${JSON.stringify(line)}\n`;
}

function missingLine({ customId }: TakenLine, status: string): string {
  const code = status === 'expired' ? 'batch_expired' : 'batch_cancelled';
  const error = { code, message: 'This request was not executed.' };
  return written({ id: `batch_req_${customId}`, custom_id: customId, response: null, error });
}

function openAiBatch({ id, endpoint, metadata, status, error, outputId, errorId, lines }: TakenBatch): Json {
  return {
    ...{ id, object: 'batch', endpoint, metadata, status, completion_window: '24h', created_at: 1_741_967_569 },
    errors:
      error === undefined ? null : { object: 'list', data: [{ code: error, message: 'No.', line: null, param: null }] },
    ...{ output_file_id: outputId ?? null, error_file_id: errorId ?? null },
    request_counts: { total: lines.length, completed: 0, failed: 0 },
  };
}

function messageBatch({ id, status, lines, at }: TakenBatch, origin: string): Json {
  const isEnded = status !== 'in_progress' && status !== 'cancelling';
  return {
    ...{ id, type: 'message_batch', created_at: at.toISOString(), expires_at: at.toISOString() },
    processing_status: isEnded ? 'ended' : status === 'cancelling' ? 'canceling' : 'in_progress',
    request_counts: { processing: lines.length, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
    results_url: isEnded ? `${origin}/v1/messages/batches/${id}/results` : null,
  };
}

function completion(body: JsonObject, text: string): JsonObject {
  const { input: prompt_tokens, output: completion_tokens } = USAGE;
  return {
    ...{ id: 'chatcmpl-1', object: 'chat.completion', created: 1_741_967_569, model: body['model'] ?? '' },
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop', logprobs: null }],
    usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
  };
}

function message(body: JsonObject, text: string): JsonObject {
  return {
    ...{ id: 'msg_1', type: 'message', role: 'assistant', model: body['model'] ?? '' },
    ...{ content: [{ type: 'text', text }], stop_reason: 'end_turn', stop_sequence: null },
    usage: { input_tokens: USAGE.input, output_tokens: USAGE.output },
  };
}
