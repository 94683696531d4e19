import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../infra/catalogue/load-catalogue.js';
import { catalogueScheduleId } from '../../workers/catalogue-schedule.js';
import { testTemporal } from '../support/services.js';
import { type MapRow, startPriceSource, toPriceMap } from './price-map.js';
import { type Parsed, useWorld } from './world.js';

// Newer price data, read by a schedule of Temporal: what it would change is proposed, and counts once it is accepted.

const source = await startPriceSource();
const world = useWorld({ env: { SLUICE_CATALOGUE_REFRESH_URLS: source.url } });
const [rise, fall, end, limit] = ['gpt-4o', 'gpt-4.1', 'gpt-5', 'gpt-5-mini'] as const;
const live = loadCatalogue({ vendors: ['openai'] }).offers;
const withinASecond = { timeout: 1_000, interval: 20 };
const soon = { timeout: 30_000, interval: 50 };

let connection: Connection;
beforeAll(async () => {
  connection = await Connection.connect({ address: testTemporal().address });
});
afterAll(async () => {
  await connection.close();
  await source.close();
});

const admin = () => ({ apiKey: world.gateway.adminKey });
const catalogue = '/v1/operator/catalogue';
const get = async (path: string): Promise<Parsed> => (await world.get(`${catalogue}/${path}`, admin())).body;
const open = async (): Promise<Parsed> => (await get('proposals?state=open&limit=100')).data;
const decide = (id: string, what: string) => world.post(`${catalogue}/proposals/${id}/${what}`, {}, admin());
const shown = async (name: string): Promise<Parsed> => (await world.get(`/v1/models/${name}`)).body;

/** Serves the map of what is live with these rows changed, as JSON. */
function serve(changes: Record<string, MapRow | undefined>): void {
  const map = toPriceMap(live);
  const changed = Object.entries(changes).map(([name, row]) => [name, { ...map[name], ...row }] as const);
  const text = JSON.stringify({ ...map, ...Object.fromEntries(changed) });
  source.answer = (_, response) => void response.writeHead(200).end(text);
}

/** Reads the source now, as the schedule does; gives the row of the run. */
async function refresh(): Promise<Parsed> {
  const client = new Client({ connection, namespace: testTemporal().namespace });
  const before = (await get('refreshes?limit=100')).data.length;
  const { taskQueue } = world.gateway;
  const handle = await client.workflow.start('refreshCatalogue', { taskQueue, workflowId: randomUUID() });
  await expect.poll(async () => (await get('refreshes?limit=100')).data.length, soon).toBe(before + 1);
  const run = (await get('refreshes?limit=100')).data.at(-1);
  // It would be tried again in a minute, in the midst of another test.
  if (run.failure === null) await handle.result();
  else await handle.terminate();
  return run;
}

const changed = {
  [rise]: { input_cost_per_token: 0.01 },
  [fall]: { output_cost_per_token: 0.000001 },
  [end]: { deprecation_date: '2031-01-01' },
  [limit]: { max_output_tokens: 77 },
  'gpt-9-test': { litellm_provider: 'openai', mode: 'chat', max_input_tokens: 9_000, max_output_tokens: 900 },
};
const priced = { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 };
Object.assign(changed['gpt-9-test'], priced);

describe('newer price data', () => {
  it('is read when its schedule says so, and proposes nothing where it says the same', async () => {
    serve({});
    const { schedule } = new Client({ connection, namespace: testTemporal().namespace });
    const handle = schedule.getHandle(catalogueScheduleId(world.gateway.taskQueue));
    expect((await handle.describe()).spec.intervals).toMatchObject([{ every: 86_400_000 }]);
    await handle.trigger();
    await expect.poll(async () => (await get('refreshes')).data.length, soon).toBe(1);
    expect((await get('refreshes')).data[0]).toMatchObject({
      source: source.url,
      compared: live.length,
      proposed: 0,
      failure: null,
    });
    expect(await open()).toEqual([]);
  });

  it('proposes what differs, changes nothing, and asks nothing twice', async () => {
    const before = await shown(rise);
    serve(changed);
    expect(await refresh()).toMatchObject({ proposed: 5, failure: null });
    const kinds = (await open()).map(({ kind, offer_id }: Parsed) => [offer_id, kind]).toSorted();
    expect(kinds).toEqual([
      [`openai/${fall}`, 'price_fall'],
      [`openai/${rise}`, 'price_rise'],
      [`openai/${end}`, 'deprecation'],
      [`openai/${limit}`, 'limit_change'],
      ['openai/gpt-9-test', 'new_offer'],
    ]);
    expect(await shown(rise)).toEqual(before);
    expect((await shown('openai/gpt-9-test')).error.code).toBe('model_not_found');
    expect(await refresh()).toMatchObject({ proposed: 0, failure: null });
    const events = await world.rows<{ payload: Parsed }>(
      `SELECT payload FROM requests.outbox WHERE type = 'catalogue.drift_found'`,
    );
    expect(events.map(({ payload }) => payload.proposals)).toEqual([
      { price_rise: 1, price_fall: 1, deprecation: 1, limit_change: 1, new_offer: 1 },
    ]);
  });

  it('counts where it is accepted, with its history', async () => {
    for (const { id } of await open()) if ((await kindOf(id)) !== 'price_rise') await accepted(id);
    await expect
      .poll(async () => (await shown(fall)).prices.output, withinASecond)
      .toEqual({ usd: '1', per: 1_000_000 });
    expect((await shown(fall)).pricing_source.url).toMatch(/^https/);
    expect(await shown(limit)).toMatchObject({ max_output_tokens: 77 });
    expect(await shown(end)).toMatchObject({ expiration_date: '2031-01-01' });
    expect(await shown('openai/gpt-9-test')).toMatchObject({ max_output_tokens: 900 });
    const { data } = (await world.get(`/v1/operator/offers/openai%2F${limit}/history`, admin())).body;
    expect(data).toMatchObject([{ fields: { max_output_tokens: 77 }, reason: expect.stringMatching(/^proposal /) }]);
    expect(await refresh()).toMatchObject({ proposed: 0 });
  });

  it('is not proposed again once it was rejected, and decided once', async () => {
    const [{ id, kind }] = await open();
    expect(kind).toBe('price_rise');
    expect((await decide(id, 'reject')).body).toMatchObject({ state: 'rejected' });
    for (const what of ['accept', 'reject']) {
      expect(await decide(id, what)).toMatchObject({ status: 409, body: { error: { code: 'proposal_closed' } } });
    }
    expect(await refresh()).toMatchObject({ proposed: 0 });
    serve({ ...changed, [rise]: { input_cost_per_token: 0.02 } });
    expect(await refresh()).toMatchObject({ proposed: 1 });
    expect(await decide('proposal_0', 'accept')).toMatchObject({ status: 404 });
  });

  it('cannot be accepted where the offer has become another one meanwhile', async () => {
    const [{ id, kind }] = await open();
    expect(kind).toBe('price_rise');
    const prices = { input: { usd: '3', per: 1_000_000 }, output: { usd: '9', per: 1_000_000 } };
    await world.post('/v1/operator/prices', { offer_id: `openai/${rise}`, prices, reason: 'agreed' }, admin());
    expect(await decide(id, 'accept')).toMatchObject({ status: 409, body: { error: { code: 'proposal_closed' } } });
    // Prices that were agreed on are nobody else's to change: the question is withdrawn.
    expect(await refresh()).toMatchObject({ proposed: 0 });
    expect(await open()).toEqual([]);
  });

  it.each([
    ['is not there', 404, '', /status 404/],
    ['is elsewhere', 302, '', /redirects/],
    ['is no JSON', 200, '{"gpt-4o": ', /no price map/],
    ['is another thing', 200, '[]', /no price map/],
    ['has hardly anything', 200, JSON.stringify({ 'gpt-4o': toPriceMap(live)['gpt-4o'] }), /less than half/],
  ])('that %s changes nothing and says so', async (_, status, text, failure) => {
    source.answer = (_request, response) => void response.writeHead(status, { location: 'http://10.0.0.1/' }).end(text);
    expect(await refresh()).toMatchObject({ failure: expect.stringMatching(failure), proposed: null });
    expect(await open()).toEqual([]);
  });

  it('that breaks off in the middle changes nothing and says so', async () => {
    source.answer = (_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{', () => response.destroy());
    };
    expect(await refresh()).toMatchObject({ failure: expect.stringMatching(/broke off/) });
  });
});

async function kindOf(id: string): Promise<string> {
  return (await open()).find((proposal: Parsed) => proposal.id === id).kind;
}

async function accepted(id: string): Promise<void> {
  const answer = await decide(id, 'accept');
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200, body: { state: 'accepted' } });
}
