const NEWLINE = 0x0a;

export interface RawLine {
  /** As an editor counts them, from 1. */
  readonly number: number;
  readonly firstByte: number;
  /** Without the end of the line. */
  readonly bytes: number;
  /** Absent where the line is longer than may be held. */
  readonly content?: Buffer;
}

/** Takes a stream of bytes apart into lines, of which it holds one at a time, and none that is too long. */
export interface LineSplitter {
  /** The lines that end in this piece. */
  push(piece: Uint8Array): readonly RawLine[];
  /** What stands behind the last end of a line. */
  end(): readonly RawLine[];
}

export function createLineSplitter(maxBytes: number): LineSplitter {
  let number = 1;
  let firstByte = 0;
  let bytes = 0;
  let kept: Uint8Array[] = [];
  const take = (piece: Uint8Array): void => {
    bytes += piece.length;
    if (bytes > maxBytes) kept = [];
    // A copy, because whoever gives the pieces may write into them again.
    else if (piece.length > 0) kept.push(Buffer.from(piece));
  };
  const finish = (): RawLine => {
    const line = { number, firstByte, bytes, ...(bytes <= maxBytes && { content: Buffer.concat(kept) }) };
    number += 1;
    firstByte += bytes + 1;
    bytes = 0;
    kept = [];
    return line;
  };
  return {
    push: (piece) => {
      const lines: RawLine[] = [];
      let from = 0;
      for (let at = piece.indexOf(NEWLINE); at >= 0; at = piece.indexOf(NEWLINE, from)) {
        take(piece.subarray(from, at));
        lines.push(finish());
        from = at + 1;
      }
      take(piece.subarray(from));
      return lines;
    },
    end: () => (bytes > 0 ? [finish()] : []),
  };
}
