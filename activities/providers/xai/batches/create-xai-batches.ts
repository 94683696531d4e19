import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { toJsonLines, uploadLines, withoutStream } from '../../batch-files.js';
import { answeringHttp, captureRequest } from '../../captured-exchange.js';
import type { VendorHttp } from '../../http.js';
import { requireText } from '../../json-answer.js';
import { asObjects, asText } from '../../json-fields.js';
import { lookJson, readJson, succeedUnlessGone } from '../../look-json.js';
import type { BatchedLine, BatchedResult, VendorBatches, VendorBatchRef } from '../../port.js';
import type { AnsweredProvider } from '../../vendor-batches.js';
import { fromXaiBatch, fromXaiResult } from './from-xai-batch.js';

export interface XaiBatchesOptions {
  readonly apiKey: string;
  /** Up to and with the version, for example `https://api.x.ai/v1`. */
  readonly baseUrl: string;
  readonly http: VendorHttp;
  /** What answers single requests, by another way of sending. */
  readonly providerBy: (http: VendorHttp) => AnsweredProvider;
}

const PAGE = 100;
/** Batches that were made since are among the first of the list, whoever else uses the account. */
const PAGES_TO_LOOK_THROUGH = 5;
const UPLOADED = 'input_file_id';

/**
 * xAI's Batch API (https://docs.x.ai/developers/advanced-api-usage/batch-api): a batch that is made of a file of OpenAI's lines, in one
 * call, and pages of results. A batch that is made empty, to add requests to, would be handed in by many calls, of which none could be
 * made again. A batch cannot be deleted there, only its file. xAI states no most of lines; both limits are careful ones of ours.
 */
export function createXaiBatches({ apiKey, baseUrl, http, providerBy }: XaiBatchesOptions): VendorBatches {
  const base = baseUrl.replace(/\/+$/, '');
  const headers = { authorization: `Bearer ${apiKey}` };
  const look = (path: string, signal: AbortSignal): Promise<JsonObject> =>
    lookJson(http, { url: `${base}${path}`, headers }, signal);
  const post = (path: string, body: object, signal: AbortSignal): Promise<JsonObject> =>
    readJson(http.postJson({ url: `${base}${path}`, headers, body: JSON.stringify(body), signal }));
  return {
    maxLines: 50_000,
    maxBytes: 48_000_000,
    takes: ({ kind }) => kind === 'chat',
    capture: async (attempt) => {
      const { url, body } = await captureRequest(providerBy, attempt);
      return { endpoint: `/v1${url.slice(base.length)}`, body };
    },
    answering: (answer) => providerBy(answeringHttp(answer)),
    upload: async ({ endpoint, lines, signal }) => {
      const toLine = ({ customId, body }: BatchedLine): JsonObject => ({
        ...{ custom_id: customId, method: 'POST', url: endpoint, body: withoutStream(body) },
      });
      const pieces = toJsonLines(lines, toLine);
      const file = await uploadLines({ http, target: { url: `${base}/files`, headers }, pieces, signal });
      return { [UPLOADED]: requireText(file['id'], 'an id of its file') };
    },
    submit: async ({ key, signal }, uploaded) =>
      refOf(await post('/batches', { name: key, [UPLOADED]: uploaded?.[UPLOADED] }, signal)),
    find: async ({ key }, signal) => {
      let pages = 0;
      for await (const batches of pagesOf(look, '/batches', 'batches', signal)) {
        const found = batches.find(({ name }) => name === key);
        if (found) return refOf(found);
        if (++pages === PAGES_TO_LOOK_THROUGH) return undefined;
      }
      return undefined;
    },
    check: async (batch, signal) => fromXaiBatch(await look(pathOf(batch), signal)),
    results: (where, signal) => readResults(pagesOf(look, `${pathOf({ id: where })}/results`, 'results', signal)),
    cancel: async (batch, signal) => {
      await post(`${pathOf(batch)}:cancel`, {}, signal);
    },
    remove: async ({ uploaded }, signal) => {
      const id = uploaded?.[UPLOADED];
      if (id === undefined) return;
      await succeedUnlessGone(http.deleteJson?.({ url: `${base}/files/${encodeURIComponent(id)}`, headers, signal }));
    },
  };
}

function pathOf(batch: VendorBatchRef): string {
  return `/batches/${encodeURIComponent(batch['id'] ?? '')}`;
}

function refOf(batch: JsonObject): VendorBatchRef {
  return { id: requireText(batch['batch_id'], 'an id') };
}

/** A page of a list at a time; the last has no token, or nothing in it. */
async function* pagesOf(
  look: (path: string, signal: AbortSignal) => Promise<JsonObject>,
  path: string,
  field: string,
  signal: AbortSignal,
): AsyncGenerator<readonly JsonObject[]> {
  for (let token = ''; ;) {
    const page = await look(`${path}?limit=${PAGE}${token}`, signal);
    const items = asObjects(page[field]);
    yield items;
    const next = asText(page['pagination_token']);
    if (next === undefined || next === '' || items.length === 0) return;
    token = `&pagination_token=${encodeURIComponent(next)}`;
  }
}

async function* readResults(pages: AsyncIterable<readonly JsonObject[]>): AsyncGenerator<BatchedResult> {
  for await (const page of pages) yield* page.map(fromXaiResult);
}
