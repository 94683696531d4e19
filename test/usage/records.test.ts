import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { anthropicModel, openaiModel, type Parsed, says, useWorld } from '../gateway/world.js';

// One record for each request that has ended, whichever way; the books are compared with them after all tests of this file.

const world = useWorld();

const body = (behaviour?: Behaviour | readonly Behaviour[], more: object = {}) => ({
  model: openaiModel,
  messages: says('Hello', behaviour),
  max_completion_tokens: 100,
  ...more,
});

const admin = () => ({ apiKey: world.gateway.adminKey });

/** The request's one record, as an administrator reads it. */
async function recordOf(requestId: string): Promise<Parsed> {
  await world.ended(requestId);
  const { status, body: list } = await world.get('/v1/organization/usage/records?limit=100', admin());
  expect(status).toBe(200);
  const own = list.data.filter(({ id }: Parsed) => id === requestId);
  expect(own).toHaveLength(1);
  return own[0];
}

async function readWhole(asked: object) {
  const stream = await world.stream(asked);
  await stream.rest();
  return stream;
}

const usd = (nano: bigint): string => String(Number(nano) / 1e9);

describe('the record of a request', () => {
  it('says what a plain answer used and cost, on whose account, and under which tags', async () => {
    const asked = body(
      { behaviour: 'answer', cachedTokens: 7, reasoning: 3 },
      { metadata: { team: 'search', job: '7' } },
    );
    const answer = await world.ask(asked);
    const { charged, held } = await world.ended(answer.requestId);
    const { usage } = answer.body;
    const record = await recordOf(answer.requestId);
    expect(record).toMatchObject({
      object: 'organization.usage.record',
      ...{ project_id: 'proj_local', api_key_id: 'key_local', user_id: null, service_account_id: null, team_ids: [] },
      ...{ mode: 'live', kind: 'chat', stream: false, batch: false, models: [openaiModel] },
      ...{ model: openaiModel, vendor: 'openai', vendor_model: 'gpt-4o-mini', attempts: 1 },
      ...{ outcome: 'answered', failure: null, refusal: null, usage_source: 'reported' },
      units: { input: usage.prompt_tokens - 7, input_cached_read: 7, output_reasoning: 3 },
      ...{ cost_usd: usd(charged!), upstream_cost_usd: usd(charged!), held_usd: usd(held!) },
      tags: { team: 'search', job: '7' },
    });
    expect(charged).toBeGreaterThan(0n);
    expect(record.latency_ms).toBeGreaterThanOrEqual(record.duration_ms);
  });

  it.each([
    ['a number', { cost: 0.00019325 }, '0.00019325'],
    ['ticks', { cost_in_usd_ticks: 1_176_500 }, '0.00011765'],
    ['a sum', { cost: { total_cost: 0.0062 } }, '0.0062'],
    ['nothing', {}, null],
  ])('keeps what the vendor says that it cost beside what was charged: %s', async (_, usage, stated) => {
    for (const stream of [false, true]) {
      const asked = body({ behaviour: 'answer', usage });
      const { requestId } = stream ? await readWhole(asked) : await world.ask(asked);
      const { charged } = await world.ended(requestId);
      const record = await recordOf(requestId);
      expect(record).toMatchObject({ vendor_stated_usd: stated, cost_usd: usd(charged!) });
    }
  });

  it('tells a stream’s first token', async () => {
    const stream = await world.stream(body());
    await stream.rest();
    const record = await recordOf(stream.requestId);
    expect(record).toMatchObject({ stream: true, outcome: 'answered', tags: {} });
    expect(record.first_token_ms).toBeLessThanOrEqual(record.duration_ms);
  });

  it('counts the attempts of a fallback, and names who answered', async () => {
    const behaviour: Behaviour = { behaviour: 'overloaded', vendor: 'openai' };
    const answer = await world.ask(body(behaviour, { model: undefined, models: [openaiModel, anthropicModel] }));
    expect(await recordOf(answer.requestId)).toMatchObject({
      ...{ attempts: 2, model: anthropicModel, vendor: 'anthropic', outcome: 'answered', failure: null },
      models: [openaiModel, anthropicModel],
    });
  });

  it('says what a stream that was cut had come to', async () => {
    const stream = await world.stream(body({ behaviour: 'cut' }));
    await stream.rest();
    const { charged } = await world.ended(stream.requestId);
    const record = await recordOf(stream.requestId);
    expect(record).toMatchObject({
      outcome: 'partial',
      failure: 'cut',
      usage_source: 'counted',
      cost_usd: usd(charged!),
    });
    expect(record.units.output).toBeGreaterThan(0);
  });

  it('says why nothing was charged', async () => {
    const answer = await world.ask(body({ behaviour: 'unauthorized' }));
    expect(await recordOf(answer.requestId)).toMatchObject({
      ...{ outcome: 'failed', failure: 'auth', attempts: 1, vendor: 'openai', units: {}, usage_source: 'none' },
      ...{ cost_usd: '0', upstream_cost_usd: '0' },
    });
  });

  it('is there of a refused one, tags included', async () => {
    const project = await world.createProject({ budget_usd: '0' });
    const answer = await world.ask(body(undefined, { metadata: { team: 'poor' } }), { apiKey: project.apiKey });
    expect(answer.status).toBe(402);
    expect(await recordOf(answer.requestId)).toMatchObject({
      ...{ outcome: 'refused', refusal: 'insufficient_funds', attempts: 0, vendor: null, model: null, held_usd: '0' },
      ...{ project_id: project.id, cost_usd: '0', tags: { team: 'poor' } },
    });
  });

  it('is there of one whose caller left', async () => {
    const stream = await world.stream(body({ behaviour: 'hold', afterEvents: 6 }, { on_disconnect: 'cancel' }));
    await stream.nextContent();
    stream.leave();
    const { charged } = await world.ended(stream.requestId);
    expect(await recordOf(stream.requestId)).toMatchObject({
      ...{ outcome: 'partial', failure: 'cancelled', cost_usd: usd(charged!) },
    });
  });

  it('is one for a key that is used twice', async () => {
    const headers = { 'idempotency-key': 'used-twice' };
    const asked = body(undefined, { metadata: { team: 'keyed' } });
    const [first, second] = [await world.ask(asked, { headers }), await world.ask(asked, { headers })];
    expect(second.requestId).toBe(first.requestId);
    expect(await recordOf(first.requestId)).toMatchObject({ outcome: 'answered', tags: { team: 'keyed' } });
  });

  it('tells what went beyond the hold as the house’s cost', async () => {
    const answer = await world.ask(body({ behaviour: 'huge', ignoreMaxTokens: true, chunks: 20_000 }));
    const record = await recordOf(answer.requestId);
    expect(record.cost_usd).toBe(record.held_usd);
    expect(Number(record.upstream_cost_usd)).toBeGreaterThan(2 * Number(record.cost_usd));
  });
});

it('tags stand in the two columns that say so, and not in the workflow’s input', async () => {
  const answer = await world.ask(body(undefined, { metadata: { secret: 'a-tag-of-this-test' } }));
  await world.ended(answer.requestId);
  const rows = await world.rows<{ input: string }>('SELECT input::text, tags FROM requests.requests WHERE id = $1', [
    answer.requestId,
  ]);
  expect(rows).toEqual([{ input: expect.not.stringContaining('a-tag-of-this-test'), tags: expect.anything() }]);
});

describe('the list of records', () => {
  it('is read in pages that add up, newest first', async () => {
    for (let asked = 0; asked < 3; asked += 1) await world.ended((await world.ask(body())).requestId);
    const path = '/v1/organization/usage/records';
    const all = (await world.get(`${path}?limit=100`, admin())).body.data;
    const ids: string[] = [];
    for (let after = ''; ;) {
      const page = (await world.get(`${path}?limit=2${after}`, admin())).body;
      ids.push(...page.data.map(({ id }: Parsed) => id));
      if (!page.has_more) break;
      after = `&after=${page.last_id}`;
    }
    expect(ids).toEqual(all.map(({ id }: Parsed) => id));
    const before = (await world.get(`${path}?limit=1&before=${ids[2]}`, admin())).body;
    expect(before.data).toMatchObject([{ id: ids[1] }]);
    const ascending = (await world.get(`${path}?limit=100&order=asc`, admin())).body.data;
    expect(ascending.map(({ id }: Parsed) => id)).toEqual([...ids].reverse());
  });

  it('is filtered by project, key, model, outcome, time and tag', async () => {
    const project = await world.createProject();
    const asked = body(undefined, { metadata: { team: 'a=b', "it's": '1' } });
    const answer = await world.ask(asked, { apiKey: project.apiKey });
    const { api_key_id: key, ended_at: endedAt } = await recordOf(answer.requestId);
    const found = async (query: string) => {
      const { data } = (await world.get(`/v1/organization/usage/records?project_ids[]=${project.id}&${query}`, admin()))
        .body;
      return data.length;
    };
    for (const query of [
      `api_key_ids=${key}`,
      `models[]=${openaiModel}`,
      'models=gpt-4o-mini',
      'outcomes=answered&outcomes=partial',
      `start_time=${endedAt}&end_time=${endedAt + 1}`,
      'tags=team=a%3Db&tags=it%27s=1',
      'batch=false',
    ]) {
      expect([query, await found(query)]).toEqual([query, 1]);
    }
    for (const query of [
      'api_key_ids=key_local',
      `models=${anthropicModel}`,
      'outcomes=refused',
      `end_time=${endedAt}`,
      `start_time=${endedAt + 1}`,
      'tags=team=a',
      'tags=team=a%3Db&tags=other=1',
      'user_ids=user_none',
      'batch=true',
    ]) {
      expect([query, await found(query)]).toEqual([query, 0]);
    }
  });

  it('is a table too, whole and with formulas disarmed', async () => {
    const project = await world.createProject();
    for (const note of ['=1+1', 'a "quoted", note']) {
      await world.ended(
        (await world.ask(body(undefined, { metadata: { note } }), { apiKey: project.apiKey })).requestId,
      );
    }
    const path = `/v1/organization/projects/${project.id}/usage/records`;
    const headers = { accept: 'text/csv' };
    const answer = await world.get(`${path}?order=asc`, { ...admin(), headers });
    expect(answer.headers.get('content-type')).toContain('text/csv');
    const lines = String(answer.body).split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^id,ended_at,project_id,.*,tags$/);
    expect(lines[1]).toMatch(/^req_/);
    expect(lines[1]).toContain(`"{""note"":""=1+1""}"`);
    expect(lines[2]).toContain(String.raw`"{""note"":""a \""quoted\"", note""}"`);
    const one = await world.get(`${path}?limit=1`, { ...admin(), headers });
    expect(String(one.body).split('\r\n')).toHaveLength(3);
    expect(await world.get('/v1/organization/projects/proj_none/usage/records', { ...admin(), headers })).toMatchObject(
      {
        status: 404,
        body: { error: { code: 'project_not_found' } },
      },
    );
  });

  it.each([
    ['after=req_none', 'after'],
    ['limit=101', 'limit'],
    ['order=up', 'order'],
    ['outcomes=won', 'outcomes[0]'],
    ['tags=novalue', 'tags[0]'],
    ['start_time=5&end_time=5', 'end_time'],
    ['colour=red', 'colour'],
  ])('refuses %s', async (query, param) => {
    expect(await world.get(`/v1/organization/usage/records?${query}`, admin())).toMatchObject({
      status: 400,
      body: {
        error: { type: 'invalid_request_error', code: 'invalid_request', param, message: expect.stringMatching(/\S/) },
      },
    });
  });
});
