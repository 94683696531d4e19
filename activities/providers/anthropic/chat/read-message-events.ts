import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { readServerSentEvents } from '../../http.js';
import type { VendorResponse } from '../../http.js';
import { badResponse, isEventStream, parseVendorEvent } from '../../json-answer.js';

/** The events of Anthropic's own stream. Throws `bad_response` where it is none. */
export async function* readMessageEvents(response: VendorResponse): AsyncGenerator<JsonObject> {
  if (!isEventStream(response)) throw badResponse('The vendor answered with something that is no event stream.');
  for await (const { event, data } of readServerSentEvents(response.stream)) {
    const value = parseVendorEvent(data);
    // The data says what the event is; its name, which says it too, serves only where the data does not.
    yield value['type'] === undefined && event !== undefined ? { type: event, ...value } : value;
  }
}
