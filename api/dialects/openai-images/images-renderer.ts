import type { AnswerEvent, Frame } from '../../../workflows/contracts/answer.js';
import type { MediaSource } from '../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerSummary } from '../../../workflows/contracts/reply.js';
import { secondsOfRequestId } from '../../request-id.js';
import type { AnswerRenderer } from '../../requests/answer-renderer.js';
import { asObject } from '../shared/json-fields.js';
import { costOf, createMediaRenderer, eventsOf, warningsOf, writtenAnswer } from '../shared/media-renderer.js';
import { formatWord, type ImagesRendering, renderUsage } from './image-parts.js';
import { createImagesStream } from './images-stream.js';
import { toSeconds } from '../../seconds.js';

/** `ImagesResponse` and the events of streams of OpenAI's specification, with `usage.cost` in USD. */
export function createImagesRenderer(rendering: ImagesRendering): AnswerRenderer {
  return {
    ...createMediaRenderer((frames, summary) => renderImages(frames, summary, rendering)),
    stream: () => createImagesStream(rendering),
    framing: { endMarker: '', eventName: ({ type }) => (typeof type === 'string' ? type : undefined) },
  };
}

function renderImages(frames: readonly Frame[], summary: AnswerSummary, rendering: ImagesRendering): JsonObject {
  const body = writtenAnswer(frames, 'openai-images') ?? canonicalAnswer(frames, summary, rendering);
  return {
    ...body,
    usage: { ...renderUsage(summary), ...asObject(body['usage']), ...costOf(summary) },
    ...warningsOf(frames),
  };
}

function canonicalAnswer(
  frames: readonly Frame[],
  { usage: { delivered } }: AnswerSummary,
  { requestId }: ImagesRendering,
): JsonObject {
  const [start] = eventsOf(frames, 'start');
  const images = eventsOf(frames, 'image');
  return {
    created: start?.createdAtSeconds ?? secondsOfRequestId(requestId),
    data: images.map(renderImage),
    ...formatOf(images.map(({ source }) => source)),
    ...(delivered?.size !== undefined && { size: delivered.size }),
    ...(delivered?.quality !== undefined && { quality: delivered.quality }),
  };
}

function renderImage({ source, revisedPrompt, expiresAt }: Extract<AnswerEvent, { type: 'image' }>): JsonObject {
  return {
    ...(source.type === 'base64' && { b64_json: source.data }),
    ...(source.type === 'url' && { url: source.url }),
    ...(expiresAt !== undefined && { expires_at: toSeconds(expiresAt) }),
    ...(revisedPrompt !== undefined && { revised_prompt: revisedPrompt }),
  };
}

/** As the pictures themselves are; nothing where only the address of one is known. */
function formatOf(sources: readonly MediaSource[]): JsonObject {
  const [first] = sources;
  return first?.type === 'base64' ? { output_format: formatWord(first) } : {};
}
