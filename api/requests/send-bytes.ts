import type { FastifyReply } from 'fastify';
import type { Log } from '../dependencies.js';
import { type ByteStream, createByteStream } from '../http/byte-stream.js';
import type { CallerConnection } from '../http/caller-connection.js';
import { sendError } from '../http/rendered-error.js';
import { errorFields } from '../http/to-refusal.js';
import { answerHeaders } from './answer-headers.js';
import { type AnswerRenderer, type BytesStep, type FailedEvent, isTerminal } from './answer-renderer.js';
import type { Execution } from './execution.js';

export interface BytesOptions {
  readonly slowReaderMs: number;
  readonly log: Log;
}

/**
 * Sends the bytes of an answer as they come, no faster than the caller reads. What fails before the first byte is answered as a
 * plain error with its status; later the connection is broken, because a clean end would tell that the answer is whole.
 */
export async function sendBytes(
  execution: Execution,
  caller: CallerConnection,
  reply: FastifyReply,
  renderer: AnswerRenderer,
  { slowReaderMs, log }: BytesOptions,
): Promise<void> {
  caller.onGone(() => execution.leave());
  reply.header('x-request-id', execution.requestId);
  const stream = createByteStream(reply, slowReaderMs);
  try {
    const failed = await pump(execution, stream, renderer);
    if (failed === undefined) return;
    sendError(reply, renderer.error(failed), answerHeaders(failed.type === 'failed' ? failed.summary : undefined));
  } catch (error) {
    if (!stream.begun) throw error;
    log.error({ requestId: execution.requestId, ...errorFields(error) }, 'a stream broke off');
    stream.breakOff();
  } finally {
    execution.leave();
  }
}

/** Gives the event that ended the reply where not a byte has gone out and the answer is to be an error. */
async function pump(
  execution: Execution,
  stream: ByteStream,
  renderer: AnswerRenderer,
): Promise<FailedEvent | undefined> {
  const step = renderer.bytes?.();
  for await (const event of execution.events) {
    if (!isTerminal(event)) {
      const taken = step === undefined || (await writeStep(stream, step(event.frame)));
      if (taken) continue;
      stream.breakOff();
      return undefined;
    }
    if (event.type === 'answered') {
      stream.end();
      return undefined;
    }
    if (!stream.begun) return event;
    stream.breakOff();
    return undefined;
  }
  return undefined;
}

async function writeStep(stream: ByteStream, { bytes, contentType, warnings }: BytesStep): Promise<boolean> {
  const headers = {
    'content-type': contentType,
    ...(warnings.length > 0 && { 'x-sluice-warnings': JSON.stringify(warnings) }),
  };
  for (const piece of bytes) {
    if (!(await stream.write(piece, headers))) return false;
  }
  return true;
}
