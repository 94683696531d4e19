import { EventStreamCodec } from '@smithy/eventstream-codec';
import { fromUtf8, toUtf8 } from '@smithy/util-utf8';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Ask } from './ask.js';
import type { Answer, AnswerChoice, AnsweredCall } from './compose.js';
import type { Piece } from './piece.js';
import { piece } from './piece.js';
import { createSeeded, lettersFrom } from './seeded.js';

const stopReasons = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  refusal: 'content_filtered',
} as const;

const codec = new EventStreamCodec(toUtf8, fromUtf8);

const choiceOf = (answer: Answer): AnswerChoice =>
  answer.choices[0] ?? { reasoning: [], text: [], refused: false, toolCalls: [], finish: 'stop' };

/** `inputTokens` leaves cached reads and writes out. */
const usageOf = (answer: Answer): JsonObject | undefined => {
  if (answer.usage === 'missing') return undefined;
  const inputTokens = answer.inputTokens - answer.cachedTokens;
  return {
    inputTokens,
    outputTokens: answer.outputTokens,
    totalTokens: inputTokens + answer.outputTokens,
    cacheReadInputTokens: answer.cachedTokens,
    cacheWriteInputTokens: answer.cacheWriteTokens,
    serverToolUsage: {},
    ...answer.usage,
  };
};

/** A whole answer of Converse. */
export const converseBody = (_ask: Ask, answer: Answer): Piece => {
  const choice = choiceOf(answer);
  const usage = usageOf(answer);
  const reasoningText = { text: choice.reasoning.join(''), signature: signatureOf(answer) };
  const content = [
    ...(choice.reasoning.length > 0 ? [{ reasoningContent: { reasoningText } }] : []),
    ...(choice.text.length > 0 ? [{ text: choice.text.join('') }] : []),
    ...choice.toolCalls.map((call) => ({ toolUse: { ...toolUse(call), input: inputFrom(call) } })),
  ];
  const output = { message: { role: 'assistant', content } };
  const stopReason = stopReasons[choice.finish];
  return piece(JSON.stringify({ metrics: { latencyMs: 12 }, output, stopReason, usage }), usage);
};

const signatureOf = (answer: Answer): string => `${lettersFrom(`signature:${answer.id}`, 86)}==`;

const toolUse = (call: AnsweredCall): JsonObject => ({ toolUseId: `tooluse_${call.id}`, name: call.name });

/** A plain answer holds the arguments as a value; one that is cut in the middle has none that could be parsed. */
const inputFrom = (call: AnsweredCall): JsonObject => {
  try {
    return JSON.parse(call.arguments.join('')) as JsonObject;
  } catch {
    return {};
  }
};

interface Block {
  /** Text and reasoning have no event that opens them. */
  readonly start?: JsonObject;
  readonly deltas: readonly JsonObject[];
}

const blocksOf = (answer: Answer): readonly Block[] => {
  const choice = choiceOf(answer);
  const thoughts = [...choice.reasoning.map((text) => ({ text })), { signature: signatureOf(answer) }];
  const reasoning = { deltas: thoughts.map((reasoningContent) => ({ reasoningContent })) };
  const text = { deltas: choice.text.map((words) => ({ text: words })) };
  const calls = choice.toolCalls.map((call) => ({
    start: { toolUse: toolUse(call) },
    deltas: ['', ...call.arguments].map((input) => ({ toolUse: { input } })),
  }));
  return [...(choice.reasoning.length > 0 ? [reasoning] : []), ...(choice.text.length > 0 ? [text] : []), ...calls];
};

/** The messages of ConverseStream, made as they are read. */
export function* converseEvents(_ask: Ask, answer: Answer): Generator<Piece> {
  const event = eventsPaddedBy(answer.id);
  yield event('messageStart', { role: 'assistant' });
  for (const [contentBlockIndex, { start, deltas }] of blocksOf(answer).entries()) {
    if (start !== undefined) yield event('contentBlockStart', { contentBlockIndex, start });
    for (const delta of deltas) yield event('contentBlockDelta', { contentBlockIndex, delta });
    yield event('contentBlockStop', { contentBlockIndex });
  }
  yield event('messageStop', { stopReason: stopReasons[choiceOf(answer).finish] });
  const usage = usageOf(answer);
  yield event('metadata', { metrics: { latencyMs: 12 }, ...(usage !== undefined && { usage }) }, usage);
}

type EventWriter = (name: string, payload: JsonObject, usage?: JsonObject) => Piece;

/** A field of up to thirty letters pads each event, against eavesdroppers who count bytes. */
const eventsPaddedBy = (seed: string): EventWriter => {
  const next = createSeeded(seed);
  return (name, payload, usage) => {
    const p = 'abcdefghijklmnopqrstuvwxyzABCD'.slice(0, next(31));
    const bytes = message({ ':event-type': name, ':message-type': 'event' }, { ...payload, p });
    return { bytes, ...(usage !== undefined && { usage }) };
  };
};

export const converseErrorEvent = (): Piece => ({
  bytes: message(
    { ':exception-type': 'serviceUnavailableException', ':message-type': 'exception' },
    { message: 'The service is overloaded.' },
  ),
});

const message = (headers: Readonly<Record<string, string>>, payload: JsonObject): Buffer => {
  const all = Object.entries({ ...headers, ':content-type': 'application/json' });
  const values = all.map(([name, value]) => [name, { type: 'string' as const, value }] as const);
  return Buffer.from(codec.encode({ headers: Object.fromEntries(values), body: fromUtf8(JSON.stringify(payload)) }));
};
