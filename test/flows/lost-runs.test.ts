import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeVendor, startFakeVendor } from '../fake-vendor/fake-vendor.js';
import { fakeMarker } from '../fake-vendor/instructions.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { testTemporal } from '../support/services.js';
import { type SlowLink, startSlowLink } from '../support/slow-link.js';
import { withDatabase } from '../support/with-database.js';

// A machine too slow for a workflow task's timeout loses the run while its vendor call is under way, and gets it again.

let vendor: FakeVendor;
let link: SlowLink;
let gateway: TestGateway;
let connection: Connection;
let client: Client;

beforeAll(async () => {
  vendor = await startFakeVendor();
  link = await startSlowLink(testTemporal().address);
  gateway = await startTestGateway({
    vendors: { openaiBaseUrl: vendor.openaiBaseUrl },
    env: { TEMPORAL_ADDRESS: link.address },
  });
  connection = await Connection.connect({ address: testTemporal().address });
  client = new Client({ connection, namespace: testTemporal().namespace });
}, 180_000);
afterAll(async () => {
  await gateway?.close();
  await link?.close();
  await vendor?.close();
  await connection?.close();
});

interface Asked {
  readonly status: number;
  readonly requestId: string;
  readonly text: string;
}

async function ask(): Promise<Asked> {
  const content = `Hello ${fakeMarker({ behaviour: 'hold', afterBytes: 'headers' })}`;
  const response = await fetch(`${gateway.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content }] }),
  });
  return {
    status: response.status,
    requestId: response.headers.get('x-request-id') ?? '',
    text: await response.text(),
  };
}

/** Asks, and waits until the vendor has the request and holds its answer back. */
async function askAndHold(): Promise<{ readonly answer: Promise<Asked>; readonly handle: WorkflowHandle }> {
  await vendor.reset();
  const answer = ask();
  await vendor.waitForHeld(1);
  const [row] = await withDatabase(gateway.databaseUrl, (query) =>
    query('SELECT request_id FROM requests.attempts ORDER BY sent_at DESC LIMIT 1'),
  );
  return { answer, handle: client.workflow.getHandle(row?.['request_id'] as string) };
}

async function untilHistoryHas(
  handle: WorkflowHandle,
  event: 'workflowTaskTimedOutEventAttributes' | 'workflowTaskCompletedEventAttributes',
): Promise<void> {
  for (;;) {
    const { events } = await handle.fetchHistory();
    if (events?.some((one) => one[event])) return;
    await sleep(100);
  }
}

/** Holds the worker's word back until Temporal has given its task to whoever asks, here the same worker. */
async function loseRun(handle: WorkflowHandle): Promise<void> {
  link.hold();
  await untilHistoryHas(handle, 'workflowTaskTimedOutEventAttributes');
  link.release();
  // Kept alive by the new run's first heartbeat: by then the old run's activities were cancelled.
  await untilHistoryHas(handle, 'workflowTaskCompletedEventAttributes');
}

const recordOf = async (requestId: string) =>
  withDatabase(gateway.databaseUrl, (query) =>
    query(
      `SELECT r.state, a.status, a.failure_class, a.calls FROM requests.requests r
       JOIN requests.attempts a ON a.request_id = r.id WHERE r.id = $1`,
      [requestId],
    ),
  );

it('a call outlives the run that began it, and answers its caller', { timeout: 60_000 }, async () => {
  const { answer, handle } = await askAndHold();
  await loseRun(handle);
  await vendor.release();
  const { status, requestId, text } = await answer;
  expect({ status, text }).toMatchObject({ status: 200, text: expect.stringContaining('chat.completion') as string });
  await handle.result();
  expect(await recordOf(requestId)).toEqual([{ state: 'settled', status: 'answered', failure_class: null, calls: 1 }]);
  expect(await vendor.log()).toHaveLength(1);
});

it('an operator who cancels the workflow stops the call, after such a loss too', { timeout: 60_000 }, async () => {
  const { answer, handle } = await askAndHold();
  await loseRun(handle);
  await handle.cancel();
  const { status, requestId } = await answer;
  expect(status).toBe(499);
  await handle.result();
  expect(await recordOf(requestId)).toEqual([
    { state: 'released', status: 'failed', failure_class: 'cancelled', calls: 1 },
  ]);
});
