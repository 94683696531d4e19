import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Stack, startStack } from '../../infra/local/stack.js';
import { until } from '../chaos/until.js';
import type { Parsed } from '../gateway/world.js';
import { createTestFolder } from '../support/services.js';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.js';
import { withDatabase } from '../support/with-database.js';

// Whenever the gateway dies, what happened is told, and a receiver that remembers ids hears of it once.

let stack: Stack;
let receiver: WebhookReceiver;
const endpoints = '/v1/organization/webhook_endpoints';

beforeAll(async () => {
  receiver = await startWebhookReceiver();
  stack = await startStack({
    dataDir: await createTestFolder(),
    durable: false,
    temporalBinary: inject('temporalBinary'),
    env: { SLUICE_WEBHOOKS_ALLOW_PRIVATE: 'on', SLUICE_WEBHOOKS_RETRY_SECONDS: '1,2', SLUICE_LOG_LEVEL: 'error' },
  });
}, 180_000);
afterAll(async () => {
  await stack?.stop();
  await receiver?.close();
});

async function ask(path: string, body?: object): Promise<Parsed> {
  const response = await fetch(`${stack.baseUrl}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${stack.adminKey}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return response.json();
}

/** An event, written as any transaction of the gateway would. */
const happen = (type: string, payload: object): Promise<string> =>
  withDatabase(stack.databaseUrl, async (query) => {
    const [row] = await query(
      `INSERT INTO requests.outbox (type, organization_id, payload) SELECT $1, id, $2 FROM tenancy.organizations
       RETURNING event_id`,
      [type, JSON.stringify(payload)],
    );
    return row?.['event_id'] as string;
  });
const arrived = (path: string, count: number): Promise<void> =>
  until(`${count} webhooks at ${path}`, async () => {
    const { length } = receiver.at(path);
    return length >= count ? true : { pending: `${length} have come` };
  });
const delivered = async (endpointId: string): Promise<Parsed> => {
  let last: Parsed;
  await until('the end of the delivery', async () => {
    [last] = (await ask(`${endpoints}/${endpointId}/deliveries?order=desc&limit=1`)).data;
    return last?.ended_at ? true : { pending: JSON.stringify(last) };
  });
  return last;
};
const idsAt = (path: string) => receiver.at(path).map(({ headers }) => headers['webhook-id']);

describe('kill -9 of the gateway', () => {
  /** At each of these something is under way when it strikes, once for all: a gateway takes its time to come back. */
  const at = { during: '', between: '', before: '' };
  const events = { during: '', between: '', before: ['', ''] };

  beforeAll(async () => {
    receiver.answer('/during', 'hold', 200);
    receiver.answer('/between', 500, 200);
    const types = { during: 'job.succeeded', between: 'job.expired', before: 'job.failed' };
    for (const moment of ['during', 'between', 'before'] as const) {
      const url = `${receiver.origin}/${moment}`;
      at[moment] = (await ask(endpoints, { url, event_types: [types[moment]] })).id;
    }
    events.during = await happen(types.during, { id: 'job_1' });
    events.between = await happen(types.between, { id: 'job_2' });
    await arrived('/during', 1);
    await until('the record of the first attempt', async () => {
      const [delivery] = (await ask(`${endpoints}/${at.between}/deliveries`)).data;
      return delivery?.attempts[0]?.status === 500 ? true : { pending: JSON.stringify(delivery) };
    });
    await stack.kill('gateway');
    receiver.release();
    events.before = [await happen(types.before, { id: 'job_3' }), await happen(types.before, { id: 'job_4' })];
    await stack.waitReady();
  }, 180_000);

  it('while a receiver has the webhook: it comes again under the same id, and is delivered once', async () => {
    await arrived('/during', 2);
    expect(new Set(idsAt('/during'))).toEqual(new Set([events.during]));
    expect(await delivered(at.during)).toMatchObject({
      ...{ event_id: events.during, state: 'delivered' },
      attempts: [
        { number: 1, status: null, failure: 'interrupted' },
        { number: 2, status: 200, failure: null },
      ],
    });
  });

  it('between two attempts: the next one is made', async () => {
    expect((await delivered(at.between)).attempts).toMatchObject([{ status: 500 }, { status: 200 }]);
    expect(new Set(idsAt('/between'))).toEqual(new Set([events.between]));
  });

  it('before it has handed events over: they are told when it is back', async () => {
    await arrived('/before', 2);
    await delivered(at.before);
    expect(idsAt('/before').toSorted()).toEqual(events.before.toSorted());
  });
});

it('a history holds neither where a webhook went nor what it said', async () => {
  const connection = await Connection.connect({ address: stack.temporalAddress });
  try {
    const { workflow } = new Client({ connection });
    const [{ id }] = (await ask(endpoints)).data;
    const [delivery] = (await ask(`${endpoints}/${id}/deliveries`)).data;
    const history = historyToJSON(await workflow.getHandle(`webhook:${delivery.id}`).fetchHistory());
    // Payloads are in base64 there.
    const texts = [history, ...[...history.matchAll(/"data": ?"([^"]+)"/g)].map(([, data]) => atob(data ?? ''))];
    expect(texts.join('\n')).toContain(delivery.id);
    for (const kept of [receiver.origin, 'job_1', delivery.event_id]) expect(texts.join('\n')).not.toContain(kept);
  } finally {
    await connection.close();
  }
});
