import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { type Stack, startStack } from '../../infra/local/stack.js';
import { currentLoad, describeMachine } from './machine.js';
import { memoryOf, type StackMemory } from './memory-samples.js';
import { renderMachine, table } from './report.js';

// `npm run bench:batch -- --lines 100000`: one batch over the sandbox's model, from its upload to its output. What it tells:
// lines a second, what the processes' memory does meanwhile, and how long the history of the batch's workflow gets. A line a
// minute on standard error says how far it is.

interface Batch {
  readonly id: string;
  readonly status: string;
  readonly output_file_id: string | null;
  readonly error_file_id: string | null;
  readonly request_counts: { readonly total: number; readonly completed: number; readonly failed: number };
}

interface Look {
  readonly seconds: number;
  readonly done: number;
  readonly memory: StackMemory;
  readonly load: string;
}

const endpoint = '/v1/chat/completions';
const header = ['lines done', 'seconds', 'gateway, MiB', 'Temporal, MiB', 'Postgres, MiB', 'load'];
const lookEveryMs = 5_000;
const looksBetweenLines = 12;
const { values } = parseArgs({ options: { lines: { type: 'string', default: '2000' } } });
const lineCount = Number(values.lines);

const parent = join(fileURLToPath(new URL('../../', import.meta.url)), '.sluice');
await mkdir(parent, { recursive: true });
const folder = await mkdtemp(join(parent, 'bench-batch-'));
const load = currentLoad();
const stack = await startStack({
  dataDir: join(folder, randomUUID()),
  durable: true,
  env: { SLUICE_BATCH_MAX_LINES: String(Math.max(lineCount, 1)), SLUICE_LOG_LEVEL: 'warn' },
});
try {
  console.log(`${renderMachine(await describeMachine(load, folder))}\n`);
  const begun = performance.now();
  const batch = await create(stack);
  const looks = await follow(stack, batch.id, begun);
  await report(stack, batch.id, looks, (performance.now() - begun) / 1_000);
} finally {
  await stack.stop();
  await rm(folder, { recursive: true, force: true });
}

async function ask<T>({ baseUrl, apiKey }: Stack, path: string, body?: object | FormData): Promise<T> {
  const isForm = body instanceof FormData;
  const response = await fetch(`${baseUrl}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${apiKey}`,
      ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

async function create(running: Stack): Promise<Batch> {
  const lines = Array.from({ length: lineCount }, (_, index) =>
    JSON.stringify({
      ...{ custom_id: `line-${index}`, method: 'POST', url: endpoint },
      body: { model: 'sandbox/echo', max_tokens: 50, messages: [{ role: 'user', content: `Hello ${index}` }] },
    }),
  );
  const form = new FormData();
  form.append('purpose', 'batch');
  form.append('file', new Blob([lines.join('\n')]), 'lines.jsonl');
  const file = await ask<{ readonly id: string }>(running, '/v1/files', form);
  return ask(running, '/v1/batches', { input_file_id: file.id, endpoint, completion_window: '24h' });
}

async function follow(running: Stack, id: string, begun: number): Promise<readonly Look[]> {
  const looks: Look[] = [];
  for (;;) {
    const batch = await ask<Batch>(running, `/v1/batches/${id}`);
    const { completed, failed } = batch.request_counts;
    const seconds = (performance.now() - begun) / 1_000;
    const look: Look = { seconds, done: completed + failed, memory: memoryOf(running), load: String(currentLoad()[0]) };
    if (looks.length % looksBetweenLines === 0) console.error(cellsOf(look).join(' '));
    looks.push(look);
    if (['completed', 'failed', 'expired', 'cancelled'].includes(batch.status)) return looks;
    await pause(lookEveryMs);
  }
}

function cellsOf({ done, seconds, memory, load: seen }: Look): readonly string[] {
  const mib = [memory.gateway, memory.temporal, memory.postgres].map((each) => each.toFixed(0));
  return [String(done), seconds.toFixed(1), ...mib, seen];
}

async function report(running: Stack, id: string, looks: readonly Look[], seconds: number): Promise<void> {
  const batch = await ask<Batch>(running, `/v1/batches/${id}`);
  const shown = looks.filter((_, index) => index % Math.ceil(looks.length / 12) === 0 || index === looks.length - 1);
  const rows = shown.map((look, index) => {
    const before = shown[index - 1];
    const rate = before === undefined ? 0 : (look.done - before.done) / (look.seconds - before.seconds);
    return [...cellsOf(look), rate.toFixed(1)];
  });
  console.log(table([[...header, 'lines a second since'], ...rows]));
  const { completed, failed } = batch.request_counts;
  console.log(
    `\n${completed} of ${lineCount} lines succeeded, ${failed} failed: ${batch.status} after ${seconds.toFixed(1)} s`,
  );
  console.log(`${(lineCount / seconds).toFixed(1)} lines a second, from the upload to the written output`);
  console.log(await historyOf(running, id));
}

async function historyOf({ temporalAddress }: Stack, id: string): Promise<string> {
  const connection = await Connection.connect({ address: temporalAddress });
  try {
    const client = new Client({ connection });
    let runs = 0;
    let events = 0;
    for await (const { historyLength } of client.workflow.list({ query: `WorkflowId = '${id}'` })) {
      runs += 1;
      events += historyLength ?? 0;
    }
    return `the batch's workflow has ${events} events in ${runs} run${runs === 1 ? '' : 's'}`;
  } finally {
    await connection.close();
  }
}
