import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { Adapter } from './adapters.js';
import { TOKENS } from './canonical-answers.js';
import type { SpokenAnswer } from './canonical-answers.js';
import type { VendorEvent, VendorWriting } from './vendor-event.js';
import { writeChatAnswer } from './write-chat-answer.js';
import { writeMessagesAnswer } from './write-messages-answer.js';
import { writeResponsesAnswer } from './write-responses-answer.js';

/** The answer as this vendor writes it, by hand from its documentation and recordings. */
export function writeAnswer(answer: SpokenAnswer, { wire, answers }: Adapter): VendorWriting {
  switch (wire) {
    case 'openai-chat':
      return writeChatAnswer(answer, answers);
    case 'openai-responses':
      return writeResponsesAnswer(answer);
    case 'anthropic':
      return writeMessagesAnswer(answer);
    case 'gemini':
      return writeGeminiAnswer(answer, answers.namesCalls);
    case 'converse':
      return writeConverseAnswer(answer);
  }
}

const GEMINI_FINISHES = {
  stop: 'STOP',
  length: 'MAX_TOKENS',
  'tool-calls': 'STOP',
  filtered: 'SAFETY',
  refused: 'STOP',
};

/** Calls come whole, and each chunk counts all tokens so far. */
function writeGeminiAnswer(
  { reasoning = [], text = [], calls = [], end }: SpokenAnswer,
  names: boolean,
): VendorWriting {
  const parts: readonly JsonObject[] = [
    ...reasoning.map((piece) => ({ text: piece, thought: true })),
    ...text.map((piece) => ({ text: piece })),
    ...calls.map(({ id, name, written }) => ({
      functionCall: { ...(names && { id }), name, args: JSON.parse(written.join('')) as JsonObject },
    })),
  ];
  const thoughts = reasoning.length > 0 ? TOKENS.reasoning : 0;
  const usageOf = (candidates: number): JsonObject => ({
    promptTokenCount: TOKENS.input,
    cachedContentTokenCount: TOKENS.cached,
    candidatesTokenCount: candidates,
    ...(thoughts > 0 && { thoughtsTokenCount: thoughts }),
    totalTokenCount: TOKENS.input + candidates + thoughts,
  });
  const head = { responseId: 'response-1', modelVersion: 'gemini-2.5-flash' };
  const finishReason = GEMINI_FINISHES[end];
  const chunkOf = (of: readonly JsonObject[], count: number, others: JsonObject = {}): JsonObject => ({
    candidates: [{ content: { role: 'model', parts: of }, index: 0, ...others }],
    ...{ usageMetadata: usageOf(count), ...head },
  });
  const total = TOKENS.output - thoughts;
  const said = parts.map((part, index): VendorEvent => ({ data: chunkOf([part], index + 1) }));
  return {
    plain: chunkOf(parts, total, { finishReason }),
    events: [...said, { data: chunkOf([{ text: '' }], total, { finishReason }), ends: true }],
  };
}

const CONVERSE_STOPS = {
  ...{ stop: 'end_turn', length: 'max_tokens', 'tool-calls': 'tool_use' },
  ...{ filtered: 'content_filtered', refused: 'end_turn' },
};

/** Blocks of text and reasoning begin without an event, and every event is padded. */
function writeConverseAnswer({ reasoning, text, calls = [], end }: SpokenAnswer): VendorWriting {
  const blocks: readonly {
    readonly whole: JsonObject;
    readonly start?: JsonObject;
    readonly deltas: readonly JsonObject[];
  }[] = [
    ...(reasoning
      ? [
          {
            whole: { reasoningContent: { reasoningText: { text: reasoning.join(''), signature: 'c2ln' } } },
            deltas: [...reasoning.map((piece) => ({ text: piece })), { signature: 'c2ln' }].map((reasoningContent) => ({
              reasoningContent,
            })),
          },
        ]
      : []),
    ...(text ? [{ whole: { text: text.join('') }, deltas: text.map((piece) => ({ text: piece })) }] : []),
    ...calls.map(({ id: toolUseId, name, written }) => ({
      whole: { toolUse: { toolUseId, name, input: JSON.parse(written.join('')) as JsonObject } },
      start: { toolUse: { toolUseId, name } },
      deltas: ['', ...written].map((input) => ({ toolUse: { input } })),
    })),
  ];
  const usage = {
    inputTokens: TOKENS.input - TOKENS.cached,
    cacheReadInputTokens: TOKENS.cached,
    outputTokens: TOKENS.output,
    totalTokens: TOKENS.input + TOKENS.output,
  };
  const metrics = { latencyMs: 12 };
  const stopReason = CONVERSE_STOPS[end];
  const event = (name: string, data: JsonObject): VendorEvent => ({ name, data: { ...data, p: 'abcdefgh' } });
  return {
    plain: {
      metrics,
      output: { message: { role: 'assistant', content: blocks.map(({ whole }) => whole) } },
      stopReason,
      usage,
    },
    events: [
      event('messageStart', { role: 'assistant' }),
      ...blocks.flatMap(({ start, deltas }, contentBlockIndex) => [
        ...(start ? [event('contentBlockStart', { contentBlockIndex, start })] : []),
        ...deltas.map((delta) => event('contentBlockDelta', { contentBlockIndex, delta })),
        event('contentBlockStop', { contentBlockIndex }),
      ]),
      { ...event('messageStop', { stopReason }), ends: true },
      event('metadata', { metrics, usage }),
    ],
  };
}
