import { expect } from 'vitest';
import type { AskOptions, Answer, Parsed, World } from '../gateway/world.js';
import { until } from '../chaos/until.js';

export interface BatchTools {
  /** Uploads lines as a file for batches; gives its id. */
  upload(lines: readonly (object | string)[], options?: AskOptions, purpose?: string): Promise<string>;
  create(lines: readonly (object | string)[], fields?: object, options?: AskOptions): Promise<Parsed>;
  read(id: string, options?: AskOptions): Promise<Parsed>;
  /** The batch once it has ended. */
  ended(id: string, options?: AskOptions): Promise<Parsed>;
  /** The lines of an output or an error file. */
  linesOf(fileId: string | null, options?: AskOptions): Promise<readonly Parsed[]>;
}

export const chat = '/v1/chat/completions';
export const isOver = (status: string): boolean => ['completed', 'failed', 'expired', 'cancelled'].includes(status);

/** A line of a batch of conversations. */
export const lineOf = (customId: string, body: object = {}): object => ({
  ...{ custom_id: customId, method: 'POST', url: chat },
  body: { model: 'sandbox/echo', messages: [{ role: 'user', content: `Hello ${customId}` }], ...body },
});

export function createBatchTools(world: World): BatchTools {
  const upload: BatchTools['upload'] = async (lines, options = {}, purpose = 'batch') => {
    const form = new FormData();
    form.append('purpose', purpose);
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
    form.append('file', new Blob([`${text}\n`]), 'lines.jsonl');
    const response = await fetch(`${world.gateway.origin}/v1/files`, {
      method: 'POST',
      headers: { authorization: `Bearer ${options.apiKey ?? world.gateway.apiKey}` },
      body: form,
    });
    const file = (await response.json()) as Parsed;
    expect(response.status, JSON.stringify(file)).toBe(200);
    return file.id;
  };
  const read: BatchTools['read'] = async (id, options) => (await world.get(`/v1/batches/${id}`, options)).body;
  return {
    upload,
    create: async (lines, fields = {}, options = {}) => {
      const asked = {
        input_file_id: await upload(lines, options),
        endpoint: chat,
        completion_window: '24h',
        ...fields,
      };
      const answer: Answer = await world.post('/v1/batches', asked, options);
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      return answer.body;
    },
    read,
    ended: async (id, options) => {
      let batch: Parsed;
      await until(
        `the end of ${id}`,
        async () => {
          batch = await read(id, options);
          return isOver(batch.status) ? true : { pending: batch.status };
        },
        60_000,
      );
      return batch;
    },
    linesOf: async (fileId, options) => {
      if (fileId === null) return [];
      const { status, body } = await world.get(`/v1/files/${fileId}/content`, options);
      expect(status).toBe(200);
      return (body as string)
        .trimEnd()
        .split('\n')
        .map((line): Parsed => JSON.parse(line));
    },
  };
}
