import { Client, Connection } from '@temporalio/client';
import type { BatchVendor } from '../fake-vendor/batch-vendor.js';
import { lookSignal } from '../../workflows/messages/batch.js';
import { fakeMarker } from '../fake-vendor/instructions.js';
import type { FakeVendorControls } from '../fake-vendor/controls.js';
import type { Stack } from '../../infra/local/stack.js';
import type { Parsed } from '../gateway/world.js';
import { startWebhookReceiver } from '../support/webhook-receiver.js';
import { withDatabase } from '../support/with-database.js';

/** What a scenario has at hand: a running stack and the fake vendor behind it. */
export interface Stage {
  readonly stack: Stack;
  readonly vendor: FakeVendorControls;
  readonly batchVendor: BatchVendor;
  readonly client: Client;
}

/** A workflow, by its last run or by the one that is named. */
export type Run = string | { readonly workflowId: string; readonly runId: string };

/** One way that a request can go; gives the request's id. */
export type Scenario = (stage: Stage) => Promise<Run>;

/** Those that end with it are recorded where a history is long after forty events: their flows go on in a new run. */
export const GONE_ON = '.gone-on';

const model = 'openai/gpt-4o-mini';

async function post({ stack }: Stage, body: object, signal?: AbortSignal): Promise<Response> {
  return fetch(`${stack.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
}

function says(behaviour?: object): object {
  return { messages: [{ role: 'user', content: behaviour ? `Hello ${fakeMarker(behaviour as never)}` : 'Hello' }] };
}

async function answered(stage: Stage, body: object): Promise<string> {
  const response = await post(stage, body);
  await response.text();
  return response.headers.get('x-request-id') ?? '';
}

/** Refused at its first vendor by both accounts there, answered by the next vendor, within the time that its route gives it. */
async function fallBackByRoute(stage: Stage): Promise<string> {
  const { stack, vendor } = stage;
  await fetch(`${stack.baseUrl}/v1/operator/credentials`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ vendor: 'groq', name: 'second', secret: { api_key: 'gsk-second' } }),
  });
  const provider = { order: ['groq', 'cerebras'], fallback: ['credential', 'vendor'], total_ms: 60_000 };
  const twice = [{ behaviour: 'rate-limited' }, { behaviour: 'rate-limited' }];
  for (;;) {
    await vendor.reset();
    const requestId = await answered(stage, { model: 'openai/gpt-oss-120b', provider, ...says(twice) });
    // Until the gateway has heard of the credential, two keys are all that there are.
    if (new Set((await vendor.log()).map(({ keyMark }) => keyMark)).size === 3) return requestId;
  }
}

/** Told of a key at an address that refuses it once; gives the id of the delivery's workflow. */
async function deliverTwice({ stack }: Stage): Promise<string> {
  const receiver = await startWebhookReceiver();
  try {
    receiver.answer('/', 500, 200);
    const ask = async (path: string, body?: object): Promise<Parsed> => {
      const response = await fetch(`${stack.baseUrl}/v1/organization/${path}`, {
        method: body ? 'POST' : 'GET',
        headers: { authorization: `Bearer ${stack.adminKey}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
      return response.json();
    };
    const { id } = await ask('webhook_endpoints', { url: `${receiver.origin}/`, event_types: ['api_key.created'] });
    const [project] = (await ask('projects')).data;
    await ask(`projects/${project.id}/api_keys`, { name: 'told of' });
    for (;;) {
      const [delivery] = (await ask(`webhook_endpoints/${id}/deliveries?state=delivered`)).data;
      if (delivery) return `webhook:${delivery.id}`;
      await pause(100);
    }
  } finally {
    await receiver.close();
  }
}

/** A job; gives its id once it is stored. */
async function submitted({ stack }: Stage, body: object, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(`${stack.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      ...{ authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json', prefer: 'respond-async' },
      ...headers,
    },
    body: JSON.stringify(body),
  });
  const { id } = (await response.json()) as { readonly id: string };
  return id;
}

/** Waits for a job's end, whatever that is; gives its id. */
async function followed({ stack }: Stage, id: string): Promise<string> {
  const headers = { authorization: `Bearer ${stack.apiKey}` };
  await (await fetch(`${stack.baseUrl}/v1/jobs/${id}/events`, { headers })).text();
  return id;
}

async function succeed(stage: Stage): Promise<string> {
  return followed(stage, await submitted(stage, { model, ...says() }));
}

async function fallBack(stage: Stage): Promise<string> {
  return followed(stage, await submitted(stage, { models: ['sandbox/overloaded', model], ...says() }));
}

async function retry(stage: Stage): Promise<string> {
  return followed(stage, await submitted(stage, { model: 'sandbox/flaky', ...says() }));
}

async function cancel(stage: Stage): Promise<string> {
  const id = await submitted(stage, { model, stream: true, ...says({ behaviour: 'stall', afterEvents: 6 }) });
  const headers = { authorization: `Bearer ${stage.stack.apiKey}` };
  const result = await fetch(`${stage.stack.baseUrl}/v1/jobs/${id}/result`, { headers });
  await result.body?.getReader().read();
  await fetch(`${stage.stack.baseUrl}/v1/jobs/${id}/cancel`, { method: 'POST', headers });
  return followed(stage, id);
}

async function expire(stage: Stage): Promise<string> {
  const body = { model, ...says({ behaviour: 'stall', afterBytes: 'headers' }) };
  return followed(stage, await submitted(stage, body, { 'cancel-after': '3s' }));
}

/** A video, which its vendor takes a second for. */
async function filmed(stage: Stage, film: string): Promise<string> {
  const headers = { authorization: `Bearer ${stage.stack.apiKey}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ model: film, prompt: 'a calm sea' });
  const response = await fetch(`${stage.stack.baseUrl}/v1/videos`, { method: 'POST', headers, body });
  return followed(stage, ((await response.json()) as { readonly id: string }).id);
}

/** Two jobs where one may be at the vendor: the second waits, and is asked again, before it goes there. */
async function waitForPlace(
  stage: Stage,
  waitLong: (second: string) => Promise<void> = () => pause(5_000),
): Promise<string> {
  const { stack, vendor } = stage;
  const rule = (text: string) => withDatabase(stack.databaseUrl, (query) => query(text));
  await rule(`INSERT INTO jobs.rules (scope, max_running) VALUES ('vendor:openai', 1)`);
  await submitted(stage, { model, ...says({ behaviour: 'hold', afterBytes: 'headers' }) });
  await vendor.waitForHeld(1);
  const second = await submitted(stage, { model, ...says() });
  await waitLong(second);
  await vendor.release('all');
  await followed(stage, second);
  await rule(`DELETE FROM jobs.rules`);
  return second;
}

/** Has a flow that waits look again until it goes on in a new run; gives the run before. */
async function untilItGoesOn({ client }: Stage, workflowId: string, look?: () => Promise<unknown>): Promise<Run> {
  const handle = client.workflow.getHandle(workflowId);
  const { runId } = await handle.describe();
  for (;;) {
    await pause(200);
    await look?.();
    if ((await handle.describe()).runId !== runId) return { workflowId, runId };
  }
}

/** As `waitForPlace`, for so long that the job that waits goes on in a new run. */
async function waitForPlaceForLong(stage: Stage): Promise<{ readonly before: Run; readonly job: string }> {
  let before: Run | undefined;
  const job = await waitForPlace(stage, async (second) => {
    before = await untilItGoesOn(stage, second);
  });
  return { before: before ?? job, job };
}

/** A batch whose line is held by its vendor, until the batch goes on in a new run; gives the run before. */
async function batchedForLong(stage: Stage): Promise<Run> {
  const { client, vendor } = stage;
  let before: Run | undefined;
  const line = batchLine('a', { behaviour: 'hold', afterBytes: 'headers' });
  const id = await batched(stage, [line], async (batchId) => {
    await vendor.waitForHeld(1);
    before = await untilItGoesOn(stage, batchId, () => client.workflow.getHandle(batchId).signal(lookSignal));
    await vendor.release('all');
    return 'wait';
  });
  return before ?? id;
}

/** As `batchedAtVendor`, where the vendor takes so long that its batch's flow goes on in a new run; gives the run before. */
async function batchedAtVendorForLong(stage: Stage): Promise<Run> {
  const { batchVendor, client, stack } = stage;
  batchVendor.reset();
  batchVendor.hold();
  const asked = batchedAtVendor(stage);
  while (batchVendor.batches.length === 0) await pause(100);
  const open = `SELECT id FROM jobs.vendor_batches WHERE state <> 'ended'`;
  const [row] = await withDatabase(stack.databaseUrl, (query) => query(open));
  const id = String(row?.['id']);
  const before = await untilItGoesOn(stage, id, () => client.workflow.getHandle(id).signal(lookSignal));
  for (const batch of batchVendor.batches) batchVendor.end(batch);
  await asked;
  return before;
}

/** A run of a schedule by hand, which waits for the one before; gives the name of its workflow. */
async function runInTurn(stage: Stage): Promise<string> {
  const { stack, vendor } = stage;
  const ask = async (path: string, body?: object): Promise<Parsed> => {
    const response = await fetch(`${stack.baseUrl}/v1/schedules${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stack.apiKey}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    return response.json();
  };
  const body = { model, ...says({ behaviour: 'hold', afterBytes: 'headers' }) };
  const { id } = await ask('', { path: '/v1/chat/completions', body, every: '24h', overlap: 'buffer_one' });
  await ask(`/${id}/trigger`);
  await vendor.waitForHeld(1);
  const run = await ask(`/${id}/trigger`);
  await pause(2_000);
  await vendor.release('all');
  await vendor.waitForHeld(1);
  await vendor.release('all');
  return `schedule:${id}:${run.id}`;
}

/** A batch of these lines, once it has ended; gives its id, which is its workflow's. It is cancelled where `whileItRuns` says so. */
async function batched(
  { stack }: Stage,
  lines: readonly object[],
  whileItRuns?: (id: string) => Promise<'cancel' | 'wait'>,
): Promise<string> {
  const headers = { authorization: `Bearer ${stack.apiKey}` };
  const ask = async (path: string, body?: object | FormData): Promise<Parsed> => {
    const isJson = body !== undefined && !(body instanceof FormData);
    const response = await fetch(`${stack.baseUrl}/v1/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { ...headers, ...(isJson && { 'content-type': 'application/json' }) },
      ...(body && { body: isJson ? JSON.stringify(body) : body }),
    });
    return response.json();
  };
  const form = new FormData();
  form.append('purpose', 'batch');
  form.append('file', new Blob([lines.map((line) => JSON.stringify(line)).join('\n')]), 'lines.jsonl');
  const { id: fileId } = await ask('files', form);
  const asked = { input_file_id: fileId, endpoint: '/v1/chat/completions', completion_window: '24h' };
  const { id } = await ask('batches', asked);
  if ((await whileItRuns?.(id)) === 'cancel') await ask(`batches/${id}/cancel`, {});
  for (;;) {
    const { status } = await ask(`batches/${id}`);
    if (/^(completed|failed|expired|cancelled)$/.test(status)) return id;
    await pause(100);
  }
}

/** A batch of one line in its vendor's own batch; gives the ids of the vendor's batch and of the line's job. */
async function batchedAtVendor(stage: Stage): Promise<{ readonly vendorBatch: string; readonly job: string }> {
  const body = { model: 'anthropic/claude-haiku-4-5', max_tokens: 50, ...says() };
  const line = { custom_id: 'a', method: 'POST', url: '/v1/chat/completions', body };
  const id = await batched(stage, [line]);
  return withDatabase(stage.stack.databaseUrl, async (query) => {
    const [batch] = await query(`SELECT id FROM jobs.vendor_batches WHERE batch_id = '${id}'`);
    const [job] = await query(`SELECT request_id AS id FROM jobs.jobs WHERE batch_id = '${id}'`);
    return { vendorBatch: String(batch?.['id']), job: String(job?.['id']) };
  });
}

const batchLine = (name: string, behaviour?: object): object => ({
  ...{ custom_id: name, method: 'POST', url: '/v1/chat/completions' },
  body: { model, ...says(behaviour) },
});

/** Longer than a workflow task's timeout, so that its heartbeats are in the history. */
const beyondTaskTimeoutMs = 7_000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** One way that a request can go; gives the request's id. A name with a dot in it is of another flow than `chat`. */
export const scenarios: { readonly [name: string]: Scenario } = {
  // From before outcomes could settle their request; a run of now goes the way of the next two.
  success: (stage) => answered(stage, { model, ...says() }),
  stream: (stage) => answered(stage, { model, stream: true, ...says() }),
  'settled-by-record': (stage) => answered(stage, { model, ...says() }),
  'settled-by-record-fallback': (stage) => answered(stage, { models: ['sandbox/overloaded', model], ...says() }),
  fallback: (stage) => answered(stage, { models: ['sandbox/overloaded', model], ...says() }),
  retry: (stage) => answered(stage, { model: 'sandbox/flaky', ...says() }),
  'route-fallback': fallBackByRoute,
  release: (stage) => answered(stage, { model, ...says({ behaviour: 'bad-request' }) }),
  refused: (stage) => answered(stage, { model, n: 128, max_completion_tokens: 16_000, ...says() }),
  'cut-stream': (stage) => answered(stage, { model, stream: true, ...says({ behaviour: 'cut', afterEvents: 6 }) }),
  'cancelled-by-caller': async (stage) => {
    const caller = new AbortController();
    const body = { model, stream: true, ...says({ behaviour: 'stall', afterEvents: 6 }) };
    const response = await post(stage, body, caller.signal);
    await response.body?.getReader().read();
    caller.abort();
    return response.headers.get('x-request-id') ?? '';
  },
  'cancelled-in-temporal': async (stage) => {
    const body = { model, stream: true, ...says({ behaviour: 'stall', afterEvents: 6 }) };
    const response = await post(stage, body);
    const requestId = response.headers.get('x-request-id') ?? '';
    await stage.client.workflow.getHandle(requestId).cancel();
    await response.text();
    return requestId;
  },
  'refresh-catalogue.success': async ({ client }) => {
    const workflowId = 'refresh-catalogue-recorded';
    await client.workflow.execute('refreshCatalogue', { taskQueue: 'sluice-interactive', workflowId });
    return workflowId;
  },
  'deliver-webhook.retried': deliverTwice,
  // From before a job's short steps were made within the tasks of its flow; a run of now goes the way of the next ones.
  'job.success': succeed,
  'job.fallback': fallBack,
  'job.retry': retry,
  'job.cancelled': cancel,
  'job.expired': expire,
  'job.in-task-success': succeed,
  'job.in-task-fallback': fallBack,
  'job.in-task-retry': retry,
  'job.in-task-cancelled': cancel,
  'job.in-task-expired': expire,
  'job.in-task-vendor-spoke': (stage) => filmed(stage, 'sandbox/video-called-back'),
  'job.waited': (stage) => waitForPlace(stage),
  'job.gone-on': async (stage) => (await waitForPlaceForLong(stage)).before,
  // The run after it, which begins in the middle.
  'job.resumed.gone-on': async (stage) => (await waitForPlaceForLong(stage)).job,
  'run-schedule.waited': runInTurn,
  'batch.success': (stage) => batched(stage, [batchLine('a'), batchLine('b')]),
  'batch.refused': (stage) => batched(stage, [batchLine('a'), batchLine('a')]),
  'batch.cancelled': (stage) =>
    batched(stage, [batchLine('a', { behaviour: 'stall', afterBytes: 'headers' })], async () => {
      await pause(4_000);
      return 'cancel';
    }),
  'batch.gone-on': batchedForLong,
  'vendor-batch.gone-on': batchedAtVendorForLong,
  'vendor-batch.success': async (stage) => (await batchedAtVendor(stage)).vendorBatch,
  'job.batched': async (stage) => (await batchedAtVendor(stage)).job,
  // From before vendors were heard: it waits by timers alone.
  'job.at-vendor': (stage) => filmed(stage, 'sandbox/video'),
  'job.vendor-spoke': (stage) => filmed(stage, 'sandbox/video-called-back'),
  heartbeat: async (stage) => {
    const asked = answered(stage, { model, ...says({ behaviour: 'hold', afterBytes: 'headers' }) });
    await stage.vendor.waitForHeld(1);
    await pause(beyondTaskTimeoutMs);
    await stage.vendor.release('all');
    return asked;
  },
  crash: async (stage) => {
    const response = await post(stage, { model, stream: true, ...says({ behaviour: 'hold', afterEvents: 6 }) });
    await stage.vendor.waitForHeld(1);
    // A checkpoint is stored every two seconds; with one, the request is settled at it.
    await pause(3_000);
    await stage.stack.kill('gateway');
    await stage.vendor.release('all');
    await response.text().catch(() => undefined);
    await stage.stack.waitReady();
    return response.headers.get('x-request-id') ?? '';
  },
};

/** A client of the stack's Temporal; the caller closes its connection. */
export async function connectClient(stack: Stack): Promise<{ client: Client; connection: Connection }> {
  const connection = await Connection.connect({ address: stack.temporalAddress });
  return { client: new Client({ connection }), connection };
}
