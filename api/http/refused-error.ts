import type { GatewayRefusal } from '../../workflows/contracts/reply.js';
import type { GatewayErrorCode } from '../../workflows/domain/errors.js';

/** A request that the gateway refuses, in no dialect yet: the error handler of the route's scope puts it into words. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  /** Headers besides those that the dialect gives, names in lower case. */
  readonly headers: { readonly [name: string]: string };

  constructor(
    readonly refusal: GatewayRefusal,
    options: { readonly headers?: { readonly [name: string]: string }; readonly cause?: unknown } = {},
  ) {
    super(refusal.code, { cause: options.cause });
    this.headers = options.headers ?? {};
  }
}

/** `message` may be empty where the error table's own says it all. */
export function refused(
  code: GatewayErrorCode,
  message = '',
  more: Omit<GatewayRefusal, 'code' | 'message'> = {},
): RefusedError {
  return new RefusedError({ code, message, ...more });
}
