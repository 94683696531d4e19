import { setTimeout as pause } from 'node:timers/promises';
import OpenAI, { toFile } from 'openai';
import { describe, expect, it } from 'vitest';
import { fakeAnswerText } from '../fake-vendor/words.js';
import { clientModels } from './client-models.js';
import { clientMarkers, useClientWorld } from './client-world.js';
import {
  findNodeClients,
  howToGetNodeClients,
  nodeClientsAreRequired,
  resultOf,
  runNodeClient,
} from './node-clients.js';
import { findPythonWith, howToGetPython, pythonEnvironments, runPythonClient } from './python-clients.js';
import { pythonIsRequired } from './python-interpreter.js';

// Batches by the official clients of OpenAI and Anthropic, unchanged.

const world = useClientWorld();
const url = '/v1/chat/completions';
const setup = () => {
  const { origin, apiKey } = world.gateway;
  return { origin, apiKey, models: clientModels.map(({ model }) => model), markers: clientMarkers };
};

it("OpenAI's Node client creates, follows, lists and reads batches", async () => {
  const client = new OpenAI({ baseURL: world.gateway.baseUrl, apiKey: world.gateway.apiKey, maxRetries: 0 });
  const body = { model: clientModels[0]?.model, max_tokens: 50, messages: [{ role: 'user', content: 'Hello' }] };
  const lines = ['one', 'two'].map((name) => JSON.stringify({ custom_id: name, method: 'POST', url, body }));
  const file = await client.files.create({
    file: await toFile(Buffer.from([...lines, 'broken'].join('\n')), 'lines.jsonl'),
    purpose: 'batch',
  });
  const made = await client.batches.create({
    ...{ input_file_id: file.id, endpoint: url, completion_window: '24h', metadata: { of: 'a client' } },
    output_expires_after: { anchor: 'created_at', seconds: 7_200 },
  });
  expect(made).toMatchObject({ object: 'batch', status: 'validating', metadata: { of: 'a client' } });
  let over = made;
  while (!over.completed_at) {
    await pause(200);
    over = await client.batches.retrieve(made.id);
  }
  expect(over.request_counts).toEqual({ total: 3, completed: 2, failed: 1 });
  const output = await (await client.files.content(over.output_file_id ?? '')).text();
  expect(
    output
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { custom_id: string }).custom_id),
  ).toEqual(['one', 'two']);
  const kept = await client.files.retrieve(over.output_file_id ?? '');
  expect((kept.expires_at ?? 0) - kept.created_at).toBeCloseTo(7_200, -1);
  const listed: string[] = [];
  for await (const { id } of client.batches.list({ limit: 1 })) listed.push(id);
  expect(listed).toContain(made.id);
  expect((await client.batches.cancel(made.id)).status).toBe('completed');
}, 120_000);

const withoutNode = findNodeClients() === undefined && !nodeClientsAreRequired;
if (withoutNode) console.warn(howToGetNodeClients);

it.skipIf(withoutNode)(
  "Anthropic's Node client creates, follows, lists, reads and deletes batches",
  async () => {
    expect(resultOf(await runNodeClient('batches.mjs', setup()), 'batches')).toEqual({
      status: 'in_progress',
      counts: { processing: 0, succeeded: 1, errored: 1, canceled: 0, expired: 0 },
      results: [
        ['one', 'succeeded', fakeAnswerText('Hello')],
        ['two', 'errored', 'not_found_error'],
      ],
      ...{ listed: 1, late: 'ended', deleted: 'message_batch_deleted', gone: 'NotFoundError' },
    });
  },
  120_000,
);

describe('the Python clients', () => {
  const python = findPythonWith(pythonEnvironments.clients);
  const withoutPython = python === undefined && !pythonIsRequired;
  if (withoutPython) console.warn(howToGetPython(pythonEnvironments.clients));

  it.skipIf(withoutPython)(
    'of OpenAI and of Anthropic do the same',
    async () => {
      const seen = await runPythonClient(python ?? 'python3', 'batches.py', setup());
      expect(resultOf(seen, 'openai')).toEqual({
        status: 'completed',
        counts: { total: 3, completed: 2, failed: 1 },
        texts: [fakeAnswerText('Hello'), fakeAnswerText('Hello')],
        errors: ['invalid_json_line'],
        listed: true,
        late: 'completed',
      });
      expect(resultOf(seen, 'anthropic')).toEqual({
        counts: { processing: 0, succeeded: 1, errored: 0, canceled: 0, expired: 0 },
        results: [['one', 'succeeded']],
        deleted: 'message_batch_deleted',
      });
    },
    240_000,
  );
});
