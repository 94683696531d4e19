import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { fromJsonLines, toJsonLines, withoutStream } from '../../batch-files.js';
import { answeringHttp, captureRequest } from '../../captured-exchange.js';
import { createDownloads } from '../../downloads.js';
import type { VendorHttp } from '../../http.js';
import { requireText } from '../../json-answer.js';
import { asObject, asText } from '../../json-fields.js';
import { lookJson, lookJsonLines, lookUnlessGone, readJson, succeedUnlessGone } from '../../look-json.js';
import { streamForm } from '../../multipart-body.js';
import { poll, type PollClock } from '../../poll.js';
import { ProviderFailure, type VendorBatches, type VendorBatchRef } from '../../port.js';
import type { AnsweredProvider } from '../../vendor-batches.js';
import type { VendorTarget } from '../../vendor-endpoint.js';
import { fromFireworksJob, fromFireworksLine, isErrorFile } from './from-fireworks-job.js';
import { toFireworksJob, toInputId, toJobId, toOutputId } from './to-fireworks-job.js';

export interface FireworksBatchesOptions {
  readonly apiKey: string;
  /** Of inference, up to and with the version: `https://api.fireworks.ai/inference/v1`. */
  readonly baseUrl: string;
  /** Whose datasets and jobs they are. */
  readonly accountId: string;
  readonly http: VendorHttp;
  /** What answers single requests, by another way of sending. */
  readonly providerBy: (http: VendorHttp) => AnsweredProvider;
  readonly clock?: PollClock;
}

const UPLOADED = 'dataset';
/** So often the lines may have been sent before, without anybody having heard how that went. */
const TIMES_TO_SEND = 10;
const DELETE_TIMEOUT_MS = 10_000;

/**
 * Fireworks' Batch API (https://docs.fireworks.ai/guides/batch-inference): a dataset of requests, a job of one model, and a dataset of
 * answers, whose files are at addresses that are signed for some minutes. A file that is uploaded in one request has 150 MB at most; how
 * many lines there are is not limited, so that the most of them is a careful one of ours. Jobs cannot be cancelled, but deleted.
 */
export function createFireworksBatches(options: FireworksBatchesOptions): VendorBatches {
  const { apiKey, http, providerBy, clock } = options;
  const account = `accounts/${options.accountId}`;
  const base = `${options.baseUrl.replace(/\/+$/, '').replace(/\/inference(?=\/v1$)/, '')}/${account}`;
  const headers = { authorization: `Bearer ${apiKey}` };
  const at = (path: string): VendorTarget => ({ url: `${base}${path}`, headers });
  const post = (path: string, body: JsonObject, signal: AbortSignal): Promise<JsonObject> =>
    readJson(http.postJson({ ...at(path), body: JSON.stringify(body), signal }));
  const remove = (path: string, signal: AbortSignal): Promise<void> =>
    succeedUnlessGone(http.deleteJson?.({ ...at(path), signal }));
  const downloads = createDownloads({ http, trusted: [base] });

  /** What an earlier time has left is not added to: it goes, and another is made. */
  const createDataset = async (key: string, count: number, signal: AbortSignal): Promise<string> => {
    for (let time = 1; ; time += 1) {
      const datasetId = toInputId(key, time);
      // Without a count it is refused, although the page says nothing of it.
      const dataset = { userUploaded: {}, exampleCount: String(count) };
      try {
        await post('/datasets', { datasetId, dataset }, signal);
        return datasetId;
      } catch (error) {
        if (!isThereAlready(error) || time === TIMES_TO_SEND) throw error;
      }
      await remove(`/datasets/${datasetId}`, signal);
    }
  };

  const find = async (key: string, signal: AbortSignal): Promise<VendorBatchRef | undefined> => {
    const id = toJobId(key);
    return (await lookUnlessGone(http, at(`/batchInferenceJobs/${id}`), signal)) && { id };
  };

  return {
    maxLines: 100_000,
    maxBytes: 150_000_000,
    takes: ({ kind }) => kind === 'chat',
    capture: async (attempt) => {
      const { model, ...body } = (await captureRequest(providerBy, attempt)).body;
      return { endpoint: requireText(model, 'a model'), body: withoutStream(body) };
    },
    answering: (answer) => providerBy(answeringHttp(answer)),
    upload: async ({ key, count = 1, lines, signal }) => {
      const id = await createDataset(key, count, signal);
      const pieces = toJsonLines(lines, ({ customId, body }) => ({ custom_id: customId, body }));
      const file = { name: 'file', filename: 'batch.jsonl', mediaType: 'application/jsonl', pieces };
      const form = streamForm({}, file);
      const sent = { url: at(`/datasets/${id}:upload`).url, headers: { ...headers, 'content-type': form.contentType } };
      try {
        await readJson(http.postJson({ ...sent, body: '', bytes: form.body, signal }));
        await untilReady(() => lookJson(http, at(`/datasets/${id}`), signal), signal, clock);
      } catch (error) {
        // Nobody knows of it: whoever tries again makes another.
        await remove(`/datasets/${id}`, AbortSignal.timeout(DELETE_TIMEOUT_MS)).catch(() => undefined);
        throw error;
      }
      return { [UPLOADED]: id };
    },
    submit: async ({ key, endpoint: model, signal }, uploaded) => {
      const input = requireText(uploaded?.[UPLOADED], 'its dataset');
      const id = toJobId(key);
      try {
        await post(
          `/batchInferenceJobs?batchInferenceJobId=${id}`,
          toFireworksJob({ account, key, model, input }),
          signal,
        );
      } catch (error) {
        // Nobody else has this id: it was taken on before.
        if (!isThereAlready(error) || !(await find(key, signal))) throw error;
      }
      return { id };
    },
    find: ({ key }, signal) => find(key, signal),
    check: async ({ id = '' }, signal) => {
      const ended = fromFireworksJob(await lookUnlessGone(http, at(`/batchInferenceJobs/${id}`), signal));
      if (ended === undefined) return { status: 'running' };
      const output = toOutputId(id);
      const isThere = ended.hasOutput || (await lookUnlessGone(http, at(`/datasets/${output}`), signal)) !== undefined;
      return { status: 'ended', results: isThere ? [output] : [], missing: ended.missing };
    },
    results: async function* (where, signal) {
      const told = await lookJson(http, at(`/datasets/${where}:getDownloadEndpoint`), signal);
      // They are elsewhere, and signed: no key is to be sent there.
      const files = { getJson: (asked: Parameters<VendorHttp['getJson']>[0]) => downloads.get(asked.url, asked) };
      for (const [name, url] of Object.entries(asObject(told['filenameToSignedUrls']) ?? {})) {
        if (isErrorFile(name)) continue;
        yield* fromJsonLines(
          lookJsonLines(files, { url: requireText(url, 'its answers'), headers: {} }, signal),
          fromFireworksLine,
        );
      }
    },
    cancel: ({ id = '' }, signal) => remove(`/batchInferenceJobs/${id}`, signal),
    remove: async ({ batch, uploaded }, signal) => {
      const [id, input] = [batch?.['id'], uploaded?.[UPLOADED]];
      if (input !== undefined) await remove(`/datasets/${input}`, signal);
      if (id === undefined) return;
      await remove(`/datasets/${toOutputId(id)}`, signal);
      await remove(`/batchInferenceJobs/${id}`, signal);
    },
  };
}

/** `ALREADY_EXISTS`, as HTTP has it (https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto). */
function isThereAlready(error: unknown): boolean {
  return error instanceof ProviderFailure && error.failure.httpStatus === 409;
}

/** A dataset is `UPLOADING` for a moment after its file has come. */
async function untilReady(look: () => Promise<JsonObject>, signal: AbortSignal, clock?: PollClock): Promise<void> {
  await poll<true>({
    look: async () => (asText((await look())['state']) === 'READY' ? { done: true, value: true } : { done: false }),
    signal,
    ...(clock && { clock }),
  });
}
