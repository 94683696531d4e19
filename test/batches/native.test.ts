import { Webhook } from 'standardwebhooks';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { anthropicModel, type AskOptions, openaiModel, type Parsed, useWorld } from '../gateway/world.js';
import { startBatchVendor, type TakenBatch, textOf, USAGE } from '../fake-vendor/batch-vendor.js';
import { until } from '../chaos/until.js';
import { createOrganization } from '../support/organization.js';
import { createBatchTools, lineOf } from './batch-world.js';

// Lines that go to their vendor together, in its own batch at half the price, and what happens where that does not work out.

const vendor = await startBatchVendor();
const webhookSecret = `whsec_${Buffer.from('a secret of the dashboard').toString('base64')}`;
const world = useWorld({
  vendors: { openaiBaseUrl: `${vendor.origin}/v1`, anthropicBaseUrl: vendor.origin },
  env: { SLUICE_BATCH_NATIVE: 'on', SLUICE_BATCH_LINES_AT_ONCE: '4', OPENAI_WEBHOOK_SECRET: webhookSecret },
});
const batches = createBatchTools(world);
beforeEach(() => vendor.reset());
afterAll(() => vendor.close());

const line = (name: string, body: object = {}): object =>
  lineOf(name, {
    model: openaiModel,
    max_tokens: 200,
    messages: [{ role: 'user', content: `Hello ${name}` }],
    ...body,
  });
const names = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `line-${index}`);
const textsOf = (lines: readonly Parsed[]): readonly string[] =>
  lines.map(({ response }) => response.body.choices[0].message.content);
const jobsOf = async (batchId: string): Promise<readonly Parsed[]> =>
  (await world.get(`/v1/jobs?batch_id=${batchId}&order=asc&limit=100`)).body.data;
/** Of the usage that the vendor tells, at 0.15 and 0.60 USD a million tokens. */
const fullPrice = (USAGE.input * 0.15 + USAGE.output * 0.6) / 1e6;

describe('a batch of a model whose vendor has batches', () => {
  it('is handed in as one, answers each line by its name, and costs half, once', async () => {
    const wanted = names(10);
    const over = await batches.ended((await batches.create(wanted.map((name) => line(name)))).id);
    expect(over).toMatchObject({ status: 'completed', native: true, request_counts: { total: 10, completed: 10 } });
    // More lines than run at once, because those that wait at the vendor take no place.
    expect(vendor.batches).toHaveLength(1);
    expect(vendor.batches[0]).toMatchObject({ endpoint: '/v1/chat/completions' });
    expect(vendor.batches[0]?.lines.map(({ body }) => textOf(body)).toSorted()).toEqual(
      wanted.map((name) => `Hello ${name}`),
    );
    expect(vendor.batches[0]?.lines[0]?.body).toMatchObject({ model: 'gpt-4o-mini', stream: false });
    expect(vendor.singles).toEqual([]);
    const written = await batches.linesOf(over.output_file_id);
    expect(written.map(({ custom_id: id }) => id)).toEqual(wanted);
    expect(textsOf(written)).toEqual(wanted.map((name) => `batched: Hello ${name}`));
    expect(Number(over.cost_usd)).toBeCloseTo((10 * fullPrice) / 2, 12);
    // Each is settled and recorded by itself.
    const jobs = await jobsOf(over.id);
    expect(jobs.map(({ status, cost_usd: usd }) => [status, Number(usd)])).toEqual(
      jobs.map(() => ['succeeded', fullPrice / 2]),
    );
    const request = (await world.get(`/v1/requests/${jobs[0]?.id}`)).body;
    expect(request.attempts).toHaveLength(1);
    expect(request.attempts[0]).toMatchObject({ status: 'answered', tier: 'batch' });
    // Nothing is left of what was said, neither here nor at the vendor.
    await until('the vendor to be told to forget', async () =>
      vendor.fileIds.length === 0 ? true : { pending: vendor.fileIds.join() },
    );
    expect(await world.rows('SELECT request_id FROM jobs.vendor_batch_lines')).toEqual([]);
  }, 120_000);

  it('of Anthropic goes to Anthropic as one body, and its results come back in its form', async () => {
    const requests = names(3).map((name) => ({
      custom_id: name,
      params: { model: anthropicModel, max_tokens: 200, messages: [{ role: 'user', content: `Hello ${name}` }] },
    }));
    vendor.script = ({ body }) => (textOf(body).endsWith('line-1') ? 400 : `batched: ${textOf(body)}`);
    const made = (
      await world.post('/v1/messages/batches', { requests }, { headers: { 'anthropic-version': '2023-06-01' } })
    ).body;
    await until(
      'its end',
      async () => {
        const { body } = await world.get(`/v1/messages/batches/${made.id}`);
        return body.processing_status === 'ended' ? true : { pending: body.processing_status };
      },
      60_000,
    );
    expect(vendor.batches).toHaveLength(1);
    expect(vendor.batches[0]?.headers['anthropic-version']).toBe('2023-06-01');
    expect(vendor.batches[0]?.lines[0]?.body).toEqual({
      ...{ model: 'claude-haiku-4-5', max_tokens: 200 },
      messages: [{ role: 'user', content: expect.any(String) }],
    });
    const results: readonly Parsed[] = (await world.get(`/v1/messages/batches/${made.id}/results`)).body
      .trimEnd()
      .split('\n')
      .map((text: string): Parsed => JSON.parse(text));
    expect(results.map(({ custom_id: id, result }) => [id, result.type, result.message?.content[0].text])).toEqual([
      ['line-0', 'succeeded', 'batched: Hello line-0'],
      ['line-1', 'errored', undefined],
      ['line-2', 'succeeded', 'batched: Hello line-2'],
    ]);
    // 1 and 5 USD a million tokens, at half.
    const jobs = await jobsOf(made.id);
    const costs = jobs.map(({ cost_usd: usd }) => Number(usd));
    expect(costs.toSorted()).toEqual([0, 0.000255, 0.000255]);
    await until('the vendor to be told to forget', async () =>
      vendor.deleted.length === 1 ? true : { pending: 'the batch' },
    );
  }, 120_000);

  it('goes by its lines where its caller wants that, or it is to be done sooner', async () => {
    const wanted = await Promise.all([
      batches.create([line('by-itself')], { native: false }),
      batches.create([line('soon')], { completion_window: '12h' }),
    ]);
    for (const { id, native } of wanted) {
      expect(native).toBe(false);
      const over = await batches.ended(id);
      expect(textsOf(await batches.linesOf(over.output_file_id))).toEqual(['single']);
      expect(Number(over.cost_usd)).toBeCloseTo(fullPrice, 12);
    }
    expect(vendor.batches).toEqual([]);
  }, 120_000);

  it('hands in no line that nothing may be stored of, though its vendor may be asked for it', async () => {
    const prices = (usd: string) => ({ input: { usd, per: 1_000_000 }, output: { usd, per: 1_000_000 } });
    const made = await world.post(
      '/v1/operator/offers',
      {
        ...{ id: 'openai/gpt-private', reason: 'a test', context_window: 32_000, max_output_tokens: 4_000 },
        ...{ data_policy: 'zero_retention', prices: prices('2'), tiers: { batch: { prices: prices('1') } } },
      },
      { apiKey: world.gateway.adminKey },
    );
    expect(made.status, JSON.stringify(made.body)).toBe(200);
    await expect.poll(async () => (await world.get('/v1/models/openai/gpt-private')).status).toBe(200);
    const asked = (name: string, provider: object) => line(name, { model: 'openai/gpt-private', provider });
    const lines = [asked('zdr', { zdr: true }), asked('denied', { data_collection: 'deny' }), asked('any', {})];
    const over = await batches.ended((await batches.create(lines)).id);
    expect(textsOf(await batches.linesOf(over.output_file_id))).toEqual(['single', 'single', 'batched: Hello any']);
    expect(vendor.batches.map(({ lines }) => lines.length)).toEqual([1]);
  }, 120_000);
});

describe('a batch that its vendor does not do', () => {
  it('is asked for by its lines where it is refused, at the full price', async () => {
    vendor.hold();
    const { id } = await batches.create(names(2).map((name) => line(name)));
    const [taken] = await handedIn(1);
    vendor.end(taken, { status: 'failed', error: 'token_limit_exceeded' });
    const over = await batches.ended(id);
    expect(textsOf(await batches.linesOf(over.output_file_id))).toEqual(['single', 'single']);
    expect(Number(over.cost_usd)).toBeCloseTo(2 * fullPrice, 12);
    const [job] = await jobsOf(id);
    const { attempts } = (await world.get(`/v1/requests/${job?.id}`)).body;
    expect(attempts.map(({ tier, status, failure }: Parsed) => [tier, status, failure])).toEqual([
      ['batch', 'failed', 'rate_limited'],
      [null, 'answered', null],
    ]);
  }, 120_000);

  it('is asked for by its lines where its hand-in is refused, because that is of no line', async () => {
    vendor.trouble('refused');
    const over = await batches.ended((await batches.create(names(2).map((name) => line(name)))).id);
    expect(textsOf(await batches.linesOf(over.output_file_id))).toEqual(['single', 'single']);
    expect(Number(over.cost_usd)).toBeCloseTo(2 * fullPrice, 12);
    expect(vendor.batches).toEqual([]);
  }, 120_000);

  it('is finished by its lines where it has expired with some of them answered', async () => {
    vendor.hold();
    const { id } = await batches.create(names(4).map((name) => line(name)));
    const [taken] = await handedIn(1);
    vendor.end(taken, { status: 'expired', answered: 2 });
    const over = await batches.ended(id);
    const texts = textsOf(await batches.linesOf(over.output_file_id));
    expect(texts.filter((text) => text === 'single')).toHaveLength(2);
    expect(Number(over.cost_usd)).toBeCloseTo(2 * (fullPrice / 2) + 2 * fullPrice, 12);
  }, 120_000);

  it('fails those lines alone that nobody could answer', async () => {
    vendor.script = ({ body }) => (textOf(body).endsWith('line-0') ? 400 : 'fine');
    const over = await batches.ended((await batches.create(names(2).map((name) => line(name)))).id);
    expect(over).toMatchObject({ request_counts: { completed: 1, failed: 1 } });
    const [failed] = await batches.linesOf(over.error_file_id);
    expect(failed).toMatchObject({ custom_id: 'line-0', response: { status_code: 400 } });
    expect(Number(over.cost_usd)).toBeCloseTo(fullPrice / 2, 12);
    expect(vendor.singles).toEqual([]);
  }, 120_000);

  it('is looked for, and not handed in again, where the hand-in broke off after it was taken', async () => {
    vendor.trouble('cut');
    const over = await batches.ended((await batches.create(names(2).map((name) => line(name)))).id);
    expect(over).toMatchObject({ status: 'completed', request_counts: { completed: 2 } });
    expect(vendor.batches).toHaveLength(1);
    expect(Number(over.cost_usd)).toBeCloseTo(fullPrice, 12);
  }, 120_000);

  it('is looked for at Anthropic too, which can say only when it has ended', async () => {
    vendor.hold();
    vendor.trouble('cut');
    const model = anthropicModel;
    const { id } = await batches.create(names(2).map((name) => line(name, { model })));
    const [taken] = await handedIn(1);
    // As one that is still looked for after hours.
    const age = `UPDATE jobs.vendor_batches SET submitting_at = submitting_at - interval '5 minutes'
                 WHERE batch_id = $1 AND state = 'submitting' RETURNING 1`;
    await until(
      'the search',
      async () => ((await world.rows(age, [id])).length > 0 ? true : { pending: 'none' }),
      60_000,
    );
    expect((await batches.read(id)).status).toBe('in_progress');
    vendor.end(taken);
    const over = await batches.ended(id);
    expect(over).toMatchObject({ status: 'completed', request_counts: { completed: 2 } });
    expect(textsOf(await batches.linesOf(over.output_file_id))).toEqual(
      names(2).map((name) => expect.stringMatching(`^batched: .*Hello ${name}`)),
    );
    expect(vendor.batches).toHaveLength(1);
    expect(vendor.singles).toEqual([]);
  }, 120_000);
});

describe("OpenAI's webhooks", () => {
  /** A batch that has ended at the vendor, where it is asked about every five minutes. */
  const longAtVendor = async (options?: AskOptions): Promise<{ readonly id: string; readonly vendorId: string }> => {
    vendor.hold();
    const { id } = await batches.create([line('told')], {}, options);
    const [taken] = await handedIn(1);
    await world.rows(`UPDATE jobs.vendor_batches SET submitted_at = now() - interval '10 hours' WHERE batch_id = $1`, [
      id,
    ]);
    const look = `SELECT looked_at::text AS at FROM jobs.vendor_batches WHERE batch_id = $1`;
    const lookedAt = async (): Promise<string | undefined> => (await world.rows<{ at: string }>(look, [id]))[0]?.at;
    const before = await lookedAt();
    await until('the next question', async () => ((await lookedAt()) === before ? { pending: 'none' } : true), 60_000);
    vendor.end(taken);
    return { id, vendorId: taken.id };
  };
  const eventOf = (vendorId: string): object => ({
    ...{ id: 'evt_1', object: 'event', type: 'batch.completed', data: { id: vendorId } },
  });
  const send = async (secret: string, body: object, to = 'openai'): Promise<number> => {
    const text = JSON.stringify(body);
    const now = new Date();
    const headers = {
      ...{ 'webhook-id': 'evt_1', 'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)) },
      'webhook-signature': new Webhook(secret).sign('evt_1', now, text),
    };
    const url = `${world.gateway.origin}/v1/vendor_webhooks/${to}`;
    return (await fetch(url, { method: 'POST', headers, body: text })).status;
  };

  it('have a batch asked about at once, and only where they are signed', async () => {
    const { id, vendorId } = await longAtVendor();
    const event = eventOf(vendorId);
    expect(await send(webhookSecret, event, 'anthropic')).toBe(404);
    expect(await send('whsec_b3RoZXI=', event)).toBe(401);
    expect(await send(webhookSecret, { ...event, type: 'response.completed' })).toBe(200);
    expect(await send(webhookSecret, { ...event, data: { id: 'batch_of_somebody_else' } })).toBe(200);
    expect((await batches.read(id)).status).toBe('in_progress');
    // Twice, as vendors do.
    expect([await send(webhookSecret, event), await send(webhookSecret, event)]).toEqual([200, 200]);
    expect(await batches.ended(id)).toMatchObject({ status: 'completed', request_counts: { completed: 1 } });
  }, 120_000);

  it("are checked by the secret of the account that the batch is at, which may be an organisation's own", async () => {
    const ownSecret = `whsec_${Buffer.from('of its own dashboard').toString('base64')}`;
    const { apiKey, adminKey } = await createOrganization(world.database, world.gateway);
    const secret = { api_key: 'sk-own', webhook_secret: ownSecret };
    const credential = { vendor: 'openai', name: 'own', fallback: 'never', secret };
    const made = await world.post('/v1/organization/credentials', credential, { apiKey: adminKey });
    expect(made.status, JSON.stringify(made.body)).toBe(200);
    const isInForce = async () =>
      (await world.ask({ model: openaiModel, messages: [{ role: 'user', content: 'Hello' }] }, { apiKey })).status;
    await expect.poll(isInForce, { timeout: 10_000, interval: 20 }).toBe(200);
    const { id, vendorId } = await longAtVendor({ apiKey });
    const of = `SELECT credential_id FROM jobs.vendor_batches WHERE batch_id = $1`;
    expect(await world.rows(of, [id])).toEqual([{ credential_id: made.body.id }]);
    expect(await send(webhookSecret, eventOf(vendorId))).toBe(401);
    expect((await batches.read(id, { apiKey })).status).toBe('in_progress');
    expect(await send(ownSecret, eventOf(vendorId))).toBe(200);
    expect(await batches.ended(id, { apiKey })).toMatchObject({
      status: 'completed',
      request_counts: { completed: 1 },
    });
  }, 120_000);
});

describe('a batch that is cancelled', () => {
  it('is stopped at its vendor, and pays for what was done by then', async () => {
    vendor.hold();
    const { id } = await batches.create(names(3).map((name) => line(name)));
    const [taken] = await handedIn(1);
    await world.post(`/v1/batches/${id}/cancel`, {});
    await until('the vendor to be told', async () => (vendor.cancels.length > 0 ? true : { pending: 'none' }), 60_000);
    vendor.end(taken, { status: 'cancelled', answered: 1 });
    const over = await batches.ended(id);
    expect(over).toMatchObject({ status: 'cancelled', request_counts: { total: 3, completed: 1, failed: 2 } });
    expect(vendor.cancels).toEqual([taken.id]);
    expect(vendor.singles).toEqual([]);
    expect(Number(over.cost_usd)).toBeCloseTo(fullPrice / 2, 12);
  }, 120_000);

  it('is not, where one of its lines is, which then pays for what its vendor has done', async () => {
    vendor.hold();
    const { id } = await batches.create(names(2).map((name) => line(name)));
    const [taken] = await handedIn(1);
    const [job] = await jobsOf(id);
    await world.post(`/v1/jobs/${job?.id}/cancel`, {});
    const unwanted = 'SELECT 1 FROM jobs.vendor_batch_lines WHERE unwanted_at IS NOT NULL';
    await until('the cancellation', async () =>
      (await world.rows(unwanted)).length === 1 ? true : { pending: 'none' },
    );
    vendor.end(taken);
    const over = await batches.ended(id);
    expect(over).toMatchObject({ status: 'completed', request_counts: { total: 2, completed: 2 } });
    expect(vendor.cancels).toEqual([]);
    expect(Number(over.cost_usd)).toBeCloseTo(fullPrice, 12);
  }, 120_000);
});

/** The vendor's batches once it has so many. */
async function handedIn(count: number): Promise<[TakenBatch, ...TakenBatch[]]> {
  await until(
    'a batch at the vendor',
    async () => (vendor.batches.length >= count ? true : { pending: `${vendor.batches.length}` }),
    60_000,
  );
  return vendor.batches as [TakenBatch, ...TakenBatch[]];
}
