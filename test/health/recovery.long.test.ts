import { describe, expect, it } from 'vitest';
import { until } from '../chaos/until.js';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { type Answer, openaiModel, type Parsed, says, useWorld } from '../gateway/world.js';

// What a vendor gets back after an outage, and after many: two vendors of one model at one price, of which one fails.

const world = useWorld({ env: { SLUICE_CIRCUIT_FAILURES: '3' }, compatible: ['together', 'fireworks'] });

const FAILING = 'together';
const LASTING = 'fireworks';

/** A model of a test's own, so that it begins with vendors of which nothing is known, and its name at the one that fails. */
interface Model {
  readonly model: string;
  readonly atFailing: string;
}
const minimax: Model = { model: 'minimax/minimax-m3.1-flash', atFailing: 'MiniMaxAI/MiniMax-M3.1-Flash' };
const deepseek: Model = { model: 'deepseek/deepseek-v4.1-flash', atFailing: 'deepseek-ai/DeepSeek-V4.1-Flash' };

const fails = async ({ atFailing: model }: Model, behaviour: Behaviour): Promise<void> => {
  await world.vendor.script({ match: { model }, behaviours: [behaviour], times: 'forever' });
};
/** How often it was asked, until a moment in milliseconds since the epoch. */
const callsToFailing = async ({ atFailing }: Model, untilMs = Number.POSITIVE_INFINITY): Promise<number> =>
  (await world.vendor.log()).filter(({ at, body }) => (body as Parsed).model === atFailing && Date.parse(at) < untilMs)
    .length;

/** What the gateway knows of the offer that fails. */
async function health({ atFailing }: Model): Promise<Parsed> {
  const { body } = await world.get('/v1/operator/health', { apiKey: world.gateway.adminKey });
  return body.data.find((one: Parsed) => one.offer_id === `${FAILING}/${atFailing}`);
}
const shows = (model: Model, circuit: string): Promise<void> =>
  until(`the vendor to be ${circuit}`, async () => {
    const shown = (await health(model))?.circuit;
    return shown === circuit ? true : { pending: `it is ${shown}` };
  });

/** Who answers a request; it fails no caller, whatever a vendor does. */
async function vendorFor({ model }: Model, fields: object = {}): Promise<string | null> {
  const answer = await world.ask({ model, max_tokens: 5, messages: says('Hello'), ...fields });
  expect({ status: answer.status, error: answer.body.error }).toEqual({ status: 200, error: undefined });
  return answer.headers.get('x-sluice-vendor');
}

/** What fails is asked first as soon as it may be: the first requests that find out how it is are these. */
const first = { provider: { order: [FAILING] } };

const closes = (model: Model): Promise<void> =>
  until('the vendor to be in use again', async () => {
    await vendorFor(model, first);
    const shown = (await health(model))?.circuit;
    return shown === 'closed' ? true : { pending: `it is ${shown}` };
  });

const SESSIONS = Array.from({ length: 40 }, (_, index) => `session-${index}`);
const AT_ONCE = 8;

/**
 * The sessions that go to the vendor that fails. A session draws its vendor by its name, and the more a vendor has warmed up
 * the more of them it gets, and none of those that it has leaves it: so chance plays no part in what is counted here.
 */
async function sessionsAtFailing(model: Model, sessions: readonly string[] = SESSIONS): Promise<readonly string[]> {
  const found: string[] = [];
  for (let start = 0; start < sessions.length; start += AT_ONCE) {
    const some = sessions.slice(start, start + AT_ONCE);
    const vendors = await Promise.all(some.map((session) => vendorFor(model, { session_id: session })));
    found.push(...some.filter((_, index) => vendors[index] === FAILING));
  }
  return found;
}

describe('a vendor that comes back', () => {
  it('gets its sessions back in steps, each of which keeps those of the one before', { timeout: 180_000 }, async () => {
    const before = await sessionsAtFailing(minimax);
    expect(before.length).toBeGreaterThan(10);
    expect(before.length).toBeLessThan(30);

    // A told wait is as long as the warm-up after it: long enough to be looked at several times.
    await fails(minimax, { behaviour: 'rate-limited', retryAfterSeconds: 15 });
    expect(await vendorFor(minimax, first)).toBe(LASTING);
    await shows(minimax, 'open');
    const { open_until_ms: untilMs } = await health(minimax);
    expect(await sessionsAtFailing(minimax, before)).toEqual([]);
    // It told so once; who came while it rested did not ask it.
    expect((await callsToFailing(minimax, untilMs)) - before.length).toBe(1);

    await world.vendor.reset();
    await closes(minimax);
    const steps: (readonly string[])[] = [];
    await until('it to have them all', async () => {
      steps.push(await sessionsAtFailing(minimax, before));
      return (await health(minimax)).warmth === 1 || { pending: `it has ${steps.at(-1)?.length}` };
    });
    steps.push(await sessionsAtFailing(minimax));
    expect(steps.at(-1)).toEqual(before);
    expect(steps[0]?.length).toBeLessThan(before.length);
    for (const [index, step] of steps.entries())
      expect(step).toEqual(expect.arrayContaining([...(steps[index - 1] ?? [])]));
  });
});

describe('a vendor that fails and answers in turns', () => {
  it('rests longer the second time, and does not get all back in between', { timeout: 180_000 }, async () => {
    const before = await sessionsAtFailing(deepseek);
    // What it tells itself is believed at once; else three failures in a row are needed, which these are.
    const first = await outage(deepseek, { behaviour: 'rate-limited', retryAfterSeconds: 6 }, 1);
    await world.vendor.reset();
    await closes(deepseek);
    const second = await outage(deepseek, { behaviour: 'server-error' }, 3);
    await world.vendor.reset();
    await closes(deepseek);
    const back = await sessionsAtFailing(deepseek, before);

    expect([first.trips, second.trips]).toEqual([1, 2]);
    expect(second.restMs).toBeGreaterThan(first.restMs);
    expect(back.length).toBeLessThan(before.length);
  });
});

/** As many requests ask the vendor in vain, all at once; then it rests, and others ask it no more. */
async function outage(
  model: Model,
  behaviour: Behaviour,
  detours: number,
): Promise<{ readonly trips: number; readonly restMs: number }> {
  await world.vendor.reset();
  await fails(model, behaviour);
  const answered = await Promise.all(Array.from({ length: detours }, () => vendorFor(model, first)));
  expect(new Set(answered)).toEqual(new Set([LASTING]));
  await shows(model, 'open');
  const { open_until_ms: untilMs } = await health(model);
  expect(await vendorFor(model, first)).toBe(LASTING);
  expect(await callsToFailing(model, untilMs)).toBe(detours);
  let circuit: { readonly trips: number; readonly rest_ms: bigint } | undefined;
  await until('the circuit to be written', async () => {
    [circuit] = await world.rows<{ trips: number; rest_ms: bigint }>(
      `SELECT trips, until_ms - changed_at_ms AS rest_ms FROM health.circuits WHERE offer_id = $1 AND phase = 'open'`,
      [`${FAILING}/${model.atFailing}`],
    );
    return circuit !== undefined || { pending: 'it is not' };
  });
  return { trips: circuit?.trips ?? 0, restMs: Number(circuit?.rest_ms) };
}

describe('offers that fail in different ways', () => {
  const models = ['mistralai/ministral-3-14b-instruct-2512', openaiModel];
  const names = [
    'together/mistralai/Ministral-3-14B-Instruct-2512',
    'fireworks/ministral-3-14b-instruct-2512',
    openaiModel,
  ];
  const atVendors = [
    'mistralai/Ministral-3-14B-Instruct-2512',
    'accounts/fireworks/models/ministral-3-14b-instruct-2512',
  ];
  const provider = { order: ['together', 'fireworks'] };

  async function ask(behaviours: readonly Behaviour[]): Promise<Answer> {
    await world.vendor.reset();
    const vendorModels = [...atVendors, openaiModel.slice('openai/'.length)];
    for (const [index, behaviour] of behaviours.entries()) {
      const model = vendorModels[index] ?? '';
      await world.vendor.script({ match: { model }, behaviours: [behaviour], times: 'forever' });
    }
    const answer = await world.ask({ models, max_tokens: 5, messages: says('CANARY'), provider });
    await world.ended(answer.requestId);
    return answer;
  }

  it('are a 503 that says of each why, and names no wait where one of them named none', async () => {
    const answer = await ask([
      { behaviour: 'overloaded' },
      { behaviour: 'html-error' },
      { behaviour: 'rate-limited', retryAfterSeconds: 30 },
    ]);
    const reasons = ['vendor_overloaded', 'vendor_error', 'rate_limit_exceeded'];
    expect(answer.status).toBe(503);
    expect(answer.body.error.code).toBe('no_vendor_answered');
    expect(answer.body.error.metadata.attempts).toMatchObject(
      names.map((model, index) => ({ model, code: reasons[index] })),
    );
    for (const [index, name] of names.entries())
      expect(answer.body.error.message).toContain(`${name} (${reasons[index]})`);
    expect(answer.headers.get('retry-after')).toBeNull();
    expect(answer.headers.get('x-should-retry')).toBe('true');
    expect(JSON.stringify(answer.body)).not.toContain('CANARY');
  });

  it('are not worth another try where none of it passes by itself', async () => {
    const answer = await ask([
      { behaviour: 'unauthorized' },
      { behaviour: 'quota-exhausted' },
      { behaviour: 'forbidden' },
    ]);
    const codes = answer.body.error.metadata.attempts.map(({ code }: Parsed) => code).toSorted();
    expect(answer.status).toBe(503);
    expect(codes).toEqual(['vendor_credential_refused', 'vendor_permission_denied', 'vendor_quota_exhausted']);
    expect(answer.headers.get('retry-after')).toBeNull();
    expect(answer.headers.get('x-should-retry')).toBe('false');
  });
});
