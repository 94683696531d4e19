import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import {
  type BatchDesk,
  type DeskAsked,
  type DeskBatch,
  type DeskForm,
  jsonLines,
  readLines,
  send,
  sendFile,
  startDesk,
} from './batch-desk.js';
import { USAGE } from './batch-vendor.js';

const STATES: { readonly [S in DeskBatch['status']]: string } = {
  ...{
    in_progress: 'JOB_STATE_RUNNING',
    cancelling: 'JOB_STATE_DELETING_CLEANING_UP',
    completed: 'JOB_STATE_COMPLETED',
  },
  ...{ failed: 'JOB_STATE_FAILED', expired: 'JOB_STATE_EXPIRED', cancelled: 'JOB_STATE_DELETING_CLEANING_UP' },
};
const GONE = { code: 5, details: [], message: 'resource not found' };
const THERE = { code: 6, details: [], message: 'already exists' };

interface Found {
  readonly id: string;
  readonly asked: DeskAsked;
}
type Route = (found: Found, response: ServerResponse) => void;

/**
 * Fireworks' datasets and batch jobs (https://docs.fireworks.ai/guides/batch-inference) of one account, and single requests. A dataset is
 * made of a count, is not ready at once, and takes one file; a job is made once by its id, takes no model in its lines, is cancelled by being
 * deleted, and is gone then. Files are at addresses of their own, for one time, where nobody is to show a key; the file of errors is no JSON.
 */
export const startFireworksBatchVendor = (): Promise<BatchDesk> => startDesk(formOf);

function formOf(desk: BatchDesk): DeskForm {
  const uploading = new Set<string>();
  const counts = new Map<string, number>();
  const signed = new Map<string, string>();
  const filesOf = (dataset: string): readonly string[] =>
    [...desk.files.keys()].filter((name) => name.startsWith(`dataset/${dataset}/`));
  const jobOf = (id: string): DeskBatch | undefined =>
    desk.batches.find((one) => one.id === id && one.status !== 'cancelled' && !desk.deleted.includes(id));
  const textOf = (name: string): string => desk.files.get(`dataset/${name}/batch.jsonl`) ?? '';

  const routes: readonly (readonly [RegExp, Route])[] = [
    [
      /^POST \/datasets()$/,
      ({ asked }, response) => {
        const { datasetId, dataset } = JSON.parse(asked.body) as { datasetId: string; dataset: JsonObject };
        const count = Number(dataset['exampleCount'] ?? 0);
        if (count < 1) return send(response, 400, { code: 3, message: 'No count.' });
        if (filesOf(datasetId).length > 0) return send(response, 409, THERE);
        counts.set(datasetId, count);
        desk.files.set(`dataset/${datasetId}/`, '');
        uploading.add(datasetId);
        send(response, 200, { name: `accounts/our-account/datasets/${datasetId}`, state: 'UPLOADING' });
      },
    ],
    [
      /^POST \/datasets\/([\w-]+):upload$/,
      ({ id, asked }, response) => {
        if (filesOf(id).length !== 1) return send(response, 404, GONE);
        const part = asked.body.slice(asked.body.indexOf('name="file"; filename="batch.jsonl"'));
        const text = part.slice(part.indexOf('\r\n\r\n') + 4);
        desk.files.set(`dataset/${id}/batch.jsonl`, text.slice(0, text.lastIndexOf('\r\n--')));
        send(response, 200, { id: `accounts/our-account/datasets/${id}`, object: 'file', purpose: 'dataset' });
      },
    ],
    [
      /^GET \/datasets\/([\w-]+)$/,
      ({ id }, response) => {
        if (filesOf(id).length === 0) return send(response, 404, GONE);
        // The next who asks finds it ready.
        send(response, 200, { name: id, state: uploading.delete(id) ? 'UPLOADING' : 'READY' });
      },
    ],
    [
      /^GET \/datasets\/([\w-]+):getDownloadEndpoint$/,
      ({ id, asked }, response) => {
        if (asked.body !== '') return send(response, 400, {});
        if (filesOf(id).length === 0) return send(response, 404, GONE);
        const urls = filesOf(id).map((name) => {
          const key = randomUUID();
          signed.set(key, name);
          return [name, `${desk.origin}/signed/${key}`];
        });
        send(response, 200, { filenameToSignedUrls: Object.fromEntries(urls) as JsonObject });
      },
    ],
    [
      /^DELETE \/datasets\/([\w-]+)$/,
      ({ id }, response) => {
        if (filesOf(id).length === 0) return send(response, 404, GONE);
        for (const name of filesOf(id)) desk.files.delete(name);
        send(response, 200, {});
      },
    ],
    [
      /^POST \/batchInferenceJobs\?batchInferenceJobId=([\w-]+)$/,
      ({ id, asked: { body } }, response) => {
        if (jobOf(id)) return send(response, 409, THERE);
        const asked = JSON.parse(body) as JsonObject;
        const input = nameOf(asked['inputDatasetId']);
        const rows = readLines(textOf(input)) as { custom_id: string; body: JsonObject }[];
        const isWrong =
          rows.length !== counts.get(input) || rows.some(({ body: of }) => 'model' in of || 'stream' in of);
        if (uploading.has(input) || isWrong) {
          return send(response, 400, { code: 9, message: 'Not so.' });
        }
        const lines = rows.map(({ custom_id: customId, body: line }) => ({ customId, body: line }));
        desk.take({ id, asked, lines }, response, shown);
      },
    ],
    [
      /^GET \/batchInferenceJobs\/([\w-]+)$/,
      ({ id }, response) => {
        const job = jobOf(id);
        if (!job) return send(response, 404, GONE);
        desk.look(job);
        send(response, 200, shown(job));
      },
    ],
    [
      /^DELETE \/batchInferenceJobs\/([\w-]+)$/,
      ({ id }, response) => {
        const job = jobOf(id);
        if (!job) return send(response, 404, GONE);
        if (job.status === 'in_progress') desk.stop(job);
        else desk.deleted.push(id);
        send(response, 200, {});
      },
    ],
  ];
  return {
    answer: (asked, response) => {
      const { method, path, headers, body } = asked;
      const [, key] = /^\/signed\/([\w-]+)$/.exec(path) ?? [];
      if (key !== undefined) {
        const name = headers.authorization === undefined ? signed.get(key) : undefined;
        signed.delete(key);
        sendFile(response, name === undefined ? undefined : desk.files.get(name));
        return true;
      }
      if (headers.authorization !== 'Bearer key-of-fireworks') return false;
      if (path === '/inference/v1/chat/completions') {
        desk.singles.push(JSON.parse(body) as JsonObject);
        send(response, 200, answerOf('single'));
        return true;
      }
      const [, rest = ''] = /^\/v1\/accounts\/our-account(\/.*)$/.exec(path) ?? [];
      for (const [pattern, route] of routes) {
        const found = pattern.exec(`${method} ${rest}`);
        if (!found) continue;
        route({ id: found[1] ?? '', asked }, response);
        return true;
      }
      return false;
    },
    write: ({ asked }, done) => {
      const folder = `dataset/${nameOf(asked['outputDatasetId'])}`;
      const written = done.flatMap((line): readonly Json[] => {
        const said = desk.script(line);
        return typeof said === 'string' ? [{ custom_id: line.customId, response: answerOf(said) }] : [];
      });
      desk.files.set(`${folder}/BIJOutputSet.jsonl`, jsonLines(written));
      desk.files.set(`${folder}/error-data`, written.length === done.length ? '' : 'Some of them failed.');
      return [`${folder}/BIJOutputSet.jsonl`];
    },
  };
}

function nameOf(resource: Json | undefined): string {
  return /^accounts\/our-account\/datasets\/([a-z][a-z0-9-]{0,62})$/.exec(String(resource))?.[1] ?? '';
}

function shown({ id, asked, status }: DeskBatch): JsonObject {
  return { ...asked, name: `accounts/our-account/batchInferenceJobs/${id}`, state: STATES[status] };
}

function answerOf(text: string): JsonObject {
  return {
    ...{ id: 'chatcmpl-1', object: 'chat.completion', created: 1_788_062_136, model: 'fake' },
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: {
      ...{ prompt_tokens: USAGE.input, completion_tokens: USAGE.output, total_tokens: USAGE.input + USAGE.output },
      prompt_tokens_details: { cached_tokens: 4 },
    },
  };
}
