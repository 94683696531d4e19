import type { JsonObject } from '../../workflows/contracts/json.js';
import { classifyErrorEvent } from './classify-failure.js';
import { readServerSentEvents, type VendorResponse } from './http.js';
import { parseVendorEvent } from './json-answer.js';
import { ProviderFailure } from './port.js';

/** What one event of a vendor's stream brings. */
export type PieceStep =
  | { readonly type: 'piece'; readonly bytes: Uint8Array }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly body: JsonObject }
  | { readonly type: 'nothing' };

/** The sound of a stream of events. Throws `cut` where it ends without its last one, and what an event says went wrong. */
export async function* readEventPieces(
  response: VendorResponse,
  read: (event: JsonObject) => PieceStep | readonly PieceStep[],
): AsyncGenerator<Uint8Array> {
  for await (const { data } of readServerSentEvents(response.stream)) {
    if (data === '[DONE]') continue;
    for (const step of [read(parseVendorEvent(data))].flat()) {
      if (step.type === 'failed') {
        const { failure, detail } = classifyErrorEvent(step.body);
        throw new ProviderFailure(failure, detail);
      }
      if (step.type === 'piece') yield step.bytes;
      if (step.type === 'done') return response.release();
    }
  }
  throw new ProviderFailure({ class: 'cut' }, { message: "The vendor's sound broke off before its end." });
}
