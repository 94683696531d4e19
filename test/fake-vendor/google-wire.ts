import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import type { Ask } from './ask.js';
import type { Answer, AnswerChoice, AnsweredCall } from './compose.js';
import type { Piece } from './piece.js';
import { piece } from './piece.js';
import { lettersFrom } from './seeded.js';

const finishReasons = { stop: 'STOP', length: 'MAX_TOKENS', 'tool-calls': 'STOP', refusal: 'SAFETY' } as const;

const responseOf = (ask: Ask, answer: Answer): JsonObject => ({
  modelVersion: ask.model,
  responseId: lettersFrom(answer.id, 22),
});

/** Cached tokens are part of the prompt's count, and thoughts are no part of the candidates'. */
const usageOf = (answer: Answer): JsonObject | undefined => {
  if (answer.usage === 'missing') return undefined;
  const { inputTokens, outputTokens, reasoningTokens, cachedTokens } = answer;
  return {
    promptTokenCount: inputTokens,
    candidatesTokenCount: outputTokens - reasoningTokens,
    totalTokenCount: inputTokens + outputTokens,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: inputTokens }],
    ...(reasoningTokens > 0 ? { thoughtsTokenCount: reasoningTokens } : {}),
    ...(cachedTokens > 0 ? { cachedContentTokenCount: cachedTokens } : {}),
    ...answer.usage,
  };
};

/** Only the first call of an answer is signed, as by models that think. */
const callPart = (call: AnsweredCall, index: number): JsonObject => ({
  functionCall: { name: call.name, args: argumentsOf(call) },
  ...(index === 0 ? { thoughtSignature: `${lettersFrom(`signature:${call.id}`, 86)}==` } : {}),
});

/** The vendor gives the arguments as a value; what is cut in the middle has none that could be parsed. */
const argumentsOf = (call: AnsweredCall): Json => {
  try {
    return JSON.parse(call.arguments.join('')) as Json;
  } catch {
    return {};
  }
};

const partsOf = (choice: AnswerChoice): readonly JsonObject[] => [
  ...choice.reasoning.map((text) => ({ text, thought: true })),
  ...choice.text.map((text) => ({ text })),
  ...choice.toolCalls.map(callPart),
];

/** A whole `GenerateContentResponse`, printed as the vendor prints it. */
export const googleBody = (ask: Ask, answer: Answer): Piece => {
  const usageMetadata = usageOf(answer);
  const candidates = answer.choices.map((choice, index) => {
    const thoughts = choice.reasoning.length > 0 ? [{ text: choice.reasoning.join(''), thought: true }] : [];
    const text = choice.text.length > 0 ? [{ text: choice.text.join('') }] : [];
    const parts = [...thoughts, ...text, ...choice.toolCalls.map(callPart)];
    return { content: { parts, role: 'model' }, finishReason: finishReasons[choice.finish], index };
  });
  return piece(
    `${JSON.stringify({ candidates, usageMetadata, ...responseOf(ask, answer) }, null, 2)}\n`,
    usageMetadata,
  );
};

/** The events of a stream: a part each, usage in all of them, and no end marker. */
export function* googleEvents(ask: Ask, answer: Answer): Generator<Piece> {
  const usageMetadata = usageOf(answer);
  const event = (candidate: JsonObject, isLast: boolean): Piece => {
    const chunk = { candidates: [candidate], usageMetadata, ...responseOf(ask, answer) };
    return piece(`data: ${JSON.stringify(chunk)}\r\n\r\n`, isLast ? usageMetadata : undefined);
  };
  for (const [index, choice] of answer.choices.entries()) {
    for (const part of partsOf(choice)) yield event({ content: { parts: [part], role: 'model' }, index }, false);
    const ending = { content: { parts: [{ text: '' }], role: 'model' }, finishReason: finishReasons[choice.finish] };
    yield event({ ...ending, index }, index === answer.choices.length - 1);
  }
}

/** An error in the middle of a stream, as it would be the whole body; or as an event. */
export const googleErrorEvent = (_ask: Ask, _answer: Answer, form: 'bare' | 'in-chunk'): Piece => {
  const error = { error: { code: 499, message: 'The operation was cancelled.', status: 'CANCELLED' } };
  return piece(form === 'bare' ? `${JSON.stringify(error, null, 2)}\n` : `data: ${JSON.stringify(error)}\r\n\r\n`);
};
