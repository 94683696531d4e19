import type { FastifyRequest } from 'fastify';
import { callerOf } from '../http/authenticate.js';
import { refused } from '../http/refused-error.js';

const HEADER = 'x-sluice-keepalive-seconds';
const SECONDS = /^(?:0|[1-9]\d{0,3})$/;

/**
 * After how much silence a stream is kept alive, in milliseconds: as its caller says, for clients that trip over comments,
 * else as its key has it, else by the setting. Undefined where never. @throws RefusalError `invalid_request`.
 */
export function keepAliveOf(request: FastifyRequest, keepAliveMs: number): number | undefined {
  const given = request.headers[HEADER];
  if (given === undefined) {
    const { keepAliveSeconds } = callerOf(request);
    return keepAliveSeconds === undefined ? keepAliveMs : inMilliseconds(keepAliveSeconds);
  }
  if (typeof given === 'string' && SECONDS.test(given)) return inMilliseconds(Number(given));
  const message = `The header '${HEADER}' must be whole seconds up to 9999, or 0 for none.`;
  throw refused('invalid_request', message, { param: HEADER });
}

function inMilliseconds(seconds: number): number | undefined {
  return seconds === 0 ? undefined : seconds * 1_000;
}
