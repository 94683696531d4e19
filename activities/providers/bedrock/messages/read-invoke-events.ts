import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { asText } from '../../anthropic/chat/json-fields.js';
import { readAwsEventStream } from '../../aws-event-stream.js';
import type { VendorResponse } from '../../http.js';
import { badResponse, parseVendorEvent } from '../../json-answer.js';
import { isAwsEventStream, toStreamFailure } from '../stream-failure.js';

/** The service adds its own count to the last event, which no client of Anthropic's knows. */
const METRICS = 'amazon-bedrock-invocationMetrics';

/** The events of Anthropic's stream, each in base64 within a `chunk` of InvokeModelWithResponseStream. */
export async function* readInvokeEvents(response: VendorResponse): AsyncGenerator<JsonObject> {
  if (!isAwsEventStream(response)) throw badResponse('The vendor answered with something that is no event stream.');
  for await (const message of readAwsEventStream(response.stream)) {
    if (message.kind !== 'event') throw toStreamFailure(message);
    // Kinds of events that came after this was written carry nothing of the model's.
    if (message.name !== 'chunk') continue;
    const bytes = asText(parseVendorEvent(message.text)['bytes']) ?? '';
    const { [METRICS]: _metrics, ...event } = parseVendorEvent(Buffer.from(bytes, 'base64').toString('utf8'));
    yield event;
  }
}
