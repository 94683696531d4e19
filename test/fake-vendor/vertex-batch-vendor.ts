import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import type { SubmitTrouble } from './batch-vendor.js';
import { sendJson } from './http-helpers.js';
import { listen } from './listen.js';

/** A job as it was handed in. */
export interface TakenPrediction {
  readonly name: string;
  readonly body: JsonObject;
  state: string;
}

/** A line of its input: `{request}` of Gemini's, `{key, request}` of embeddings', `{custom_id, request}` of Claude's. */
export interface PredictionLine {
  readonly key?: string;
  readonly custom_id?: string;
  readonly request: JsonObject;
}

/** How a line is answered: the text, or an HTTP status other than 200. */
export type PredictionScript = (line: PredictionLine) => string | number;

/**
 * Vertex AI's batch predictions of Gemini, its embeddings and Claude, Cloud Storage's JSON API beside it, and single requests, as Google's discovery
 * documents and guides have them. Jobs end at the first question unless they are held.
 */
export interface VertexBatchVendor {
  readonly origin: string;
  readonly jobs: readonly TakenPrediction[];
  /** Objects by their names, of whatever bucket. */
  readonly objects: ReadonlyMap<string, string>;
  readonly singles: readonly JsonObject[];
  readonly cancels: readonly string[];
  script: PredictionScript;
  hold(): void;
  trouble(...next: readonly SubmitTrouble[]): void;
  linesOf(job: TakenPrediction): readonly PredictionLine[];
  /** Writes so many of the answers, all unless given, and ends the job. */
  end(job: TakenPrediction, state: string, answered?: number): void;
  reset(): void;
  close(): Promise<void>;
}

export const COUNTED = { input: 10, output: 100 };

export async function startVertexBatchVendor(): Promise<VertexBatchVendor> {
  let [jobs, singles, cancels, troubles]: [TakenPrediction[], JsonObject[], string[], SubmitTrouble[]] = [
    [],
    [],
    [],
    [],
  ];
  let objects = new Map<string, string>();
  let isHeld = false;
  let count = 0;

  const linesOf = ({ body }: TakenPrediction): readonly PredictionLine[] =>
    (objects.get(pathOf((body as unknown as JobBody).inputConfig.gcsSource.uris[0] ?? '')) ?? '')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as PredictionLine);
  const outputOf = (line: PredictionLine): string => {
    const said = vendor.script(line);
    const refused = { error: { code: said, message: 'No.', status: 'INVALID_ARGUMENT' } };
    const answer =
      typeof said === 'string'
        ? { status: '', response: lineAnswer(line, said) }
        : { status: `Bad Request: ${JSON.stringify(refused)}`, response: {} };
    return `${JSON.stringify({ ...line, ...answer, processed_time: '2026-11-26T00:00:00.000+00:00' })}\n`;
  };
  const end: VertexBatchVendor['end'] = (job, state, answered) => {
    job.state = state;
    if (state === 'JOB_STATE_FAILED') return;
    const lines = linesOf(job);
    // In no order that anybody has asked for.
    const done = lines.slice(0, answered ?? lines.length).toReversed();
    objects.set(`${pathOf(directoryOf(job))}/predictions.jsonl`, done.map(outputOf).join(''));
  };
  const take = (parent: string, body: JsonObject, response: ServerResponse): void => {
    const trouble = troubles.shift();
    if (trouble === 'lost') return void response.destroy();
    const job: TakenPrediction = { name: `${parent}/batchPredictionJobs/${++count}`, body, state: 'JOB_STATE_PENDING' };
    jobs.push(job);
    if (trouble === 'cut') return void response.destroy();
    if (trouble !== 'stand') sendJson(response, 200, shown(job));
  };
  const storage = (method: string, url: URL, body: Buffer, response: ServerResponse): void => {
    const name = decodeURIComponent(/\/o\/(.*)$/.exec(url.pathname)?.[1] ?? '');
    if (url.pathname.startsWith('/upload/')) {
      objects.set(url.searchParams.get('name') ?? '', body.toString());
      return sendJson(response, 200, { name: url.searchParams.get('name') ?? '' });
    }
    if (name === '') {
      const names = [...objects.keys()].filter((one) => one.startsWith(url.searchParams.get('prefix') ?? ''));
      return sendJson(response, 200, { kind: 'storage#objects', items: names.map((one) => ({ name: one })) });
    }
    if (!objects.has(name)) return sendJson(response, 404, { error: { code: 404, message: 'No such object.' } });
    if (method === 'DELETE') {
      objects.delete(name);
      return void response.writeHead(204).end();
    }
    response.writeHead(200, { 'content-type': 'application/jsonl' }).end(objects.get(name));
  };
  const jobRoutes = (method: string, url: URL, body: JsonObject, response: ServerResponse): void => {
    const [, parent = '', id, verb] =
      /^\/v1\/(.*)\/batchPredictionJobs(?:\/([^:]+))?(:cancel)?$/.exec(url.pathname) ?? [];
    if (id === undefined && method === 'POST') return take(parent, body, response);
    if (id === undefined) {
      const [, wanted] = /^display_name="(.*)"$/.exec(url.searchParams.get('filter') ?? '') ?? [];
      const named = jobs.filter((job) => job.body['displayName'] === wanted);
      return sendJson(response, 200, { batchPredictionJobs: named.map(shown) });
    }
    const job = jobs.find(({ name }) => name === `${parent}/batchPredictionJobs/${id}`);
    if (job === undefined) return sendJson(response, 404, { error: { code: 404, message: 'No such job.' } });
    if (verb !== undefined) {
      cancels.push(job.name);
      job.state = 'JOB_STATE_CANCELLING';
      return sendJson(response, 200, {});
    }
    if (method === 'DELETE') {
      jobs = jobs.filter((one) => one !== job);
      return sendJson(response, 200, {});
    }
    if (job.state === 'JOB_STATE_PENDING' && !isHeld) end(job, 'JOB_STATE_SUCCEEDED');
    sendJson(response, 200, shown(job));
  };
  const answer = async (asked: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(asked.url ?? '/', 'http://fake');
    const body = await buffer(asked);
    if (asked.headers.authorization === undefined)
      return sendJson(response, 401, { error: { code: 401, message: 'No.' } });
    if (url.pathname.includes('/storage/v1/')) return storage(asked.method ?? '', url, body, response);
    const parsed = body.length === 0 ? {} : (JSON.parse(body.toString()) as JsonObject);
    if (url.pathname.includes('/batchPredictionJobs')) return jobRoutes(asked.method ?? '', url, parsed, response);
    singles.push(parsed);
    const single = SINGLES[url.pathname.slice(url.pathname.lastIndexOf(':'))] ?? geminiAnswer;
    sendJson(response, 200, single('single', parsed));
  };
  const { origin, close } = await listen((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  const usual: PredictionScript = ({ request }) => `batched: ${lastSaid(request)}`;
  const vendor: VertexBatchVendor = {
    origin,
    get jobs() {
      return jobs;
    },
    get objects() {
      return objects;
    },
    get singles() {
      return singles;
    },
    get cancels() {
      return cancels;
    },
    script: usual,
    hold: () => {
      isHeld = true;
    },
    trouble: (...next) => {
      troubles = [...next];
    },
    linesOf,
    end,
    reset: () => {
      [jobs, singles, cancels, troubles, isHeld, objects] = [[], [], [], [], false, new Map()];
      vendor.script = usual;
    },
    close,
  };
  return vendor;
}

interface JobBody {
  readonly displayName: string;
  readonly model: string;
  readonly inputConfig: { readonly gcsSource: { readonly uris: readonly string[] } };
  readonly outputConfig: { readonly gcsDestination: { readonly outputUriPrefix: string } };
}

/** In the given directory a new one is created (`GcsDestination`). */
function directoryOf({ body }: TakenPrediction): string {
  const { gcsDestination } = (body as unknown as JobBody).outputConfig;
  return `${gcsDestination.outputUriPrefix}/prediction-model-2026-11-26T00:00:00.000000Z`;
}

function shown(job: TakenPrediction): JsonObject {
  const isStarted = job.state !== 'JOB_STATE_PENDING' && job.state !== 'JOB_STATE_FAILED';
  return {
    ...{ ...job.body, name: job.name, state: job.state, createTime: '2026-11-26T00:00:00Z' },
    ...(isStarted && { outputInfo: { gcsOutputDirectory: directoryOf(job) } }),
  };
}

/** What the last message says. */
export function lastSaid(request: JsonObject): string {
  const contents = request['contents'] as
    readonly { readonly parts: readonly { readonly text: string }[] }[] | undefined;
  const messages = request['messages'] as readonly { readonly content: Json }[] | undefined;
  const said = contents?.at(-1)?.parts.map(({ text }) => text) ?? messages?.at(-1)?.content;
  return Array.isArray(said) ? said.map((one) => (typeof one === 'string' ? one : textOf(one))).join('') : String(said);
}

function textOf(block: Json): string {
  return String((block as JsonObject)['text']);
}

function geminiAnswer(text: string): JsonObject {
  const { input: promptTokenCount, output: candidatesTokenCount } = COUNTED;
  return {
    candidates: [{ index: 0, content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP' }],
    usageMetadata: {
      ...{ promptTokenCount, candidatesTokenCount },
      totalTokenCount: promptTokenCount + candidatesTokenCount,
    },
    ...{ modelVersion: 'gemini', responseId: 'r' },
  };
}

function claudeAnswer(text: string): JsonObject {
  return {
    ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude', content: [{ type: 'text', text }] },
    ...{ stop_reason: 'end_turn', stop_sequence: null },
    usage: { input_tokens: COUNTED.input, output_tokens: COUNTED.output },
  };
}

function lineAnswer({ key, custom_id: name, request }: PredictionLine, said: string): JsonObject {
  if (key !== undefined) return { tokenCount: String(COUNTED.input), embedding: embeddingOf(request) };
  return name === undefined ? geminiAnswer(said) : claudeAnswer(said);
}

/** A vector of two dimensions that tells texts of different lengths apart; none of what is no request for one. */
function embeddingOf({ content }: JsonObject): JsonObject {
  const { parts } = content as { readonly parts: readonly { readonly text: string }[] };
  return { values: [parts.map(({ text }) => text).join('').length, -0.5] };
}

const SINGLES: { readonly [method: string]: ((text: string, asked: JsonObject) => JsonObject) | undefined } = {
  ':rawPredict': claudeAnswer,
  ':embedContent': (_, asked) => ({
    embedding: embeddingOf(asked),
    usageMetadata: { promptTokenCount: COUNTED.input },
  }),
};

function pathOf(uri: string): string {
  return uri.replace(/^gs:\/\/[^/]+\//, '');
}
