import type { FastifyReply } from 'fastify';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Log } from '../dependencies.js';
import type { CallerConnection } from '../http/caller-connection.js';
import { createEventStream, type EventStream, type EventStreamOptions } from '../http/event-stream.js';
import { sendError } from '../http/rendered-error.js';
import { errorFields } from '../http/to-refusal.js';
import { answerHeaders } from './answer-headers.js';
import {
  type AnswerRenderer,
  type FailedEvent,
  isTerminal,
  type StreamFraming,
  type StreamStep,
} from './answer-renderer.js';
import { type ChunkPosition, isAfter, placeOf, renderEventId } from './event-id.js';
import type { Execution } from './execution.js';

export interface StreamOptions extends EventStreamOptions {
  /** The last chunk that the caller has, where it picks a stream up again. */
  readonly after?: ChunkPosition | undefined;
  /** What that caller has had besides. */
  readonly isKnown?: ((chunk: JsonObject) => boolean) | undefined;
  readonly log: Log;
}

/**
 * Sends an answer as it comes. The reply is read only as fast as the caller reads. What fails before the first byte is
 * answered as a plain error with its status; later, a typed error ends the stream, and never the end marker.
 */
export async function sendStream(
  execution: Execution,
  caller: CallerConnection,
  reply: FastifyReply,
  renderer: AnswerRenderer,
  options: StreamOptions,
): Promise<void> {
  caller.onGone(() => execution.leave());
  reply.header('x-request-id', execution.requestId);
  const { framing } = renderer;
  const stream = createEventStream(reply, { ...options, keepAlive: framing.keepAlive });
  const step = renderer.stream();
  try {
    const failed = await pump(execution, stream, step, framing, options);
    if (!failed) return;
    stream.abandon();
    sendError(reply, renderer.error(failed), answerHeaders(failed.type === 'failed' ? failed.summary : undefined));
  } catch (error) {
    if (!stream.begun) {
      stream.abandon();
      throw error;
    }
    options.log.error({ requestId: execution.requestId, ...errorFields(error) }, 'a stream broke off');
    const { chunks } = step({ type: 'refused', refusal: { code: 'internal_error', message: '' } });
    stream.end(chunks.map((chunk) => eventText(framing, chunk)).join(''));
  } finally {
    execution.leave();
  }
}

/** Gives the event that ended the reply where not a byte of the stream has gone out and the answer is to be an error. */
async function pump(
  execution: Execution,
  stream: EventStream,
  step: (event: Parameters<ReturnType<AnswerRenderer['stream']>>[0]) => StreamStep,
  framing: StreamFraming,
  had: Pick<StreamOptions, 'after' | 'isKnown'>,
): Promise<FailedEvent | undefined> {
  let place = { attempt: 0, sequence: -1 };
  for await (const event of execution.events) {
    const { chunks, end } = step(event);
    if (isTerminal(event) && event.type !== 'answered' && !stream.begun) return event;
    place = placeOf(event, place);
    // An error is told again to whoever comes again, so that no stream without its end looks whole.
    const text = renderChunks(
      { ...place, requestId: execution.requestId },
      chunks,
      framing,
      end === 'failed' ? {} : had,
    );
    if (end !== 'open') {
      stream.end(end === 'done' ? text + framing.endMarker : text);
      return undefined;
    }
    if (text === '' || (await stream.write(text))) continue;
    const tooSlow = step({ type: 'failed', failure: { class: 'slow_reader' }, detail: { message: '' } });
    stream.end(tooSlow.chunks.map((chunk) => eventText(framing, chunk)).join(''));
    return undefined;
  }
  return undefined;
}

function renderChunks(
  { requestId, ...place }: Omit<ChunkPosition, 'index'> & { readonly requestId: string },
  chunks: readonly JsonObject[],
  framing: StreamFraming,
  { after, isKnown }: Pick<StreamOptions, 'after' | 'isKnown'>,
): string {
  return chunks
    .map((chunk, index) => ({ chunk, position: { ...place, index } }))
    .filter(({ position }) => after === undefined || isAfter(position, after))
    .filter(({ chunk }) => isKnown?.(chunk) !== true)
    .map(({ chunk, position }) => `id: ${renderEventId(requestId, position)}\n${eventText(framing, chunk)}`)
    .join('');
}

function eventText({ eventName }: StreamFraming, chunk: JsonObject): string {
  const name = eventName?.(chunk);
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(chunk)}\n\n`;
}
