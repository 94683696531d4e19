import { describe, expect, it } from 'vitest';
import type { ChatAttempt } from '../../../activities/providers/port.js';
import { toAnthropicMessages } from '../../../activities/providers/anthropic/chat/to-anthropic-messages.js';
import { toOpenAiChat } from '../../../activities/providers/openai-compatible/chat/to-openai-chat.js';
import { toOpenAiResponses } from '../../../activities/providers/openai/responses/to-openai-responses.js';
import { OPENAI_PROFILE } from '../../../activities/providers/openai/create-openai.js';
import type { ChatCall } from '../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import { loadOpenAiSpecification } from '../openai-specification.js';
import { CALLERS, callsIn } from './calls.js';

// What a call in one dialect becomes at a vendor of another, with what its caller is told: one file a direction, to be read
// when it changes. Where the dialect is the vendor's own, the caller's body is sent and there is nothing to hold.

const VENDORS = ['openai-chat', 'anthropic-messages', 'openai-responses'] as const;
const MODELS = {
  'openai-chat': 'gpt-5',
  'anthropic-messages': 'claude-sonnet-4-5',
  'openai-responses': 'gpt-5',
} as const;

const directions = CALLERS.flatMap((caller) =>
  VENDORS.filter((vendor) => vendor !== caller).map((vendor) => [caller, vendor] as const),
);

function attemptOf(call: ChatCall, vendor: (typeof VENDORS)[number]): ChatAttempt {
  const vendorModel = MODELS[vendor];
  return {
    call,
    offer: {
      id: `v/${vendorModel}`,
      vendor: 'v',
      vendorModel,
      aliases: [],
      kind: 'chat',
      contextWindow: 200_000,
      maxOutputTokens: 64_000,
      capabilities: ['tools', 'images', 'files', 'json_schema', 'reasoning', 'logprobs'],
      prices: {},
      source: { url: 'https://example.com', asOf: '2026-01-01' },
      created: 1,
    },
    maxOutputTokens: 8000,
    attemptKey: 'request-1:1',
    signal: new AbortController().signal,
  };
}

const translators = {
  'openai-chat': (attempt: ChatAttempt) => toOpenAiChat(attempt, { ...OPENAI_PROFILE, baseUrl: '' }),
  'anthropic-messages': toAnthropicMessages,
  'openai-responses': toOpenAiResponses,
};

function sentTo(vendor: (typeof VENDORS)[number], call: ChatCall) {
  const attempt = attemptOf(call, vendor);
  const { body, warnings } = translators[vendor](attempt);
  return { sent: JSON.parse(JSON.stringify(body)) as JsonObject, warnings };
}

describe.each(directions)('a call of %s at a vendor of %s', (caller, vendor) => {
  it('is translated as it was read and found right', async () => {
    const translated = Object.fromEntries(callsIn(caller).map(({ name, call }) => [name, sentTo(vendor, call)]));
    await expect(`${JSON.stringify(translated, undefined, 2)}\n`).toMatchFileSnapshot(`./${caller}-to-${vendor}.json`);
  });

  it('loses nothing in silence and proves nothing to a stranger', () => {
    for (const { name, call } of callsIn(caller)) {
      const { sent, warnings } = sentTo(vendor, call);
      const text = JSON.stringify(sent);
      const foreignProof = vendor === 'anthropic-messages' ? /gAAA/ : /c2ln|aGlkZGVu/;
      expect(text, name).not.toMatch(foreignProof);
      if (name === 'reasoning of every maker') expect(warnings.length).toBeGreaterThan(0);
      for (const { detail } of warnings) expect(detail).toMatch(/\.$/);
    }
  });
});

const specifications = {
  'openai-chat': { loaded: loadOpenAiSpecification(), schema: 'CreateChatCompletionRequest' },
  'openai-responses': { loaded: loadOpenAiSpecification({ lenientUnions: true }), schema: 'CreateResponse' },
} as const;

describe.each(['openai-chat', 'openai-responses'] as const)('what OpenAI is sent as %s', (vendor) => {
  const { loaded, schema } = specifications[vendor];
  const validate = loaded?.validator(schema);

  it.skipIf(loaded === undefined).each(CALLERS.filter((caller) => caller !== vendor))(
    'is valid by its specification, from %s',
    (caller) => {
      for (const { name, call } of callsIn(caller)) {
        expect([validate?.(sentTo(vendor, call).sent), validate?.errors], name).toEqual([true, null]);
      }
    },
  );
});
