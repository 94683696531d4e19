import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { answeringHttp, captureRequest } from '../../captured-exchange.js';
import { requireText } from '../../json-answer.js';
import { asObjects, asText } from '../../json-fields.js';
import { lookJson, readJson, succeedUnlessGone } from '../../look-json.js';
import type { BearerBatchesOptions } from '../../openai-compatible/batches/bearer-batches.js';
import { fromOpenAiBatchLine } from '../../openai-compatible/batches/from-openai-batch.js';
import type { BatchedResult, VendorBatches, VendorBatchRef } from '../../port.js';
import { findOpenRouterBatch } from './find-openrouter-batch.js';
import { fromOpenRouterBatch } from './from-openrouter-batch.js';
import { toOpenRouterBody, toOpenRouterLine } from './to-openrouter-batch.js';

/** The most that a page has. */
const PAGE = 1_000;

/**
 * OpenRouter's Batch API (https://openrouter.ai/docs/batch-quickstart, https://openrouter.ai/docs/guides/features/batch-api): one body with
 * all requests, pages of results, lines of answers that are OpenAI's. It takes 5,000 requests and 200 MB; here it is given fewer, because
 * a batch that is asked for has all its answers in it, which are read at once. Nothing can be told of a batch, and it has no question
 * that stops one.
 */
export function createOpenRouterBatches({ apiKey, baseUrl, http, providerBy }: BearerBatchesOptions): VendorBatches {
  const base = baseUrl.replace(/\/+$/, '');
  const headers = { authorization: `Bearer ${apiKey}` };
  const look = (path: string, signal: AbortSignal): Promise<JsonObject> =>
    lookJson(http, { url: `${base}${path}`, headers }, signal);
  return {
    maxLines: 1_000,
    maxBytes: 200_000_000,
    takes: ({ kind }) => kind === 'chat',
    capture: async (attempt) => {
      const { url, body } = await captureRequest(providerBy, attempt);
      return { endpoint: `/v1${url.slice(base.length)}`, ...toOpenRouterLine(body) };
    },
    answering: (answer) => providerBy(answeringHttp(answer)),
    submit: async ({ endpoint, lines, signal }) => {
      const bytes = { open: () => Promise.resolve(toOpenRouterBody(endpoint, lines)) };
      const sent = { ...headers, 'content-type': 'application/json' };
      const { id } = await readJson(http.postJson({ url: `${base}/batches`, headers: sent, body: '', bytes, signal }));
      return { id: requireText(id, 'an id') };
    },
    find: (sought, signal) => findOpenRouterBatch((path) => look(path, signal), sought),
    check: async (batch, signal) => fromOpenRouterBatch(await look(pathOf(batch), signal)),
    results: (where, signal) => readResults((path) => look(path, signal), where),
    // There is none to be asked to: what was begun goes on to its end.
    cancel: () => Promise.resolve(),
    remove: async ({ batch }, signal) => {
      if (batch) await succeedUnlessGone(http.deleteJson?.({ url: `${base}${pathOf(batch)}`, headers, signal }));
    },
  };
}

function pathOf(batch: VendorBatchRef): string {
  return `/batches/${encodeURIComponent(batch['id'] ?? '')}`;
}

/** A page at a time: https://openrouter.ai/docs/api/api-reference/batch/get-batch-results. The last names no next. */
async function* readResults(look: (path: string) => Promise<JsonObject>, id: string): AsyncGenerator<BatchedResult> {
  for (let cursor = ''; ;) {
    const page = await look(`${pathOf({ id })}/results?limit=${PAGE}${cursor}`);
    const rows = asObjects(page['data']);
    yield* rows.map(fromOpenAiBatchLine);
    const next = asText(page['next_cursor']);
    if (next === undefined || next === '' || rows.length === 0) return;
    cursor = `&cursor=${encodeURIComponent(next)}`;
  }
}
