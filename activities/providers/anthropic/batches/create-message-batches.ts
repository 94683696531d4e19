import { fromJsonLines, withoutStream } from '../../batch-files.js';
import { answeringHttp, captureRequest } from '../../captured-exchange.js';
import type { VendorHttp } from '../../http.js';
import { requireText } from '../../json-answer.js';
import { lookJson, lookJsonLines, readJson, succeedUnlessGone } from '../../look-json.js';
import type { BatchedLine, ChatProvider, VendorBatches, VendorBatchRef } from '../../port.js';
import type { AnthropicAccess } from '../chat/direct-endpoint.js';
import { findMessageBatch } from './find-message-batch.js';
import { fromMessageBatch, fromMessageBatchLine } from './from-message-batch.js';

export interface MessageBatchesOptions extends AnthropicAccess {
  readonly http: VendorHttp;
  /** The vendor's conversations by another way of sending. */
  readonly chatBy: (http: VendorHttp) => Pick<ChatProvider, 'id' | 'chat'>;
}

const BETA = 'anthropic-beta';

/**
 * Anthropic's Message Batches (https://platform.claude.com/docs/en/build-with-claude/batch-processing): one body with all requests, one
 * stream of results. At most 100,000 requests and 256 MB.
 */
export function createMessageBatches({ apiKey, baseUrl, http, chatBy }: MessageBatchesOptions): VendorBatches {
  const origin = baseUrl.replace(/\/+$/, '');
  const url = `${origin}/v1/messages/batches`;
  const headers = { 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' };
  const at = (batch: VendorBatchRef | undefined): string => `${url}/${encodeURIComponent(batch?.['id'] ?? '')}`;
  return {
    maxLines: 100_000,
    maxBytes: 256_000_000,
    takes: ({ kind }) => kind === 'chat',
    capture: async (attempt) => {
      const { headers: sent, body } = await captureRequest(chatBy, attempt);
      // Beta features are a header of the whole batch: lines that differ in them go in different ones.
      return { endpoint: sent[BETA] ?? '', body };
    },
    answering: (answer) => chatBy(answeringHttp(answer)),
    submit: async ({ endpoint: betas, lines, signal }) => {
      const sent = { ...headers, 'content-type': 'application/json', ...(betas !== '' && { [BETA]: betas }) };
      const bytes = { open: () => Promise.resolve(toBody(lines)) };
      const { id } = await readJson(http.postJson({ url, headers: sent, body: '', bytes, signal }));
      return { id: requireText(id, 'an id') };
    },
    find: (sought, signal) => {
      const resultsOf = (batch: VendorBatchRef): string => `${at(batch)}/results`;
      return findMessageBatch({ http, url, headers, resultsOf }, sought, signal);
    },
    check: async (batch, signal) => fromMessageBatch(await lookJson(http, { url: at(batch), headers }, signal)),
    results: (where, signal) =>
      fromJsonLines(lookJsonLines(http, { url: ownUrl(where, origin), headers }, signal), fromMessageBatchLine),
    cancel: (batch, signal) =>
      succeedUnlessGone(http.postJson({ url: `${at(batch)}/cancel`, headers, body: '{}', signal })),
    remove: async ({ batch }, signal) => {
      if (batch) await succeedUnlessGone(http.deleteJson?.({ url: at(batch), headers, signal }));
    },
  };
}

/** The key goes to the vendor's own address only, whatever address its answer names. */
function ownUrl(where: string, origin: string): string {
  const { pathname } = new URL(where);
  return `${origin}${pathname.slice(pathname.indexOf('/v1/messages/'))}`;
}

/** The body of the hand-in, a request at a time. */
async function* toBody(lines: AsyncIterable<BatchedLine>): AsyncGenerator<Uint8Array> {
  let before = '{"requests":[';
  for await (const { customId, body } of lines) {
    yield Buffer.from(`${before}${JSON.stringify({ custom_id: customId, params: withoutStream(body) })}`);
    before = ',';
  }
  yield Buffer.from(before === ',' ? ']}' : `${before}]}`);
}
