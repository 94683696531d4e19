import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type FakeVendor, startFakeVendor } from '../fake-vendor/fake-vendor.js';
import { fakeAnswerText } from '../fake-vendor/words.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

// A gateway with one resource of Azure's, from the API to the vendor: every maker's format, by the name of the deployment.

let vendor: FakeVendor;
let gateway: TestGateway;

beforeAll(async () => {
  vendor = await startFakeVendor();
  const env = {
    AZURE_OPENAI_ENDPOINT: `${vendor.url}/openai/v1`,
    AZURE_OPENAI_API_KEY: 'key-of-azure',
    SLUICE_AZURE_DEPLOYMENTS: 'gpt-4o=our-gpt-4o',
  };
  gateway = await startTestGateway({ env });
}, 180_000);

afterAll(async () => {
  await gateway.close();
  await vendor.close();
}, 120_000);

beforeEach(() => vendor.reset());

async function ask(path: string, body: object): Promise<Response> {
  const headers = { authorization: `Bearer ${gateway.apiKey}`, 'content-type': 'application/json' };
  return fetch(`${gateway.baseUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

const said = { role: 'user', content: 'Hello' };

it('asks a deployment for OpenAI’s model, and charges what Azure’s offer costs', async () => {
  const response = await ask('/chat/completions', { model: 'azure/gpt-4o', messages: [said] });
  const { choices, usage } = (await response.json()) as {
    readonly choices: readonly { readonly message: { readonly content: string } }[];
    readonly usage: { readonly cost: unknown };
  };
  expect(choices[0]?.message.content).toBe(fakeAnswerText('Hello'));
  expect(Number(usage.cost)).toBeGreaterThan(0);
  expect(await vendor.waitForEnded(1)).toMatchObject([{ api: 'chat', model: 'our-gpt-4o', status: 200 }]);
});

it('streams a Response to who speaks that API', async () => {
  const response = await ask('/responses', { model: 'azure/gpt-4o', input: 'Hello', stream: true });
  expect(await response.text()).toContain('event: response.completed');
  expect(await vendor.waitForEnded(1)).toMatchObject([{ api: 'responses', model: 'our-gpt-4o', stream: true }]);
});

it('asks for Claude in Anthropic’s format, and for other makers’ models by chat completions', async () => {
  const messages = await ask('/messages', { model: 'azure/claude-opus-5', max_tokens: 100, messages: [said] });
  expect(messages.status).toBe(200);
  const grok = await ask('/messages', { model: 'azure/grok-4', max_tokens: 100, messages: [said] });
  expect(grok.status).toBe(200);
  expect(await vendor.waitForEnded(2)).toMatchObject([
    { api: 'messages', model: 'claude-opus-5' },
    { api: 'chat', model: 'grok-4' },
  ]);
});

it('tells that a deployment is not there', async () => {
  const message = 'The API deployment for this resource does not exist.';
  const body = { error: { code: 'DeploymentNotFound', message } };
  await vendor.script({ match: {}, behaviours: [{ behaviour: 'status', status: 404, body }] });
  const response = await ask('/chat/completions', { model: 'azure/gpt-4.1', messages: [said] });
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ error: { code: 'model_not_found', message } });
});

it('sends no tool of OpenAI’s own to it', async () => {
  const tools = [{ type: 'web_search' }];
  const response = await ask('/responses', { model: 'azure/gpt-4o', input: 'Hello', tools });
  expect(response.status).toBe(400);
  expect(await vendor.log()).toEqual([]);
});
