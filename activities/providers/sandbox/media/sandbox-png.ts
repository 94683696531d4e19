import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

/** A square of so many pixels is of one colour. */
const SQUARE = 32;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * A PNG (ISO/IEC 15948) of squares in two colours that its seed chooses: the same for the same seed, another for another.
 * `share` is how much of it is there already, 0 to 1; the rest is of the second colour.
 */
export function sandboxPng(seed: string, { width, height, share = 1 }: PngShape): Buffer {
  const hash = createHash('sha256').update(seed).digest();
  const rowBytes = Math.ceil(width / 8);
  const rows = Buffer.alloc((rowBytes + 1) * height);
  for (let y = 0; y < height * share; y += 1) {
    for (let x = 0; x < width; x += 8) {
      const square = Math.floor(y / SQUARE) * 31 + Math.floor(x / SQUARE) * 7;
      if (((hash[square % hash.length] ?? 0) >> (square % 8)) & 1) rows[(rowBytes + 1) * y + 1 + x / 8] = 0xff;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // One bit a pixel, by a palette.
  header.set([1, 3, 0, 0, 0], 8);
  const palette = hash.subarray(0, 6);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

export interface PngShape {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  readonly share?: number;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
