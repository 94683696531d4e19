import { describe, expect, it } from 'vitest';
import { audit } from '../../activities/ledger/audit.js';
import { until } from '../chaos/until.js';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { anthropicModel, chunksOf, inputNanoUsd, nanoOf, openaiModel, outputNanoUsd, says, useWorld } from './world.js';

// What a request costs: what the caller is told, what the ledger says, and that no budget is ever passed.

const world = useWorld();
const organization = 'organization:org_local';

const plain = (behaviour?: Behaviour, text = 'Hello') => ({
  model: openaiModel,
  messages: says(text, behaviour),
  max_completion_tokens: 100,
});

/** What the ledger charged for a request, once it has ended. */
async function chargeOf(requestId: string): Promise<bigint> {
  await world.ended(requestId);
  const rows = await world.rows<{ amount: bigint }>(
    `SELECT amount FROM ledger.transfers WHERE request_id = $1 AND debit_account_id = 'credits:organization:org_local'`,
    [requestId],
  );
  return rows.reduce((sum, { amount }) => sum + amount, 0n);
}

/** Exact decimals of USD from nano USD. */
const usd = (nano: bigint): string => `${nano / 1_000_000_000n}.${String(nano % 1_000_000_000n).padStart(9, '0')}`;

describe('what the caller is told that it pays', () => {
  it.each([
    ['plain', openaiModel],
    ['plain', anthropicModel],
  ])('is what the ledger charges, to the last unit (%s, %s)', async (_form, model) => {
    const answer = await world.ask({ ...plain({ behaviour: 'answer', cachedTokens: 7, reasoning: 3 }), model });
    const cost = nanoOf(answer.body.usage.cost);
    expect(cost).toBeGreaterThan(0n);
    expect(await chargeOf(answer.requestId)).toBe(cost);
    expect(nanoOf(answer.headers.get('x-sluice-cost-usd'))).toBe(cost);
    const record = (await world.get(`/v1/requests/${answer.requestId}`)).body;
    expect(record).toMatchObject({ status: 'completed', held_usd: null });
    expect(nanoOf(record.cost_usd)).toBe(cost);
  });

  it('follows from the usage and the catalogue’s prices', async () => {
    const { body } = await world.ask(plain());
    const { prompt_tokens: input, completion_tokens: output, cost } = body.usage;
    expect(nanoOf(cost)).toBe(BigInt(input) * inputNanoUsd + BigInt(output) * outputNanoUsd);
  });

  it.each([true, false])('is in the stream’s usage where it is asked for (%s)', async (included) => {
    const options = included ? { stream_options: { include_usage: true } } : {};
    const stream = await world.stream({ ...plain(), ...options });
    const events = await stream.rest();
    expect(events.at(-1)?.data).toBe('[DONE]');
    const charge = await chargeOf(stream.requestId);
    expect(charge).toBeGreaterThan(0n);
    const told = chunksOf(events).flatMap(({ usage }) => (usage == null ? [] : [nanoOf(usage.cost)]));
    expect(told).toEqual(included ? [charge] : []);
  });

  it('is nothing where the vendor failed', async () => {
    const answer = await world.ask(plain({ behaviour: 'unauthorized' }));
    expect(answer.status).toBe(502);
    expect(await world.ended(answer.requestId)).toMatchObject({
      state: 'released',
      charged: 0n,
      failure_class: 'auth',
    });
    expect(await chargeOf(answer.requestId)).toBe(0n);
  });

  it('is nothing for an attempt that failed before another one answered', async () => {
    const failing: Behaviour = { behaviour: 'cut', afterEvents: 0, vendor: 'openai' };
    const answer = await world.ask({ ...plain(failing), models: [anthropicModel] });
    expect(answer.body.model).toContain('claude');
    expect(await chargeOf(answer.requestId)).toBe(nanoOf(answer.body.usage.cost));
  });

  it('is counted, with a warning, where the vendor reports no usage', async () => {
    const answer = await world.ask(plain({ behaviour: 'missing-usage' }, 'Say something'));
    expect(answer.status).toBe(200);
    const text: string = answer.body.choices[0].message.content;
    const { completion_tokens: output, prompt_tokens: input } = answer.body.usage;
    expect(output).toBe(Math.ceil(Buffer.byteLength(text) / 4));
    expect(nanoOf(answer.body.usage.cost)).toBe(BigInt(input) * inputNanoUsd + BigInt(output) * outputNanoUsd);
    expect(await chargeOf(answer.requestId)).toBe(nanoOf(answer.body.usage.cost));
    expect(JSON.stringify(answer.body)).toMatch(/reported no usage/);
  });
});

describe('a vendor that reports more than was held', () => {
  it.each([false, true])('costs the house, not the budget (stream: %s)', async (stream) => {
    const body = plain({ behaviour: 'huge', ignoreMaxTokens: true, chunks: 20_000 });
    let requestId: string;
    if (stream) {
      const opened = await world.stream(body);
      await opened.rest();
      ({ requestId } = opened);
    } else {
      const answer = await world.ask(body);
      expect(answer.body.usage.completion_tokens).toBe(20_000);
      ({ requestId } = answer);
      expect(nanoOf(answer.body.usage.cost)).toBe(await chargeOf(requestId));
    }
    const row = await world.ended(requestId);
    expect(row).toMatchObject({ state: 'settled', charged: row.held });
    const [house] = await world.rows<{ amount: bigint }>(
      `SELECT amount FROM ledger.transfers WHERE request_id = $1 AND debit_account_id = 'house:overshoot'`,
      [requestId],
    );
    expect(house!.amount).toBeGreaterThan(10_000n * outputNanoUsd);
    const [alert] = await world.rows('SELECT type FROM requests.outbox WHERE request_id = $1', [requestId]);
    expect(alert).toEqual({ type: 'ledger.overshoot' });
  });
});

describe('a 402', () => {
  /** The most that this request can cost with its cap. */
  const worstCase = async (body: object): Promise<bigint> => {
    const { requestId } = await world.ask(body);
    return (await world.ended(requestId)).held!;
  };

  it.each([false, true])(
    'says what is needed, available and held, and the cap that fits (stream: %s)',
    async (stream) => {
      // Room for the input and 57 tokens, and not for 58.
      const fitting = await worstCase({ ...plain(), max_completion_tokens: 57, stream });
      await world.vendor.reset();
      const { apiKey, scope } = await world.createProject({ budget_usd: usd(fitting + outputNanoUsd - 1n) });
      const { max_completion_tokens: _cap, ...uncapped } = plain() as Record<string, unknown>;
      const asking = (cap?: number) =>
        world.post(
          '/v1/chat/completions',
          { ...uncapped, ...(cap && { max_completion_tokens: cap }), stream },
          { apiKey },
        );

      const refused = await asking(1_000);
      expect(refused).toMatchObject({
        status: 402,
        body: { error: { code: 'insufficient_funds', type: 'insufficient_quota' } },
      });
      const { needed_usd: needed, available_usd: available, held_usd: held, ...rest } = refused.body.error;
      expect(rest).toMatchObject({ max_affordable_output_tokens: 57, message: expect.stringContaining('57') });
      expect(nanoOf(needed)).toBe(fitting + 943n * outputNanoUsd);
      expect(nanoOf(available)).toBe(fitting + outputNanoUsd - 1n);
      expect(nanoOf(held)).toBe(0n);
      expect(await world.ended(refused.requestId)).toMatchObject({ state: 'refused', charged: 0n });

      // A caller who gave no cap may add this one and is in.
      expect((await asking()).body.error.max_affordable_output_tokens).toBe(57);
      expect((await asking(58)).status).toBe(402);
      expect(await world.vendor.log()).toEqual([]);
      expect(await world.account(scope)).toMatchObject({ spent: 0n, held: 0n });
      expect((await asking(57)).status).toBe(200);
      await world.settled();
    },
  );

  it('says what is held for the requests in flight', async () => {
    const held = await worstCase(plain());
    const { apiKey, scope } = await world.createProject({ budget_usd: usd(held * 2n - 1n) });
    await world.vendor.reset();
    const first = world.ask(plain({ behaviour: 'hold', afterBytes: 'headers' }, 'Hi'), { apiKey });
    await world.vendor.waitForHeld(1);
    const { held: pending } = await world.account(scope);
    const refused = await world.ask(plain(), { apiKey });
    expect(refused.status).toBe(402);
    expect(nanoOf(refused.body.error.held_usd)).toBe(pending);
    expect(nanoOf(refused.body.error.available_usd)).toBe(held * 2n - 1n - pending);
    await world.vendor.release('all');
    expect((await first).status).toBe(200);
    await world.settled();
    // What was not used of the hold is free again.
    expect((await world.ask(plain(), { apiKey })).status).toBe(200);
  });

  it('is given where nothing is left at all, and asks for credit instead of a smaller cap', async () => {
    const { apiKey } = await world.createProject({ budget_usd: '0' });
    const refused = await world.ask(plain(), { apiKey });
    expect(refused).toMatchObject({ status: 402, body: { error: { max_affordable_output_tokens: 0 } } });
    expect(refused.body.error.message).toMatch(/Add credit/);
    // Models without a price need no money.
    expect((await world.ask({ model: 'sandbox/echo', messages: says('Hello') }, { apiKey })).status).toBe(200);
  });
});

describe('a budget of a project', () => {
  it('is spent from besides the organisation’s credit, and both agree', async () => {
    const { apiKey, scope } = await world.createProject({ budget_usd: '0.01' });
    const before = await world.account(organization);
    const answers = await Promise.all(['a', 'b', 'c'].map((text) => world.ask(plain(undefined, text), { apiKey })));
    await world.settled();
    const sum = answers.reduce((total, { body }) => total + nanoOf(body.usage.cost), 0n);
    expect(await world.account(scope)).toEqual({ credited: 10_000_000n, spent: sum, held: 0n });
    expect((await world.account(organization)).spent - before.spent).toBe(sum);
    const balances = (await world.get('/v1/organization/balances', { apiKey: world.gateway.adminKey })).body.data;
    expect(balances).toContainEqual(
      expect.objectContaining({ scope, credited_usd: '0.01', spent_usd: usd(sum).replace(/0+$/, ''), held_usd: '0' }),
    );
  });

  it('does not make the credit of the organisation larger', async () => {
    const { apiKey } = await world.createProject({ budget_usd: '1000' });
    const dear = { ...plain(), n: 128, max_completion_tokens: 16_000 };
    const refused = await world.ask(dear, { apiKey });
    expect(refused.status).toBe(402);
    const { credited, spent, held } = await world.account(organization);
    expect(nanoOf(refused.body.error.available_usd)).toBe(credited - spent - held);
  });

  it('is never passed by 50 requests at once, and no vendor hears of those that did not fit', async () => {
    const fits = 7n;
    const behaviour: Behaviour = { behaviour: 'hold', afterBytes: 'headers' };
    const body = (index: number) => ({
      ...plain(behaviour, `request ${String(index).padStart(2, '0')}`),
      stream: index % 2 === 0,
    });
    const { apiKey: wide } = await world.createProject({ budget_usd: '0.1' });
    const measured = world.ask({ ...body(0), stream: false }, { apiKey: wide });
    await world.vendor.waitForHeld(1);
    await world.vendor.release('all');
    const { held } = await world.ended((await measured).requestId);
    await world.vendor.reset();

    // `"stream":true` is a byte shorter than `"stream":false`, so the plain form is the dearer one.
    const { apiKey, scope } = await world.createProject({ budget_usd: usd(held! * fits) });
    const asked = Array.from({ length: 50 }, (_, index) => world.ask(body(index), { apiKey }));
    const { credited } = await world.account(scope);
    await world.vendor.waitForHeld(Number(fits));
    await until('the others to be refused', async () => {
      const account = await world.account(scope);
      expect(account.spent + account.held).toBeLessThanOrEqual(credited);
      const [row] = await world.rows<{ count: bigint }>(
        `SELECT count(*) FROM requests.requests WHERE state = 'refused' AND project_id = $1`,
        [scope.slice('project:'.length)],
      );
      return row!.count === 50n - fits || { pending: `${row!.count} refused` };
    });
    expect(await world.vendor.log()).toHaveLength(Number(fits));
    await world.vendor.release('all');
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(Number(fits));
    expect(statuses.filter((status) => status === 402)).toHaveLength(50 - Number(fits));
    await world.settled();
    const account = await world.account(scope);
    expect(account.held).toBe(0n);
    expect(account.spent).toBeLessThanOrEqual(credited);
    expect(account.spent).toBeGreaterThan(0n);
    expect(await audit(world.database)).toEqual([]);
  });
});
