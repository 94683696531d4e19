import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createContentRows } from '../../activities/content/content-rows.js';
import { createFileEpochKeys } from '../../activities/content/epoch-keys.js';
import { createDatabase } from '../../activities/storage/database.js';
import type { RequestInput, RequestResult } from '../../workflows/contracts/requests.js';
import { type FakeVendor, startFakeVendor } from '../fake-vendor/fake-vendor.js';
import { fakeMarker } from '../fake-vendor/instructions.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { toldSteps } from '../support/histories.js';
import { createTestFolder, testTemporal } from '../support/services.js';
import { withDatabase } from '../support/with-database.js';

// What Temporal shows of a request: the steps it took, what each came to, and what it can be found by.

let vendor: FakeVendor;
let gateway: TestGateway;
let connection: Connection;
let client: Client;

beforeAll(async () => {
  vendor = await startFakeVendor();
  const vendors = { openaiBaseUrl: vendor.openaiBaseUrl, anthropicBaseUrl: vendor.anthropicBaseUrl };
  gateway = await startTestGateway({ vendors });
  connection = await Connection.connect({ address: testTemporal().address });
  client = new Client({ connection, namespace: testTemporal().namespace });
}, 180_000);
afterAll(async () => {
  await gateway?.close();
  await vendor?.close();
  await connection?.close();
});

const models = ['openai/gpt-4o-mini', 'anthropic/claude-haiku-4-5'];

async function ask(body: object): Promise<{ requestId: string; body: Record<string, unknown> }> {
  const response = await fetch(`${gateway.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const requestId = response.headers.get('x-request-id') ?? '';
  return { requestId, body: (await response.json()) as Record<string, unknown> };
}

const fallback = () => {
  const content = `Hello ${fakeMarker({ behaviour: 'rate-limited', vendor: 'openai' })}`;
  return { models, messages: [{ role: 'user', content }] };
};

describe('the history of a request', () => {
  it('tells in its summaries and results which attempt failed, why, and which answered at what cost', async () => {
    const { requestId, body } = await ask(fallback());
    expect(body).toMatchObject({ object: 'chat.completion' });
    const handle = client.workflow.getHandle(requestId);
    const result = (await handle.result()) as RequestResult;
    expect(result).toMatchObject({ status: 'answered', vendor: 'anthropic', model: 'claude-haiku-4-5', attempts: 2 });
    const steps = toldSteps(await handle.fetchHistory());
    expect(steps.map(({ summary }) => summary)).toEqual([
      `reserve for ${models.join(', ')}`,
      'attempt 1: openai gpt-4o-mini',
      'attempt 2: anthropic claude-haiku-4-5',
    ]);
    expect(steps.map(({ result }) => result)).toMatchObject([
      { status: 'reserved', candidates: [{ vendor: 'openai' }, { vendor: 'anthropic' }] },
      { number: 1, vendor: 'openai', status: 'failed', failure: { class: 'rate_limited', httpStatus: 429 } },
      {
        ...{ number: 2, vendor: 'anthropic', status: 'answered', chargeNanoUsd: result.chargedNanoUsd },
        finished: { state: 'settled', chargedNanoUsd: result.chargedNanoUsd },
      },
    ]);
    const usage = body['usage'] as { readonly cost: number };
    expect(BigInt(result.chargedNanoUsd)).toBe(BigInt(Math.round(usage.cost * 1e9)));
  });

  it('is found by organisation, project, key, model, vendor and status', async () => {
    const { requestId } = await ask(fallback());
    const handle = client.workflow.getHandle(requestId);
    await handle.result();
    const { typedSearchAttributes } = await handle.describe();
    const found = Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
    expect(found).toMatchObject({
      SluiceOrganization: 'org_local',
      SluiceProject: 'proj_local',
      SluiceKey: expect.any(String) as string,
      SluiceModel: 'claude-haiku-4-5',
      SluiceVendor: 'anthropic',
      SluiceStatus: 'answered',
    });
  });

  it('starts its first task with the start call', async () => {
    const { requestId } = await ask(fallback());
    const handle = client.workflow.getHandle(requestId);
    await handle.result();
    const { events } = await handle.fetchHistory();
    const started = events?.[0]?.workflowExecutionStartedEventAttributes;
    expect((started as { eagerExecutionAccepted?: boolean } | undefined)?.eagerExecutionAccepted).toBe(true);
  });
});

describe('the lanes', () => {
  it('run the same flow and the same steps, as local activities or as regular ones', async () => {
    const interactive = await ask({ model: models[0], messages: [{ role: 'user', content: 'Hello' }] });
    const [input] = await inputOf(interactive.requestId);
    const requestId = `${interactive.requestId}-job`;
    await storeContent(requestId);
    const job: RequestInput = { ...input, requestId, lane: 'job', models: ['sandbox/overloaded', 'sandbox/lorem'] };
    const handle = await client.workflow.start('chat', {
      workflowId: requestId,
      taskQueue: gateway.taskQueue,
      args: [job],
    });
    expect(await handle.result()).toMatchObject({ status: 'answered', vendor: 'sandbox', model: 'lorem', attempts: 2 });
    const history = await handle.fetchHistory();
    expect(history.events?.some((event) => event.markerRecordedEventAttributes)).toBe(false);
    expect(toldSteps(history).map(({ summary }) => summary)).toEqual([
      'reserve for sandbox/overloaded, sandbox/lorem',
      'attempt 1: sandbox overloaded',
      'attempt 2: sandbox lorem',
      'settle attempt 2',
    ]);
    const [row] = await withDatabase(gateway.databaseUrl, (query) =>
      query('SELECT state, attempt FROM requests.requests WHERE id = $1', [requestId]),
    );
    expect(row).toEqual({ state: 'settled', attempt: 2 });
  });
});

/** A job's content rests in its encrypted row, from where any process can take it. */
async function storeContent(requestId: string): Promise<void> {
  const database = createDatabase({ url: gateway.databaseUrl, connections: 1, onError: () => {} });
  const epochKeys = createFileEpochKeys(await createTestFolder(), Buffer.alloc(32, 7));
  const source = { dialect: 'openai-chat' as const, body: { messages: [{ role: 'user', content: 'Hello' }] } };
  await createContentRows({ database, epochKeys }).putInteractive(requestId, {
    kind: 'chat',
    source,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
    tools: [],
    choices: 1,
    stream: false,
  });
  await database.close();
}

async function inputOf(requestId: string): Promise<readonly [RequestInput]> {
  const handle = client.workflow.getHandle(requestId);
  await handle.result();
  const { events } = await handle.fetchHistory();
  const payload = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  return [JSON.parse(Buffer.from(payload?.data ?? []).toString()) as RequestInput];
}
