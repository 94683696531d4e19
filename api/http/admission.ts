import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { refused, RefusedError } from './refused-error.js';

/** How long a caller who found the gateway full is asked to wait. */
const RETRY_AFTER_MS = 1_000;

/**
 * A hook that bounds the inference requests under way. It runs before the body is read, so that a refused request costs
 * next to nothing and nothing of it has been accepted.
 */
export function createAdmission(options: { readonly maxInFlight: number; readonly isDraining: () => boolean }) {
  let inFlight = 0;
  return (_request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void => {
    if (options.isDraining()) throw shuttingDown();
    if (inFlight >= options.maxInFlight) throw refused('too_many_in_flight', '', { retryAfterMs: RETRY_AFTER_MS });
    inFlight += 1;
    let held = true;
    const release = (): void => {
      if (held) inFlight -= 1;
      held = false;
    };
    // `finish` for an answer that went out, `close` for a connection that broke: either may come alone.
    reply.raw.once('finish', release).once('close', release);
    done();
  };
}

function shuttingDown(): RefusedError {
  const refusal = { code: 'shutting_down', message: '', retryAfterMs: RETRY_AFTER_MS };
  return new RefusedError(refusal, { headers: { connection: 'close' } });
}
