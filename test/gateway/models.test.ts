import { describe, expect, it, onTestFinished } from 'vitest';
import { startTestGateway } from '../support/gateway.js';
import { anthropicModel, openaiModel, type Parsed, says, useWorld } from './world.js';

// Which models there are, by which names, and which endpoints are still to come.

const world = useWorld();

const idsOf = (body: Parsed): string[] => body.data.map(({ id }: { id: string }) => id);
const vendorsOf = (body: Parsed): string[] => [...new Set(idsOf(body).map((id) => id.split('/')[0]!))].sort();

describe('the list of models', () => {
  it('has the models of each vendor whose key is set, and each can be asked for by its id', async () => {
    const { status, body } = await world.get('/v1/models');
    expect({ status, object: body.object }).toEqual({ status: 200, object: 'list' });
    expect(vendorsOf(body)).toEqual(['anthropic', 'openai', 'sandbox', 'sluice']);
    expect(new Set(idsOf(body)).size).toBe(body.data.length);
    for (const id of [openaiModel, anthropicModel, 'sandbox/echo'])
      expect((await world.get(`/v1/models/${id}`)).body).toMatchObject({
        id,
        object: 'model',
        created: expect.any(Number),
        owned_by: id.split('/')[0],
      });
  });

  it.each<[string, { openaiBaseUrl?: string; anthropicBaseUrl?: string }, Record<string, string>, string[]]>([
    ['no key at all', {}, {}, ['sandbox']],
    ['one key', { anthropicBaseUrl: 'http://127.0.0.1:9' }, {}, ['anthropic', 'sandbox', 'sluice']],
    [
      'a key and no sandbox',
      { openaiBaseUrl: 'http://127.0.0.1:9/v1' },
      { SLUICE_SANDBOX: 'off' },
      ['openai', 'sluice'],
    ],
  ])('is decided by the keys: %s', async (_name, vendors, env, expected) => {
    const gateway = await startTestGateway({ vendors, env: { SLUICE_LOG_LEVEL: 'error', ...env } });
    onTestFinished(() => gateway.close());
    expect(vendorsOf((await world.get('/v1/models', { gateway })).body)).toEqual(expected);
    // What is not listed is not served either.
    for (const model of [openaiModel, anthropicModel, 'sandbox/echo'].filter(
      (id) => !expected.includes(id.split('/')[0]!),
    )) {
      const refused = await world.ask({ model, messages: says('Hello') }, { gateway });
      expect(refused).toMatchObject({ status: 404, body: { error: { code: 'model_not_found' } } });
      expect((await world.get(`/v1/models/${model}`, { gateway })).status).toBe(404);
    }
  });

  it.each([
    'openai/gpt-4o-mini',
    'gpt-4o-mini',
    'gpt-4o-mini-2024-07-18',
    'openai/gpt-4o-mini-2024-07-18',
    'GPT-4o-Mini',
  ])('%s is the same model, listed and asked for', async (model) => {
    expect((await world.get(`/v1/models/${model}`)).body.id).toBe(openaiModel);
    const answer = await world.ask({ model, messages: says('Hello') });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-sluice-model')).toBe(openaiModel);
    expect(await world.vendor.waitForEnded(1)).toMatchObject([{ vendor: 'openai', model: 'gpt-4o-mini' }]);
  });

  it('needs a key for inference', async () => {
    expect((await world.get('/v1/models', { apiKey: 'sk-sluice-nobody' })).status).toBe(401);
    expect((await world.get('/v1/models', { apiKey: world.gateway.adminKey })).status).toBe(403);
  });
});

describe('an endpoint that is not built yet', () => {
  it.each(['responses/compact'])('says so in OpenAI’s shape: %s', async (name) => {
    const answer = await world.post(`/v1/${name}`, { model: openaiModel, input: 'Hello' });
    expect(answer).toMatchObject({
      status: 501,
      body: { error: { code: 'not_implemented', type: 'server_error', param: null } },
    });
    expect(answer.headers.get('x-should-retry')).toBe('false');
    expect(answer.requestId).toMatch(/^req_/);
    // Not even its body is read: files come as other types than JSON.
    const form = await world.post(`/v1/${name}`, 'x', {
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    });
    expect(form.status).toBe(501);
    expect((await world.post(`/v1/${name}`, {}, { apiKey: 'sk-sluice-nobody' })).status).toBe(401);
  });
});
