import type { GatewayRefusal } from '../../workflows/contracts/reply.js';
import { RefusalError } from '../../workflows/domain/refusal-error.js';

export { refuse as refused } from '../../workflows/domain/refusal-error.js';

/** A refusal with headers besides those that the dialect gives, names in lower case. */
export class RefusedError extends RefusalError {
  override readonly name = 'RefusedError';
  readonly headers: { readonly [name: string]: string };

  constructor(
    refusal: GatewayRefusal,
    options: { readonly headers?: { readonly [name: string]: string }; readonly cause?: unknown } = {},
  ) {
    super(refusal, options.cause);
    this.headers = options.headers ?? {};
  }
}
