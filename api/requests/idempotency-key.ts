import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../workflows/contracts/ports.js';
import { refused } from '../http/refused-error.js';
import type { CallerKey } from './execution.js';

const IDEMPOTENCY_KEY = /^[\x20-\x7e]{1,255}$/;

/**
 * The caller's `Idempotency-Key`, where one came. An answer that is stored besides is held for the longer of the two times.
 * Throws `invalid_idempotency_key`.
 */
export function callerKeyOf(
  request: FastifyRequest,
  { answerHoldMs }: Caller,
  storedMs: number | undefined,
): CallerKey | undefined {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return undefined;
  if (typeof header !== 'string' || !IDEMPOTENCY_KEY.test(header)) throw refused('invalid_idempotency_key');
  const { bodyText: body = '' } = request;
  // Compared once; an answer may take minutes, and megabytes should not wait for it.
  request.bodyText = undefined;
  return { idempotencyKey: header, body, answerHoldMs: Math.max(answerHoldMs, storedMs ?? 0) };
}
