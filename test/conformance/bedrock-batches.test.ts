import { describe, expect, it } from 'vitest';
import type { S3Objects } from '../../activities/providers/aws-s3.js';
import { createControlPlaneEndpoint } from '../../activities/providers/bedrock/batches/control-plane.js';
import { createBedrockBatches } from '../../activities/providers/bedrock/batches/create-bedrock-batches.js';
import { fromOutputRecord } from '../../activities/providers/bedrock/batches/from-invocation-job.js';
import { createBedrock } from '../../activities/providers/bedrock/create-bedrock.js';
import { bedrockAttempt, GPT_OSS, NOVA, SONNET_46 } from '../../activities/providers/bedrock/test-attempt.js';
import type { VendorHttp, VendorResponse } from '../../activities/providers/http.js';
import type { BatchedLine, VendorBatches } from '../../activities/providers/port.js';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import { loadBedrockModel } from './aws-service-model.js';
import { sought } from './batches-http.js';
import { embeddingAttempt, mediaOffers } from './media-exchange.js';

// Batches of Amazon Bedrock as its service model describes them, and as its user guide shows their files.

const model = loadBedrockModel('bedrock');
const signal = new AbortController().signal;
const place = {
  bucket: 's3://my-bucket/sluice',
  roleArn: 'arn:aws:iam::123456789012:role/batches',
  minLines: 100,
} as const;
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 's' };
const arn = 'arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/abc123def456';
const input = { key: 'vb_0123456789abcdef0123456789abcdef', endpoint: `Converse ${NOVA}`, lines: linesOf(), signal };
const uploaded = { input: `s3://my-bucket/sluice/${input.key}/input.jsonl` };

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string;
}

interface Account extends VendorBatches {
  readonly sent: readonly Sent[];
  /** Objects by their addresses; the next `list` gives all of them. */
  readonly stored: Map<string, string>;
}

/** An account whose vendor answers each question so. */
function account(answer: Json = {}, status = 200): Account {
  const sent: Sent[] = [];
  const stored = new Map<string, string>();
  const answering = (method: string) => async (request: Omit<Sent, 'method'>) => {
    sent.push({ method, ...request });
    return responseOf(status, JSON.stringify(answer));
  };
  const http: VendorHttp = { postJson: answering('POST'), getJson: answering('GET'), close: () => Promise.resolve() };
  const access = { type: 'signed', credentials: () => Promise.resolve(keys) } as const;
  const providerBy = (by: VendorHttp) => createBedrock({ region: 'us-east-1', keys, http: by });
  const endpoint = createControlPlaneEndpoint({ region: 'us-east-1', access });
  const batches = createBedrockBatches({
    ...{ ...place, region: 'us-east-1', endpoint, objects: objectsIn(stored), http, providerBy },
  });
  return { ...batches, sent, stored };
}

function responseOf(status: number, text: string): VendorResponse {
  return {
    ...{ status, headers: { 'content-type': 'application/json' }, readText: () => Promise.resolve(text) },
    ...{ stream: piecesOf(text), discard: () => undefined, release: () => undefined },
  };
}

async function* piecesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function objectsIn(stored: Map<string, string>): S3Objects {
  return {
    put: async (object, pieces) => {
      let text = '';
      for await (const piece of pieces) text += Buffer.from(piece).toString();
      stored.set(object, text);
    },
    list: (beginning) =>
      Promise.resolve([...stored.keys()].filter((name) => name.startsWith(beginning)) as `s3://${string}`[]),
    read: (object) => piecesOf(stored.get(object) ?? ''),
    removeAll: async (beginning) => {
      for (const name of stored.keys()) if (name.startsWith(beginning)) stored.delete(name);
    },
  };
}

async function* linesOf(...lines: readonly BatchedLine[]): AsyncGenerator<BatchedLine> {
  yield* lines;
}

describe('a batch of Bedrock', () => {
  it('is handed in as its service model has it, signed, with our key in its name and its token', async () => {
    const own = account({ jobArn: arn });
    expect(await own.submit(input, uploaded)).toEqual({ id: 'abc123def456' });
    const [sent] = own.sent;
    expect(sent).toMatchObject({ method: 'POST', url: 'https://bedrock.us-east-1.amazonaws.com/model-invocation-job' });
    expect(sent?.headers['authorization']).toContain('/us-east-1/bedrock/aws4_request');
    const body = JSON.parse(sent?.body ?? '') as JsonObject;
    expect(body).toEqual({
      jobName: 'sluice-vb-0123456789abcdef0123456789abcdef',
      clientRequestToken: 'vb-0123456789abcdef0123456789abcdef',
      roleArn: place.roleArn,
      modelId: NOVA,
      modelInvocationType: 'Converse',
      inputDataConfig: { s3InputDataConfig: { s3InputFormat: 'JSONL', s3Uri: uploaded.input } },
      outputDataConfig: { s3OutputDataConfig: { s3Uri: `s3://my-bucket/sluice/${input.key}/output/` } },
      timeoutDurationInHours: 24,
    });
    const validate = model?.validator('CreateModelInvocationJobRequest');
    if (validate) expect(validate(body), JSON.stringify(validate.errors)).toBe(true);
  });

  it('is refused as a whole, or fails with the vendor', async () => {
    const refusal = { message: 'The provided model is not supported for batch inference.' };
    const failureOf = (status: number) =>
      account(refusal, status)
        .submit(input, uploaded)
        .catch((error: unknown) => (error as { failure: unknown }).failure);
    expect(await failureOf(400)).toEqual({ class: 'invalid_request', httpStatus: 400 });
    expect(await failureOf(403)).toMatchObject({ class: 'permission' });
    expect(await failureOf(500)).toMatchObject({ class: 'vendor_error' });
  });

  it('is found by its whole name among those that are listed', async () => {
    const named = (jobName: string) => ({ jobName, jobArn: arn });
    const others = account({ invocationJobSummaries: [named(`sluice-${input.key.replace('_', '-')}0`)] });
    expect(await others.find?.({ ...sought, key: input.key }, signal)).toBeUndefined();
    const own = account({ invocationJobSummaries: [named('another'), named(`sluice-${input.key.replace('_', '-')}`)] });
    expect(await own.find?.({ ...sought, key: input.key }, signal)).toEqual({ id: 'abc123def456' });
    expect(own.sent[0]?.url).toBe(
      `https://bedrock.us-east-1.amazonaws.com/model-invocation-jobs?maxResults=100&nameContains=sluice-${input.key.replace('_', '-')}`,
    );
  });

  it.each([
    ['Submitted', undefined],
    ['Validating', undefined],
    ['Scheduled', undefined],
    ['InProgress', undefined],
    ['Stopping', undefined],
    ['Completed', 'vendor_error'],
    ['Failed', 'vendor_error'],
    ['PartiallyCompleted', 'timeout_total'],
    ['Expired', 'timeout_total'],
    ['Stopped', 'cancelled'],
  ])('that is %s has lines without an answer by %s', async (status, failure) => {
    const output = `s3://my-bucket/sluice/${input.key}/output/`;
    const own = account({ status, outputDataConfig: { s3OutputDataConfig: { s3Uri: output } } });
    const answers = `${output}abc123def456/input.jsonl.out`;
    own.stored.set(answers, '').set(`${output}abc123def456/manifest.json.out`, '');
    expect(await own.check({ id: 'abc123def456' }, signal)).toEqual(
      failure === undefined
        ? { status: 'running' }
        : { status: 'ended', results: [answers], missing: { class: failure } },
    );
    expect(own.sent[0]).toMatchObject({
      url: expect.stringMatching(/\/model-invocation-job\/abc123def456$/) as string,
    });
  });

  it('keeps its lines and answers in a folder of its own, of which nothing is left', async () => {
    const own = account();
    const lines = [
      { customId: 'req_1-1', body: { messages: [] } },
      { customId: 'req_2-1', body: { messages: [] } },
    ];
    expect(await own.upload?.({ ...input, lines: linesOf(...lines) })).toEqual(uploaded);
    expect(own.stored.get(uploaded.input)).toBe(
      '{"recordId":"req_1-1","modelInput":{"messages":[]}}\n{"recordId":"req_2-1","modelInput":{"messages":[]}}\n',
    );
    own.stored.set(`s3://my-bucket/sluice/${input.key}/output/x/input.jsonl.out`, '').set('s3://my-bucket/other', '');
    await own.remove({ batch: { id: 'abc123def456' }, uploaded }, signal);
    expect([...own.stored.keys()]).toEqual(['s3://my-bucket/other']);
  });

  it('has what the adapter would send, by the operation that it would send it to', async () => {
    const own = account();
    const words = { messages: [{ role: 'user', content: [{ text: 'hi' }] }] };
    expect(await own.capture(bedrockAttempt({}, NOVA))).toMatchObject({ endpoint: `Converse ${NOVA}`, body: words });
    const source = { dialect: 'anthropic-messages', body: {} } as const;
    expect(await own.capture(bedrockAttempt({ source }, SONNET_46))).toMatchObject({
      ...{ endpoint: `InvokeModel ${SONNET_46}`, body: { anthropic_version: 'bedrock-2023-05-31' } },
    });
    const tools = [{ type: 'function', name: 'f', parameters: {} }] as const;
    await expect(own.capture(bedrockAttempt({ tools }, NOVA))).rejects.toMatchObject({
      failure: { class: 'model_not_found' },
    });
    expect(own.sent).toEqual([]);
  });

  it('has one text of Titan’s a line, as InvokeModel takes it, and refuses several as by themselves', async () => {
    const own = account();
    const text = 'bedrock/amazon.titan-embed-text-v2:0';
    expect(await own.capture(embeddingAttempt(text, 'Hello, world!'))).toEqual({
      ...{ endpoint: 'InvokeModel amazon.titan-embed-text-v2:0', body: { inputText: 'Hello, world!' } },
    });
    const source = { type: 'base64', mediaType: 'image/png', data: 'AAAA' } as const;
    expect(
      await own.capture(embeddingAttempt('bedrock/amazon.titan-embed-image-v1', { type: 'image', source })),
    ).toEqual({ endpoint: 'InvokeModel amazon.titan-embed-image-v1', body: { inputImage: 'AAAA' } });
    await expect(own.capture(embeddingAttempt(text, 'one', 'two'))).rejects.toMatchObject({
      failure: { class: 'invalid_request' },
    });
    expect(own.sent).toEqual([]);
  });

  it('reads vectors, and what they took, of the body alone', async () => {
    const attempt = embeddingAttempt('bedrock/amazon.titan-embed-text-v2:0', 'Hello, world!');
    // As recorded of InvokeModel, whose header with the same count no batch has.
    const recorded = { embedding: [-0.09, 0.19], embeddingsByType: { float: [-0.09, 0.19] }, inputTextTokenCount: 5 };
    const record = fromOutputRecord({ recordId: 'req_1-1', modelInput: {}, modelOutput: recorded });
    expect(record).toEqual({ customId: 'req_1-1', answer: { status: 200, body: recorded } });
    const events = [];
    const { media } = account().answering({ status: 200, body: recorded });
    for await (const frame of media!.embedding!(attempt)) events.push(...frame.events);
    expect(events).toContainEqual({ type: 'embedding', index: 0, values: [-0.09, 0.19] });
    expect(events).toContainEqual({ type: 'usage', usage: { units: { input: 5 }, source: 'reported' } });
  });

  it('is for conversations of its own region, and for the models of vectors that Bedrock lists', () => {
    const own = account();
    const takes = (changes: Partial<Offer>): boolean => own.takes({ ...bedrockAttempt({}).offer, ...changes });
    expect(takes({ vendorModel: GPT_OSS })).toBe(true);
    expect(takes({ vendorModel: NOVA, region: 'us' })).toBe(true);
    expect(takes({ vendorModel: GPT_OSS, region: 'us-west-2' })).toBe(false);
    expect(takes({ vendorModel: GPT_OSS, region: 'us-gov-west-1' })).toBe(false);
    expect(takes({ kind: 'image' })).toBe(false);
    const batched = mediaOffers.filter(({ kind, vendor }) => kind === 'embedding' && vendor === 'bedrock');
    expect(batched.filter(own.takes).map(({ id }) => id)).toEqual([
      ...['bedrock/amazon.titan-embed-image-v1', 'bedrock/amazon.titan-embed-text-v2:0'],
    ]);
  });

  it('is none of an account that has an API key alone', () => {
    const unused = () => Promise.reject(new Error('nothing is sent'));
    const http = { postJson: unused, getJson: unused, close: () => Promise.resolve() };
    const of = (access: object) => createBedrock({ region: 'us-east-1', ...access, http, batches: place }).batches;
    expect(of({ apiKey: 'k' })).toBeUndefined();
    expect(of({ apiKey: 'k', keys })?.minLines).toBe(100);
  });
});

// https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-results.html
describe('a record of the output', () => {
  const asked = { recordId: '1223213ABCD', modelInput: { inputText: 'Hello world' } };

  it.each([
    [{ modelOutput: { results: [] } }, { answer: { status: 200, body: { results: [] } } }],
    [
      { error: { errorCode: 400, errorMessage: 'bad request' } },
      { answer: { status: 400, body: { message: 'bad request' } } },
    ],
    [{ error: { errorCode: '429' } }, { answer: { status: 429, body: { message: '' } } }],
    [{ error: { errorCode: 'Throttled', errorMessage: 'x' } }, { failure: { class: 'vendor_error' } }],
    [{}, { failure: { class: 'bad_response' } }],
  ])('is read: %o', (record, read) => {
    expect(fromOutputRecord({ ...asked, ...record })).toEqual({ customId: '1223213ABCD', ...read });
  });

  it('that is nobody’s is refused', () => {
    expect(() => fromOutputRecord({ modelOutput: {} })).toThrow('bad_response');
  });
});
