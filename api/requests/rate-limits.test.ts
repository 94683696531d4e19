import { describe, expect, it } from 'vitest';
import type { RateLimitStanding, TakeResult } from '../../workflows/contracts/rate-limits.js';
import { buildApp } from '../app.js';
import { chatBody } from '../testing/chat-body.js';
import { createFakeWorld, INFERENCE_KEY } from '../testing/fake-dependencies.js';

const standing: RateLimitStanding = {
  limit: {
    ...{ id: 'limit_1', organizationId: 'org_1', createdAt: '2026-11-01T00:00:00.000Z' },
    scope: { type: 'key', id: 'key_1' },
    ...{ unit: 'requests', period: 'minute', amount: 10 },
  },
  ...{ needed: 1, remaining: 9, resetMs: 6_000, fits: true },
};
const taken: TakeResult = { status: 'taken', standings: [standing] };
const refused: TakeResult = {
  status: 'refused',
  standings: [{ ...standing, remaining: 0, resetMs: 60_000, fits: false, waitMs: 5_001 }],
};

function open() {
  const world = createFakeWorld();
  const app = buildApp(world.deps);
  const chat = (headers: object = {}) =>
    app.inject({
      method: 'POST',
      url: '/v1/chat/completions',
      headers: { authorization: `Bearer ${INFERENCE_KEY}`, 'content-type': 'application/json', ...headers },
      payload: chatBody({}),
    });
  return { world, chat };
}

describe.each([
  ['a request', {}],
  ['a keyed request', { 'idempotency-key': 'once' }],
])('%s', (_name, headers) => {
  it('that a limit refuses is told when to come again, and starts nothing', async () => {
    const { world, chat } = open();
    world.limited = refused;
    const response = await chat(headers);
    expect(response.statusCode).toBe(429);
    expect(response.json().error).toMatchObject({ type: 'requests', code: 'rate_limit_exceeded', param: null });
    expect(response.headers).toMatchObject({
      ...{ 'retry-after': '6', 'retry-after-ms': '5001', 'x-should-retry': 'true' },
      ...{ 'x-ratelimit-limit-requests': '10', 'x-ratelimit-remaining-requests': '0' },
      'x-ratelimit-reset-requests': '1m0s',
    });
    expect([world.started, world.directory.records.size, world.givenBack]).toEqual([[], 0, []]);
  });

  it('that fits is told how its limits stand', async () => {
    const { world, chat } = open();
    world.limited = taken;
    const response = await chat(headers);
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({ 'x-ratelimit-remaining-requests': '9' });
  });
});

it('a request that could not be started gives back what it took, unless it is stored', async () => {
  const { world, chat } = open();
  world.limited = taken;
  world.failing.start = new Error('away');
  const response = await chat();
  expect(response.statusCode).toBe(503);
  expect(world.givenBack).toEqual([response.headers['x-request-id']]);
  expect((await chat({ 'idempotency-key': 'once' })).statusCode).toBe(503);
  expect(world.givenBack).toHaveLength(1);
});

it('a limit that cannot be looked up is not passed over', async () => {
  const { world, chat } = open();
  const away = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
  Object.assign(world.deps.rateLimits, { prepare: () => Promise.reject(away) });
  const response = await chat();
  expect([response.statusCode, response.json().error.code]).toEqual([503, 'unavailable']);
  expect(world.started).toEqual([]);
});
