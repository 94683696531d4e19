import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { hashKey } from '../../activities/tenancy/api-keys.js';
import { openaiModel, type Parsed, says, useWorld } from '../gateway/world.js';

// Reports over time, on records planted at times and of kinds that no request of today can have.

const world = useWorld();

const DAY = 86_400;
/** Midnight of UTC, before a leap day, and long before any request of this file. */
const start = Math.floor(Date.UTC(2024, 1, 27) / 1_000);

interface Planted {
  readonly at: number;
  readonly kind?: string;
  readonly units?: object;
  readonly cost?: bigint;
  readonly project?: string;
  readonly user?: string | null;
  readonly key?: string;
  readonly offer?: string | null;
  readonly vendor?: string | null;
  readonly teams?: readonly string[];
  readonly batch?: boolean;
  readonly mode?: 'live' | 'test';
  readonly tags?: object;
  readonly attempts?: number;
}

let planted = 0;

/** An organisation of the test's own with an admin key, which used this. */
async function organization(records: readonly Planted[]): Promise<{ get(path: string): Promise<Parsed> }> {
  planted += 1;
  const id = `org_planted_${planted}`;
  const apiKey = `sk-sluice-admin-planted-${planted}`;
  const pepper = Buffer.from(world.gateway.env['SLUICE_KEY_PEPPER'] ?? '', 'base64');
  await world.rows(`INSERT INTO tenancy.organizations (id, name) VALUES ($1, 'Planted')`, [id]);
  await world.rows(
    `INSERT INTO tenancy.api_keys (id, organization_id, kind, name, hash, hint, role)
     VALUES ($1, $2, 'admin', 'Planted', $3, '', 'owner')`,
    [`key_${id}`, id, hashKey(pepper, apiKey)],
  );
  for (const [index, record] of records.entries()) await plant(`${id}_${index}`, id, record);
  // No request stands behind what is planted: the books are looked at from a later day on.
  await world.rows(`UPDATE usage.horizon SET complete_since = '2024-06-01Z'`);
  return {
    get: async (path) => {
      const { status, body } = await world.get(`/v1/organization/${path}`, { apiKey });
      return { status, ...body };
    },
  };
}

const unitColumns = [
  ...['input', 'input_cached_read', 'input_cache_write_5m', 'input_cache_write_1h', 'input_audio', 'input_image'],
  ...['output', 'output_reasoning', 'output_audio', 'output_image'],
  ...['images', 'searches', 'characters', 'audio_seconds', 'video_seconds'],
];

async function plant(requestId: string, organizationId: string, record: Planted): Promise<void> {
  const { at, kind = 'chat', units = {}, cost = 0n, project = 'proj_1', user = null, key = 'key_1' } = record;
  const {
    offer = openaiModel,
    vendor = 'openai',
    teams = [],
    batch = false,
    mode = 'live',
    tags = {},
    attempts = 1,
  } = record;
  await world.rows(
    `INSERT INTO usage.records (ended_at, request_id, organization_id, team_ids, project_id, user_id, key_id, mode, kind,
       stream, batch, models, vendor, model, offer_id, attempts, outcome, units, usage_source, latency_ms, cost,
       upstream_cost, held, tags, ${unitColumns.join(', ')})
     VALUES ($1, $2, $3, $4, $5, $6, $7, $17, $8, false, $9, '{}', $10, 'm', $11, $12, $13, $14, 'reported', 5, $15, $15,
       $15, $16, ${unitColumns.map((unit) => `usage.whole($14, '${unit}')`).join(', ')})`,
    [
      ...[
        new Date(at * 1_000),
        requestId,
        organizationId,
        teams,
        project,
        user,
        key,
        kind,
        batch,
        vendor,
        offer,
        attempts,
      ],
      ...[attempts === 0 ? 'refused' : 'answered', units, cost, tags, mode],
    ],
  );
}

const totals = (page: Parsed, field: string): number =>
  page.data.flatMap(({ results }: Parsed) => results).reduce((sum: number, result: Parsed) => sum + result[field], 0);

describe('completions', () => {
  const usage: readonly Planted[] = [
    {
      at: start,
      units: { input: 10, input_cached_read: 3, output: 5, output_reasoning: 2 },
      project: 'proj_1',
      user: 'user_1',
    },
    {
      at: start + DAY - 1,
      units: { input: 1, input_cache_write_5m: 4, input_cache_write_1h: 5 },
      key: 'key_2',
      batch: true,
    },
    {
      at: start + DAY,
      units: { input_audio: 6, output_audio: 7 },
      project: 'proj_2',
      tags: { team: 'a' },
      vendor: 'other',
    },
    {
      at: start + 2.5 * DAY,
      units: { input_image: 8, output_image: 9 },
      offer: 'other/model',
      mode: 'test',
      teams: ['team_1', 'team_0'],
    },
    { at: start + DAY, attempts: 0, offer: null, vendor: null },
    { at: start - 1, units: { input: 100 } },
    { at: start + 3 * DAY, units: { input: 1_000 } },
    { at: start, kind: 'image', units: { images: 3 } },
  ];
  const range = `start_time=${start}&end_time=${start + 3 * DAY}`;

  it('come in buckets that begin and end with days of UTC, of what vendors were asked for', async () => {
    const { get } = await organization(usage);
    const page = await get(`usage/completions?${range}`);
    expect(page).toMatchObject({ object: 'page', has_more: false, next_page: null });
    expect(page.data.map((bucket: Parsed) => [bucket.start_time, bucket.end_time, bucket.results.length])).toEqual([
      [start, start + DAY, 1],
      [start + DAY, start + 2 * DAY, 1],
      [start + 2 * DAY, start + 3 * DAY, 1],
    ]);
    // The refused request of the second day is not in it.
    expect(page.data[1].results[0].num_model_requests).toBe(1);
    expect(page.data[0].results[0]).toEqual({
      object: 'organization.usage.completions.result',
      num_model_requests: 2,
      ...{ input_tokens: 23, input_cached_tokens: 3, input_cache_write_tokens: 9, input_uncached_tokens: 11 },
      ...{ input_text_tokens: 11, input_audio_tokens: 0, input_image_tokens: 0 },
      ...{ output_tokens: 7, output_text_tokens: 7, output_audio_tokens: 0, output_image_tokens: 0 },
      output_reasoning_tokens: 2,
      ...{ project_id: null, user_id: null, api_key_id: null, model: null, batch: null },
      ...{ vendor: null, team_id: null, tags: {} },
    });
  });

  it.each(['project_id', 'user_id', 'api_key_id', 'model', 'batch', 'vendor', 'team_id', 'tag:team'])(
    'add up to the same by %s',
    async (dimension) => {
      const { get } = await organization(usage);
      const whole = await get(`usage/completions?${range}`);
      const grouped = await get(`usage/completions?${range}&group_by[]=${dimension}`);
      const results = grouped.data.flatMap((bucket: Parsed) => bucket.results);
      for (const field of ['input_tokens', 'output_tokens', 'num_model_requests']) {
        expect([field, totals(grouped, field)]).toEqual([field, totals(whole, field)]);
      }
      const values = results.map((result: Parsed) =>
        dimension === 'tag:team' ? result.tags.team : (result[dimension] as unknown),
      );
      expect(new Set(values).size).toBeGreaterThan(1);
    },
  );

  it('tell a team that is nearest, and each group by its name', async () => {
    const { get } = await organization(usage);
    const page = await get(`usage/completions?${range}&group_by=team_id&group_by=model&group_by=tag:team`);
    expect(page.data[2].results).toMatchObject([{ team_id: 'team_1', model: 'other/model', tags: { team: null } }]);
    expect(page.data[1].results).toMatchObject([{ team_id: null, model: openaiModel, tags: { team: 'a' } }]);
  });

  it.each([
    ['project_ids[]=proj_2', 6],
    ['user_ids=user_1', 13],
    ['api_key_ids=key_2', 10],
    ['models=other/model', 8],
    ['models=m&batch=true', 10],
    ['mode=test', 8],
    ['mode=live', 29],
    ['project_ids=proj_1&project_ids=proj_2', 37],
    ['project_ids=proj_none', 0],
  ])('are filtered by %s', async (filter, input) => {
    const { get } = await organization(usage);
    expect(totals(await get(`usage/completions?${range}&${filter}`), 'input_tokens')).toBe(input);
  });

  it.each([
    ['1h', 24, 3_600],
    ['1m', 60, 60],
    ['1d', 7, DAY],
  ])('come in %s, %i at once where it is not said', async (width, usual, seconds) => {
    const { get } = await organization([]);
    const from = start + 10;
    const page = await get(`usage/completions?start_time=${from}&bucket_width=${width}`);
    expect(page).toMatchObject({ has_more: true, next_page: expect.stringMatching(/^page_/) });
    expect(page.data).toHaveLength(usual);
    expect([page.data[0].start_time, page.data[1].start_time]).toEqual([from, start + seconds]);
  });

  it('go on from page to page, and add up', async () => {
    const { get } = await organization(usage);
    const buckets: Parsed[] = [];
    for (let cursor = ''; ;) {
      const page = await get(`usage/completions?${range}&limit=1${cursor}`);
      buckets.push(...page.data);
      if (!page.has_more) break;
      cursor = `&page=${page.next_page}`;
    }
    expect(buckets).toEqual((await get(`usage/completions?${range}`)).data);
  });

  it('end with the present, told as a whole bucket', async () => {
    const { get } = await organization([]);
    const page = await get(`usage/completions?start_time=${Math.floor(Date.now() / 1_000)}`);
    expect(page.data.at(-1).end_time % DAY).toBe(0);
    expect(page.data.at(-1).end_time).toBeGreaterThan(Date.now() / 1_000);
  });

  it.each([
    ['', 'start_time'],
    ['start_time=soon', 'start_time'],
    ['start_time=5&end_time=5', 'end_time'],
    ['start_time=5&end_time=4', 'end_time'],
    ['start_time=5&bucket_width=1w', 'bucket_width'],
    ['start_time=5&group_by=colour', 'group_by[0]'],
    ['start_time=5&group_by=tag:', 'group_by[0]'],
    ['start_time=5&limit=32', 'limit'],
    ['start_time=5&limit=0', 'limit'],
    ['start_time=5&bucket_width=1h&limit=169', 'limit'],
    ['start_time=5&bucket_width=1m&limit=1441', 'limit'],
    ['start_time=5&page=page_stale', 'page'],
    ['start_time=5&project_ids=a%20b', 'project_ids[0]'],
    ['start_time=5&colour=red', 'colour'],
  ])("refuse '%s'", async (query, param) => {
    const { get } = await organization([]);
    const { status, error } = await get(`usage/completions?${query}`);
    expect(status).toBe(400);
    expect(error).toMatchObject({ code: 'invalid_request', param, message: expect.stringMatching(/\S/) });
  });

  it('refuse the cursor of another query', async () => {
    const { get } = await organization([]);
    const { next_page: cursor } = await get(`usage/completions?${range}&limit=1`);
    for (const query of [`usage/completions?${range}&group_by=model`, `usage/images?${range}`, `costs?${range}`]) {
      expect(await get(`${query}&page=${cursor}`)).toMatchObject({ status: 400, error: { param: 'page' } });
    }
  });
});

describe('the other reports', () => {
  it.each<[string, string, Planted, object]>([
    ['images', 'images', { at: start, kind: 'image', units: { images: 3 } }, { images: 3 }],
    ['audio_speeches', 'audio_speeches', { at: start, kind: 'speech', units: { characters: 40 } }, { characters: 40 }],
    [
      'audio_transcriptions',
      'audio_transcriptions',
      { at: start, kind: 'transcription', units: { audio_seconds: 61 } },
      { seconds: 61 },
    ],
    ['embeddings', 'embeddings', { at: start, kind: 'embedding', units: { input: 12 } }, { input_tokens: 12 }],
    ['moderations', 'moderations', { at: start, kind: 'moderation', units: { input: 9 } }, { input_tokens: 9 }],
    ['web_search_calls', 'web_searches', { at: start, units: { input: 1, searches: 2 } }, { num_requests: 2 }],
  ])('%s count their own, and nobody else’s', async (path, report, record, counts) => {
    const { get } = await organization([
      record,
      { at: start, units: { input: 5 } },
      { at: start, kind: 'video', units: {} },
    ]);
    const page = await get(`usage/${path}?start_time=${start}&end_time=${start + DAY}`);
    expect(page.data).toMatchObject([
      { results: [{ object: `organization.usage.${report}.result`, num_model_requests: 1, ...counts }] },
    ]);
  });
});

describe('costs', () => {
  const spent: readonly Planted[] = [
    { at: start, cost: 1n, tags: { team: 'a' } },
    { at: start + 5, cost: 123_456_789n, project: 'proj_2', tags: { team: 'b' } },
    { at: start + DAY, cost: 9_007_199_254_740_993n, kind: 'video', offer: 'other/model', vendor: 'other' },
  ];
  const range = `start_time=${start}&end_time=${start + 2 * DAY}`;

  it('are exact, and as near as a double comes', async () => {
    const { get } = await organization(spent);
    const page = await get(`costs?${range}`);
    expect(page.data.map((bucket: Parsed) => bucket.results[0].amount)).toEqual([
      { value: 0.12345679, value_usd: '0.12345679', currency: 'usd' },
      { value: 9_007_199.254_740_993, value_usd: '9007199.254740993', currency: 'usd' },
    ]);
  });

  it('are itemized by model, and grouped by whatever usage is', async () => {
    const { get } = await organization(spent);
    const items = await get(`costs?${range}&group_by[]=line_item&group_by[]=project_id&group_by[]=tag:team`);
    expect(items.data[0].results).toMatchObject([
      {
        line_item: openaiModel,
        quantity: 1,
        project_id: 'proj_1',
        model: null,
        tags: { team: 'a' },
        amount: { value: 1e-9 },
      },
      { line_item: openaiModel, quantity: 1, project_id: 'proj_2', model: null, tags: { team: 'b' } },
    ]);
    expect(items.data[1].results).toMatchObject([{ line_item: 'other/model', quantity: 1 }]);
  });

  it.each([
    ['limit=181', 'limit'],
    ['bucket_width=1h', 'bucket_width'],
    ['group_by=colour', 'group_by[0]'],
  ])('refuse %s', async (query, param) => {
    const { get } = await organization([]);
    expect(await get(`costs?start_time=${start}&${query}`)).toMatchObject({ status: 400, error: { param } });
  });
});

it('OpenAI’s client reads reports, of real requests too', async () => {
  const { requestId, body } = await world.ask({
    model: openaiModel,
    messages: says('Hello'),
    max_completion_tokens: 50,
  });
  const { charged } = await world.ended(requestId);
  const adminAPIKey = world.gateway.adminKey;
  const client = new OpenAI({ baseURL: world.gateway.baseUrl, apiKey: adminAPIKey, adminAPIKey });
  const { usage } = client.admin.organization;
  const today = Math.floor(Date.now() / 86_400_000) * DAY - DAY;
  const completions = await usage.completions({
    start_time: today,
    group_by: ['model', 'project_id'],
    models: [openaiModel],
  });
  const results = completions.data.flatMap((bucket) => bucket.results);
  expect(results).toMatchObject([
    { num_model_requests: 1, input_tokens: body.usage.prompt_tokens, model: openaiModel, project_id: 'proj_local' },
  ]);
  const costs = await usage.costs({ start_time: today, group_by: ['line_item'], project_ids: ['proj_local'] });
  const [cost] = costs.data.flatMap((bucket) => bucket.results);
  expect(cost).toMatchObject({ amount: { value: Number(charged) / 1e9, currency: 'usd' }, line_item: openaiModel });
});
