import { describe, expect, it } from 'vitest';
import {
  readAnthropicEvent,
  startAnthropicStream,
} from '../../../activities/providers/anthropic/chat/anthropic-stream.js';
import { PLAIN_READING } from '../../../activities/providers/anthropic/chat/reading.js';
import {
  NEW_STREAM,
  reduceOpenAiChat,
} from '../../../activities/providers/openai-compatible/chat/openai-chat-stream.js';
import { NEW_ANSWER } from '../../../activities/providers/openai/responses/answer-state.js';
import { reduceOpenAiResponses } from '../../../activities/providers/openai/responses/openai-responses-stream.js';
import { createMessagesRenderer } from '../../../api/dialects/anthropic-messages/messages-renderer.js';
import { createChatRenderer } from '../../../api/dialects/openai-chat/chat-renderer.js';
import { createResponsesRenderer, renderContext } from '../../../api/dialects/openai-responses/responses-renderer.js';
import type { AnswerRenderer } from '../../../api/requests/answer-renderer.js';
import type { Frame } from '../../../workflows/contracts/answer.js';
import type { ChatCall } from '../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerSummary } from '../../../workflows/contracts/reply.js';
import type { Usage } from '../../../workflows/contracts/usage.js';
import { ANSWERS, type GoldenAnswer } from './answers.js';
import { CALLERS, type CallerDialect } from './calls.js';

// What a vendor's stream becomes for a caller of another dialect, event by event and as one plain answer: a file a
// direction, to be read when it changes. Where the dialect is the vendor's own its events go through as they are.

const VENDORS = ['openai-chat', 'anthropic-messages', 'openai-responses'] as const;
type VendorDialect = (typeof VENDORS)[number];

const REQUEST_ID = 'req_0199d0c5a0007000800000000000c0de';
const directions = CALLERS.flatMap((caller) =>
  VENDORS.filter((vendor) => vendor !== caller).map((vendor) => [caller, vendor] as const),
);

function framesOf(vendor: VendorDialect, answer: GoldenAnswer): readonly Frame[] {
  if (vendor === 'openai-chat') {
    let state = NEW_STREAM;
    return answer[vendor].map((event) => {
      const [next, frame] = reduceOpenAiChat(state, event);
      state = next;
      return frame;
    });
  }
  if (vendor === 'openai-responses') {
    let state = NEW_ANSWER;
    return answer[vendor].map((event) => {
      const [next, frame] = reduceOpenAiResponses(state, event);
      state = next;
      return frame;
    });
  }
  let state = startAnthropicStream(PLAIN_READING);
  return answer[vendor].map((event) => {
    const [next, frame] = readAnthropicEvent(state, event);
    state = next;
    return frame;
  });
}

function rendererOf(caller: CallerDialect): AnswerRenderer {
  const call: ChatCall = {
    ...{ kind: 'chat', source: { dialect: caller, body: {} }, messages: [], tools: [], choices: 1, stream: true },
  };
  switch (caller) {
    case 'openai-chat':
      return createChatRenderer({ requestId: REQUEST_ID, model: 'asked', includeUsage: true, legacyFunctions: false });
    case 'anthropic-messages':
      return createMessagesRenderer(REQUEST_ID, ['asked'], call);
    case 'openai-responses':
      return createResponsesRenderer(renderContext(REQUEST_ID, ['asked'], call));
  }
}

/** The account of the answer: a vendor may report in parts, and the later report of a unit stands. */
function summaryOf(frames: readonly Frame[]): AnswerSummary {
  const reports = frames.flatMap(({ events }) =>
    events.flatMap((event) => (event.type === 'usage' ? [event.usage] : [])),
  );
  const usage: Usage = {
    units: Object.assign({}, ...reports.map(({ units }) => units)) as Usage['units'],
    source: 'reported',
    ...(reports.at(-1)?.raw !== undefined && { raw: reports.at(-1)?.raw }),
  };
  return { attempt: 1, offerId: 'v/m', vendor: 'v', usage, chargeNanoUsd: '1500' };
}

function rendered(caller: CallerDialect, vendor: VendorDialect, answer: GoldenAnswer) {
  const frames = framesOf(vendor, answer);
  const summary = summaryOf(frames);
  const step = rendererOf(caller).stream();
  const steps = [
    ...frames.map((frame, sequence) => step({ type: 'frame', attempt: 1, sequence, frame })),
    step({ type: 'answered', summary }),
  ];
  expect(steps.at(-1)?.end).toBe('done');
  const streamed = steps.flatMap(({ chunks }) => chunks);
  return { streamed, plain: rendererOf(caller).plain(frames, summary) };
}

type Parsed = ReturnType<typeof JSON.parse>;

/** What a caller reads of a plain answer: its text, and its tool calls. */
function readPlain(caller: CallerDialect, plain: JsonObject): Pick<GoldenAnswer, 'text' | 'calls'> {
  const body = JSON.parse(JSON.stringify(plain));
  switch (caller) {
    case 'openai-chat': {
      const { content, tool_calls: calls = [] } = body.choices[0].message;
      return {
        text: content ?? '',
        calls: calls.map((call: Parsed) => ({ name: call.function.name, input: call.function.arguments })),
      };
    }
    case 'anthropic-messages':
      return {
        text: textOf(body.content),
        calls: body.content
          .filter(({ type }: Parsed) => type === 'tool_use')
          .map((block: Parsed) => ({ name: block.name, input: JSON.stringify(block.input) })),
      };
    case 'openai-responses':
      return {
        text: body.output.map((item: Parsed) => textOf(item.content ?? [])).join(''),
        calls: body.output
          .filter(({ type }: Parsed) => type === 'function_call')
          .map((item: Parsed) => ({ name: item.name, input: item.arguments })),
      };
  }
}

const textOf = (parts: Parsed): string =>
  parts
    .filter(({ type }: Parsed) => type === 'text' || type === 'output_text')
    .map(({ text }: Parsed) => text)
    .join('');

describe.each(directions)('an answer for a caller of %s from a vendor of %s', (caller, vendor) => {
  it('is translated as it was read and found right', async () => {
    const answers = Object.fromEntries(ANSWERS.map((answer) => [answer.name, rendered(caller, vendor, answer)]));
    await expect(`${JSON.stringify(answers, undefined, 2)}\n`).toMatchFileSnapshot(
      `./answer-of-${vendor}-for-${caller}.json`,
    );
  });

  it.each(ANSWERS)('keeps every word and every argument: $name', (answer) => {
    const { plain } = rendered(caller, vendor, answer);
    // Anthropic has a refusal's words as text.
    const text = caller === 'anthropic-messages' && answer.name === 'a refusal' ? 'I would rather not.' : answer.text;
    expect(readPlain(caller, plain)).toEqual({ text, calls: answer.calls });
  });
});
