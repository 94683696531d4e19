import type { Json } from '../../../workflows/contracts/json.js';
import type { AwsStreamMessage } from '../aws-event-stream.js';
import { classifyErrorEvent } from '../classify-failure.js';
import type { VendorResponse } from '../http.js';
import { ProviderFailure } from '../port.js';

export function isAwsEventStream({ headers }: VendorResponse): boolean {
  return (headers['content-type'] ?? '').toLowerCase().startsWith('application/vnd.amazon.eventstream');
}

/** Why a stream ended that had begun: its exception's name says it, the payload has the words. */
export function toStreamFailure({ name, text }: AwsStreamMessage): ProviderFailure {
  const { failure, detail } = classifyErrorEvent({ error: { code: name, ...wordsOf(text) } });
  return new ProviderFailure(failure, detail);
}

function wordsOf(text: string): { readonly message?: string } {
  try {
    const value = JSON.parse(text) as Json;
    const message = typeof value === 'object' && value !== null && 'message' in value ? value.message : undefined;
    return typeof message === 'string' ? { message } : {};
  } catch {
    // An `error` message has its words as they are.
    return text === '' ? {} : { message: text };
  }
}
