import { crc32 } from 'node:zlib';
import type { EventStreamCodec } from '@smithy/eventstream-codec';
import { ProviderFailure } from './port.js';

/** One message of a stream, by what it says of itself. */
export interface AwsStreamMessage {
  /** `event`: a step of the answer; `exception` and `error`: why there are no more of them. */
  readonly kind: 'event' | 'exception' | 'error';
  /** `:event-type`, `:exception-type` or `:error-code`. */
  readonly name: string;
  /** The payload; of an `error`, which has none, its message. */
  readonly text: string;
}

export interface AwsEventStreamOptions {
  /** Most bytes of one message; a longer one is `bad_response`. */
  readonly maxMessageBytes?: number;
}

/** The total length and that of the headers, four bytes each, and four of a checksum over both. */
const PRELUDE_BYTES = 12;
/** A message without headers and payload: the prelude, and a checksum over all. */
const LEAST_BYTES = 16;

/**
 * The messages of an `application/vnd.amazon.eventstream` body (https://smithy.io/2.0/aws/amazon-eventstream.html), whose
 * bytes may be cut anywhere. Throws `bad_response` for a length or checksum that is wrong, and `cut` where the bytes end
 * within a message; where they end between two, that was the end, and whether of the answer is for the adapter to say.
 */
export async function* readAwsEventStream(
  stream: AsyncIterable<Uint8Array>,
  { maxMessageBytes = 16 * 1024 * 1024 }: AwsEventStreamOptions = {},
): AsyncGenerator<AwsStreamMessage> {
  const codec = await createCodec();
  let pieces: Uint8Array[] = [];
  let size = 0;
  let needed = PRELUDE_BYTES;
  for await (const piece of stream) {
    pieces.push(piece);
    size += piece.byteLength;
    // Joined only when a message may be whole, so that a long one in small pieces is not copied with each.
    while (size >= needed) {
      const bytes = Buffer.concat(pieces);
      const length = needed === PRELUDE_BYTES ? readLength(bytes, maxMessageBytes) : needed;
      pieces = [bytes];
      needed = length;
      if (size < length) break;
      yield decode(codec, bytes.subarray(0, length));
      pieces = [bytes.subarray(length)];
      size -= length;
      needed = PRELUDE_BYTES;
    }
  }
  if (size > 0) throw new ProviderFailure({ class: 'cut' }, { message: "The vendor's answer broke off in a message." });
}

/** Loaded with the first stream, as most gateways read none. */
async function createCodec(): Promise<EventStreamCodec> {
  const [{ EventStreamCodec: Codec }, { fromUtf8, toUtf8 }] = await Promise.all([
    import('@smithy/eventstream-codec'),
    import('@smithy/util-utf8'),
  ]);
  return new Codec(toUtf8, fromUtf8);
}

/** The prelude has a checksum of its own, so that no length is trusted that the wire has changed. */
function readLength(bytes: Buffer, maxMessageBytes: number): number {
  if (crc32(bytes.subarray(0, 8)) !== bytes.readUInt32BE(8)) throw badResponse("A message's length is corrupt.");
  const length = bytes.readUInt32BE(0);
  if (length < LEAST_BYTES) throw badResponse('A message of the vendor is too short to be one.');
  if (length > maxMessageBytes) throw badResponse('A message of the vendor is too long.');
  return length;
}

function decode(codec: EventStreamCodec, bytes: Uint8Array): AwsStreamMessage {
  const { headers, body } = decodeBytes(codec, bytes);
  const header = (name: string): string => {
    const value = headers[name]?.value;
    return typeof value === 'string' ? value : '';
  };
  switch (header(':message-type')) {
    case 'event':
      return { kind: 'event', name: header(':event-type'), text: toText(body) };
    case 'exception':
      return { kind: 'exception', name: header(':exception-type'), text: toText(body) };
    case 'error':
      return { kind: 'error', name: header(':error-code'), text: header(':error-message') };
    default:
      throw badResponse('A message of the vendor does not say what it is.');
  }
}

function decodeBytes(codec: EventStreamCodec, bytes: Uint8Array): ReturnType<EventStreamCodec['decode']> {
  try {
    return codec.decode(bytes);
  } catch {
    // A wrong checksum, headers of no known type, or ones that run past their end.
    throw badResponse('A message of the vendor is corrupt.');
  }
}

function toText(body: Uint8Array): string {
  return new TextDecoder().decode(body);
}

function badResponse(message: string): ProviderFailure {
  return new ProviderFailure({ class: 'bad_response' }, { message });
}
