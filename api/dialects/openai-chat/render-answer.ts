import type { AnswerEvent, Frame } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerSummary } from '../../../workflows/contracts/reply.js';
import { asObject } from '../shared/json-fields.js';
import { FOREIGN_CONTENT, hasForeignContent } from './foreign-content.js';
import { mergeChunks } from './merge-chunks.js';
import { renderChoices } from './render-choices.js';
import { renderWarnings, toCompletionId, underOwnId } from './render-context.js';
import type { RenderContext } from './render-context.js';
import { renderUsage } from './render-usage.js';

export interface AnswerContext extends RenderContext {
  readonly summary: AnswerSummary;
}

/**
 * A `chat.completion` from the frames of the attempt that answered. A vendor of this dialect is shown as it wrote, so that
 * its unknown fields reach the caller; any other is rendered from canonical events. `usage.cost` is in USD.
 */
export function renderAnswer(frames: readonly Frame[], context: AnswerContext): JsonObject {
  const written = vendorAnswer(frames);
  const body = written ? underOwnId(written, context) : canonicalAnswer(frames, context);
  const told = frames
    .flatMap((frame) => frame.events)
    .flatMap((event) => (event.type === 'warning' ? [event.warning] : []));
  const warnings = frames.some(hasForeignContent) ? [...told, FOREIGN_CONTENT] : told;
  return {
    ...body,
    usage: renderUsage(context.summary, asObject(body['usage'])),
    ...(warnings.length > 0 && { warnings: renderWarnings(warnings) }),
  };
}

function vendorAnswer(frames: readonly Frame[]): JsonObject | undefined {
  const wires = frames.flatMap((frame) => (frame.wire?.dialect === 'openai-chat' ? [frame.wire] : []));
  const plain = wires.find((wire) => !wire.streamed);
  if (plain) return plain.body;
  return wires.length === 0 ? undefined : mergeChunks(wires.map((wire) => wire.body));
}

function canonicalAnswer(frames: readonly Frame[], context: AnswerContext): JsonObject {
  const start = frames.flatMap((frame) => frame.events).find((event) => event.type === 'start');
  return {
    ...canonicalHeader(start, context),
    object: 'chat.completion',
    choices: renderChoices(frames, context.legacyFunctions ?? false),
  };
}

/** The id is ours, because the vendor's is of another dialect; the model and the time are the vendor's where it told them. */
export function canonicalHeader(
  start: Extract<AnswerEvent, { type: 'start' }> | undefined,
  context: RenderContext,
): JsonObject {
  return {
    id: toCompletionId(context.requestId),
    created: start?.createdAtSeconds ?? context.createdAtSeconds,
    model: start?.vendorModel ?? context.model,
  };
}
