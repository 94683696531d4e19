import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { ByteRange } from '../../workflows/contracts/objects.js';

const frameBytes = 64 * 1024;
const tagBytes = 16;
const sealedFrameBytes = frameBytes + tagBytes;

/**
 * A stream under AES-256-GCM in frames of 64 KiB, so that it can be sealed without being held, and read from the middle. A
 * frame's nonce is its number and whether it is the last one (the STREAM construction of Hoang, Reyhanitabar, Rogaway and
 * Vizár, 2015), so that frames can be neither dropped, exchanged nor cut off at the end unseen. The key must seal nothing else.
 */
export async function* sealFrames(
  key: Buffer,
  context: string,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  let number = 0;
  for await (const { frame, isLast } of cutIntoFrames(bytes)) {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(number, isLast));
    cipher.setAAD(Buffer.from(context));
    yield Buffer.concat([cipher.update(frame), cipher.final(), cipher.getAuthTag()]);
    number += 1;
  }
}

/** Which bytes of the sealed stream hold this range of the plain one, which is `totalBytes` long. */
export function sealedRange({ start, end }: ByteRange, totalBytes: number): ByteRange {
  const last = Math.min(frameOf(end), frameOf(totalBytes - 1));
  const sealedTotal = totalBytes + (frameOf(totalBytes - 1) + 1) * tagBytes;
  return { start: frameOf(start) * sealedFrameBytes, end: Math.min((last + 1) * sealedFrameBytes, sealedTotal) - 1 };
}

/**
 * The plain bytes of `range`, from the sealed bytes of `sealedRange`.
 * @throws where the key, the context, the order or a byte differs, and where anything is missing.
 */
export async function* openFrames(
  key: Buffer,
  context: string,
  { range, totalBytes }: { readonly range: ByteRange; readonly totalBytes: number },
  sealed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  const [first, last] = [frameOf(range.start), frameOf(range.end)];
  let number = first;
  for await (const { frame } of cutIntoFrames(sealed, sealedFrameBytes)) {
    const plain = openFrame(key, context, nonceOf(number, number === frameOf(totalBytes - 1)), frame);
    const offset = number * frameBytes;
    yield plain.subarray(Math.max(range.start - offset, 0), Math.max(range.end + 1 - offset, 0));
    number += 1;
  }
  if (number !== last + 1) throw new Error('a sealed object is shorter than it was');
}

function openFrame(key: Buffer, context: string, nonce: Buffer, sealed: Buffer): Buffer {
  const body = sealed.subarray(0, -tagBytes);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  return Buffer.concat([decipher.update(body), decipher.final()]);
}

function frameOf(offset: number): number {
  return Math.floor(offset / frameBytes);
}

function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(number, 7);
  nonce.writeUInt8(isLast ? 1 : 0, 11);
  return nonce;
}

/** The same bytes in pieces of one size, but for the last one. A piece is kept back until it is known whether more comes. */
async function* cutIntoFrames(
  bytes: AsyncIterable<Uint8Array>,
  size = frameBytes,
): AsyncGenerator<{ readonly frame: Buffer; readonly isLast: boolean }> {
  let frame = Buffer.allocUnsafe(size);
  let filled = 0;
  for await (const piece of bytes) {
    for (let taken = 0; taken < piece.length;) {
      if (filled === size) {
        yield { frame, isLast: false };
        frame = Buffer.allocUnsafe(size);
        filled = 0;
      }
      const count = Math.min(size - filled, piece.length - taken);
      frame.set(piece.subarray(taken, taken + count), filled);
      filled += count;
      taken += count;
    }
  }
  if (filled > 0) yield { frame: frame.subarray(0, filled), isLast: true };
}
