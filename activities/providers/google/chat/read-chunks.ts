import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { readServerSentEvents } from '../../http.js';
import type { VendorResponse } from '../../http.js';
import { badResponse, isEventStream, isPlainJson, parseVendorEvent, parseVendorJson } from '../../json-answer.js';
import { asObject, isArray } from '../../json-fields.js';

/**
 * The chunks of a streamed answer. A server that passes over `alt=sse` writes one JSON list; one that fails in the middle
 * writes its error, as it would be the whole answer, into the body of events. Throws `bad_response` for anything else.
 */
export async function* readChunks(response: VendorResponse): AsyncGenerator<JsonObject> {
  if (isPlainJson(response)) {
    yield* toChunks(parseVendorJson(await response.readText()));
    return;
  }
  if (!isEventStream(response)) throw badResponse('The vendor answered with something that is no event stream.');
  const bare: Uint8Array[] = [];
  for await (const { data } of readServerSentEvents(withoutBareJson(response.stream, bare)))
    yield parseVendorEvent(data);
  if (bare.length > 0) yield* toChunks(parseVendorJson(new TextDecoder().decode(Buffer.concat(bare))));
}

function toChunks(value: Json): readonly JsonObject[] {
  const chunks = (isArray(value) ? value : [value]).map((item) => asObject(item));
  if (chunks.every((chunk) => chunk !== undefined)) return chunks;
  throw badResponse('The vendor sent a list of something that is no JSON object.');
}

/** The line feeds and the signs that JSON begins with; no line of an event stream begins with either. */
const [LINE_FEED, CARRIAGE_RETURN, BRACE, BRACKET] = [0x0a, 0x0d, 0x7b, 0x5b];
const MAX_BARE_BYTES = 16 * 1024 * 1024;

/** The bytes up to a line that begins with JSON; that line and all after it go to `bare`. */
async function* withoutBareJson(stream: AsyncIterable<Uint8Array>, bare: Uint8Array[]): AsyncGenerator<Uint8Array> {
  let atLineStart = true;
  let size = 0;
  for await (const bytes of stream) {
    const start = bare.length > 0 ? 0 : findBareJson(bytes, atLineStart);
    if (start > 0) yield bytes.subarray(0, start);
    if (start < bytes.length) bare.push(bytes.subarray(start));
    size += bytes.length - start;
    if (size > MAX_BARE_BYTES) throw badResponse('An event of the vendor is too long.');
    atLineStart = endsLine(bytes.at(-1), atLineStart);
  }
}

function findBareJson(bytes: Uint8Array, atLineStart: boolean): number {
  let fresh = atLineStart;
  for (const [index, byte] of bytes.entries()) {
    if (fresh && (byte === BRACE || byte === BRACKET)) return index;
    fresh = byte === LINE_FEED || byte === CARRIAGE_RETURN;
  }
  return bytes.length;
}

function endsLine(last: number | undefined, before: boolean): boolean {
  return last === undefined ? before : last === LINE_FEED || last === CARRIAGE_RETURN;
}
