import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createDatabase } from '../../activities/storage/database.js';
import { type Stack, startStack } from '../../infra/local/stack.js';
import { findInDatabase } from '../content/find-in-database.js';
import { spawnFakeVendor, type SpawnedFakeVendor } from '../fake-vendor/client.js';
import { type BatchVendor, startBatchVendor } from '../fake-vendor/batch-vendor.js';
import { fakeMarker } from '../fake-vendor/instructions.js';
import { createTestFolder } from '../support/services.js';
import { withDatabase } from '../support/with-database.js';
import { findInFiles } from './find-in-files.js';

// A word that occurs in every content field, vendor error and answer must be found nowhere that a request has been:
// histories, Temporal's file, Postgres's files with their write-ahead log, and the logs of every process.

// So must the secrets of credentials, which vendors may repeat in their refusals.

// Tags are the exception: a caller's labels for reports, in clear in four columns (stored answers and jobs are asked for by them) and nowhere else.

const canary = `canary${randomBytes(12).toString('hex')}`;
const secret = `secret${randomBytes(12).toString('hex')}`;
const tag = `label${randomBytes(12).toString('hex')}`;
const hook = `hook${randomBytes(12).toString('hex')}`;
let dataDir: string;
let batchVendor: BatchVendor;
let stack: Stack;
let vendor: SpawnedFakeVendor;

beforeAll(async () => {
  dataDir = join(await createTestFolder(), 'data');
  vendor = await spawnFakeVendor();
  batchVendor = await startBatchVendor({ otherwise: vendor.url });
  stack = await startStack({
    dataDir,
    durable: false,
    temporalBinary: inject('temporalBinary'),
    env: {
      OPENAI_API_KEY: 'sk-fake-openai',
      SLUICE_OPENAI_BASE_URL: `${batchVendor.origin}/v1`,
      ANTHROPIC_API_KEY: 'sk-fake-anthropic',
      SLUICE_ANTHROPIC_BASE_URL: batchVendor.origin,
      SLUICE_LOG_LEVEL: 'trace',
    },
  });
}, 180_000);
afterAll(async () => {
  await stack?.stop();
  await batchVendor?.close();
  await vendor?.close();
});

const models = ['openai/gpt-4o-mini', 'anthropic/claude-haiku-4-5'];
type Behaviour = Parameters<typeof fakeMarker>[0];

/** A conversation with the word in every field that a caller can write. */
function body(behaviour?: Behaviour): object {
  const prompt = `${canary} ${behaviour ? fakeMarker(behaviour) : ''}`;
  return {
    messages: [
      { role: 'system', content: `system ${canary}` },
      { role: 'user', name: canary, content: [{ type: 'text', text: `first ${canary}` }] },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: canary, arguments: `{"a":"${canary}"}` } }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: `result ${canary}` },
      { role: 'user', content: prompt },
    ],
    tools: [{ type: 'function', function: { name: canary, description: canary, parameters: { title: canary } } }],
    stop: [canary],
    user: canary,
    metadata: { note: tag },
    an_unknown_field: { inside: canary },
  };
}

/** The same in the other dialects. */
function responsesBody(behaviour: Behaviour): object {
  const call = { type: 'function_call', call_id: 'call_1', name: canary, arguments: `{"a":"${canary}"}` };
  return {
    instructions: `system ${canary}`,
    input: [
      { role: 'user', content: `first ${canary}` },
      call,
      { type: 'function_call_output', call_id: 'call_1', output: `result ${canary}` },
      { role: 'user', content: `${canary} ${fakeMarker(behaviour)}` },
    ],
    tools: [{ type: 'namespace', name: canary, tools: [{ type: 'function', name: 'f', description: canary }] }],
    safety_identifier: canary,
    metadata: { note: tag },
    an_unknown_field: { inside: canary },
  };
}

function messagesBody(behaviour: Behaviour): object {
  return {
    max_tokens: 50,
    system: `system ${canary}`,
    messages: [
      { role: 'user', content: `first ${canary}` },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: canary, input: { a: canary } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: `result ${canary}` }] },
      { role: 'user', content: `${canary} ${fakeMarker(behaviour)}` },
    ],
    tools: [{ name: canary, description: canary, input_schema: { type: 'object', title: canary } }],
    stop_sequences: [canary],
    metadata: { user_id: canary },
  };
}

async function ask(
  fields: object,
  headers: Readonly<Record<string, string>> = {},
  path = '/v1/chat/completions',
): Promise<{ text: string; requestId: string }> {
  const response = await fetch(`${stack.baseUrl}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(fields),
  });
  const text = await response.text().catch(() => '');
  return { text, requestId: response.headers.get('x-request-id') ?? '' };
}

describe('the content of requests', () => {
  it('is found in no file of the whole installation, whatever happened to the request', async () => {
    const seen: string[] = [];
    for (const model of models) {
      for (const stream of [false, true]) {
        seen.push((await ask({ model, stream, ...body({ behaviour: 'answer', text: `said ${canary}` }) })).text);
        seen.push((await ask({ model, stream, ...body({ behaviour: 'bad-request' }) })).text);
        await ask({ model, stream, ...body({ behaviour: 'garbage' }) });
        await ask({ model, stream, ...body({ behaviour: 'cut', afterEvents: 4 }) });
        await ask({ model, stream, ...body({ behaviour: 'rate-limited' }), models: ['sandbox/echo'] });
        const keyed = { 'idempotency-key': `${canary}-${model}-${stream}` };
        seen.push((await ask({ model, stream, ...body({ behaviour: 'answer', text: `said ${canary}` }) }, keyed)).text);
      }
      seen.push((await ask({ model, n: 128, max_completion_tokens: 16_000, ...body() })).text);
    }
    seen.push(...(await askInOtherDialects()));
    seen.push(...(await runJobs()));
    for (const native of [false, true]) seen.push(...(await runBatches(native)));
    // Both went to their vendors as batches, answers of which are content as any other's.
    expect(batchVendor.batches).toHaveLength(2);
    seen.push(...(await askForMedia()));
    seen.push(...(await transcribe()));
    // What is refused before anything is started is content just as well.
    await ask({ model: canary, ...body() });
    await ask({ model: models[0], messages: [{ role: canary, content: canary }] });
    await ask({ model: models[0], temperature: canary, ...body() });
    // Without this, a gateway that answered nothing at all would pass.
    expect(seen.filter((text) => text.includes(canary)).length).toBeGreaterThanOrEqual(24);
    await useCredentials();
    const crashed = await crashMidStream();
    const requestIds = await endedRequests();
    expect(requestIds).toContain(crashed);
    expect(await columnsWithTag()).toEqual([
      'jobs.jobs.metadata',
      'requests.requests.tags',
      'requests.stored.metadata',
      'usage.records.tags',
    ]);
    await stack.stop();

    // The search itself works: ids, which are no content, are found in the places where content must not be.
    const places = await findInFiles(dataDir, [crashed]);
    expect(places.some((path) => path.includes('postgres'))).toBe(true);
    expect(places.some((path) => path.includes('temporal'))).toBe(true);
    expect((await findInFiles(dataDir, ['"msg":"answered"'])).length).toBeGreaterThan(0);
    expect(await findInFiles(dataDir, [canary])).toEqual([]);
    expect(await findInFiles(dataDir, [secret])).toEqual([]);
    const tagged = await findInFiles(dataDir, [tag]);
    expect(tagged.filter((path) => !/\/(base|pg_wal)\//.test(path))).toEqual([]);
    // Where a job's end is told may hold a token: it rests in the database, and is told to nobody else.
    const hooked = await findInFiles(dataDir, [hook]);
    expect(hooked.length).toBeGreaterThan(0);
    expect(hooked.filter((path) => !/\/(base|pg_wal)\//.test(path))).toEqual([]);
  }, 300_000);
});

/** Answers that are stored, gone on from and read again among them. */
async function askInOtherDialects(): Promise<readonly string[]> {
  await setRetention(3_600_000);
  const seen: string[] = [];
  const answer = { behaviour: 'answer', text: `said ${canary}` } as const;
  const responses = '/v1/responses';
  for (const model of models) {
    for (const stream of [false, true]) {
      for (const behaviour of [answer, { behaviour: 'bad-request' }, { behaviour: 'cut', afterEvents: 4 }] as const) {
        seen.push((await ask({ model, stream, ...responsesBody(behaviour) }, {}, responses)).text);
        seen.push((await ask({ model, stream, ...messagesBody(behaviour) }, {}, '/v1/messages')).text);
      }
    }
    const first = await ask({ model, ...responsesBody(answer) }, {}, responses);
    const { id } = JSON.parse(first.text) as { readonly id: string };
    const next = { model, previous_response_id: id, input: `next ${canary} ${fakeMarker(answer)}` };
    seen.push((await ask(next, {}, responses)).text);
    const headers = { authorization: `Bearer ${stack.apiKey}` };
    seen.push(await (await fetch(`${stack.baseUrl}/v1/responses/${id}/input_items`, { headers })).text());
    const kept = { store: true, ...body(answer) };
    seen.push((await ask({ model, ...kept })).text);
  }
  return seen;
}

/** One that answers, one that fails, and one in the background, each read again by its id. */
async function runJobs(): Promise<readonly string[]> {
  const seen: string[] = [];
  const headers = { prefer: 'respond-async', 'x-sluice-webhook-url': `https://example.com/${hook}` };
  for (const behaviour of [{ behaviour: 'answer', text: `said ${canary}` }, { behaviour: 'bad-request' }] as const) {
    const { requestId } = await ask({ model: models[0], ...body(behaviour) }, headers);
    for (const path of ['events', 'result']) seen.push(await read(`/v1/jobs/${requestId}/${path}`));
  }
  const behaviour = { behaviour: 'answer', text: `said ${canary}` } as const;
  const asked = { model: models[0], background: true, ...responsesBody(behaviour) };
  const { requestId } = await ask(asked, {}, '/v1/responses');
  await read(`/v1/jobs/${requestId}/events`);
  seen.push(await read(`/v1/responses/${requestId.replace('req_', 'resp_')}`));
  return seen;
}

/** Lines that answer, that are refused, and that are none; their names are content, too. */
async function runBatches(native: boolean): Promise<readonly string[]> {
  const url = '/v1/chat/completions';
  const answer = { behaviour: 'answer', text: `said ${canary}` } as const;
  const lines = [
    { custom_id: `${canary}-1`, method: 'POST', url, body: { model: models[0], ...body(answer) } },
    { custom_id: `${canary}-2`, method: 'POST', url, body: { model: canary, ...body() } },
    { custom_id: `${canary}-3`, method: 'POST', url, body: canary },
  ];
  const form = new FormData();
  form.append('purpose', 'batch');
  const text = [...lines.map((line) => JSON.stringify(line)), `broken ${canary}`].join('\n');
  form.append('file', new Blob([text]), `${canary}.jsonl`);
  const headers = { authorization: `Bearer ${stack.apiKey}` };
  const uploaded = await fetch(`${stack.baseUrl}/v1/files`, { method: 'POST', headers, body: form });
  const { id: fileId } = (await uploaded.json()) as { readonly id: string };
  const asked = { input_file_id: fileId, endpoint: url, completion_window: '24h', native };
  const made = JSON.parse((await ask(asked, {}, '/v1/batches')).text) as { readonly id: string };
  const over = await endedBatch(`/v1/batches/${made.id}`, ({ status }) => status === 'completed');
  const files = [over['output_file_id'], over['error_file_id']];
  const seen = await Promise.all(files.map((id) => read(`/v1/files/${String(id)}/content`)));
  const requests = [{ custom_id: canary, params: { model: models[1], ...messagesBody(answer) } }];
  const messages = '/v1/messages/batches';
  const sent = JSON.parse((await ask({ requests }, { 'x-sluice-batch-native': String(native) }, messages)).text) as {
    readonly id: string;
  };
  await endedBatch(`${messages}/${sent.id}`, (batch) => batch['processing_status'] === 'ended');
  return [...seen, await read(`${messages}/${sent.id}/results`)];
}

interface Shown {
  readonly [field: string]: unknown;
}

async function endedBatch(path: string, isOver: (batch: Shown) => boolean): Promise<Shown> {
  for (;;) {
    const batch = JSON.parse(await read(path)) as Shown;
    if (isOver(batch)) return batch;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function read(path: string): Promise<string> {
  const headers = { authorization: `Bearer ${stack.apiKey}` };
  return (await fetch(`${stack.baseUrl}${path}`, { headers })).text();
}

/** All that is no conversation, kept ones and refused ones among them. */
async function askForMedia(): Promise<readonly string[]> {
  const asked: readonly (readonly [string, object])[] = [
    ['/v1/embeddings', { model: 'sandbox/embedding', input: [canary], user: canary, an_unknown_field: canary }],
    ['/v1/rerank', { model: 'sandbox/rerank', query: canary, documents: [canary, { text: canary }], user: canary }],
    ['/v2/rerank', { model: 'sandbox/rerank-overloaded', query: canary, documents: [canary] }],
    ['/v1/moderations', { model: 'sandbox/moderation', input: [canary], an_unknown_field: canary }],
    ['/v1/rerank', { model: 'sandbox/rerank', query: canary, documents: [{ [canary]: canary }] }],
    ['/v1/images/generations', { model: 'sandbox/image', prompt: canary, user: canary, an_unknown_field: canary }],
    ['/v1/images/generations', { model: 'sandbox/image-refused', prompt: canary }],
    ['/v1/audio/speech', { model: 'sandbox/speech', input: canary, voice: canary, instructions: canary }],
    ['/v1/audio/speech', { model: 'sandbox/speech-refused', input: canary, voice: 'any' }],
    ['/v1/videos', { model: 'sandbox/video', prompt: canary, negative_prompt: canary, an_unknown_field: canary }],
    ['/v1/videos', { model: 'sandbox/video-failed', prompt: canary }],
  ];
  const seen: string[] = [];
  for (const [index, [path, fields]] of asked.entries()) {
    seen.push((await ask(fields, {}, path)).text);
    seen.push((await ask(fields, { 'idempotency-key': `${canary}-media-${index}` }, path)).text);
  }
  // A ranking gives the documents back, so that the word is seen at all.
  expect(seen.filter((text) => text.includes(canary)).length).toBeGreaterThanOrEqual(2);
  return seen;
}

/** The file's name, and what it says in a form, are content; the sandbox's speech is read back as its words. */
async function transcribe(): Promise<readonly string[]> {
  const headers = { authorization: `Bearer ${stack.apiKey}` };
  const spoken = await fetch(`${stack.baseUrl}/v1/audio/speech`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'sandbox/speech', input: canary, voice: 'any', response_format: 'wav' }),
  });
  const sound = Buffer.from(await spoken.arrayBuffer());
  // What is too large for its call rests as an object until the request ends; what no request comes of, until it is refused.
  const large = Buffer.concat([sound, Buffer.from(canary.repeat(50_000))]);
  const text = await hear(sound);
  expect(text).toContain(canary);
  const texts = [text, await hear(large), await hear(large, { 'idempotency-key': `${canary}-large` })];
  await hear(large, {}, 'sandbox/transcription-refused');
  await hear(large, {}, canary);
  return texts;
}

async function hear(
  sound: Buffer,
  more: Record<string, string> = {},
  model = 'sandbox/transcription',
): Promise<string> {
  const form = new FormData();
  form.append('model', model);
  form.append('prompt', canary);
  form.append('file', new Blob([new Uint8Array(sound)], { type: 'audio/wav' }), `${canary}.wav`);
  const headers = { authorization: `Bearer ${stack.apiKey}`, ...more };
  const heard = await fetch(`${stack.baseUrl}/v1/audio/transcriptions`, { method: 'POST', headers, body: form });
  return heard.text();
}

async function setRetention(milliseconds: number): Promise<void> {
  const response = await fetch(`${stack.baseUrl}/v1/organization/projects/proj_local`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ stored_answer_retention_ms: milliseconds }),
  });
  expect(response.status, await response.text()).toBe(200);
}

async function manage(method: string, path: string, body?: object): Promise<string> {
  const response = await fetch(`${stack.baseUrl}/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${stack.adminKey}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return response.text();
}

/** One credential that serves, and one that the vendor refuses by repeating it: added, verified, called by, changed, removed. */
async function useCredentials(): Promise<void> {
  const path = '/organization/credentials';
  const told: string[] = [];
  const ids: string[] = [];
  for (const key of [`sk-${secret}-good`, `sk-revoked-${secret}`]) {
    const added = await manage('POST', path, { vendor: 'openai', name: 'a name', secret: { api_key: key } });
    told.push(added);
    ids.push(String((JSON.parse(added) as { id?: unknown }).id));
  }
  // Wrong ways to say it, of which the errors must not repeat a word.
  told.push(await manage('POST', path, { vendor: 'openai', name: 'a name', secret: secret }));
  told.push(await manage('POST', path, { vendor: 'openai', name: 'a name', secret: { api_key: `${secret}\n` } }));
  told.push(await manage('POST', path, { vendor: 'openai', name: 'a name', secret: { [secret]: secret } }));
  for (const id of ids) told.push(await manage('POST', `${path}/${id}/verify`));
  expect(told.at(-2)).toContain('"status":"valid"');
  expect(told.at(-1)).toContain('"status":"invalid"');
  const prompt = { model: models[0], messages: [{ role: 'user', content: 'hello' }] };
  await waitFor(async (query) => {
    told.push((await ask(prompt)).text);
    return (await query(`SELECT 1 FROM usage.records WHERE is_byok AND credential_id = '${ids[0]}'`)).length > 0;
  });
  told.push(await manage('POST', `${path}/${ids[0]}`, { secret: { api_key: `sk-revoked-${secret}-2` } }));
  told.push((await ask(prompt)).text);
  told.push(await manage('GET', path), await manage('GET', '/organization/audit_logs'));
  for (const id of ids) told.push(await manage('DELETE', `${path}/${id}`));
  expect(told.filter((text) => text.includes(secret))).toEqual([]);
}

/** Kills the gateway in mid-stream, once its request rests in a row of the content store as well. */
async function crashMidStream(): Promise<string> {
  const asked = ask({
    model: models[0],
    stream: true,
    ...body({ behaviour: 'hold', afterEvents: 6, text: `said ${canary} and more` }),
  });
  await vendor.waitForHeld(1);
  await waitFor(async (query) => (await query('SELECT 1 FROM content.interactive')).length > 0);
  await stack.kill('gateway');
  await vendor.release('all');
  await asked.catch(() => undefined);
  await stack.waitReady();
  const [row] = await withDatabase(stack.databaseUrl, (query) =>
    query('SELECT id FROM requests.requests ORDER BY created_at DESC LIMIT 1'),
  );
  return String(row?.['id']);
}

/** Where in the database a tag stands; the partitions of usage records count as the one table that they are. */
async function columnsWithTag(): Promise<readonly string[]> {
  const database = createDatabase({ url: stack.databaseUrl, connections: 1, onError: () => {} });
  try {
    const columns = await findInDatabase(database, tag);
    return [...new Set(columns.map((column) => column.replace(/^usage\.records_\w+/, 'usage.records')))].sort();
  } finally {
    await database.close();
  }
}

/** Waits until every request has ended, the crashed one included. */
async function endedRequests(): Promise<readonly string[]> {
  await waitFor(async (query) => (await query('SELECT 1 FROM requests.requests WHERE ended_at IS NULL')).length === 0);
  const rows = await withDatabase(stack.databaseUrl, (query) => query('SELECT id FROM requests.requests'));
  return rows.map(({ id }) => String(id));
}

async function waitFor(
  condition: (query: Parameters<Parameters<typeof withDatabase>[1]>[0]) => Promise<boolean>,
): Promise<void> {
  await withDatabase(stack.databaseUrl, async (query) => {
    for (const deadline = Date.now() + 60_000; !(await condition(query));) {
      if (Date.now() > deadline) throw new Error('the condition did not come true within a minute');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
}
