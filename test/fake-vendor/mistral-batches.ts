import type { ServerResponse } from 'node:http';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import {
  type BatchDesk,
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
  ...{ in_progress: 'RUNNING', cancelling: 'CANCELLATION_REQUESTED', completed: 'SUCCESS', failed: 'FAILED' },
  ...{ expired: 'TIMEOUT_EXCEEDED', cancelled: 'CANCELLED' },
};

/** Mistral's files and batch jobs (https://docs.mistral.ai/studio-api/batch-processing), and single requests. */
export const startMistralBatchVendor = (): Promise<BatchDesk> => startDesk(formOf);

function formOf(desk: BatchDesk): DeskForm {
  const ofJob =
    (work: (batch: DeskBatch, response: ServerResponse) => void) =>
    (id: string, _: string, response: ServerResponse): void => {
      const batch = desk.batches.find((one) => one.id === id);
      if (batch) work(batch, response);
      else send(response, 404, { detail: 'No such job.' });
    };
  const routes: readonly (readonly [RegExp, (id: string, body: string, response: ServerResponse) => void])[] = [
    [
      /^POST \/v1\/files()$/,
      (_, body, response) => {
        const id = desk.nextId('file-');
        const part = body.slice(body.indexOf('filename='));
        const text = part.slice(part.indexOf('\r\n\r\n') + 4);
        desk.files.set(id, text.slice(0, text.lastIndexOf('\r\n--')));
        send(response, 200, { id, object: 'file', purpose: 'batch' });
      },
    ],
    [/^GET \/v1\/files\/([\w-]+)\/content$/, (id, _, response) => sendFile(response, desk.files.get(id))],
    [
      /^DELETE \/v1\/files\/([\w-]+)$/,
      (id, _, response) => {
        desk.files.delete(id);
        send(response, 200, { id, object: 'file', deleted: true });
      },
    ],
    [
      /^POST \/v1\/batch\/jobs()$/,
      (_, body, response) => {
        const asked = JSON.parse(body) as { input_files: readonly string[] } & JsonObject;
        const taken = readLines(desk.files.get(asked.input_files[0] ?? '') ?? '') as {
          custom_id: string;
          body: JsonObject;
        }[];
        const lines = taken.map(({ custom_id: customId, body }) => ({ customId, body }));
        desk.take({ id: desk.nextId('job-'), asked, lines }, response, shown);
      },
    ],
    [
      /^GET \/v1\/batch\/jobs\?page=(\d+)&page_size=100&order_by=-created$/,
      (page, _, response) => send(response, 200, { data: page === '0' ? desk.batches.map(shown) : [], total: 1 }),
    ],
    [
      /^GET \/v1\/batch\/jobs\/([\w-]+)$/,
      ofJob((batch, response) => {
        desk.look(batch);
        send(response, 200, shown(batch));
      }),
    ],
    [
      /^POST \/v1\/batch\/jobs\/([\w-]+)\/cancel$/,
      ofJob((batch, response) => {
        if (desk.stop(batch)) send(response, 200, shown(batch));
        else send(response, 422, { detail: 'It has ended.' });
      }),
    ],
    [
      /^DELETE \/v1\/batch\/jobs\/([\w-]+)$/,
      (id, _, response) => {
        desk.deleted.push(id);
        send(response, 200, { id, object: 'batch', deleted: true });
      },
    ],
    [
      /^POST \/v1\/chat\/completions()$/,
      (_, body, response) => {
        desk.singles.push(JSON.parse(body) as JsonObject);
        send(response, 200, answerOf('single'));
      },
    ],
    [
      /^POST \/v1\/embeddings()$/,
      (_, body, response) => {
        const asked = JSON.parse(body) as JsonObject;
        desk.singles.push(asked);
        send(response, 200, vectorsOf(asked));
      },
    ],
  ];
  return {
    answer: ({ method, path, headers, body }, response) => {
      if (headers.authorization !== 'Bearer key-of-mistral') return false;
      for (const [pattern, route] of routes) {
        const found = pattern.exec(`${method} ${path}`);
        if (!found) continue;
        route(found[1] ?? '', body, response);
        return true;
      }
      return false;
    },
    write: ({ asked }, done) => {
      const written = done.map((line) => ({ line, said: desk.script(line) }));
      const answered =
        asked['endpoint'] === '/v1/embeddings' ? vectorsOf : (_: JsonObject, said: string) => answerOf(said);
      const lineOf = (customId: string, status: number, body: Json): Json => ({
        ...{ id: `batch-${customId}`, custom_id: customId, response: { status_code: status, body }, error: null },
      });
      const good = written.flatMap(({ line, said }) =>
        typeof said === 'string' ? [lineOf(line.customId, 200, answered(line.body, said))] : [],
      );
      const bad = written.flatMap(({ line, said }) =>
        typeof said === 'number' ? [lineOf(line.customId, said, { message: 'No.', type: 'fake' })] : [],
      );
      return [good, bad].map((lines) => {
        const id = desk.nextId('file-');
        if (lines.length > 0) desk.files.set(id, jsonLines(lines));
        return lines.length > 0 ? id : '';
      });
    },
  };
}

function shown({ id, asked, status, results: [output = '', errors = ''] }: DeskBatch): JsonObject {
  const named = (file: string): string | null => (file === '' ? null : file);
  return {
    ...asked,
    id,
    object: 'batch',
    errors: [],
    status: STATES[status],
    output_file: named(output),
    error_file: named(errors),
  };
}

/** `EmbeddingResponse`: a vector for each input, which tells how long the input is. */
function vectorsOf({ model = '', input = '' }: JsonObject): JsonObject {
  const texts = (Array.isArray(input) ? input : [input]) as readonly string[];
  const data = texts.map(({ length }, index) => ({ object: 'embedding', index, embedding: [0.5, length] }));
  const usage = { prompt_tokens: USAGE.input, total_tokens: USAGE.input, completion_tokens: 0 };
  return { id: 'emb-1', object: 'list', data, model, usage };
}

function answerOf(text: string): JsonObject {
  return {
    ...{ id: 'cmpl-1', object: 'chat.completion', created: 1_761_577_934, model: 'fake' },
    choices: [{ index: 0, message: { role: 'assistant', content: text, tool_calls: null }, finish_reason: 'stop' }],
    usage: { prompt_tokens: USAGE.input, completion_tokens: USAGE.output, total_tokens: USAGE.input + USAGE.output },
  };
}
