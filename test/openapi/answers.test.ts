import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { says, openaiModel, textOf, useWorld, type Answer } from '../gateway/world.js';

// What a real gateway answers, against the document that it serves.

const world = useWorld();
const ajv = new Ajv2020({ strict: false, allErrors: true });

interface Document {
  readonly paths: Record<string, Record<string, { readonly responses: Record<string, unknown> }>>;
}
let document: Document;
beforeAll(async () => {
  document = (await world.get('/openapi.json')).body;
  ajv.addSchema(document, 'openapi');
});

const pointer = (...keys: readonly string[]) =>
  `openapi#/${keys.map((key) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;

/** Throws where the document does not say that this operation may answer so. */
function expectDocumented(
  method: string,
  path: string,
  status: number,
  body: unknown,
  type = 'application/json',
): void {
  expect(Object.keys(document.paths[path]?.[method]?.responses ?? {}), `${method} ${path}`).toContain(String(status));
  const validate = ajv.getSchema(
    pointer('paths', path, method, 'responses', String(status), 'content', type, 'schema'),
  );
  if (!validate) throw new Error(`${method} ${path} has no ${type} for ${status}`);
  expect(validate(body) ? [] : validate.errors, `${method} ${path}: ${status}`).toEqual([]);
}

const expectAnswer = (method: string, path: string, { status, body }: Answer) =>
  expectDocumented(method, path, status, body);

describe('inference, as the document describes it', () => {
  const chat = '/v1/chat/completions';

  it('answers plain, of a vendor and of the sandbox', async () => {
    for (const model of [openaiModel, 'anthropic/claude-haiku-4-5', 'sandbox/echo']) {
      const answer = await world.ask({ model, messages: says('Hello') });
      expect(answer.status).toBe(200);
      expectAnswer('post', chat, answer);
      for (const name of ['x-request-id', 'x-sluice-cost-usd', 'x-sluice-vendor', 'x-sluice-model']) {
        expect(answer.headers.get(name), name).not.toBeNull();
      }
      await world.ended(answer.requestId);
      expectAnswer('get', '/v1/requests/{id}', await world.get(`/v1/requests/${answer.requestId}`));
    }
  });

  it('streams', async () => {
    const stream = await world.stream({
      model: openaiModel,
      messages: says('Hello'),
      stream_options: { include_usage: true },
    });
    const events = await stream.rest();
    expect(textOf(events)).not.toBe('');
    expect(events.at(-1)?.data).toBe('[DONE]');
    for (const { data } of events.slice(0, -1)) {
      expectDocumented('post', chat, 200, JSON.parse(data), 'text/event-stream');
    }
  });

  it('refuses', async () => {
    const refused = [
      await world.ask({ model: 'nobody/nothing', messages: says('Hello') }),
      await world.ask({ model: openaiModel }),
      await world.ask({ model: openaiModel, messages: says('Hello') }, { apiKey: 'sk-sluice-nobody' }),
      await world.ask({ model: openaiModel, messages: says('Hello') }, { apiKey: world.gateway.adminKey }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([404, 400, 401, 403]);
    for (const answer of refused) expectAnswer('post', chat, answer);
  });

  it('lists models, and tells its health', async () => {
    expectAnswer('get', '/v1/models', await world.get('/v1/models'));
    expectAnswer('get', '/v1/models/{model}', await world.get(`/v1/models/${openaiModel}`));
    expectAnswer('get', '/v1/models/{model}', await world.get('/v1/models/nothing'));
    expectAnswer('get', '/health/live', await world.get('/health/live'));
    expectAnswer('get', '/health/ready', await world.get('/health/ready'));
    expectAnswer('get', '/v1/requests/{id}', await world.get('/v1/requests/req_nothing'));
  });

  it('answers, counts and refuses messages', async () => {
    const body = { model: openaiModel, max_tokens: 20, messages: says('Hello') };
    expectAnswer('post', '/v1/messages', await world.post('/v1/messages', body));
    expectAnswer('post', '/v1/messages', await world.post('/v1/messages', {}));
    expectAnswer('post', '/v1/messages/count_tokens', await world.post('/v1/messages/count_tokens', body));
    const headers = { 'anthropic-version': '2023-06-01' };
    expectAnswer('get', '/v1/models', await world.get('/v1/models', { headers }));
    expectAnswer('get', '/v1/models/{model}', await world.get(`/v1/models/${openaiModel}`, { headers }));
  });

  it('runs jobs', async () => {
    const options = { headers: { prefer: 'respond-async' } };
    const accepted = await world.ask({ model: openaiModel, messages: says('Hello') }, options);
    expectAnswer('post', chat, accepted);
    const { id } = accepted.body;
    const events = await (await world.getStream(`/v1/jobs/${id}/events`)).rest();
    for (const { data } of events) {
      expectDocumented('get', '/v1/jobs/{id}/events', 200, JSON.parse(data), 'text/event-stream');
    }
    expectAnswer('get', '/v1/jobs/{id}', await world.get(`/v1/jobs/${id}`));
    expectAnswer('get', '/v1/jobs/{id}/result', await world.get(`/v1/jobs/${id}/result`));
    expectAnswer('post', '/v1/jobs/{id}/cancel', await world.post(`/v1/jobs/${id}/cancel`, undefined));
    expectAnswer('get', '/v1/jobs', await world.get('/v1/jobs'));
    expectAnswer('get', '/v1/jobs', await world.get('/v1/jobs?limit=none'));
    expectAnswer('get', '/v1/jobs/{id}', await world.get('/v1/jobs/nothing'));
    const failing = await world.ask(
      { model: openaiModel, messages: says('Hello', { behaviour: 'bad-request' }) },
      options,
    );
    await (await world.getStream(`/v1/jobs/${failing.body.id}/events`)).rest();
    expectAnswer('get', '/v1/jobs/{id}', await world.get(`/v1/jobs/${failing.body.id}`));
    expectAnswer('get', '/v1/jobs/{id}/result', await world.get(`/v1/jobs/${failing.body.id}/result`));
    const background = { model: openaiModel, input: 'Hello', background: true };
    expectAnswer('post', '/v1/responses', await world.post('/v1/responses', background));
  });

  it('says what is not built', async () => {
    expectAnswer('post', '/v1/embeddings', await world.post('/v1/embeddings', {}));
  });
});

describe('management, as the document describes it', () => {
  const projects = '/v1/organization/projects';

  it('makes and shows projects, keys, balances and the audit log', async () => {
    const admin = { apiKey: world.gateway.adminKey };
    const created = await world.post(projects, { name: 'documented', budget_usd: '1' }, admin);
    expectAnswer('post', projects, created);
    expectAnswer('get', projects, await world.get(projects, admin));
    const keys = `${projects}/${created.body.id}/api_keys`;
    expectAnswer('post', `${projects}/{project_id}/api_keys`, await world.post(keys, { name: 'documented' }, admin));
    expectAnswer('get', `${projects}/{project_id}/api_keys`, await world.get(keys, admin));
    expectAnswer('get', '/v1/organization/balances', await world.get('/v1/organization/balances', admin));
    expectAnswer('get', '/v1/organization/audit_logs', await world.get('/v1/organization/audit_logs', admin));
    const { body } = await world.get('/v1/organization/audit_logs/export', admin);
    for (const line of (body as string).trimEnd().split('\n')) {
      expectDocumented('get', '/v1/organization/audit_logs/export', 200, JSON.parse(line), 'application/x-ndjson');
    }
  });

  it('refuses', async () => {
    const admin = { apiKey: world.gateway.adminKey };
    expectAnswer('post', projects, await world.post(projects, { name: '' }, admin));
    expectAnswer('post', projects, await world.post(projects, '{', admin));
    expectAnswer('get', projects, await world.get(projects));
    expectAnswer('get', `${projects}/{project_id}/api_keys`, await world.get(`${projects}/nope/api_keys`, admin));
  });
});
