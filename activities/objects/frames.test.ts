import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openFrames, sealedRange, sealFrames } from './frames.js';

const key = randomBytes(32);
const frame = 65_536;
const sizes = [1, frame - 1, frame, frame + 1, 3 * frame, 3 * frame + 17];

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function join(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}
const sealed = (plain: Buffer, size = 1_000): Promise<Buffer> => join(sealFrames(key, 'a', inPieces(plain, size)));

function open(bytes: Buffer, total: number, range = { start: 0, end: total - 1 }, context = 'a'): Promise<Buffer> {
  return join(openFrames(key, context, { range, totalBytes: total }, inPieces(bytes, 7_777)));
}

describe('sealed frames', () => {
  it.each(sizes)('give back %i bytes, however they were cut', async (size) => {
    const plain = randomBytes(size);
    for (const piece of [1_000, frame, 10 * frame]) {
      expect((await open(await sealed(plain, piece), size)).equals(plain)).toBe(true);
    }
  });

  it.each(sizes)('are as long as their range says, of %i bytes', async (size) => {
    expect(sealedRange({ start: 0, end: size - 1 }, size)).toEqual({
      start: 0,
      end: (await sealed(randomBytes(size))).length - 1,
    });
  });

  it.each([
    [0, 0],
    [frame - 1, frame],
    [frame, 2 * frame - 1],
    [2 * frame + 5, 3 * frame + 16],
    [3 * frame + 16, 3 * frame + 16],
  ])('are read from byte %i to byte %i', async (start, end) => {
    const plain = randomBytes(3 * frame + 17);
    const bytes = await sealed(plain);
    const part = sealedRange({ start, end }, plain.length);
    const read = await open(bytes.subarray(part.start, part.end + 1), plain.length, { start, end });
    expect(read.equals(plain.subarray(start, end + 1))).toBe(true);
  });

  it('do not open with a frame cut off, exchanged or changed, nor as another object', async () => {
    const plain = randomBytes(2 * frame + 10);
    const bytes = await sealed(plain);
    const one = frame + 16;
    const changed = Buffer.from(bytes);
    changed[70_000] = (changed[70_000] ?? 0) ^ 1;
    const exchanged = Buffer.concat([bytes.subarray(one, 2 * one), bytes.subarray(0, one), bytes.subarray(2 * one)]);
    const cut = bytes.subarray(0, 2 * one);
    for (const wrong of [changed, exchanged, cut]) await expect(open(wrong, plain.length)).rejects.toThrow();
    // Even for whoever is told that it is shorter.
    await expect(open(cut, 2 * frame)).rejects.toThrow();
    await expect(open(bytes, plain.length, undefined, 'b')).rejects.toThrow();
  });
});
