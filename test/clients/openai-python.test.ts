import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FakeVendor } from '../fake-vendor/fake-vendor.js';
import { startFakeVendor } from '../fake-vendor/fake-vendor.js';
import { fakeMarker } from '../fake-vendor/instructions.js';
import { fakeAnswerText } from '../fake-vendor/words.js';
import type { TestGateway } from '../support/gateway.js';
import { startTestGateway } from '../support/gateway.js';
import { clientModels, dearRequest } from './client-models.js';
import { clientToolCalls, clientTools } from './client-tools.js';
import { findPython, pythonIsRequired, runScenarios } from './python-interpreter.js';

// OpenAI's own Python client, unchanged, against the gateway. It runs once through every scenario; what it saw is read here.

const python = findPython();
if (python === undefined && !pythonIsRequired) {
  console.warn('clients: no Python with `openai` (SLUICE_TEST_PYTHON, python3): its tests are skipped');
}

const anyId = expect.stringMatching(/\S{8,}/) as string;

describe.skipIf(python === undefined && !pythonIsRequired)("OpenAI's Python client", () => {
  let vendor: FakeVendor;
  let gateway: TestGateway;
  let results: { readonly [scenario: string]: unknown };

  beforeAll(async () => {
    if (python === undefined)
      throw new Error('SLUICE_REQUIRE_PYTHON=1, but no Python has `openai` (SLUICE_TEST_PYTHON)');
    vendor = await startFakeVendor();
    gateway = await startTestGateway({
      vendors: { openaiBaseUrl: vendor.openaiBaseUrl, anthropicBaseUrl: vendor.anthropicBaseUrl },
    });
    const setup = {
      baseUrl: gateway.baseUrl,
      apiKey: gateway.apiKey,
      models: clientModels.map(({ model }) => model),
      tools: clientTools,
      dear: dearRequest,
      markers: {
        twoCalls: fakeMarker({ behaviour: 'answer', toolCalls: 2 }),
        cut: fakeMarker({ behaviour: 'cut', afterEvents: 6 }),
        badRequest: fakeMarker({ behaviour: 'bad-request' }),
        rateLimited: fakeMarker({ behaviour: 'rate-limited' }),
        serverError: fakeMarker({ behaviour: 'server-error' }),
      },
    };
    results = ((await runScenarios(python, setup)) as { readonly results: typeof results }).results;
  }, 240_000);
  afterAll(async () => {
    await gateway?.close();
    await vendor?.close();
  }, 60_000);

  describe.each(clientModels)('with a model of $vendor', ({ model }) => {
    it('gets a plain answer, its usage and cost, and the request id', () => {
      const seen = results[`plain ${model}`];
      const usage = { completion_tokens: 8, cost: expect.any(Number) as number };
      expect(seen).toMatchObject({ text: fakeAnswerText('Hello'), finish: 'stop', usage, requestId: anyId });
      const ids = seen as { readonly requestId: string; readonly clientRequestId: string };
      expect(ids.clientRequestId).toBe(ids.requestId);
    });

    it('gets the same answer as a stream', () => {
      const usage = { completion_tokens: 8, cost: expect.any(Number) as number };
      expect(results[`streamed ${model}`]).toMatchObject({ text: fakeAnswerText('Hello'), finishes: ['stop'], usage });
    });

    it.each(['tools', 'streamed tools'])('runs a loop of %s', (name) => {
      const seen = results[`${name} ${model}`] as { readonly calls: readonly { readonly id: string }[] };
      expect(seen).toMatchObject({
        calls: clientToolCalls,
        text: 'The tools said: get_weather is fine; get_clock is fine',
      });
      expect(new Set(seen.calls.map((call) => call.id)).size).toBe(2);
    });

    it('parses an answer that must fit a schema', () => {
      expect(results[`parsed ${model}`]).toEqual({ name: 'Zürich 水門', count: 7, tags: ['Zürich 水門'] });
    });

    it('raises where a stream breaks off, after what had come', () => {
      const seen = results[`broken stream ${model}`] as { readonly text: string; readonly error: string };
      expect(seen.error).toBe('APIError');
      expect(seen.text.length).toBeGreaterThan(0);
      expect(fakeAnswerText('Hello').startsWith(seen.text)).toBe(true);
    });
  });

  it('raises the class of error that fits', () => {
    expect(results.errors).toMatchObject({
      wrongKey: { class: 'AuthenticationError', status: 401, requestId: anyId },
      unknownModel: { class: 'NotFoundError', status: 404, code: 'model_not_found', requestId: anyId },
      noMessages: { class: 'BadRequestError', status: 400 },
      vendorRefuses: { class: 'BadRequestError', status: 400 },
      vendorLimits: { class: 'RateLimitError', status: 429 },
      vendorFails: { class: 'InternalServerError' },
      tooDear: { class: 'APIStatusError', status: 402, code: 'insufficient_funds' },
    });
  });

  it('lists the models, and finds one by its id', () => {
    const ids = clientModels.map(({ model }) => model);
    expect(results.models).toMatchObject({ listed: expect.arrayContaining(ids) as string[], retrieved: ids });
  });
});
