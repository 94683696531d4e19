import type { FastifyRequest } from 'fastify';
import { refused } from '../http/refused-error.js';

const HEADER = 'x-sluice-keepalive-seconds';
const SECONDS = /^(?:0|[1-9]\d{0,3})$/;

/**
 * After how much silence a stream is kept alive, in milliseconds: as its caller says, for clients that trip over comments,
 * else by the setting. Undefined where never. @throws RefusalError `invalid_request`.
 */
export function keepAliveOf({ headers }: FastifyRequest, keepAliveMs: number): number | undefined {
  const given = headers[HEADER];
  if (given === undefined) return keepAliveMs;
  if (typeof given === 'string' && SECONDS.test(given)) return given === '0' ? undefined : Number(given) * 1_000;
  const message = `The header '${HEADER}' must be whole seconds up to 9999, or 0 for none.`;
  throw refused('invalid_request', message, { param: HEADER });
}
