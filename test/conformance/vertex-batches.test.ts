import { describe, expect, it } from 'vitest';
import { testAttempt } from '../../activities/providers/google/chat/test-attempt.js';
import type { VendorHttp } from '../../activities/providers/http.js';
import { fixedToken } from '../../activities/providers/token-http.js';
import { fromOutputLine, fromPredictionJob } from '../../activities/providers/vertex/batches/from-prediction-job.js';
import { toInputLine, toPredictionJob } from '../../activities/providers/vertex/batches/to-prediction-job.js';
import { createVertex } from '../../activities/providers/vertex/create-vertex.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { embeddingAttempt, embeddingsOf } from './embedding-attempts.js';
import { loadGoogleSpecification, specified } from './google-specification.js';

// Batches of Vertex AI as its discovery document describes them, and as its guides show their files.

const GEMINI = 'publishers/google/models/gemini-2.5-flash';
const CLAUDE = 'publishers/anthropic/models/claude-sonnet-5';

function batchesAt(location: string) {
  const unused = () => Promise.reject(new Error('nothing is sent'));
  const http: VendorHttp = { postJson: unused, getJson: unused, close: () => Promise.resolve() };
  const place = { project: 'my-project', location, tokens: fixedToken('t'), http };
  const { batches } = createVertex({ ...place, batches: { bucket: 'gs://my-bucket' } });
  if (!batches) throw new Error('Vertex AI has no batches');
  return batches;
}

describe('a batch of Vertex AI', () => {
  it.skipIf(!specified)('is handed in as its discovery document has it', () => {
    const job = toPredictionJob('vb_1', GEMINI, 'gs://my-bucket/vb_1/input.jsonl');
    const validate = loadGoogleSpecification().vertex('BatchPredictionJob');
    expect(validate(job), JSON.stringify(validate.errors)).toBe(true);
    expect(job).toMatchObject({
      ...{ displayName: 'sluice-vb_1', model: GEMINI },
      outputConfig: { gcsDestination: { outputUriPrefix: 'gs://my-bucket/vb_1/output' } },
    });
    const line = toInputLine({ customId: 'req_1-1', body: { contents: [] } }, GEMINI);
    const request = loadGoogleSpecification().vertex('GenerateContentRequest');
    expect(request(line['request']), JSON.stringify(request.errors)).toBe(true);
  });

  it('has what the adapter would send, by its model', async () => {
    const captured = await batchesAt('global').capture(testAttempt({}, 'gemini-2.5-flash'));
    expect(captured).toMatchObject({ endpoint: GEMINI, body: { contents: [{ role: 'user' }] } });
    const claude = await batchesAt('europe-west4').capture(testAttempt({}, 'claude-sonnet-5'));
    expect(claude).toMatchObject({ endpoint: CLAUDE, body: { anthropic_version: 'vertex-2023-10-16' } });
    expect(toInputLine({ customId: 'a', body: { ...claude.body, stream: false } }, CLAUDE)).toEqual({
      custom_id: 'a',
      request: expect.not.objectContaining({ stream: false }) as object,
    });
  });

  it('is for Gemini in each location, for Claude in a region, and for no other', () => {
    const takes = (location: string, vendorModel: string): boolean =>
      batchesAt(location).takes(testAttempt({}, vendorModel).offer);
    expect(takes('global', 'gemini-2.5-flash')).toBe(true);
    expect(takes('global', 'claude-sonnet-5')).toBe(false);
    expect(takes('europe-west4', 'claude-sonnet-5')).toBe(true);
    expect(takes('europe-west4', 'openai/gpt-oss-120b-maas')).toBe(false);
  });

  it.each([
    ['JOB_STATE_QUEUED', undefined],
    ['JOB_STATE_RUNNING', undefined],
    ['JOB_STATE_CANCELLING', undefined],
    ['JOB_STATE_SUCCEEDED', 'vendor_error'],
    ['JOB_STATE_PARTIALLY_SUCCEEDED', 'vendor_error'],
    ['JOB_STATE_FAILED', 'vendor_error'],
    ['JOB_STATE_EXPIRED', 'timeout_total'],
    ['JOB_STATE_CANCELLED', 'cancelled'],
  ])('that is %s has lines without an answer by %s', (state, failure) => {
    const read = fromPredictionJob({ state, outputInfo: { gcsOutputDirectory: 'gs://b/o' } });
    expect(read).toEqual(failure === undefined ? undefined : { missing: { class: failure }, output: 'gs://b/o' });
  });
});

describe('embeddings in batches of Vertex AI', () => {
  const attempt = embeddingAttempt('vertex/gemini-embedding-2', ['Hello World'], { dimensions: 768 });

  it('are lines with keys, spelled as the guide has them', async () => {
    const { endpoint, body } = await batchesAt('eu').capture(attempt);
    expect(endpoint).toBe('publishers/google/models/gemini-embedding-2');
    const content = { parts: [{ text: 'Hello World' }] };
    expect(toInputLine({ customId: 'id_1', body }, endpoint)).toEqual({
      ...{ key: 'id_1', request: { content, embed_content_config: { output_dimensionality: 768 } } },
    });
    const plain = await batchesAt('eu').capture(embeddingAttempt('vertex/gemini-embedding-2', ['Hello World']));
    expect(toInputLine({ customId: 'id_1', body: plain.body }, endpoint)).toEqual({
      key: 'id_1',
      request: { content },
    });
  });

  it('are of the one model that the guide has, where the guide has it', () => {
    const takes = (location: string, vendorModel: string): boolean =>
      batchesAt(location).takes({ ...attempt.offer, vendorModel });
    for (const location of ['global', 'us', 'eu']) expect(takes(location, 'gemini-embedding-2')).toBe(true);
    expect(takes('europe-west4', 'gemini-embedding-2')).toBe(false);
    expect(takes('global', 'gemini-embedding-2-preview')).toBe(false);
    expect(takes('global', 'text-embedding-005')).toBe(false);
  });

  it('go in none by `predict`, whose answers name no line', async () => {
    const offer = { ...attempt.offer, vendorModel: 'text-embedding-005' };
    const captured = batchesAt('europe-west4').capture({ ...attempt, offer });
    await expect(captured).rejects.toMatchObject({ failure: { class: 'model_not_found' } });
  });

  it('are read as the guide shows them, with the tokens that they took', async () => {
    const response = { tokenCount: '2', embedding: { values: [-0.015, 0.024] } };
    const line = { key: 'id_1', request: { content: {} }, response };
    expect(fromOutputLine(line)).toEqual({ customId: 'id_1', answer: { status: 200, body: response } });
    const read = await embeddingsOf(batchesAt('eu'), attempt, response);
    expect(read).toEqual({ vectors: [[-0.015, 0.024]], units: { input: 2 } });
  });

  it('are no answer where they are of another size than was asked for', () => {
    const response = { tokenCount: '2', embedding: { values: [-0.015, 0.024] } };
    const lineOf = (size: number): JsonObject => ({
      ...{ key: 'id_1', request: { content: {}, embed_content_config: { output_dimensionality: size } }, response },
    });
    expect(fromOutputLine(lineOf(1))).toEqual({ customId: 'id_1', failure: { class: 'bad_response' } });
    expect(fromOutputLine(lineOf(2))).toEqual({ customId: 'id_1', answer: { status: 200, body: response } });
  });
});

describe('a line of the output', () => {
  const gemini = { request: { contents: [], labels: { sluice_line: 'a-1' } } };
  const refused = { error: { code: 400, message: 'No.', status: 'INVALID_ARGUMENT' } };

  it.each([
    [{ ...gemini, status: '', response: { candidates: [] } }, { answer: { status: 200, body: { candidates: [] } } }],
    [
      { ...gemini, status: `Bad Request: ${JSON.stringify(refused)}`, response: {} },
      { answer: { status: 400, body: refused } },
    ],
    [
      { ...gemini, status: { code: 8, message: 'Busy.' } },
      { answer: { status: 429, body: { error: { code: 8, message: 'Busy.' } } } },
    ],
    [{ ...gemini, status: 'Something else.' }, { failure: { class: 'vendor_error' } }],
    [{ custom_id: 'a-1', request: {}, response: { id: 'msg_1' } }, { answer: { status: 200, body: { id: 'msg_1' } } }],
    [
      { custom_id: 'a-1', response: { type: 'error', error: { type: 'invalid_request_error' } } },
      { answer: { status: 400, body: { type: 'error', error: { type: 'invalid_request_error' } } } },
    ],
  ])('is read: %o', (line, read) => {
    expect(fromOutputLine(line)).toEqual({ customId: 'a-1', ...read });
  });

  it('that is nobody’s is left, so that whoever it was for is asked for by themselves', () => {
    expect(fromOutputLine({ request: {}, response: { candidates: [] } })).toBeUndefined();
  });
});
