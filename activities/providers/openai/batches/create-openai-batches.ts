import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { answeringHttp, captureRequest } from '../../captured-exchange.js';
import type { VendorHttp } from '../../http.js';
import { requireText } from '../../json-answer.js';
import { asObjects, asObject, asText } from '../../json-fields.js';
import { lookJson, lookJsonLines, readJson, succeedUnlessGone } from '../../look-json.js';
import { streamForm } from '../../multipart-body.js';
import type { BatchedLine, BatchedResult, ChatProvider, VendorBatches, VendorBatchRef } from '../../port.js';
import { fromOpenAiBatch, fromOpenAiBatchLine } from './from-openai-batch.js';

export interface OpenAiBatchesOptions {
  readonly apiKey: string;
  /** Up to and with the version. */
  readonly baseUrl: string;
  readonly http: VendorHttp;
  /** The vendor's conversations by another way of sending. */
  readonly chatBy: (http: VendorHttp) => Pick<ChatProvider, 'id' | 'chat'>;
}

/** Where our key of a batch is kept at the vendor. */
const KEY_FIELD = 'sluice_batch';
/** Batches that were made since are among the last of the account, whoever else uses it. */
const PAGES_TO_LOOK_THROUGH = 5;
const PAGE = 100;
/** What is not deleted, because nobody came to do it, goes by itself: three days, where a batch takes one. */
const KEPT_SECONDS = 3 * 86_400;
const UPLOADED = 'input_file_id';

/**
 * OpenAI's Batch API (https://platform.openai.com/docs/guides/batch): a file of requests, a batch that is made of it, and two files of
 * answers. At most 50,000 requests and 200 MB.
 */
export function createOpenAiBatches(options: OpenAiBatchesOptions): VendorBatches {
  const { http, chatBy, apiKey } = options;
  const base = options.baseUrl.replace(/\/+$/, '');
  const headers = { authorization: `Bearer ${apiKey}` };
  const look = (path: string, signal: AbortSignal): Promise<JsonObject> =>
    lookJson(http, { url: `${base}${path}`, headers }, signal);
  const post = (path: string, body: object, signal: AbortSignal): Promise<JsonObject> =>
    readJson(http.postJson({ url: `${base}${path}`, headers, body: JSON.stringify(body), signal }));
  return {
    maxLines: 50_000,
    maxBytes: 200_000_000,
    takes: ({ kind }) => kind === 'chat',
    capture: async (attempt) => {
      const { url, body } = await captureRequest(chatBy, attempt);
      return { endpoint: `/v1${url.slice(base.length)}`, body };
    },
    answering: (answer) => chatBy(answeringHttp(answer)),
    upload: async ({ endpoint, lines, signal }) => {
      const expiry = { 'expires_after[anchor]': 'created_at', 'expires_after[seconds]': String(KEPT_SECONDS) };
      const upload = { name: 'file', filename: 'batch.jsonl', mediaType: 'application/jsonl' };
      const form = streamForm({ purpose: 'batch', ...expiry }, { ...upload, pieces: toFile(lines, endpoint) });
      const sent = { ...headers, 'content-type': form.contentType };
      const file = await readJson(
        http.postJson({ url: `${base}/files`, headers: sent, body: '', bytes: form.body, signal }),
      );
      return { [UPLOADED]: requireText(file['id'], 'an id of its file') };
    },
    submit: async ({ key, endpoint, signal }, uploaded) => {
      const batch = await post(
        '/batches',
        {
          ...{ [UPLOADED]: uploaded?.[UPLOADED], endpoint, completion_window: '24h', metadata: { [KEY_FIELD]: key } },
          output_expires_after: { anchor: 'created_at', seconds: KEPT_SECONDS },
        },
        signal,
      );
      return refOf(batch);
    },
    find: async (key, signal) => {
      let after = '';
      for (let page = 0; page < PAGES_TO_LOOK_THROUGH; page += 1) {
        const { data, has_more: hasMore } = await look(`/batches?limit=${PAGE}${after}`, signal);
        const batches = asObjects(data);
        const found = batches.find(({ metadata }) => asObject(metadata)?.[KEY_FIELD] === key);
        if (found) return refOf(found);
        const last = asText(batches.at(-1)?.['id']);
        if (hasMore !== true || last === undefined) return undefined;
        after = `&after=${encodeURIComponent(last)}`;
      }
      return undefined;
    },
    check: async (batch, signal) => fromOpenAiBatch(await look(pathOf(batch), signal)),
    results: (where, signal) =>
      readResults(lookJsonLines(http, { url: `${base}/files/${where}/content`, headers }, signal)),
    cancel: async (batch, signal) => {
      await post(`${pathOf(batch)}/cancel`, {}, signal);
    },
    remove: async ({ batch, uploaded }, signal) => {
      const ended = batch && fromOpenAiBatch(await look(pathOf(batch), signal));
      const results = ended?.status === 'ended' ? ended.results : [];
      for (const id of [uploaded?.[UPLOADED], ...results]) {
        if (id === undefined) continue;
        await succeedUnlessGone(http.deleteJson?.({ url: `${base}/files/${id}`, headers, signal }));
      }
    },
  };
}

function pathOf(batch: VendorBatchRef): string {
  return `/batches/${batch['id']}`;
}

function refOf({ id }: JsonObject): VendorBatchRef {
  return { id: requireText(id, 'an id') };
}

/** `BatchRequestInput`: a line for each request. */
async function* toFile(lines: AsyncIterable<BatchedLine>, url: string): AsyncGenerator<Uint8Array> {
  for await (const { customId, body } of lines) {
    yield Buffer.from(`${JSON.stringify({ custom_id: customId, method: 'POST', url, body })}\n`);
  }
}

async function* readResults(lines: AsyncIterable<JsonObject>): AsyncGenerator<BatchedResult> {
  for await (const line of lines) yield fromOpenAiBatchLine(line);
}
