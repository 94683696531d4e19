import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { fromJsonLines, toJsonLines, uploadLines } from '../../batch-files.js';
import { answeringHttp, captureRequest } from '../../captured-exchange.js';
import type { VendorHttp } from '../../http.js';
import { requireText } from '../../json-answer.js';
import { asObject, asObjects } from '../../json-fields.js';
import { lookJson, lookJsonLines, lookUnlessGone, readJson, succeedUnlessGone } from '../../look-json.js';
import type { VendorBatches, VendorBatchRef } from '../../port.js';
import type { AnsweredProvider } from '../../vendor-batches.js';
import { fromMistralBatch, fromMistralBatchLine } from './from-mistral-batch.js';

export interface MistralBatchesOptions {
  readonly apiKey: string;
  /** Up to and with the version. */
  readonly baseUrl: string;
  readonly http: VendorHttp;
  /** What the vendor answers by itself, by another way of sending. */
  readonly providerBy: (http: VendorHttp) => AnsweredProvider;
}

/** Where our key of a batch is kept at the vendor. */
const KEY_FIELD = 'sluice_batch';
/** Batches that were made since are among the last of the workspace, whoever else uses it. */
const PAGES_TO_LOOK_THROUGH = 5;
const PAGE = 100;
const HOURS = 24;

/**
 * Mistral's batches (https://docs.mistral.ai/studio-api/batch-processing): a file of requests, a job that is made of it for one model and one
 * endpoint (`/v1/chat/completions`, `/v1/embeddings`), and two files of answers. At most a million requests, and 512 MB a file (its OpenAPI,
 * `POST /v1/files`).
 */
export function createMistralBatches({ apiKey, http, providerBy, ...options }: MistralBatchesOptions): VendorBatches {
  const base = options.baseUrl.replace(/\/+$/, '');
  const headers = { authorization: `Bearer ${apiKey}` };
  const look = (path: string, signal: AbortSignal): Promise<JsonObject> =>
    lookJson(http, { url: `${base}${path}`, headers }, signal);
  const post = (path: string, body: object, signal: AbortSignal): Promise<JsonObject> =>
    readJson(http.postJson({ url: `${base}${path}`, headers, body: JSON.stringify(body), signal }));
  const remove = (path: string, signal: AbortSignal): Promise<void> =>
    succeedUnlessGone(http.deleteJson?.({ url: `${base}${path}`, headers, signal }));
  return {
    maxLines: 1_000_000,
    maxBytes: 512_000_000,
    takes: ({ kind }) => kind === 'chat' || kind === 'embedding',
    capture: async (attempt) => {
      const { url, body } = await captureRequest(providerBy, attempt);
      return { endpoint: `/v1${url.slice(base.length)} ${requireText(body['model'], 'a model')}`, body };
    },
    answering: (answer) => providerBy(answeringHttp(answer)),
    upload: async ({ lines, signal }) => {
      const pieces = toJsonLines(lines, ({ customId, body }) => ({ custom_id: customId, body }));
      const file = await uploadLines({ http, target: { url: `${base}/files`, headers }, pieces, signal });
      return { file: requireText(file['id'], 'an id of its file') };
    },
    submit: async ({ key, endpoint: common, signal }, uploaded) => {
      const [endpoint, model] = common.split(' ');
      const of = { input_files: [uploaded?.['file']], endpoint, model };
      return refOf(await post('/batch/jobs', { ...of, metadata: { [KEY_FIELD]: key }, timeout_hours: HOURS }, signal));
    },
    find: async ({ key }, signal) => {
      for (let page = 0; page < PAGES_TO_LOOK_THROUGH; page += 1) {
        const listed = await look(`/batch/jobs?page=${page}&page_size=${PAGE}&order_by=-created`, signal);
        const jobs = asObjects(listed['data']);
        const found = jobs.find(({ metadata }) => asObject(metadata)?.[KEY_FIELD] === key);
        if (found) return refOf(found);
        if (jobs.length < PAGE) return undefined;
      }
      return undefined;
    },
    check: async (batch, signal) => fromMistralBatch(await look(pathOf(batch), signal)),
    results: (where, signal) =>
      fromJsonLines(
        lookJsonLines(http, { url: `${base}/files/${where}/content`, headers }, signal),
        fromMistralBatchLine,
      ),
    cancel: async (batch, signal) => {
      await post(`${pathOf(batch)}/cancel`, {}, signal);
    },
    remove: async ({ batch, uploaded }, signal) => {
      if (uploaded?.['file'] !== undefined) await remove(`/files/${uploaded['file']}`, signal);
      if (batch === undefined) return;
      const left = await lookUnlessGone(http, { url: `${base}${pathOf(batch)}`, headers }, signal);
      const state = left && fromMistralBatch(left);
      const results = state?.status === 'ended' ? state.results : [];
      for (const id of results) await remove(`/files/${id}`, signal);
      await remove(pathOf(batch), signal);
    },
  };
}

function pathOf(batch: VendorBatchRef): string {
  return `/batch/jobs/${batch['id']}`;
}

function refOf({ id }: JsonObject): VendorBatchRef {
  return { id: requireText(id, 'an id') };
}
