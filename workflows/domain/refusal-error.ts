import type { GatewayRefusal } from '../contracts/reply.js';
import type { GatewayErrorCode } from './errors.js';

/** A request that the gateway refuses, in no dialect yet; `code` is a row of the error table. */
export class RefusalError extends Error {
  override readonly name: string = 'RefusalError';

  constructor(
    readonly refusal: GatewayRefusal,
    cause?: unknown,
  ) {
    super(refusal.code, { cause });
  }
}

/** `message` may be empty where the error table's own says it all. */
export function refuse(
  code: GatewayErrorCode,
  message = '',
  more: Omit<GatewayRefusal, 'code' | 'message'> = {},
): RefusalError {
  return new RefusalError({ code, message, ...more });
}
