import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import { fileOf, type LineScript, type TakenLine, textOf, USAGE, written } from './batch-vendor.js';
import { sendJson } from './http-helpers.js';
import { listen } from './listen.js';

/** Whose batches they are: OpenAI's at four places, which differ in what they keep and say, Together's and Voyage's, which begin otherwise, and xAI's and OpenRouter's own. */
export type BatchPlace = 'openai' | 'azure' | 'groq' | 'alibaba' | 'together' | 'voyage' | 'xai' | 'openrouter';

export interface PlacedBatch {
  readonly id: string;
  readonly place: BatchPlace;
  readonly asked: JsonObject;
  readonly lines: readonly TakenLine[];
  readonly headers: IncomingMessage['headers'];
  status: 'in_progress' | 'completed' | 'failed' | 'expired';
  /** As many of its first lines as are answered. */
  answered: number;
  outputId?: string;
  errorId?: string;
  /** Of OpenRouter's, which have no files. */
  isDeleted?: boolean;
}

export interface CompatibleBatchVendor {
  readonly origin: string;
  readonly batches: readonly PlacedBatch[];
  /** Requests that came by themselves, with their places. */
  readonly singles: readonly (readonly [BatchPlace, JsonObject])[];
  readonly fileIds: readonly string[];
  script: LineScript;
  /** How batches end from now on, at the first question: all of them well unless said. */
  ending: Pick<PlacedBatch, 'status'> & { readonly answered?: number };
  /** The next hand-in is taken on, and the connection breaks. */
  cutNext(): void;
  reset(): void;
  close(): Promise<void>;
}

interface Asked {
  readonly place: BatchPlace;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  readonly headers: IncomingMessage['headers'];
}

type Route = (
  asked: Asked & { readonly id: string; readonly batch: PlacedBatch | undefined },
  response: ServerResponse,
) => void;

const ADDRESS = /^\/(openai|azure(?=\/openai)|groq|alibaba|together|voyage|xai|openrouter)(?:\/openai)?\/v1(\/.*)$/;
const WELL = { status: 'completed' as const };

/** `{origin}/openai/v1`, `{origin}/azure/openai/v1`, and `{origin}/groq/v1` as those of all the others. */
export async function startCompatibleBatchVendor(): Promise<CompatibleBatchVendor> {
  let batches: PlacedBatch[] = [];
  let singles: (readonly [BatchPlace, JsonObject])[] = [];
  let files = new Map<string, string>();
  const unread = new Set<string>();
  let isCutNext = false;
  let count = 0;
  const nextId = (prefix: string): string => `${prefix}_${++count}`;
  const putFile = (text: string): string => {
    const id = nextId('file');
    files.set(id, text);
    return id;
  };
  const end = (batch: PlacedBatch): void => {
    const { status, answered = batch.lines.length } = vendor.ending;
    Object.assign(batch, { status, answered: status === 'failed' ? 0 : answered });
    if (status === 'failed' || batch.place === 'xai' || batch.place === 'openrouter') return;
    const done = batch.lines.slice(0, answered).toReversed();
    const missing = batch.lines.slice(answered).map(({ customId }) => missingLine(batch.place, customId));
    batch.outputId = putFile(done.map((line) => answeredLine(line, vendor.script)).join(''));
    if (missing.length > 0) batch.errorId = putFile(missing.join(''));
  };
  const take = ({ place, body, headers }: Asked, response: ServerResponse): void => {
    const asked = JSON.parse(body.toString()) as JsonObject;
    const rows =
      place === 'openrouter' ? inlineRows(body.toString()) : fileRows(files.get(String(asked['input_file_id'])) ?? '');
    // Those of these name no method, and all others do.
    const areBare = ['together', 'voyage', 'openrouter'].includes(place);
    const isWrong = !rows || (place === 'voyage' && !isAskedOfVoyage(asked, rows));
    if (isWrong || rows.some(({ method }) => (method === undefined) !== areBare)) {
      return sendJson(response, 400, { error: { message: 'A line that is none.' } });
    }
    const lines = rows.map(({ custom_id: customId, body: request }) => ({ customId, body: request }));
    const batch: PlacedBatch = {
      id: nextId('batch'),
      place,
      asked,
      lines,
      headers,
      status: 'in_progress',
      answered: 0,
    };
    batches.push(batch);
    if (isCutNext) {
      isCutNext = false;
      return void response.destroy();
    }
    sendJson(response, 200, place === 'together' ? { job: shown(batch) } : shown(batch));
  };
  const single: Route = ({ place, body }, response) => {
    const line = JSON.parse(body.toString()) as JsonObject;
    singles.push([place, line]);
    sendJson(response, 200, answerTo(line, 'single'));
  };
  const routes: { readonly [route: string]: Route | undefined } = {
    'POST /files': ({ place, body }, response) => {
      if (place === 'together') return sendJson(response, 404, { error: { message: 'There is no such.' } });
      const file = putFile(fileOf(body.toString()));
      // Azure reads a file first.
      if (place === 'azure') unread.add(file);
      sendJson(response, 200, { id: file, object: 'file', status: place === 'azure' ? 'pending' : 'processed' });
    },
    // Together's, whose form has the file's name and another purpose.
    'POST /files/upload': ({ body }, response) => {
      const form = body.toString();
      const isWhole = ['name="purpose"\r\n\r\nbatch-api\r\n', 'name="file_name"'].every((part) => form.includes(part));
      if (isWhole) sendJson(response, 200, { id: putFile(fileOf(form)), object: 'file', purpose: 'batch-api' });
      else sendJson(response, 400, { error: { message: 'Missing required fields.' } });
    },
    'GET /files/:id': ({ id }, response) => {
      unread.delete(id);
      sendJson(response, 200, { id, object: 'file', status: 'processed' });
    },
    'GET /files/:id/content': ({ id }, response) => void response.writeHead(200).end(files.get(id) ?? ''),
    'DELETE /files/:id': ({ id }, response) => {
      files.delete(id);
      sendJson(response, 200, { id, deleted: true });
    },
    'POST /batches': (asked, response) => {
      const file = String((JSON.parse(asked.body.toString()) as JsonObject)['input_file_id']);
      if (unread.has(file)) sendJson(response, 400, { error: { message: 'Not read.' } });
      else take(asked, response);
    },
    'GET /batches': ({ place }, response) => {
      const own = batches.filter((one) => one.place === place).map(shown);
      if (place === 'together') sendJson(response, 200, own);
      else if (place === 'openrouter')
        sendJson(response, 200, { object: 'list', data: own, last_id: null, has_more: false });
      else sendJson(response, 200, place === 'xai' ? { batches: own } : { object: 'list', data: own, has_more: false });
    },
    'GET /batches/:id': ({ batch }, response) => {
      if (batch?.status === 'in_progress') end(batch);
      if (batch) sendJson(response, 200, shown(batch));
      else sendJson(response, 404, {});
    },
    'GET /batches/:id/results': ({ place, batch, query }, response) => {
      if (place === 'openrouter')
        sendJson(response, 200, rowsPage(batch, Number(query.get('cursor') ?? 0), vendor.script));
      else sendJson(response, 200, resultsPage(batch, Number(query.get('pagination_token') ?? 0), vendor.script));
    },
    'DELETE /batches/:id': ({ batch }, response) => {
      if (batch) batch.isDeleted = true;
      sendJson(response, 200, { id: batch?.id ?? '', deletion: { openrouter: 'deleted' } });
    },
    'POST /chat/completions': single,
    'POST /embeddings': single,
  };
  const answer = (asked: Asked, response: ServerResponse): void => {
    const { method, path } = asked;
    const [, id = '', rest = ''] = /^\/(?:files|batches)\/((?:file|batch)_\d+)(.*)$/.exec(path) ?? [];
    const route = `${method} ${id === '' ? path : path.replace(id, ':id')}`;
    const batch = batches.find((one) => one.id === id);
    const reply = routes[route];
    if (!reply) return sendJson(response, 404, { error: { message: `There is no ${route}${rest}.` } });
    reply({ ...asked, id, batch }, response);
  };
  const { origin, close } = await listen((request, response) => {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://fake');
    const [, place, path] = ADDRESS.exec(pathname) ?? [];
    if (place === undefined || path === undefined)
      return void sendJson(response, 404, { error: { message: pathname } });
    const { method = '', headers } = request;
    buffer(request)
      .then((body) => answer({ place: place as BatchPlace, method, path, query, body, headers }, response))
      .catch(() => response.destroy());
  });
  const usual: LineScript = ({ body }) => `batched: ${textOf(body)}`;
  const vendor: CompatibleBatchVendor = {
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
    script: usual,
    ending: WELL,
    cutNext: () => {
      isCutNext = true;
    },
    reset: () => {
      [batches, singles, files, isCutNext] = [[], [], new Map(), false];
      Object.assign(vendor, { script: usual, ending: WELL });
    },
    close,
  };
  return vendor;
}

/** A window of its own, the parameters once for all lines, and inputs alone in each. */
function isAskedOfVoyage(asked: JsonObject, rows: readonly { readonly body: JsonObject }[]): boolean {
  const parameters = asked['request_params'] as JsonObject | undefined;
  if (asked['completion_window'] !== '12h' || typeof parameters?.['model'] !== 'string') return false;
  return asked['endpoint'] === '/v1/embeddings' && rows.every(({ body }) => Object.keys(body).join() === 'input');
}

/** As the place shows a batch: Azure and Together write how it stands with capitals and keep no metadata, as Alibaba may do, and xAI counts. */
function shown(batch: PlacedBatch): Json {
  const { id, place, asked, status, answered, lines, outputId, errorId } = batch;
  if (place === 'together') return shownByTogether(batch);
  if (place === 'openrouter') {
    const counts = { total: lines.length, completed: answered, failed: lines.length - answered };
    const ids = { id, object: 'batch', endpoint: asked['endpoint'] ?? '', model: asked['model'] ?? '' };
    const error = status === 'failed' ? { message: 'A line that is none.' } : null;
    return { ...ids, status, request_counts: counts, results: null, error };
  }
  if (place === 'xai') {
    const isRefused = status === 'failed';
    const pending = status === 'in_progress' ? lines.length : 0;
    return {
      ...{ batch_id: id, name: asked['name'] ?? '', cancel_time: isRefused ? '2026-11-26' : null },
      ...(isRefused && { cancel_by_xai_message: 'The file is none.' }),
      state: { num_requests: isRefused ? 0 : lines.length, num_pending: pending, num_success: answered },
    };
  }
  const isAzure = place === 'azure';
  const keepsMetadata = !isAzure && place !== 'alibaba';
  return {
    ...{ id, object: 'batch', endpoint: asked['endpoint'] ?? '', input_file_id: asked['input_file_id'] ?? '' },
    ...{ status: isAzure ? `${status.charAt(0).toUpperCase()}${status.slice(1)}` : status, errors: null },
    ...{ metadata: keepsMetadata ? (asked['metadata'] ?? null) : null },
    ...{ output_file_id: outputId ?? null, error_file_id: errorId ?? null },
  };
}

/** Without what there is not. */
function shownByTogether({ id, asked, status, outputId, errorId }: PlacedBatch): Json {
  return {
    ...{ id, status: status.toUpperCase(), endpoint: asked['endpoint'] ?? '', progress: 100 },
    input_file_id: asked['input_file_id'] ?? '',
    ...(outputId !== undefined && { output_file_id: outputId }),
    ...(errorId !== undefined && { error_file_id: errorId }),
  };
}

function answeredLine(line: TakenLine, script: LineScript): string {
  const said = script(line);
  const response =
    typeof said === 'number'
      ? { status_code: said, request_id: 'r', body: { error: { message: 'No.', type: 'fake', code: null } } }
      : { status_code: 200, request_id: 'r', body: answerTo(line.body, said) };
  return written({ id: 'batch_req_1', custom_id: line.customId, response, error: null });
}

function missingLine(place: BatchPlace, customId: string): string {
  if (place === 'together') {
    return written({ custom_id: customId, error: { message: 'Request timeout', code: 'timeout' } });
  }
  const error = { code: 'batch_expired', message: 'This request was not executed.' };
  return written({ id: 'batch_req_1', custom_id: customId, response: null, error });
}

/** Two at a time, the last first. */
function resultsPage(batch: PlacedBatch | undefined, from: number, script: LineScript): Json {
  const done = batch?.lines.slice(0, batch.answered).toReversed() ?? [];
  const page = done.slice(from, from + 2);
  return {
    results: page.map((line) => {
      const said = script(line);
      const result =
        typeof said === 'number'
          ? { error: { code: 3, message: 'No.' } }
          : { response: { chat_get_completion: answerTo(line.body, said) } };
      return { batch_request_id: line.customId, batch_result: result };
    }),
    ...(from + 2 < done.length && { pagination_token: String(from + 2) }),
  };
}

interface Row {
  readonly custom_id: string;
  readonly method?: string;
  readonly body: JsonObject;
}

function fileRows(text: string): readonly Row[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
}

/** OpenRouter's, which must come last, and be of the one model. */
function inlineRows(text: string): readonly Row[] | undefined {
  const { model, requests, ...rest } = JSON.parse(text) as { model: string; requests: readonly Row[] };
  const isWhole = Object.keys(rest).join() === 'endpoint' && text.endsWith(']}');
  return isWhole && requests.every(({ body }) => body['model'] === model) ? requests : undefined;
}

/** Two at a time, the last first; the lines that are not answered have an error. */
function rowsPage(batch: PlacedBatch | undefined, from: number, script: LineScript): Json {
  const { lines = [], answered = 0 } = batch ?? {};
  const rows = lines.map((line, index): Json => {
    const row = { id: `result-${index}`, custom_id: line.customId };
    if (index >= answered)
      return { ...row, response: null, error: { message: 'No.', type: 'server_error', param: null } };
    const said = script(line);
    const body = typeof said === 'number' ? { error: { code: said, message: 'No.' } } : answerTo(line.body, said);
    const status = typeof said === 'number' ? said : 200;
    return { ...row, response: { status_code: status, request_id: null, body }, error: null };
  });
  const hasMore = from + 2 < rows.length;
  const next = hasMore ? String(from + 2) : null;
  return { object: 'list', data: rows.toReversed().slice(from, from + 2), has_more: hasMore, next_cursor: next };
}

function answerTo(body: JsonObject, text: string): JsonObject {
  const { input: prompt, output } = USAGE;
  const model = body['model'] ?? '';
  if ('input' in body) {
    const data = [{ object: 'embedding', index: 0, embedding: [0.25, -1] }];
    return { object: 'list', data, model, usage: { prompt_tokens: prompt, total_tokens: prompt } };
  }
  return {
    ...{ id: 'chatcmpl-1', object: 'chat.completion', created: 1_741_967_569, model },
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop', logprobs: null }],
    usage: { prompt_tokens: prompt, completion_tokens: output, total_tokens: prompt + output },
  };
}
