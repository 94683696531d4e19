import type { AnswerEvent, Frame } from '../../../workflows/contracts/answer.js';
import type { MediaDialect } from '../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerSummary } from '../../../workflows/contracts/reply.js';
import type { AnswerRenderer } from '../../requests/answer-renderer.js';
import { toCost } from './cost.js';
import { renderFailed } from './render-openai-error.js';

type Of<T extends AnswerEvent['type']> = Extract<AnswerEvent, { type: T }>;

/** Answers of what is never streamed, with errors as OpenAI tells them. */
export function createMediaRenderer(
  plain: (frames: readonly Frame[], summary: AnswerSummary) => JsonObject,
): AnswerRenderer {
  return {
    plain,
    error: renderFailed,
    stream: () => () => ({ chunks: [], end: 'done' }),
    framing: { endMarker: '' },
  };
}

/** The events of one type, in order. */
export function eventsOf<T extends AnswerEvent['type']>(frames: readonly Frame[], type: T): readonly Of<T>[] {
  return frames.flatMap(({ events }) => events.filter((event): event is Of<T> => event.type === type));
}

/** The vendor's own plain answer, where the vendor speaks this dialect: its unknown fields are the caller's too. */
export function writtenAnswer(frames: readonly Frame[], dialect: MediaDialect): JsonObject | undefined {
  return frames.find(({ wire }) => wire?.dialect === dialect && !wire.streamed)?.wire?.body;
}

/** What every answer says beside the specification's fields: what was not done as asked. */
export function warningsOf(frames: readonly Frame[]): JsonObject {
  const told = eventsOf(frames, 'warning').map(({ warning }) => ({ ...warning }));
  return told.length > 0 ? { warnings: told } : {};
}

/** What the caller pays, in USD, beside the vendor's own counts. */
export function costOf(summary: AnswerSummary): JsonObject {
  return { cost: toCost(summary.chargeNanoUsd) };
}
