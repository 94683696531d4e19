import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import type { SubmitTrouble } from './batch-vendor.js';
import { sendJson } from './http-helpers.js';
import { listen } from './listen.js';

/** A job as it was handed in. */
export interface TakenJob {
  readonly id: string;
  readonly body: JsonObject;
  status: 'Submitted' | 'Stopping' | 'Completed' | 'PartiallyCompleted' | 'Failed' | 'Expired' | 'Stopped';
}

export interface JobRecord {
  readonly recordId: string;
  readonly modelInput: JsonObject;
}

/** How a record is answered: the text, or an HTTP status other than 200. */
export type RecordScript = (record: JobRecord) => string | number;

/**
 * Amazon Bedrock's batches, whose lines and answers lie in a real S3 server, and its single requests by Converse and InvokeModel, as the
 * service model and the user guide have them. Jobs end at the first question unless they are held.
 */
export interface BedrockBatchVendor {
  readonly origin: string;
  readonly jobs: readonly TakenJob[];
  /** Requests that came by themselves. */
  readonly singles: readonly JsonObject[];
  readonly stops: readonly string[];
  script: RecordScript;
  /** Jobs do not end by themselves from now on. */
  hold(): void;
  trouble(...next: readonly SubmitTrouble[]): void;
  /** What the job was given. */
  recordsOf(job: TakenJob): Promise<readonly JobRecord[]>;
  /** Writes so many of the answers, all unless given, and ends the job. */
  end(job: TakenJob, status: TakenJob['status'], answered?: number): Promise<void>;
  reset(): void;
  close(): Promise<void>;
}

export const TOKENS = { input: 10, output: 100 };

export async function startBedrockBatchVendor(s3: S3Client): Promise<BedrockBatchVendor> {
  let [jobs, singles, stops, troubles]: [TakenJob[], JsonObject[], string[], SubmitTrouble[]] = [[], [], [], []];
  let isHeld = false;
  let count = 0;

  const recordsOf = async ({ body }: TakenJob): Promise<readonly JobRecord[]> => {
    const { Body } = await s3.send(new GetObjectCommand(placeOf(uriOf(body, 'input'))));
    const text = (await Body?.transformToString()) ?? '';
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as JobRecord);
  };
  const outputOf = (job: TakenJob, record: JobRecord): Json => {
    const said = vendor.script(record);
    const error = { errorCode: said, errorMessage: 'No.' };
    const answer = typeof said === 'string' ? { modelOutput: answerOf(job.body, said, record.modelInput) } : { error };
    return { ...record, ...answer };
  };
  const end: BedrockBatchVendor['end'] = async (job, status, answered) => {
    const records = status === 'Failed' ? [] : await recordsOf(job);
    // In no order that anybody has asked for.
    const done = records.slice(0, answered ?? records.length).toReversed();
    const lines = done.map((record) => `${JSON.stringify(outputOf(job, record))}\n`).join('');
    const { Bucket, Key } = placeOf(uriOf(job.body, 'output'));
    const put = (name: string, text: string): Promise<unknown> =>
      s3.send(new PutObjectCommand({ Bucket, Key: `${Key}${job.id}/${name}`, Body: text }));
    if (lines !== '') await put('input.jsonl.out', lines);
    await put('manifest.json.out', JSON.stringify({ totalRecordCount: records.length }));
    job.status = status;
  };

  const take = (body: JsonObject, response: ServerResponse): void => {
    const trouble = troubles.shift();
    if (trouble === 'lost') return void response.destroy();
    const job: TakenJob = { id: `abc${String(++count).padStart(9, '0')}`, body, status: 'Submitted' };
    jobs.push(job);
    if (trouble === 'cut') return void response.destroy();
    if (trouble !== 'stand') sendJson(response, 200, { jobArn: arnOf(job) });
  };
  const answer = async (asked: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(asked.url ?? '/', 'http://fake');
    const text = (await buffer(asked)).toString();
    const body = text === '' ? {} : (JSON.parse(text) as JsonObject);
    const signed = asked.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ') === true;
    if (!signed) return sendJson(response, 403, { message: 'Missing Authentication Token' });
    const [, model, operation = ''] = /^\/model\/([^/]+)\/(converse|invoke)$/.exec(pathname) ?? [];
    if (model !== undefined) {
      singles.push(body);
      const asked = { modelInvocationType: TYPES[operation] ?? '', modelId: decodeURIComponent(model) };
      return sendJson(response, 200, answerOf(asked, 'single', body));
    }
    if (pathname === '/model-invocation-job') return take(body, response);
    if (pathname === '/model-invocation-jobs') {
      const named = jobs.filter((job) => String(job.body['jobName']).includes(searchParams.get('nameContains') ?? ''));
      return sendJson(response, 200, { invocationJobSummaries: named.map(shown) });
    }
    const [, id, stop] = /^\/model-invocation-job\/([a-z0-9]{12})(\/stop)?$/.exec(pathname) ?? [];
    const job = jobs.find((one) => one.id === id);
    if (job === undefined) return sendJson(response, 404, { message: `There is no ${pathname}.` });
    if (stop !== undefined) {
      stops.push(job.id);
      job.status = 'Stopping';
      return sendJson(response, 200, {});
    }
    if (job.status === 'Submitted' && !isHeld) await end(job, 'Completed');
    sendJson(response, 200, shown(job));
  };
  const { origin, close } = await listen((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  const usual: RecordScript = ({ modelInput }) => `batched: ${lastWordsOf(modelInput)}`;
  const vendor: BedrockBatchVendor = {
    origin,
    get jobs() {
      return jobs;
    },
    get singles() {
      return singles;
    },
    get stops() {
      return stops;
    },
    script: usual,
    hold: () => {
      isHeld = true;
    },
    trouble: (...next) => {
      troubles = [...next];
    },
    recordsOf,
    end,
    reset: () => {
      [jobs, singles, stops, troubles, isHeld] = [[], [], [], [], false];
      vendor.script = usual;
    },
    close,
  };
  return vendor;
}

const TYPES: { readonly [operation: string]: string | undefined } = { converse: 'Converse', invoke: 'InvokeModel' };

/** What the last message says, or what vectors are asked for. */
export function lastWordsOf(body: JsonObject): string {
  if (typeof body['inputText'] === 'string') return body['inputText'];
  const messages = body['messages'] as readonly { readonly content: string | readonly { readonly text: string }[] }[];
  const content = messages.at(-1)?.content ?? '';
  return typeof content === 'string' ? content : content.map(({ text }) => text).join('');
}

function answerOf({ modelInvocationType, modelId }: JsonObject, text: string, asked: JsonObject): JsonObject {
  const { input, output } = TOKENS;
  if (String(modelId).startsWith('amazon.titan-embed-text')) {
    // A vector that tells how long the text is.
    const embedding = [0.5, lastWordsOf(asked).length];
    return { embedding, embeddingsByType: { float: embedding }, inputTextTokenCount: input };
  }
  if (modelInvocationType === 'InvokeModel') {
    return {
      ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude', content: [{ type: 'text', text }] },
      ...{ stop_reason: 'end_turn', stop_sequence: null, usage: { input_tokens: input, output_tokens: output } },
    };
  }
  return {
    ...{ metrics: { latencyMs: 12 }, stopReason: 'end_turn' },
    output: { message: { role: 'assistant', content: [{ text }] } },
    usage: { inputTokens: input, outputTokens: output, totalTokens: input + output },
  };
}

/** `GetModelInvocationJobResponse`, and a summary of the list. */
function shown(job: TakenJob): JsonObject {
  const { jobName, modelId, roleArn, inputDataConfig, outputDataConfig } = job.body as { [name: string]: Json };
  return {
    ...{
      jobArn: arnOf(job),
      jobName: jobName ?? '',
      modelId: modelId ?? '',
      roleArn: roleArn ?? '',
      status: job.status,
    },
    ...{ submitTime: '2026-11-26T00:00:00Z', message: job.status === 'Failed' ? 'No.' : '' },
    ...{ inputDataConfig: inputDataConfig ?? {}, outputDataConfig: outputDataConfig ?? {} },
  };
}

function arnOf({ id }: TakenJob): string {
  return `arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/${id}`;
}

interface DataConfigs {
  readonly inputDataConfig: { readonly s3InputDataConfig: { readonly s3Uri: string } };
  readonly outputDataConfig: { readonly s3OutputDataConfig: { readonly s3Uri: string } };
}

function uriOf(body: JsonObject, which: 'input' | 'output'): string {
  const { inputDataConfig, outputDataConfig } = body as unknown as DataConfigs;
  return which === 'input' ? inputDataConfig.s3InputDataConfig.s3Uri : outputDataConfig.s3OutputDataConfig.s3Uri;
}

function placeOf(uri: string): { readonly Bucket: string; readonly Key: string } {
  const [, Bucket = '', Key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
  return { Bucket, Key };
}
