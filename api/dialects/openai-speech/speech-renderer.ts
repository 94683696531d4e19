import type { Frame, Warning } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { SpeechCall } from '../../../workflows/contracts/media-calls.js';
import type { AnswerSummary, ReplyEvent } from '../../../workflows/contracts/reply.js';
import { inputTokensOf, tokensOf } from '../../../workflows/domain/price-list.js';
import type { AnswerRenderer, BytesStep, StreamStep } from '../../requests/answer-renderer.js';
import { costOf, eventsOf } from '../shared/media-renderer.js';
import { renderFailed } from '../shared/render-openai-error.js';

const TYPE_UNKNOWN = 'application/octet-stream';

/** Speech as OpenAI's specification has it: bare bytes as they come, or `speech.audio.delta` and `.done`. */
export function createSpeechRenderer({ streamFormat }: Pick<SpeechCall, 'streamFormat'>): AnswerRenderer {
  return {
    // What is asked for again as a whole is a sound as well.
    plain: () => ({}),
    raw: (frames) => ({ contentType: typeOf(frames) ?? TYPE_UNKNOWN, body: Buffer.concat(frames.flatMap(piecesOf)) }),
    ...(streamFormat === 'audio' && { bytes: renderBytes }),
    stream: renderEvents,
    error: renderFailed,
    framing: { endMarker: '' },
  };
}

function renderBytes(): (frame: Frame) => BytesStep {
  const warnings: Warning[] = [];
  let contentType = TYPE_UNKNOWN;
  return (frame) => {
    warnings.push(...eventsOf([frame], 'warning').map(({ warning }) => warning));
    contentType = typeOf([frame]) ?? contentType;
    return { bytes: piecesOf(frame), contentType, warnings };
  };
}

function renderEvents(): (event: ReplyEvent) => StreamStep {
  const warnings: JsonObject[] = [];
  return (event) => {
    switch (event.type) {
      case 'frame': {
        warnings.push(...eventsOf([event.frame], 'warning').map(({ warning }) => ({ ...warning })));
        const pieces = eventsOf([event.frame], 'speech-delta');
        return { chunks: pieces.map(({ data }) => ({ type: 'speech.audio.delta', audio: data })), end: 'open' };
      }
      case 'answered':
        return { chunks: [{ ...doneOf(event.summary), ...(warnings.length > 0 && { warnings }) }], end: 'done' };
      case 'failed':
      case 'refused':
        return { chunks: [renderFailed(event).body], end: 'failed' };
    }
  };
}

/** Tokens are 0 where the vendor charges by something else, because the specification asks for numbers. */
function doneOf(summary: AnswerSummary): JsonObject {
  const { units } = summary.usage;
  const input = inputTokensOf(units);
  const total = tokensOf(units);
  return {
    type: 'speech.audio.done',
    usage: {
      input_tokens: input,
      output_tokens: total - input,
      total_tokens: total,
      ...(units.characters !== undefined && { characters: units.characters }),
      ...costOf(summary),
    },
  };
}

function piecesOf(frame: Frame): readonly Uint8Array[] {
  return eventsOf([frame], 'speech-delta').map(({ data }) => Buffer.from(data, 'base64'));
}

function typeOf(frames: readonly Frame[]): string | undefined {
  return eventsOf(frames, 'speech-delta').find(({ mediaType }) => mediaType !== undefined)?.mediaType;
}
