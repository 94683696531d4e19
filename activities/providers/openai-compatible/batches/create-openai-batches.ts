import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { fromJsonLines, toJsonLines, uploadLines } from '../../batch-files.js';
import { answeringHttp, captureRequest } from '../../captured-exchange.js';
import type { VendorHttp, VendorResponse } from '../../http.js';
import { badResponse, requireText } from '../../json-answer.js';
import { asObjects, asObject, asText } from '../../json-fields.js';
import { lookJson, lookJsonLines, readJson, succeedUnlessGone } from '../../look-json.js';
import { poll, type PollClock } from '../../poll.js';
import type { VendorBatches, VendorBatchRef } from '../../port.js';
import type { AnsweredProvider } from '../../vendor-batches.js';
import type { VendorTarget } from '../../vendor-endpoint.js';
import { fromOpenAiBatch, fromOpenAiBatchLine, isFilePending } from './from-openai-batch.js';
import type { OpenAiBatchesProfile } from './profiles.js';
import { toBatchedRequest } from './to-batched-request.js';

export interface OpenAiBatchesOptions {
  readonly profile: OpenAiBatchesProfile;
  readonly http: VendorHttp;
  /** Where a path stands (`/batches?limit=100`), and with what headers: asked for each call, because tokens end. */
  readonly target: (path: string, signal: AbortSignal) => VendorTarget | Promise<VendorTarget>;
  /** What lines and batches call the address that the adapter would have sent to (`/v1/chat/completions`). */
  readonly endpointOf: (url: string) => string;
  /** What answers single requests, by another way of sending. */
  readonly providerBy: (http: VendorHttp) => AnsweredProvider;
  readonly clock?: PollClock;
}

/** Where our key of a batch is kept at the vendor. */
const KEY_FIELD = 'sluice_batch';
/** Batches that were made since are among the last of the account, whoever else uses it. */
const PAGES_TO_LOOK_THROUGH = 5;
const PAGE = 100;
const DELETE_TIMEOUT_MS = 10_000;
const UPLOADED = 'input_file_id';

/**
 * OpenAI's Batch API (https://platform.openai.com/docs/guides/batch), at OpenAI and at others who speak it: a file of requests, a batch
 * that is made of it, and two files of answers.
 */
export function createOpenAiBatches(options: OpenAiBatchesOptions): VendorBatches {
  const { http, profile, providerBy, target, endpointOf, clock } = options;
  const { keptSeconds } = profile;
  const look = async (path: string, signal: AbortSignal): Promise<JsonObject> =>
    lookJson(http, await target(path, signal), signal);
  const post = async (path: string, body: object, signal: AbortSignal): Promise<JsonObject> =>
    readJson(http.postJson({ ...(await target(path, signal)), body: JSON.stringify(body), signal }));
  const deleteFile = async (id: string, signal: AbortSignal): Promise<VendorResponse | undefined> =>
    http.deleteJson?.({ ...(await target(`/files/${id}`, signal)), signal });
  return {
    maxLines: profile.maxLines,
    maxBytes: profile.maxBytes,
    takes: profile.takes,
    capture: async (attempt) => {
      const captured = await captureRequest(providerBy, attempt);
      return { endpoint: endpointOf(captured.url), ...toBatchedRequest(attempt, captured, profile) };
    },
    answering: (answer) => providerBy(answeringHttp(answer)),
    upload: async ({ endpoint, lines, signal }) => {
      // `BatchRequestInput`: a line for each request.
      const asked = { method: 'POST', url: endpoint };
      const pieces = toJsonLines(lines, ({ customId, body }) => ({ custom_id: customId, ...asked, body }));
      const fields = keptSeconds === undefined ? {} : formExpiryOf(keptSeconds);
      const file = await uploadLines({ http, target: await target('/files', signal), fields, pieces, signal });
      const id = requireText(file['id'], 'an id of its file');
      try {
        if (isFilePending(file)) await untilProcessed(() => look(`/files/${id}`, signal), signal, clock);
      } catch (error) {
        // Nobody knows of it: whoever tries again sends another.
        await succeedUnlessGone(deleteFile(id, AbortSignal.timeout(DELETE_TIMEOUT_MS))).catch(() => undefined);
        throw error;
      }
      return { [UPLOADED]: id };
    },
    submit: async ({ key, endpoint, signal }, uploaded) => {
      const asked = { [UPLOADED]: uploaded?.[UPLOADED], endpoint, completion_window: '24h' };
      const expiry = keptSeconds !== undefined && { output_expires_after: expiryOf(keptSeconds) };
      return refOf(await post('/batches', { ...asked, metadata: { [KEY_FIELD]: key }, ...expiry }, signal));
    },
    find: async ({ key, uploaded }, signal) => {
      let after = '';
      for (let page = 0; page < PAGES_TO_LOOK_THROUGH; page += 1) {
        const { data, has_more: hasMore } = await look(`/batches?limit=${PAGE}${after}`, signal);
        const batches = asObjects(data);
        const found = batches.find((batch) => isOurs(batch, key, uploaded));
        if (found) return refOf(found);
        const last = asText(batches.at(-1)?.['id']);
        if (hasMore !== true || last === undefined) return undefined;
        after = `&after=${encodeURIComponent(last)}`;
      }
      return undefined;
    },
    check: async (batch, signal) => fromOpenAiBatch(await look(pathOf(batch), signal)),
    results: async function* (where, signal) {
      yield* fromJsonLines(
        lookJsonLines(http, await target(`/files/${where}/content`, signal), signal),
        fromOpenAiBatchLine,
      );
    },
    cancel: async (batch, signal) => {
      await post(`${pathOf(batch)}/cancel`, {}, signal);
    },
    remove: async ({ batch, uploaded }, signal) => {
      const ended = batch && fromOpenAiBatch(await look(pathOf(batch), signal));
      const results = ended?.status === 'ended' ? ended.results : [];
      for (const id of [uploaded?.[UPLOADED], ...results]) {
        if (id !== undefined) await succeedUnlessGone(deleteFile(id, signal));
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

/** By our key, or by the file, which is of this batch alone: not every vendor keeps what it is told of a batch. */
function isOurs(batch: JsonObject, key: string, uploaded: VendorBatchRef | undefined): boolean {
  if (asObject(batch['metadata'])?.[KEY_FIELD] === key) return true;
  const file = uploaded?.[UPLOADED];
  return file !== undefined && batch[UPLOADED] === file;
}

function expiryOf(seconds: number): { readonly anchor: string; readonly seconds: number } {
  return { anchor: 'created_at', seconds };
}

function formExpiryOf(seconds: number): { readonly [name: string]: string } {
  return { 'expires_after[anchor]': 'created_at', 'expires_after[seconds]': String(seconds) };
}

/** Some vendors read a file before a batch can be made of it (Azure: `pending`, then `processed`). */
async function untilProcessed(look: () => Promise<JsonObject>, signal: AbortSignal, clock?: PollClock): Promise<void> {
  const file = await poll<JsonObject>({
    look: async () => {
      const seen = await look();
      return isFilePending(seen) ? { done: false } : { done: true, value: seen };
    },
    signal,
    ...(clock && { clock }),
  });
  if (file['status'] === 'error') throw badResponse('The vendor could not read the file of the batch.');
}
