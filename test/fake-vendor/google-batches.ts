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
import type { TakenLine } from './batch-vendor.js';

/** What every answer says that it took: tokens of input, thoughts and output. */
export const GOOGLE_USAGE = { input: 10, thoughts: 50, output: 100 };

const STATES: { readonly [S in DeskBatch['status']]: string } = {
  ...{ in_progress: 'RUNNING', cancelling: 'RUNNING', completed: 'SUCCEEDED', failed: 'FAILED' },
  ...{ expired: 'EXPIRED', cancelled: 'CANCELLED' },
};

/**
 * The Gemini API's batches: files by the resumable protocol, `models.batchGenerateContent` and `models.asyncBatchEmbedContent`, `batches`
 * (https://ai.google.dev/api/batch-api), and single requests. It names an address at its own host for an upload, and deletes no file whose name is longer than 40 characters.
 */
export const startGoogleBatchVendor = (): Promise<BatchDesk> => startDesk(formOf);

function formOf(desk: BatchDesk): DeskForm {
  const uploads = new Map<string, string>();
  const routes: readonly (readonly [RegExp, (id: string, body: string, response: ServerResponse) => void])[] = [
    [
      /^POST \/upload\/v1beta\/files()$/,
      (_, __, response) => {
        const id = desk.nextId('upload-');
        uploads.set(id, '');
        const address = `https://generativelanguage.googleapis.com/upload/v1beta/files?upload_id=${id}&upload_protocol=resumable`;
        send(response, 200, {}, { 'x-goog-upload-url': address, 'x-goog-upload-status': 'active' });
      },
    ],
    [
      /^POST \/v1beta\/models\/([^:]+:(?:batchGenerateContent|asyncBatchEmbedContent))$/,
      (path, body, response) => {
        const [model = '', method = ''] = path.split(':');
        const { batch } = JSON.parse(body) as { batch: { inputConfig: { fileName: string } } & JsonObject };
        const taken = readLines(desk.files.get(batch.inputConfig.fileName) ?? '') as {
          key: string;
          request: JsonObject;
        }[];
        const lines = taken.map(({ key, request }) => ({ customId: key, body: request }));
        desk.take({ id: desk.nextId('batches/b'), asked: { ...batch, model, method }, lines }, response, shown);
      },
    ],
    [
      /^POST \/v1beta\/models\/[^:]+:generateContent()$/,
      (_, body, response) => {
        desk.singles.push(JSON.parse(body) as JsonObject);
        send(response, 200, answerOf('single'));
      },
    ],
    [
      /^POST \/v1beta\/models\/[^:]+:batchEmbedContents()$/,
      (_, body, response) => {
        const asked = JSON.parse(body) as { requests: JsonObject[] };
        desk.singles.push(asked);
        const usageMetadata = { promptTokenCount: asked.requests.length * GOOGLE_USAGE.input };
        send(response, 200, { embeddings: asked.requests.map(embeddingOf), usageMetadata });
      },
    ],
    [
      /^GET \/v1beta\/batches\?pageSize=\d+(?:&pageToken=(\d+))?$/,
      (token, _, response) => {
        // A page has one, so that there is always another.
        const at = Number(token);
        const operations = desk.batches.slice(at, at + 1).map(shown);
        send(response, 200, { operations, ...(at + 1 < desk.batches.length && { nextPageToken: String(at + 1) }) });
      },
    ],
    [
      /^GET \/v1beta\/(batches\/\w+)$/,
      ofBatch((batch, response) => {
        desk.look(batch);
        send(response, 200, shown(batch));
      }),
    ],
    [
      /^POST \/v1beta\/(batches\/\w+):cancel$/,
      ofBatch((batch, response) => {
        if (desk.stop(batch)) send(response, 200, {});
        else send(response, 400, { error: { code: 400, status: 'FAILED_PRECONDITION', message: 'It has ended.' } });
      }),
    ],
    [
      /^DELETE \/v1beta\/(batches\/\w+)$/,
      (id, _, response) => {
        desk.deleted.push(id);
        send(response, 200, {});
      },
    ],
    [
      /^GET \/download\/v1beta\/(files\/[\w-]+):download\?alt=media$/,
      (id, _, response) => sendFile(response, desk.files.get(id)),
    ],
    [
      /^DELETE \/v1beta\/(files\/[\w-]+)$/,
      (id, _, response) => {
        const isTooLong = id.length > 'files/'.length + 40;
        if (!isTooLong) desk.files.delete(id);
        send(response, isTooLong ? 400 : 200, {});
      },
    ],
  ];
  function ofBatch(work: (batch: DeskBatch, response: ServerResponse) => void) {
    return (id: string, _: string, response: ServerResponse) => {
      const batch = desk.batches.find((one) => one.id === id);
      if (batch) work(batch, response);
      else send(response, 404, { error: { code: 404, status: 'NOT_FOUND' } });
    };
  }
  const takeChunk = (id: string, command: string, offset: string, body: string, response: ServerResponse): void => {
    const before = uploads.get(id);
    if (before === undefined || Number(offset) !== Buffer.byteLength(before)) return send(response, 400, {});
    uploads.set(id, before + body);
    if (!command.includes('finalize')) return send(response, 200, {}, { 'x-goog-upload-status': 'active' });
    const name = desk.nextId('files/f');
    desk.files.set(name, before + body);
    send(response, 200, { file: { name, state: 'ACTIVE' } }, { 'x-goog-upload-status': 'final' });
  };
  return {
    answer: ({ method, path, headers, body }, response) => {
      const [, upload] = /^\/upload\/v1beta\/files\?upload_id=([\w-]+)/.exec(path) ?? [];
      if (upload !== undefined) {
        const header = (name: string): string => String(headers[`x-goog-upload-${name}`]);
        takeChunk(upload, header('command'), header('offset'), body, response);
        return true;
      }
      if (headers['x-goog-api-key'] !== 'key-of-google') return false;
      for (const [pattern, route] of routes) {
        const found = pattern.exec(`${method} ${path}`);
        if (!found) continue;
        route(found[1] ?? '', body, response);
        return true;
      }
      return false;
    },
    write: (batch, done, missing) => {
      const file = `files/batch-${batch.id.slice('batches/'.length).padEnd(40, 'x')}`;
      const lines = done.map((line): Json => {
        const said = desk.script(line);
        if (typeof said === 'string') return { response: lineAnswer(batch, line, said), key: line.customId };
        return { error: { code: said, message: 'No.' }, key: line.customId };
      });
      // "The job will not have any results to retrieve."
      if (batch.status === 'expired') return [];
      const stopped = missing.map(({ customId }) => ({ error: { code: 1, message: 'Cancelled.' }, key: customId }));
      desk.files.set(file, jsonLines([...lines, ...stopped]));
      return [file];
    },
  };
}

function shown({ id, asked, status, results: [file] }: DeskBatch): JsonObject {
  const isDone = status !== 'in_progress' && status !== 'cancelling';
  const output = file === undefined ? {} : { responsesFile: file };
  return {
    name: id,
    metadata: { ...asked, state: `BATCH_STATE_${STATES[status]}`, output },
    ...(isDone && { done: true, response: output }),
    ...(status === 'failed' && { error: { code: 8, message: 'No.' } }),
  };
}

function lineAnswer({ asked }: DeskBatch, { body }: TakenLine, said: string): JsonObject {
  if (asked['method'] === 'batchGenerateContent') return answerOf(said);
  return { embedding: embeddingOf(body), tokenCount: GOOGLE_USAGE.input };
}

/** A vector that tells texts of different lengths apart; none of what is no `EmbedContentRequest`. */
function embeddingOf({ content }: JsonObject): JsonObject {
  const { parts } = content as { readonly parts: readonly { readonly text: string }[] };
  return { values: [parts.map(({ text }) => text).join('').length, -0.5] };
}

function answerOf(text: string): JsonObject {
  const { input, thoughts, output } = GOOGLE_USAGE;
  const usageMetadata = { promptTokenCount: input, thoughtsTokenCount: thoughts, candidatesTokenCount: output };
  return {
    candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP', index: 0 }],
    ...{ usageMetadata, modelVersion: 'fake', responseId: 'r1' },
  };
}
