import { describe, expect, it } from 'vitest';
import type { Frame } from '../../../workflows/contracts/answer.js';
import type { ChatDialect } from '../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { Offer } from '../../../workflows/contracts/offers.js';
import { readReasoningProof, writeReasoningProof } from '../../../workflows/domain/reasoning-proof.js';
import { stubHttp, TEST_OFFER, testAttempt, testCall } from '../openai/responses/test-attempt.js';
import type { StubAnswer } from '../openai/responses/test-attempt.js';
import { ProviderFailure } from '../port.js';
import { createAzure } from './create-azure.js';
import type { AzureOptions } from './create-azure.js';

const json = (body: object): StubAnswer => ({
  contentType: 'application/json',
  pieces: [new TextEncoder().encode(JSON.stringify(body))],
});
const ANSWERED = json({ id: 'resp_1', status: 'completed', output: [], choices: [], content: [] });

const offerOf = (model: string, others: Partial<Offer> = {}): Offer => {
  const vendorModel = model.slice(model.indexOf('/') + 1);
  return { ...TEST_OFFER, id: `azure/${vendorModel}`, vendor: 'azure', vendorModel, model, ...others };
};

interface Asked {
  readonly offer: Offer;
  readonly dialect?: ChatDialect;
  readonly body?: JsonObject;
  readonly options?: Partial<AzureOptions>;
  readonly answer?: StubAnswer;
}

/** What is sent for a call, and what comes of its answer. */
async function ask({ offer, dialect = 'openai-chat', body = {}, options = {}, answer = ANSWERED }: Asked) {
  const stub = stubHttp(answer);
  const credential = { type: 'key', apiKey: 'key-1' } as const;
  const azure = createAzure({ endpoint: 'https://r.openai.azure.com', credential, http: stub.http, ...options });
  const frames: Frame[] = [];
  let failure: ProviderFailure | undefined;
  try {
    const call = testCall({}, dialect, { messages: [], input: 'hi', ...body });
    for await (const frame of azure.chat(testAttempt(call, { offer }))) frames.push(frame);
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    failure = error;
  }
  const [request] = stub.sent;
  const sent = request === undefined ? {} : (JSON.parse(request.body) as JsonObject);
  return { url: request?.url, headers: request?.headers ?? {}, sent, frames, failure };
}

const V1 = 'https://r.openai.azure.com/openai/v1';
const CLASSIC = 'https://r.openai.azure.com/openai';
const gpt = offerOf('openai/gpt-4o');

describe('the address', () => {
  it.each<readonly [string, Asked, string]>([
    ['v1, chat', { offer: gpt }, `${V1}/chat/completions`],
    ['v1, a Responses caller', { offer: gpt, dialect: 'openai-responses' }, `${V1}/responses`],
    ['v1, a Responses model', { offer: offerOf('openai/gpt-5-pro', { wire: 'openai-responses' }) }, `${V1}/responses`],
    ['v1, an Anthropic caller', { offer: gpt, dialect: 'anthropic-messages' }, `${V1}/chat/completions`],
    [
      'another maker, whoever calls',
      { offer: offerOf('x-ai/grok-4'), dialect: 'openai-responses' },
      `${V1}/chat/completions`,
    ],
    [
      'an open model of OpenAI’s',
      { offer: offerOf('openai/gpt-oss-120b'), dialect: 'openai-responses' },
      `${V1}/chat/completions`,
    ],
    [
      'Claude, at its own host',
      { offer: offerOf('anthropic/claude-opus-5') },
      'https://r.services.ai.azure.com/anthropic/v1/messages',
    ],
    [
      'Claude, behind a proxy',
      { offer: offerOf('anthropic/claude-opus-5'), options: { endpoint: 'https://proxy.example.com/azure' } },
      'https://proxy.example.com/azure/anthropic/v1/messages',
    ],
    [
      'dated, chat',
      { offer: gpt, options: { apiVersion: '2024-10-21', deployments: { 'gpt-4o': 'my gpt' } } },
      `${CLASSIC}/deployments/my%20gpt/chat/completions?api-version=2024-10-21`,
    ],
    [
      'dated, before Responses',
      { offer: gpt, dialect: 'openai-responses', options: { apiVersion: '2024-10-21' } },
      `${CLASSIC}/deployments/gpt-4o/chat/completions?api-version=2024-10-21`,
    ],
    [
      'dated, with Responses',
      { offer: gpt, dialect: 'openai-responses', options: { apiVersion: '2025-04-01-preview' } },
      `${CLASSIC}/responses?api-version=2025-04-01-preview`,
    ],
  ])('of %s', async (_what, asked, url) => {
    expect((await ask(asked)).url).toBe(url);
  });
});

describe('the model', () => {
  const deployments = { 'gpt-4o': 'mine', 'eu/gpt-4o': 'europe' };
  it.each([
    ['is named as it is', gpt, {}, 'gpt-4o'],
    ['is named as its deployment', gpt, { deployments }, 'mine'],
    ['is named as the deployment of its region', { ...gpt, id: 'azure/eu/gpt-4o' }, { deployments }, 'europe'],
    ['in another region is named as the model', { ...gpt, id: 'azure/us/gpt-4o' }, { deployments }, 'mine'],
    ['is not what every object inherits', offerOf('openai/constructor'), {}, 'constructor'],
  ] as const)('%s', async (_how, offer, options, name) => {
    expect((await ask({ offer, options })).sent['model']).toBe(name);
    expect((await ask({ offer, options, dialect: 'openai-responses' })).sent['model']).toBe(name);
  });
});

describe('the credential', () => {
  it('is a key under the name that the API at hand gives it', async () => {
    const { headers } = await ask({ offer: gpt });
    expect([headers['api-key'], headers['authorization']]).toEqual(['key-1', undefined]);
    const claude = await ask({ offer: offerOf('anthropic/claude-opus-5') });
    expect(claude.headers).toMatchObject({ 'x-api-key': 'key-1', 'anthropic-version': '2023-06-01' });
  });

  it('is a token that is dropped where it is refused, and asked for before each call', async () => {
    const dropped: string[] = [];
    let given = 0;
    const token = {
      get: () => Promise.resolve(`token-${(given += 1)}`),
      drop: (refused: string) => void dropped.push(refused),
    };
    const options = { credential: { type: 'entra', token } as const };
    const refusal = json({ error: { code: '401', message: 'Access denied due to invalid subscription key.' } });
    const { headers, failure } = await ask({ offer: gpt, options, answer: { ...refusal, status: 401 } });
    expect([headers['authorization'], headers['api-key']]).toEqual(['Bearer token-1', undefined]);
    expect(failure?.failure).toEqual({ class: 'auth', httpStatus: 401 });
    expect(dropped).toEqual(['token-1']);
    await ask({ offer: offerOf('anthropic/claude-opus-5'), options });
    expect([given, dropped]).toEqual([2, ['token-1']]);
  });

  it('that cannot be had fails the call before anything is sent', async () => {
    const failing = new ProviderFailure({ class: 'auth' }, { message: 'no credential' });
    const token = { get: () => Promise.reject(failing), drop: () => undefined };
    const { url, failure } = await ask({ offer: gpt, options: { credential: { type: 'entra', token } } });
    expect([url, failure]).toEqual([undefined, failing]);
  });
});

describe('the fields of chat completions', () => {
  const body = { max_tokens: 5, messages: [{ role: 'developer', content: 'Be brief.' }] };
  const fieldsOf = async (offer: Offer, options: Partial<AzureOptions>) => {
    const { sent } = await ask({ offer, options, body });
    const [message] = sent['messages'] as readonly JsonObject[];
    const caps = ['max_tokens', 'max_completion_tokens'].filter((name) => sent[name] !== undefined);
    return [...caps, message?.['role'], sent['store']];
  };

  it('are those that the version knows, and for other makers’ models those that all have', async () => {
    expect(await fieldsOf(gpt, {})).toEqual(['max_completion_tokens', 'developer', false]);
    expect(await fieldsOf(gpt, { apiVersion: '2024-10-21' })).toEqual(['max_completion_tokens', 'system', undefined]);
    expect(await fieldsOf(gpt, { apiVersion: '2024-06-01' })).toEqual(['max_tokens', 'system', undefined]);
    expect(await fieldsOf(offerOf('deepseek/deepseek-v3.2'), {})).toEqual(['max_tokens', 'system', undefined]);
    expect(await fieldsOf(offerOf('openai/gpt-oss-120b'), {})).toEqual(['max_tokens', 'system', undefined]);
  });
});

describe('proofs of reasoning', () => {
  const offer = offerOf('openai/gpt-5', { wire: 'openai-responses' });
  const item = (data: string) => ({ type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: data });
  const said = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hi' }] };

  it('say that they are Azure’s, in the events and in the vendor’s own words', async () => {
    const answer = json({ id: 'resp_1', status: 'completed', output: [item('gAAAA.bytes'), said] });
    const { frames } = await ask({ offer, dialect: 'openai-responses', answer });
    const [reasoning] = frames.flatMap(({ events }) => events).filter(({ type }) => type === 'reasoning-delta');
    expect(reasoning).toMatchObject({ vendor: 'azure', signature: 'gAAAA.bytes' });
    const [first, second] = frames.flatMap(({ wire }) => (wire?.body['output'] ?? []) as readonly JsonObject[]);
    const carried = readReasoningProof(String(first?.['encrypted_content']));
    expect(carried).toEqual({ vendor: 'azure', kind: 'signature', data: 'gAAAA.bytes' });
    expect(second).toEqual(said);
  });

  it.each(['response.output_item.done', 'response.completed'])('say so within a stream’s %s, too', async (type) => {
    const events = [
      { type: 'response.output_item.done', output_index: 0, item: item('gAAAA') },
      { type: 'response.completed', response: { id: 'resp_1', status: 'completed', output: [item('gAAAA')] } },
    ];
    const pieces = events.map((event) => new TextEncoder().encode(`data: ${JSON.stringify(event)}\n\n`));
    const call = testCall({ stream: true }, 'openai-responses', { input: 'hi', stream: true });
    const stub = stubHttp({ pieces });
    const credential = { type: 'key', apiKey: 'k' } as const;
    const azure = createAzure({ endpoint: 'https://r.openai.azure.com', credential, http: stub.http });
    const bodies: JsonObject[] = [];
    for await (const { wire } of azure.chat(testAttempt(call, { offer }))) if (wire) bodies.push(wire.body);
    const body = JSON.stringify(bodies.find((one) => one['type'] === type));
    expect(body).toContain('"encrypted_content":"sluice-reasoning-1.azure.s..gAAAA"');
  });

  it('go back to it byte for byte, and nobody else’s do', async () => {
    const azures = writeReasoningProof({ vendor: 'azure', kind: 'signature', data: 'gAAAA.bytes' });
    const anthropics = writeReasoningProof({ vendor: 'anthropic', kind: 'signature', data: 'sig' });
    const input = [item(azures), said, item('gAAAA-of-openai'), said, item(anthropics), said];
    const { sent, frames } = await ask({ offer, dialect: 'openai-responses', body: { input } });
    const proofs = (sent['input'] as readonly JsonObject[]).flatMap(({ encrypted_content: proof }) => proof ?? []);
    expect(proofs).toEqual(['gAAAA.bytes']);
    const warned = frames.flatMap(({ events }) => events).filter(({ type }) => type === 'warning');
    expect(warned).toHaveLength(1);
  });

  it('of a conversation in another dialect are sorted likewise', async () => {
    const stub = stubHttp(ANSWERED);
    const credential = { type: 'key', apiKey: 'k' } as const;
    const azure = createAzure({ endpoint: 'https://r.openai.azure.com', credential, http: stub.http });
    const reasoning = (vendor: string, signature: string) =>
      ({ type: 'reasoning', text: '', vendor, signature }) as const;
    const text = { type: 'text', text: 'Hi' } as const;
    const messages = [
      { role: 'assistant', content: [reasoning('azure', 'mine'), text] },
      { role: 'assistant', content: [reasoning('openai', 'theirs'), text] },
    ] as const;
    for await (const _ of azure.chat(testAttempt(testCall({ messages }, 'openai-chat'), { offer }))) continue;
    expect(stub.sent[0]?.body).toContain('"encrypted_content":"mine"');
    expect(stub.sent[0]?.body).not.toContain('theirs');
  });
});
