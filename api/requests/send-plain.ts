import type { FastifyReply } from 'fastify';
import { type CallerConnection, cutWhereUnread } from '../http/caller-connection.js';
import { sendError } from '../http/rendered-error.js';
import { answerHeaders } from './answer-headers.js';
import type { AnswerRenderer } from './answer-renderer.js';
import { collectAnswer } from './collect-answer.js';
import type { Execution } from './execution.js';

/** Waits for the whole answer and sends it as one body, or says why there is none. */
export async function sendPlain(
  execution: Execution,
  caller: CallerConnection,
  reply: FastifyReply,
  renderer: AnswerRenderer,
  slowReaderMs: number,
): Promise<void> {
  caller.onGone(() => execution.leave());
  reply.header('x-request-id', execution.requestId);
  const collected = await collectAnswer(execution);
  // The connection broke: there is nobody to send this to, and sending it does no harm.
  if (collected === undefined) return void reply.code(499).send();
  const { event, frames } = collected;
  cutWhereUnread(reply, slowReaderMs);
  if (event.type === 'answered') {
    reply.headers(answerHeaders(event.summary));
    const raw = renderer.raw?.(frames, event.summary);
    if (raw) return void reply.type(raw.contentType).send(raw.body);
    return void reply.send(renderer.plain(frames, event.summary));
  }
  sendError(reply, renderer.error(event), answerHeaders(event.type === 'failed' ? event.summary : undefined));
}
