import { describe, expect, it } from 'vitest';
import { toAnthropicMessages } from '../../activities/providers/anthropic/chat/to-anthropic-messages.js';
import { toOpenAiChat } from '../../activities/providers/openai-compatible/chat/to-openai-chat.js';
import { OPENAI_PROFILE } from '../../activities/providers/openai/create-openai.js';
import { ProviderFailure } from '../../activities/providers/port.js';
import type { ChatAttempt } from '../../activities/providers/port.js';
import { createSandbox } from '../../activities/providers/sandbox/create-sandbox.js';
import { parseChatRequest } from '../../api/dialects/openai-chat/parse-chat-request.js';
import { PROPERTY_TREATMENTS } from '../../api/dialects/openai-chat/property-treatments.js';
import type { VendorKind } from '../../api/dialects/openai-chat/property-treatments.js';
import { toChatCall } from '../../api/dialects/openai-chat/to-chat-call.js';
import type { AnswerEvent, Warning } from '../../workflows/contracts/answer.js';
import type { ChatCall } from '../../workflows/contracts/call.js';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import { SAMPLES } from './openai-chat-samples.js';
import type { Sample } from './openai-chat-samples.js';
import { loadOpenAiSpecification } from './openai-specification.js';

const BASE: JsonObject = { model: 'gpt-4o', messages: [{ role: 'user', content: 'say hi END' }] };
const VENDOR_MODELS: { readonly [K in VendorKind]: string } = {
  'openai-compatible': 'vendor-model',
  anthropic: 'claude-sonnet-4-5',
  sandbox: 'echo',
};
const KINDS = Object.keys(VENDOR_MODELS) as readonly VendorKind[];

function toCall(body: JsonObject): ChatCall {
  const parsed = parseChatRequest(body);
  if (!parsed.ok) throw new Error(`not accepted: ${parsed.error.message}`);
  return toChatCall(parsed.request);
}

function attemptAt(kind: VendorKind, body: JsonObject): ChatAttempt {
  const vendorModel = VENDOR_MODELS[kind];
  return {
    call: toCall(body),
    offer: {
      id: `${kind}/${vendorModel}`,
      vendor: kind,
      vendorModel,
      aliases: [],
      kind: 'chat',
      contextWindow: 200_000,
      maxOutputTokens: 64_000,
      capabilities: [],
      prices: {},
      source: { url: 'https://example.com', asOf: '2026-01-01' },
      created: 1,
    },
    maxOutputTokens: 4000,
    attemptKey: 'request-1:1',
    signal: new AbortController().signal,
  };
}

/** What a vendor is sent and what the caller is told; the sandbox is sent nothing, and answers. */
interface Outcome {
  readonly sent: JsonObject;
  readonly warnings: readonly Warning[];
  readonly answer: readonly AnswerEvent[];
  readonly frames: number;
}

async function ask(kind: VendorKind, body: JsonObject): Promise<Outcome> {
  const attempt = attemptAt(kind, body);
  if (kind !== 'sandbox') {
    const { body: sent, warnings } =
      kind === 'anthropic' ? toAnthropicMessages(attempt) : toOpenAiChat(attempt, { ...OPENAI_PROFILE, baseUrl: '' });
    return { sent: JSON.parse(JSON.stringify(sent)) as JsonObject, warnings, answer: [], frames: 0 };
  }
  const answer: AnswerEvent[] = [];
  let frames = 0;
  for await (const { events } of createSandbox().chat(attempt)) {
    frames += 1;
    answer.push(...events);
  }
  const warnings = answer.flatMap((event) => (event.type === 'warning' ? [event.warning] : []));
  return { sent: {}, warnings, answer, frames };
}

/** What the property adds to what is told of the same request without it. */
async function warnedOf(kind: VendorKind, body: JsonObject, without: JsonObject): Promise<readonly string[]> {
  const features = async (asked: JsonObject) => (await ask(kind, asked)).warnings.map(({ feature }) => feature);
  const before = await features(without);
  return (await features(body)).filter((feature) => !before.includes(feature));
}

async function checkPassed(kind: VendorKind, property: string, sample: Sample): Promise<void> {
  const { sent } = await ask(kind, { ...BASE, ...sample.with, [property]: sample.value });
  expect(sent[property]).toEqual(sample.value);
}

async function checkTranslated(kind: VendorKind, property: string, sample: Sample): Promise<void> {
  const expected = kind === 'anthropic' ? sample.anthropic : sample.openai;
  expect(expected, `a sample of ${property} must say what it becomes at ${kind}`).toBeDefined();
  const { sent } = await ask(kind, { ...BASE, ...sample.with, [property]: sample.value });
  expect(sent).toMatchObject(expected ?? {});
  // Whatever model is named, the plan's is sent.
  if (property !== 'model') {
    const before = await ask(kind, { ...BASE, ...sample.with });
    expect(before.sent, 'the property makes no difference').not.toMatchObject(expected ?? {});
  }
  if (expected?.[property] === undefined) expect(sent).not.toHaveProperty([property]);
}

async function checkWarned(kind: VendorKind, property: string, sample: Sample): Promise<void> {
  const body = { ...BASE, ...sample.with, [property]: sample.value };
  expect(await warnedOf(kind, body, { ...BASE, ...sample.with })).toEqual([property]);
  const { sent } = await ask(kind, body);
  const instead = kind === 'anthropic' ? sample.anthropic : sample.openai;
  if (kind !== 'sandbox' && instead) expect(sent).toMatchObject(instead);
  else expect(sent).not.toHaveProperty([property]);
}

async function checkRefused(kind: VendorKind, property: string, sample: Sample): Promise<void> {
  const refused = ask(kind, { ...BASE, ...sample.with, [property]: sample.value });
  await expect(refused).rejects.toBeInstanceOf(ProviderFailure);
  await expect(refused).rejects.toMatchObject({ failure: { class: 'invalid_request' }, detail: { param: property } });
}

async function checkHonoured(kind: VendorKind, property: string, sample: Sample): Promise<void> {
  const { answer, frames } = await ask(kind, { ...BASE, ...sample.with, [property]: sample.value });
  const { text, finishes, calls, frames: count } = sample.sandbox ?? {};
  if (kind !== 'sandbox') return;
  const said = answer.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
  const ended = answer.flatMap((event) => (event.type === 'finish' ? [event.reason.unified] : []));
  const called = answer.flatMap((event) => (event.type === 'tool-call-start' ? [event.name] : []));
  if (text !== undefined) expect(said).toBe(text);
  if (finishes !== undefined) expect(ended).toEqual(finishes);
  if (calls !== undefined) expect(called).toEqual(calls);
  if (count !== undefined) expect(frames).toBe(count);
}

const CHECKS = {
  passed: checkPassed,
  translated: checkTranslated,
  warned: checkWarned,
  refused: checkRefused,
  honoured: checkHonoured,
};

describe.each(KINDS)('each property at %s', (kind) => {
  const rows = Object.entries(PROPERTY_TREATMENTS).map(([property, row]) => [property, row[kind].treatment] as const);

  it.each(rows)('%s is %s', async (property, treatment) => {
    const samples = SAMPLES[property] ?? [];
    expect(samples, `no sample of ${property}`).not.toEqual([]);
    for (const sample of samples) {
      await CHECKS[treatment](kind, property, sample);
      if (treatment === 'warned' || treatment === 'refused') continue;
      // Whatever else it does, it is done: nothing is left to tell of.
      const without = { ...BASE, ...sample.with };
      expect(await warnedOf(kind, { ...without, [property]: sample.value }, without)).toEqual([]);
    }
  });

  it.each(rows)('%s that asks for nothing is no matter', async (property) => {
    if (property === 'messages' || property === 'model') return;
    for (const { defaults = [], with: others } of SAMPLES[property] ?? []) {
      for (const value of [null, ...defaults] satisfies readonly Json[]) {
        const without = { ...BASE, ...others };
        expect(await warnedOf(kind, { ...without, [property]: value }, without), JSON.stringify(value)).toEqual([]);
      }
    }
  });
});

describe('further treatments', () => {
  it('usage in a stream is always asked of OpenAI, and never of Anthropic', async () => {
    const openai = await ask('openai-compatible', { ...BASE, stream: true });
    expect(openai.sent).toMatchObject({ stream_options: { include_usage: true } });
    const anthropic = await ask('anthropic', { ...BASE, stream: true, stream_options: { include_usage: true } });
    expect(anthropic.sent).not.toHaveProperty('stream_options');
  });

  it('a temperature that Anthropic takes is sent as it is', async () => {
    const { sent, warnings } = await ask('anthropic', { ...BASE, temperature: 0.5 });
    expect([sent['temperature'], warnings]).toEqual([0.5, []]);
  });

  it('JSON without a schema is asked of Anthropic in words, and told of', async () => {
    const { sent, warnings } = await ask('anthropic', { ...BASE, response_format: { type: 'json_object' } });
    expect(JSON.stringify(sent['system'])).toContain('JSON');
    expect(warnings).toMatchObject([{ type: 'changed', feature: 'response_format' }]);
  });

  it('tiers that cost more than the catalogue says are not accepted', () => {
    expect(parseChatRequest({ ...BASE, service_tier: 'priority' })).toMatchObject({
      ok: false,
      error: { param: 'service_tier' },
    });
  });

  it('properties that nobody knows are passed to OpenAI, and told of elsewhere', async () => {
    const body = { ...BASE, brand_new: { a: [1] } };
    expect((await ask('openai-compatible', body)).sent).toMatchObject({ brand_new: { a: [1] } });
    for (const kind of ['anthropic', 'sandbox'] as const) {
      expect((await ask(kind, body)).warnings).toMatchObject([{ type: 'ignored', feature: 'brand_new' }]);
    }
  });
});

describe('the table of treatments', () => {
  it('gives a reason for every cell', () => {
    for (const [property, row] of Object.entries(PROPERTY_TREATMENTS)) {
      for (const [kind, { reason }] of Object.entries(row)) {
        expect(reason, `${property} at ${kind}`).toMatch(/\.$/);
      }
    }
  });
});

const specification = loadOpenAiSpecification();

describe.skipIf(specification === undefined)('the table of treatments and the specification', () => {
  const properties = specification?.propertiesOf('CreateChatCompletionRequest') ?? [];
  const validate = specification?.validator('CreateChatCompletionRequest');

  it('name the same properties', () => {
    expect(properties.length).toBeGreaterThan(30);
    expect(Object.keys(PROPERTY_TREATMENTS).sort()).toEqual([...properties].sort());
  });

  it('agree on every sample, and on what OpenAI is sent of it', async () => {
    for (const [property, samples] of Object.entries(SAMPLES)) {
      for (const { value, with: others } of samples) {
        const body = { ...BASE, ...others, [property]: value };
        expect([validate?.(body), validate?.errors], property).toEqual([true, null]);
        const { sent } = await ask('openai-compatible', body);
        expect([validate?.(sent), validate?.errors], `sent: ${property}`).toEqual([true, null]);
      }
    }
    expect(validate?.({ ...BASE, temperature: 'warm' })).toBe(false);
  });

  it('agree on what OpenAI is sent in place of another dialect', () => {
    for (const [property, samples] of Object.entries(SAMPLES)) {
      for (const { value, with: others } of samples) {
        const attempt = attemptAt('openai-compatible', { ...BASE, ...others, [property]: value });
        const call: ChatCall = { ...attempt.call, source: { dialect: 'anthropic-messages', body: {} } };
        const { body } = toOpenAiChat({ ...attempt, call }, { ...OPENAI_PROFILE, baseUrl: '' });
        const sent = JSON.parse(JSON.stringify(body)) as JsonObject;
        expect([validate?.(sent), validate?.errors], property).toEqual([true, null]);
      }
    }
  });
});
