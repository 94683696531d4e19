import { createHash } from 'node:crypto';
import { fileTypeFromBuffer } from 'file-type';
import type { ReadBytes } from '../../workflows/contracts/objects.js';
import { refuse } from '../../workflows/domain/refusal-error.js';

/** As much as any format needs to be told by, after file-type. */
const headBytes = 4_100;

/** A stream on its way: what it is by its first bytes, its pieces with those in front, and at its end how long it was. */
export interface CountedBytes {
  readonly sniffedType: string | undefined;
  readonly pieces: AsyncIterable<Uint8Array>;
  /** Whole only when `pieces` is at its end. */
  result(): ReadBytes;
}

/**
 * Reads the first bytes of a stream, and lets the others through, counted.
 * @throws RefusalError `empty_file`; `file_too_large` from `pieces` at the first byte beyond `maxBytes`.
 */
export async function countBytes(bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<CountedBytes> {
  const source = bytes[Symbol.asyncIterator]();
  const head = await readHead(source);
  if (head.length === 0) throw refuse('empty_file');
  const sniffedType = (await fileTypeFromBuffer(head))?.mime;
  const hash = createHash('sha256');
  let count = 0;
  const pass = (piece: Uint8Array): Uint8Array => {
    count += piece.length;
    if (count > maxBytes)
      throw refuse('file_too_large', `The file is larger than ${maxBytes} bytes. Send a smaller one.`);
    hash.update(piece);
    return piece;
  };
  return {
    sniffedType,
    pieces: passThrough(source, head, pass),
    result: () => ({
      bytes: count,
      sha256: hash.copy().digest('hex'),
      ...(sniffedType !== undefined && { sniffedType }),
    }),
  };
}

async function readHead(source: AsyncIterator<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for (let length = 0; length < headBytes;) {
    const next = await source.next();
    if (next.done === true) break;
    pieces.push(next.value);
    length += next.value.length;
  }
  return Buffer.concat(pieces);
}

async function* passThrough(
  source: AsyncIterator<Uint8Array>,
  head: Uint8Array,
  pass: (piece: Uint8Array) => Uint8Array,
): AsyncGenerator<Uint8Array> {
  try {
    yield pass(head);
    for (let next = await source.next(); next.done !== true; next = await source.next()) yield pass(next.value);
  } finally {
    // Whoever gives the bytes is told where no more of them are wanted.
    await source.return?.();
  }
}
