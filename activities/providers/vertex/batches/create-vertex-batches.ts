import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { toJsonLines } from '../../batch-files.js';
import { answeringHttp, captureRequest } from '../../captured-exchange.js';
import type { GoogleStorage, GsUri } from '../../google-storage.js';
import type { VendorHttp } from '../../http.js';
import { requireText } from '../../json-answer.js';
import { asObjects, asText } from '../../json-fields.js';
import { readJsonLines } from '../../json-lines.js';
import { lookJson, readJson, succeedUnlessGone } from '../../look-json.js';
import type { BatchedResult, ChatProvider, VendorBatches, VendorBatchRef } from '../../port.js';
import { locationUrl, publisherOf, type VertexPlace } from '../endpoints.js';
import { fromOutputLine, fromPredictionJob } from './from-prediction-job.js';
import { folderOf, inputOf, toDisplayName, toInputLine, toJobModel, toPredictionJob } from './to-prediction-job.js';

export interface VertexBatchesOptions {
  readonly place: VertexPlace;
  /** `gs://bucket`, with what comes before all names in it, without a slash at its end. */
  readonly bucket: GsUri;
  readonly storage: GoogleStorage;
  /** Shows who asks. */
  readonly http: VendorHttp;
  /** The vendor's conversations by another way of sending, which is shown no credential. */
  readonly chatBy: (http: VendorHttp) => Pick<ChatProvider, 'id' | 'chat'>;
}

const UPLOADED = 'input';
const JSON_TYPE = { 'content-type': 'application/json' };

/**
 * Vertex AI's batch prediction (https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/batch-prediction-gemini): a file of lines in
 * Cloud Storage, a job, and files of answers beside it. Up to 200,000 requests and 1 GB a job.
 */
export function createVertexBatches(options: VertexBatchesOptions): VendorBatches {
  const { place, bucket, storage, http, chatBy } = options;
  const jobs = `${locationUrl(place)}/batchPredictionJobs`;
  const at = (batch: VendorBatchRef): string => `${jobs}/${encodeURIComponent(batch['id'] ?? '')}`;
  const look = (url: string, signal: AbortSignal): Promise<JsonObject> => lookJson(http, { url, headers: {} }, signal);
  return {
    maxLines: 100_000,
    maxBytes: 1_000_000_000,
    takes: ({ kind, vendorModel }) => kind === 'chat' && hasBatches(place, vendorModel),
    capture: async (attempt) => {
      const captured = await captureRequest(chatBy, attempt);
      return { endpoint: toJobModel(captured), body: captured.body };
    },
    answering: (answer) => chatBy(answeringHttp(answer)),
    upload: async ({ key, endpoint: model, lines, signal }) => {
      const input = inputOf(bucket, key);
      const file = toJsonLines(lines, (line) => toInputLine(line, model));
      await storage.put(input, file, signal);
      return { [UPLOADED]: input };
    },
    submit: async ({ key, endpoint: model, signal }, uploaded) => {
      const input = requireText(uploaded?.[UPLOADED], 'its file') as GsUri;
      const body = JSON.stringify(toPredictionJob(key, model, input));
      return refOf(await readJson(http.postJson({ url: jobs, headers: JSON_TYPE, body, signal })));
    },
    find: async ({ key }, signal) => {
      const filter = encodeURIComponent(`display_name="${toDisplayName(key)}"`);
      const { batchPredictionJobs } = await look(`${jobs}?pageSize=100&filter=${filter}`, signal);
      const found = asObjects(batchPredictionJobs).find(({ displayName }) => displayName === toDisplayName(key));
      return found && refOf(found);
    },
    check: async (batch, signal) => {
      const ended = fromPredictionJob(await look(at(batch), signal));
      if (ended === undefined) return { status: 'running' };
      const { missing, output } = ended;
      const written = output === undefined ? [] : await storage.list(`${output.replace(/\/$/, '')}/` as GsUri, signal);
      return { status: 'ended', results: written.filter((name) => name.endsWith('.jsonl')), missing };
    },
    results: (where, signal) => readResults(storage.read(where as GsUri, signal)),
    cancel: (batch, signal) =>
      succeedUnlessGone(http.postJson({ url: `${at(batch)}:cancel`, headers: JSON_TYPE, body: '{}', signal })),
    remove: async ({ batch, uploaded }, signal) => {
      const input = asText(uploaded?.[UPLOADED]);
      if (input !== undefined) await storage.removeAll(folderOf(input), signal);
      if (batch) await succeedUnlessGone(http.deleteJson?.({ url: at(batch), headers: {}, signal }));
    },
  };
}

/** Gemini's are in all locations; Claude's in regions alone (https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/batch). */
function hasBatches({ location }: VertexPlace, vendorModel: string): boolean {
  const publisher = publisherOf(vendorModel);
  return publisher === 'google' || (publisher === 'anthropic' && location !== 'global');
}

/** `projects/…/batchPredictionJobs/{id}` */
function refOf({ name }: JsonObject): VendorBatchRef {
  return { id: requireText(name, 'a name').replace(/^.*\//, '') };
}

async function* readResults(stream: AsyncIterable<Uint8Array>): AsyncGenerator<BatchedResult> {
  for await (const line of readJsonLines(stream)) {
    const result = fromOutputLine(line);
    if (result) yield result;
  }
}
