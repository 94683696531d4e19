import { EventStreamCodec } from '@smithy/eventstream-codec';
import { fromUtf8, toUtf8 } from '@smithy/util-utf8';
import type { Adapter } from './adapters.js';
import type { VendorAnswer } from './ask-adapter.js';
import type { VendorEvent, VendorWriting } from './vendor-event.js';

const encoder = new TextEncoder();
const codec = new EventStreamCodec(toUtf8, fromUtf8);

/** How an event stream of the web is written; a vendor may change any of it without notice. */
export interface Dress {
  readonly newline?: '\n' | '\r\n';
  /** A comment before every event, as proxies send them to keep a connection open. */
  readonly comments?: boolean;
}

export function plainAnswer({ plain }: VendorWriting): VendorAnswer {
  return { type: 'application/json', pieces: [encoder.encode(JSON.stringify(plain))] };
}

/** The stream, each event a piece of its own. */
export function streamedAnswer(events: readonly VendorEvent[], { answers }: Adapter, dress: Dress = {}): VendorAnswer {
  if (answers.framing === 'events') {
    return { type: 'text/event-stream; charset=utf-8', pieces: events.map((event) => toEvent(event, dress)) };
  }
  const toMessage = answers.framing === 'aws' ? toAwsMessage : toInvokeMessage;
  return { type: 'application/vnd.amazon.eventstream', pieces: events.map(toMessage) };
}

function toEvent({ name, data }: VendorEvent, { newline = '\n', comments = false }: Dress): Uint8Array {
  const lines = [
    ...(comments ? [': keep-alive', ''] : []),
    ...(name === undefined ? [] : [`event: ${name}`]),
    `data: ${data === '[DONE]' ? data : JSON.stringify(data)}`,
    '',
    '',
  ];
  return encoder.encode(lines.join(newline));
}

function toAwsMessage({ name = '', data }: VendorEvent): Uint8Array {
  const headers = { ':event-type': name, ':content-type': 'application/json', ':message-type': 'event' };
  const values = Object.entries(headers).map(([header, value]) => [header, { type: 'string' as const, value }]);
  return codec.encode({ headers: Object.fromEntries(values), body: encoder.encode(JSON.stringify(data)) });
}

/** InvokeModel carries another vendor's events, each in base64 and padded. */
function toInvokeMessage({ data }: VendorEvent): Uint8Array {
  const bytes = Buffer.from(JSON.stringify(data)).toString('base64');
  return toAwsMessage({ name: 'chunk', data: { bytes, p: 'abcdefgh' } });
}

/** The same bytes, each a piece of its own. */
export function singly({ type, pieces }: VendorAnswer): VendorAnswer {
  return { type, pieces: [...Buffer.concat(pieces)].map((byte) => Uint8Array.of(byte)) };
}

/** The same bytes in two pieces, cut at every place in turn. */
export function* cutInTwo({ type, pieces }: VendorAnswer): Generator<VendorAnswer> {
  const bytes = Buffer.concat(pieces);
  for (let at = 0; at <= bytes.length; at += 1) yield { type, pieces: [bytes.subarray(0, at), bytes.subarray(at)] };
}
