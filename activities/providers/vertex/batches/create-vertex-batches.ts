import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { Offer } from '../../../../workflows/contracts/offers.js';
import { toJsonLines } from '../../batch-files.js';
import { answeringHttp, captureRequest } from '../../captured-exchange.js';
import type { GoogleStorage, GsUri } from '../../google-storage.js';
import type { VendorHttp } from '../../http.js';
import { requireText } from '../../json-answer.js';
import { asObjects, asText } from '../../json-fields.js';
import { readJsonLines } from '../../json-lines.js';
import { lookJson, readJson, succeedUnlessGone } from '../../look-json.js';
import type { BatchedResult, VendorBatches, VendorBatchRef } from '../../port.js';
import type { AnsweredProvider } from '../../vendor-batches.js';
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
  /** What answers single requests, by another way of sending, which is shown no credential. */
  readonly providerBy: (http: VendorHttp) => AnsweredProvider;
}

const UPLOADED = 'input';
const EMBEDDING_LOCATIONS: ReadonlySet<string> = new Set(['global', 'us', 'eu']);
const JSON_TYPE = { 'content-type': 'application/json' };

/**
 * Vertex AI's batch prediction (https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/batch-prediction-gemini): a file of lines in
 * Cloud Storage, a job, and files of answers beside it. Up to 200,000 requests and 1 GB a job.
 */
export function createVertexBatches(options: VertexBatchesOptions): VendorBatches {
  const { place, bucket, storage, http, providerBy } = options;
  const jobs = `${locationUrl(place)}/batchPredictionJobs`;
  const at = (batch: VendorBatchRef): string => `${jobs}/${encodeURIComponent(batch['id'] ?? '')}`;
  const look = (url: string, signal: AbortSignal): Promise<JsonObject> => lookJson(http, { url, headers: {} }, signal);
  return {
    maxLines: 100_000,
    maxBytes: 1_000_000_000,
    takes: (offer) => hasBatches(place, offer),
    capture: async (attempt) => {
      const captured = await captureRequest(providerBy, attempt);
      return { endpoint: toJobModel(captured), body: captured.body };
    },
    answering: (answer) => providerBy(answeringHttp(answer)),
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

/**
 * Gemini's are in all locations; Claude's in regions alone (https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/batch),
 * and embeddings' in these (https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/embeddings/batch-prediction-genai-embeddings).
 */
function hasBatches({ location }: VertexPlace, { kind, vendorModel }: Offer): boolean {
  if (kind === 'embedding') return vendorModel === 'gemini-embedding-2' && EMBEDDING_LOCATIONS.has(location);
  const publisher = publisherOf(vendorModel);
  return kind === 'chat' && (publisher === 'google' || (publisher === 'anthropic' && location !== 'global'));
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
