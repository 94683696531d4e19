import { describe, expect, it } from 'vitest';
import { until } from '../chaos/until.js';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { fakeAnswerText } from '../fake-vendor/words.js';
import { type Answer, anthropicModel, openaiModel, type Parsed, says, useWorld } from '../gateway/world.js';
import type { TestGateway } from '../support/gateway.js';

// Two gateways before vendors that fail: when requests go elsewhere, when they come back, and what callers are told.

const world = useWorld({ env: { SLUICE_CIRCUIT_FAILURES: '3' }, beside: true });

/** A pair of offers of a test's own, so that it begins with vendors of which nothing is known: the first of them fails. */
const pair = (openai: string, anthropic = anthropicModel): readonly string[] => [openai, anthropic];

/** What a gateway knows of an offer, as its operator is shown. */
async function healthOf(gateway: TestGateway, offerId: string): Promise<Parsed> {
  const { status, body } = await world.get('/v1/operator/health', { gateway, apiKey: gateway.adminKey });
  expect(status).toBe(200);
  return body.data.find((one: Parsed) => one.offer_id === offerId);
}

const shows = (gateway: TestGateway, offerId: string, circuit: string): Promise<void> =>
  until(`${offerId} to be ${circuit}`, async () => {
    const shown = (await healthOf(gateway, offerId))?.circuit;
    return shown === circuit ? true : { pending: `it is ${shown}` };
  });

const fails = async (behaviour: Behaviour, vendor: 'openai' | 'anthropic' = 'openai'): Promise<void> => {
  await world.vendor.script({ match: { vendor }, behaviours: [behaviour], times: 'forever' });
};

async function ask(models: readonly string[], gateway = world.gateway): Promise<Answer> {
  const answer = await world.ask({ models, messages: says('Hello'), max_completion_tokens: 50 }, { gateway });
  expect({ status: answer.status, error: answer.body.error }).toEqual({ status: 200, error: undefined });
  expect(answer.body.choices[0].message.content).toBe(fakeAnswerText('Hello'));
  return answer;
}

const vendorOf = ({ headers }: Answer): string | null => headers.get('x-sluice-vendor');
const callsTo = async (vendor: string): Promise<number> =>
  (await world.vendor.log()).filter((call) => call.vendor === vendor).length;

describe('an outage', () => {
  it('costs three detours in all, of both gateways, and the vendor is found again within seconds of its return', async () => {
    const models = pair(openaiModel);
    await fails({ behaviour: 'overloaded' });
    for (let turn = 0; turn < 3; turn += 1) expect(vendorOf(await ask(models))).toBe('anthropic');
    await shows(world.gateway, openaiModel, 'open');
    await shows(world.other, openaiModel, 'open');
    for (const gateway of [world.gateway, world.other, world.gateway, world.other]) await ask(models, gateway);
    expect(await callsTo('openai')).toBe(3);
    expect(await healthOf(world.other, openaiModel)).toMatchObject({ reason: 'overloaded', warmth: 0 });

    await world.vendor.reset();
    await until('the vendor to answer again', async () => {
      const vendors = [vendorOf(await ask(models)), vendorOf(await ask(models, world.other))];
      return vendors.every((vendor) => vendor === 'openai') || { pending: String(vendors) };
    });
    await shows(world.other, openaiModel, 'closed');
    expect((await healthOf(world.other, openaiModel)).warmth).toBeLessThan(1);
  });

  it('that goes on is found out by one or two requests, not by each of many', async () => {
    const mine = 'openai/gpt-4.1-mini';
    const models = pair(mine);
    await fails({ behaviour: 'server-error' });
    await Promise.all(Array.from({ length: 10 }, () => ask(models)));
    await shows(world.other, mine, 'open');
    const before = await callsTo('openai');
    const { open_until_ms: untilMs } = await healthOf(world.gateway, mine);
    await until('the rest to be over', async () => Date.now() > untilMs || { pending: 'it is not' });
    await until('somebody to find out', async () => {
      const gateways = [world.gateway, world.other];
      await Promise.all(gateways.flatMap((gateway) => [1, 2, 3].map(() => ask(models, gateway))));
      return (await callsTo('openai')) > before || { pending: 'nobody did' };
    });
    expect((await callsTo('openai')) - before).toBeLessThanOrEqual(2);
    // Whichever gateway found out tells the other.
    await until('both to rest for longer', async () => {
      const told = await Promise.all([world.gateway, world.other].map((gateway) => healthOf(gateway, mine)));
      const times = told.map(({ open_until_ms: until }) => Number(until));
      return times.every((time) => time > untilMs + 5_000) || { pending: String(times) };
    });
  });
});

describe('a rate limit', () => {
  it('that tells its time is obeyed by both gateways from the first refusal on', async () => {
    const mine = 'openai/gpt-4.1';
    await fails({ behaviour: 'rate-limited', retryAfterSeconds: 60 });
    const askedAtMs = Date.now();
    await ask(pair(mine));
    await shows(world.other, mine, 'open');
    await ask(pair(mine), world.other);
    await ask(pair(mine));
    expect(await callsTo('openai')).toBe(1);
    const { open_until_ms: untilMs, reason } = await healthOf(world.other, mine);
    expect(reason).toBe('rate_limited');
    expect(untilMs - askedAtMs).toBeGreaterThanOrEqual(60_000);
  });
});

describe('what is the caller’s own fault', () => {
  it('leaves the vendor in use', async () => {
    const models = pair('openai/gpt-4o-2024-08-06');
    const messages = says('Hello', { behaviour: 'bad-request', vendor: 'openai' });
    for (let turn = 0; turn < 4; turn += 1) expect((await world.ask({ models, messages })).status).toBe(400);
    expect(await healthOf(world.gateway, 'openai/gpt-4o-2024-08-06')).toMatchObject({
      ...{ circuit: 'closed', attempts: 0, failures: { invalid_request: 4 } },
    });
    expect(vendorOf(await ask(models))).toBe('openai');
  });
});

describe('all vendors down', () => {
  const models = pair('openai/gpt-4o-2024-11-20', 'anthropic/claude-opus-4-5');
  const body = { models, messages: says('CANARY'), max_completion_tokens: 50 };

  it('is a 503 that says of each why, and how long to wait where each of them told', async () => {
    await fails({ behaviour: 'rate-limited', retryAfterSeconds: 60 }, 'openai');
    await fails({ behaviour: 'rate-limited', retryAfterSeconds: 40 }, 'anthropic');
    const answer = await world.ask(body);
    expect(answer.status).toBe(503);
    expect(answer.body.error).toMatchObject({
      code: 'no_vendor_answered',
      type: 'server_error',
      message: expect.stringContaining(
        'None of 2 offers answered: openai/gpt-4o-2024-11-20 (rate_limit_exceeded), anthropic/claude-opus-4-5 (rate_limit_exceeded).',
      ),
      metadata: {
        attempts: [
          { model: models[0], provider: 'openai', code: 'rate_limit_exceeded', status: 429, retry_after_ms: 60_000 },
          { model: models[1], provider: 'anthropic', code: 'rate_limit_exceeded', status: 429, retry_after_ms: 40_000 },
        ],
      },
    });
    expect(answer.headers.get('retry-after')).toBe('40');
    expect(answer.headers.get('x-should-retry')).toBe('true');
    expect(JSON.stringify(answer.body)).not.toContain('CANARY');
    await world.ended(answer.requestId);
  });

  it('is asked of them all the same although both rest, because what is known may be old', async () => {
    await fails({ behaviour: 'overloaded' }, 'openai');
    const answer = await world.ask({ ...body, stream: true });
    expect(answer.status).toBe(200);
    expect(await callsTo('openai')).toBe(1);
    await world.ended(answer.requestId);
  });

  it('is told in the shape of Messages too', async () => {
    await fails({ behaviour: 'forbidden' }, 'anthropic');
    const model = 'anthropic/claude-opus-4-6';
    const answer = await world.post('/v1/messages', { model, max_tokens: 5, messages: says('CANARY') });
    expect(answer.body).toMatchObject({
      type: 'error',
      error: { metadata: { attempts: [{ model, provider: 'anthropic', code: 'vendor_permission_denied' }] } },
    });
    await world.ended(answer.requestId);
  });
});

describe('the endpoints of a model', () => {
  it('have the uptime and the speed of real traffic, of whichever gateway', async () => {
    const opened = await world.stream({ model: anthropicModel, messages: says('Hello'), max_completion_tokens: 50 });
    await opened.rest();
    await until('the counts to be there', async () => {
      const { body } = await world.get(`/v1/models/${anthropicModel}/endpoints`, { gateway: world.other });
      const endpoint = body.data.endpoints.find((one: Parsed) => one.offer_id === anthropicModel);
      const isThere = endpoint.latency_last_30m?.p50 > 0 && endpoint.uptime_last_30m === 100;
      return isThere || { pending: JSON.stringify(endpoint) };
    });
  });
});
