import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { fromJsonLines, toJsonLines } from '../../batch-files.js';
import { answeringHttp, captureRequest } from '../../captured-exchange.js';
import { readHttpFailure } from '../../http.js';
import type { VendorHttp, VendorResponse } from '../../http.js';
import { badResponse, requireObject, requireText } from '../../json-answer.js';
import { asObject, asObjects, asText } from '../../json-fields.js';
import { lookJson, lookJsonLines, lookUnlessGone, readJson, succeedUnlessGone } from '../../look-json.js';
import type { VendorBatches } from '../../port.js';
import { ProviderFailure } from '../../port.js';
import type { AnsweredProvider, VendorBatchInput } from '../../vendor-batches.js';
import { type GeminiAccess, geminiRoot } from '../chat/endpoint.js';
import { fromGoogleBatch, fromGoogleBatchLine } from './from-google-batch.js';
import { inChunks } from './in-chunks.js';
import { toBatchedRequest, toCreatePath } from './to-google-batch.js';

export interface GoogleBatchesOptions extends GeminiAccess {
  readonly http: VendorHttp;
  /** What answers single requests, by another way of sending. */
  readonly providerBy: (http: VendorHttp) => AnsweredProvider;
}

/** As in Google's own clients; a multiple of the 256 KiB that the vendor counts in. */
const CHUNK_BYTES = 8 * 1024 * 1024;
/** Batches that were made since are among the last of the account, whoever else uses it. */
const PAGES_TO_LOOK_THROUGH = 5;
const PAGE = 100;
const JSON_TYPE = 'application/json';
const LINES_TYPE = 'application/jsonl';
const ANSWER_BYTES_MAX = 64 * 1024;

/**
 * The Batch API of the Gemini API (https://ai.google.dev/gemini-api/docs/batch-api): a file of requests of one model, an operation
 * that is made of it, and a file of answers. At most 2 GB; the vendor counts tokens in its queue, and no requests. Our key of a batch
 * is its display name.
 */
export function createGoogleBatches({ apiKey, baseUrl, http, providerBy }: GoogleBatchesOptions): VendorBatches {
  const root = geminiRoot(baseUrl);
  const base = `${root}/v1beta`;
  const headers = { 'x-goog-api-key': apiKey };
  const look = (path: string, signal: AbortSignal): Promise<JsonObject> =>
    lookJson(http, { url: `${base}/${path}`, headers }, signal);
  const remove = (name: string, signal: AbortSignal): Promise<void> =>
    succeedUnlessGone(http.deleteJson?.({ url: `${base}/${name}`, headers, signal }));
  return {
    maxLines: 100_000,
    maxBytes: 2_000_000_000,
    takes: ({ kind }) => kind === 'chat' || kind === 'embedding',
    capture: async (attempt) => toBatchedRequest(await captureRequest(providerBy, attempt), base),
    answering: (answer) => providerBy(answeringHttp(answer)),
    upload: async (input) => {
      const file = await uploadFile(http, root, headers, input);
      return { file: requireText(file['name'], 'a name of its file') };
    },
    submit: async ({ key, endpoint, signal }, uploaded) => {
      const batch = { displayName: key, inputConfig: { fileName: uploaded?.['file'] } };
      const sent = { ...headers, 'content-type': JSON_TYPE };
      const url = `${base}/${toCreatePath(endpoint)}`;
      return refOf(await readJson(http.postJson({ url, headers: sent, body: JSON.stringify({ batch }), signal })));
    },
    find: async ({ key }, signal) => {
      let after = '';
      for (let page = 0; page < PAGES_TO_LOOK_THROUGH; page += 1) {
        const { operations, nextPageToken } = await look(`batches?pageSize=${PAGE}${after}`, signal);
        const found = asObjects(operations).find(({ metadata }) => asObject(metadata)?.['displayName'] === key);
        if (found) return refOf(found);
        const next = asText(nextPageToken);
        if (next === undefined) return undefined;
        after = `&pageToken=${encodeURIComponent(next)}`;
      }
      return undefined;
    },
    check: async (batch, signal) => fromGoogleBatch(await look(`${batch['name']}`, signal)),
    results: (where, signal) =>
      fromJsonLines(
        lookJsonLines(http, { url: `${root}/download/v1beta/${where}:download?alt=media`, headers }, signal),
        fromGoogleBatchLine,
      ),
    cancel: (batch, signal) =>
      succeedUnlessGone(http.postJson({ url: `${base}/${batch['name']}:cancel`, headers, body: '{}', signal })),
    remove: async ({ batch, uploaded }, signal) => {
      if (uploaded?.['file'] !== undefined) await remove(uploaded['file'], signal);
      if (batch?.['name'] === undefined) return;
      const left = await lookUnlessGone(http, { url: `${base}/${batch['name']}`, headers }, signal);
      const state = left && fromGoogleBatch(left);
      const results = state?.status === 'ended' ? state.results : [];
      for (const file of results) await remove(file, signal).catch(unlessNameIsTooLong);
      await remove(batch['name'], signal);
    },
  };
}

function refOf({ name }: JsonObject): { readonly name: string } {
  return { name: requireText(name, 'a name') };
}

/**
 * The vendor names files of answers `batch-…`, and takes no name of more than 40 characters where one is deleted, so that most of them
 * cannot be (https://github.com/googleapis/python-genai/issues/1759); they go by themselves.
 */
function unlessNameIsTooLong(error: unknown): void {
  if (error instanceof ProviderFailure && error.failure.httpStatus === 400) return;
  throw error;
}

/**
 * The lines as a file, by the resumable protocol (https://ai.google.dev/gemini-api/docs/files): one request that says what is to come,
 * and is answered with an address for the chunks. The address holds all that the vendor asks for there, so that no key is sent along.
 */
async function uploadFile(
  http: VendorHttp,
  root: string,
  headers: { readonly [name: string]: string },
  { key, lines, signal }: VendorBatchInput,
): Promise<JsonObject> {
  const start = { 'x-goog-upload-protocol': 'resumable', 'x-goog-upload-command': 'start' };
  const type = { 'content-type': JSON_TYPE, 'x-goog-upload-header-content-type': LINES_TYPE };
  const begun = await headersOf(
    http.postJson({
      ...{ url: `${root}/upload/v1beta/files`, headers: { ...headers, ...start, ...type }, signal },
      body: JSON.stringify({ file: { displayName: key, mimeType: LINES_TYPE } }),
    }),
  );
  const url = ownUrl(begun['x-goog-upload-url'], root);
  let answer: JsonObject = {};
  const file = toJsonLines(lines, ({ customId, body }) => ({ key: customId, request: body }));
  for await (const { bytes, offset, isLast } of inChunks(file, CHUNK_BYTES)) {
    const command = isLast ? 'upload, finalize' : 'upload';
    const sent = { 'x-goog-upload-command': command, 'x-goog-upload-offset': String(offset) };
    const asked = http.postJson({ url, headers: sent, body: '', bytes, signal });
    if (isLast) answer = await readJson(asked);
    else await headersOf(asked);
  }
  return requireObject(answer['file'] ?? null);
}

/** What is uploaded goes to the address that all other requests go to, whatever host the vendor's answer names. */
function ownUrl(given: string | undefined, root: string): string {
  const url = given !== undefined && URL.canParse(given) ? new URL(given) : undefined;
  const at = url?.pathname.indexOf('/upload/') ?? -1;
  if (url === undefined || at === -1) throw badResponse('The vendor named no address for an upload.');
  return `${root}${url.pathname.slice(at)}${url.search}`;
}

/** What an answer says whose body is empty. */
async function headersOf(asked: Promise<VendorResponse>): Promise<VendorResponse['headers']> {
  const response = await asked;
  try {
    if (response.status < 200 || response.status > 299) throw await readHttpFailure(response);
    await response.readText(ANSWER_BYTES_MAX);
    return response.headers;
  } finally {
    response.discard();
  }
}
