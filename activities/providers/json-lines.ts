import type { JsonObject } from '../../workflows/contracts/json.js';
import { badResponse, parseVendorJson, requireObject } from './json-answer.js';

/** The longest line that is read: as long as a plain answer may be. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const LINE_END = 0x0a;

/** The objects of a stream of JSON lines, one held at a time. Throws `bad_response` where a line is none. */
export async function* readJsonLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<JsonObject> {
  let begun: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_END); end !== -1; end = chunk.indexOf(LINE_END, from)) {
      const line = Buffer.concat([...begun, chunk.subarray(from, end)]);
      [begun, size, from] = [[], 0, end + 1];
      yield* parsed(line);
    }
    begun.push(chunk.subarray(from));
    size += chunk.length - from;
    if (size > MAX_LINE_BYTES) throw badResponse(`The vendor sent a line of more than ${MAX_LINE_BYTES} bytes.`);
  }
  yield* parsed(Buffer.concat(begun));
}

function* parsed(line: Buffer): Generator<JsonObject> {
  const text = line.toString('utf8').trim();
  if (text !== '') yield requireObject(parseVendorJson(text));
}
