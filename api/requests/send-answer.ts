import type { FastifyReply } from 'fastify';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { AppDependencies } from '../dependencies.js';
import type { CallerConnection } from '../http/caller-connection.js';
import type { AnswerRenderer } from './answer-renderer.js';
import type { ChunkPosition } from './event-id.js';
import type { Execution } from './execution.js';
import { keepAliveOf } from './keep-alive.js';
import { sendBytes } from './send-bytes.js';
import { sendPlain } from './send-plain.js';
import { sendStream } from './send-stream.js';
import { withRoute } from './tell-route.js';

/** The reply channel cuts a slow reader by the same deadline and says why; this is for where it has nothing left to cut. */
const SLOW_READER_GRACE_MS = 1_000;

export interface SendOptions {
  readonly stream: boolean;
  /** The caller wants to be told how its request was routed: by a header and in the body. */
  readonly tellRoute?: boolean | undefined;
  readonly after?: ChunkPosition | undefined;
  /** Of a stream that is picked up again by the dialect's own numbers: what its caller has had. */
  readonly isKnown?: (chunk: JsonObject) => boolean;
}

/** Sends the answer of a request under way in the form that its caller asked for. */
export function sendAnswer(
  { settings, log, requests }: Pick<AppDependencies, 'settings' | 'log' | 'requests'>,
  asked: Execution,
  caller: CallerConnection,
  reply: FastifyReply,
  plainly: AnswerRenderer,
  { stream, after, isKnown, tellRoute }: SendOptions,
): Promise<void> {
  const { execution, renderer } =
    tellRoute === true ? withRoute(requests, asked, plainly, reply) : { execution: asked, renderer: plainly };
  const { slowReaderMs } = settings.timeouts;
  if (execution.headers) reply.headers(execution.headers);
  if (!stream) return sendPlain(execution, caller, reply, renderer, slowReaderMs);
  if (renderer.bytes) {
    return sendBytes(execution, caller, reply, renderer, { slowReaderMs: slowReaderMs + SLOW_READER_GRACE_MS, log });
  }
  return sendStream(execution, caller, reply, renderer, {
    keepAliveMs: keepAliveOf(reply.request, settings.timeouts.keepAliveMs),
    slowReaderMs: slowReaderMs + SLOW_READER_GRACE_MS,
    after,
    isKnown,
    log,
  });
}
