import type { Frame, Warning } from '../../workflows/contracts/answer.js';
import { readHttpFailure, type VendorHttp, type VendorRequest, type VendorResponse } from './http.js';
import { toResponseNote } from './json-answer.js';
import type { MediaAttempt } from './port.js';

export interface FramesRequest extends Omit<VendorRequest, 'signal'> {
  /** What was not done as asked, told before the answer. */
  readonly warnings: readonly Warning[];
}

/**
 * One question whose answer is read as it comes, of a vendor's capability besides chat. Throws a `ProviderFailure` where the
 * vendor refuses.
 */
export async function* askFrames(
  http: VendorHttp,
  { warnings, ...request }: FramesRequest,
  { attemptKey, signal, onResponse }: Pick<MediaAttempt, 'attemptKey' | 'signal' | 'onResponse'>,
  read: (response: VendorResponse) => AsyncIterable<Frame>,
): AsyncGenerator<Frame> {
  const headers = { 'idempotency-key': attemptKey, ...request.headers };
  const response = await http.postJson({ ...request, headers, signal });
  try {
    onResponse?.(toResponseNote(response));
    if (response.status < 200 || response.status > 299) throw await readHttpFailure(response);
    if (warnings.length > 0) yield { events: warnings.map((warning) => ({ type: 'warning', warning })) };
    yield* read(response);
  } finally {
    response.discard();
  }
}
