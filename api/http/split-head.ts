export interface SplitStream {
  /** All that came, where `rest` is absent; else the first of it, more than what was asked for. */
  readonly head: Buffer;
  readonly rest?: AsyncIterable<Uint8Array>;
}

/** Reads a stream until it is over, or has given more than `bytes`; what follows comes as it is read. */
export async function splitHead(stream: AsyncIterable<Uint8Array>, bytes: number): Promise<SplitStream> {
  const source = stream[Symbol.asyncIterator]();
  const pieces: Uint8Array[] = [];
  for (let length = 0; length <= bytes;) {
    const next = await source.next();
    if (next.done === true) return { head: Buffer.concat(pieces) };
    pieces.push(next.value);
    length += next.value.length;
  }
  return { head: Buffer.concat(pieces), rest: { [Symbol.asyncIterator]: () => source } };
}
