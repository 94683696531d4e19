import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { ProviderFailure } from '../../port.js';
import type { BatchedRequest } from '../../vendor-batches.js';

/** Longer than any word of the vendor's for a parameter (https://docs.voyageai.com/reference/embeddings-api). */
const LONGEST_WORD = 32;

/**
 * A request in two parts: its inputs, which are its line, and the parameters that all lines of a batch have in common, which are kept with
 * the address. @throws ProviderFailure where a parameter is none of the vendor's, so that it goes by itself and is refused for it.
 */
export function toSharedRequest({ endpoint, body, counts }: BatchedRequest): BatchedRequest {
  const { input = null, ...parameters } = body;
  // In one order, whatever the caller's was.
  const shared = Object.fromEntries(Object.entries(parameters).toSorted(([one], [other]) => (one < other ? -1 : 1)));
  if (!Object.values(shared).every(isPlain)) {
    const message = 'A parameter of the request is none that a batch could have.';
    throw new ProviderFailure({ class: 'model_not_found' }, { message });
  }
  return {
    ...{ endpoint: `${endpoint} ${JSON.stringify(shared)}`, body: { input } },
    ...(counts !== undefined && { counts }),
  };
}

/** What is said of a batch as a whole. */
export function fromSharedRequest(text: string): { readonly endpoint: string; readonly request_params: JsonObject } {
  const at = text.indexOf(' ');
  return { endpoint: text.slice(0, at), request_params: JSON.parse(text.slice(at + 1)) as JsonObject };
}

/** What is kept of a request beside its content must not be content itself. */
function isPlain(value: Json | undefined): boolean {
  if (typeof value === 'string') return value.length <= LONGEST_WORD;
  return typeof value === 'number' || typeof value === 'boolean';
}
