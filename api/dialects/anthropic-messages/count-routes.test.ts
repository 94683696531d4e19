import { afterEach, describe, expect, it } from 'vitest';
import type { TakeResult } from '../../../workflows/contracts/rate-limits.js';
import { buildApp } from '../../app.js';
import { createFakeWorld, INFERENCE_KEY } from '../../testing/fake-dependencies.js';

const apps: { close(): Promise<unknown> }[] = [];
afterEach(() => Promise.all(apps.splice(0).map((app) => app.close())));

function open() {
  const world = createFakeWorld();
  const app = buildApp(world.deps);
  apps.push(app);
  const count = (body: object) =>
    app.inject({
      method: 'POST',
      url: '/v1/messages/count_tokens',
      headers: { 'x-api-key': INFERENCE_KEY, 'content-type': 'application/json' },
      payload: { model: 'sandbox/echo', messages: [{ role: 'user', content: 'Hi' }], ...body },
    });
  return { world, count };
}

function taken(status: TakeResult['status']): TakeResult {
  const scope = { type: 'project', id: 'proj_1' } as const;
  const limit = {
    ...{ id: 'limit_1', organizationId: 'org_1', createdAt: '2026-11-01T00:00:00.000Z', scope },
    ...({ unit: 'requests', period: 'minute', amount: 5 } as const),
  };
  const standing = { limit, needed: 1, remaining: 0, resetMs: 1_000, fits: status === 'taken', waitMs: 2_000 };
  return { status, standings: [standing] };
}

describe('counting tokens', () => {
  it('answers what the vendor says, and starts no workflow', async () => {
    const { world, count } = open();
    world.counted = { status: 'counted', inputTokens: 7 };
    const response = await count({});
    expect([response.statusCode, response.json()]).toEqual([200, { input_tokens: 7 }]);
    expect(world.started).toEqual([]);
  });

  it('answers an estimate where the vendor has no such question', async () => {
    const response = await open().count({});
    expect(response.json()).toEqual({ input_tokens: expect.any(Number), estimated: true });
  });

  it('tells the vendor’s failure in the dialect', async () => {
    const { world, count } = open();
    world.counted = { status: 'failed', failure: { class: 'overloaded' }, detail: { message: '' } };
    const response = await count({});
    expect([response.statusCode, response.json().error.type]).toEqual([529, 'overloaded_error']);
  });

  it('counts as a request in the rate limits', async () => {
    const { world, count } = open();
    world.limited = taken('taken');
    expect((await count({})).statusCode).toBe(200);
    expect(world.givenBack).toHaveLength(1);
    world.limited = taken('refused');
    const refused = await count({});
    expect([refused.statusCode, refused.json().error.type]).toEqual([429, 'rate_limit_error']);
    expect(world.givenBack).toHaveLength(1);
  });

  it('refuses what could not be asked', async () => {
    const { count } = open();
    expect((await count({ messages: [] })).json().error.message).toBe('messages: at least one message is required');
    expect((await count({ model: 'nothing' })).statusCode).toBe(404);
  });
});
