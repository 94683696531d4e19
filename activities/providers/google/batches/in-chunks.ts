export interface Chunk {
  readonly bytes: Uint8Array;
  /** Where it begins in the whole. */
  readonly offset: number;
  readonly isLast: boolean;
}

/** A stream in chunks of one size, one held at a time; the last may be shorter, and is empty where nothing is left for it. */
export async function* inChunks(pieces: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Chunk> {
  let held: Uint8Array[] = [];
  let [heldBytes, offset] = [0, 0];
  for await (const piece of pieces) {
    held.push(piece);
    heldBytes += piece.length;
    if (heldBytes < size) continue;
    let rest: Uint8Array = Buffer.concat(held);
    for (; rest.length >= size; rest = rest.subarray(size)) {
      yield { bytes: rest.subarray(0, size), offset, isLast: false };
      offset += size;
    }
    [held, heldBytes] = [[rest], rest.length];
  }
  yield { bytes: Buffer.concat(held), offset, isLast: true };
}
