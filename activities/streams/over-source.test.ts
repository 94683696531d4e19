import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { overSource } from './over-source.js';

async function* upperCase(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const piece of source) yield Buffer.from(piece.toString().toUpperCase());
}

function opened(): Readable {
  return Readable.from([Buffer.from('a'), Buffer.from('b')], { objectMode: false });
}

const closed = (stream: Readable): Promise<unknown> => new Promise((resolve) => stream.once('close', resolve));

describe('pieces over a source', () => {
  it('are all of them', async () => {
    const source = opened();
    expect(await text(overSource(upperCase(source), source))).toBe('AB');
    expect(source.destroyed).toBe(true);
  });

  it('let go of it where nobody has begun to read, which a generator alone does not', async () => {
    const [source, left] = [opened(), opened()];
    const reader = Readable.from(overSource(upperCase(source), source), { objectMode: false });
    const careless = Readable.from(upperCase(left), { objectMode: false });
    const ends = [closed(reader), closed(careless)];
    reader.destroy();
    careless.destroy();
    await Promise.all(ends);
    expect([source.destroyed, left.destroyed]).toEqual([true, false]);
  });

  it('let go of it in the middle, and through more than one layer', async () => {
    const [begun, unbegun] = [opened(), opened()];
    for await (const _ of overSource(upperCase(begun), begun)) break;
    const inner = overSource(upperCase(unbegun), unbegun);
    await overSource(upperCase(inner as AsyncIterable<Buffer>), inner).return?.();
    expect([begun.destroyed, unbegun.destroyed]).toEqual([true, true]);
  });

  it('tell of a source that broke off before it was read to whoever reads it', async () => {
    const source = new Readable({ read: () => undefined });
    const pieces = overSource(upperCase(source), source);
    const ended = closed(source);
    source.destroy(new Error('gone'));
    await ended;
    await expect(pieces.next()).rejects.toThrow('gone');
  });

  it('are not held by a source that gives nothing', async () => {
    const silent = new Readable({ read: () => undefined });
    const pieces = overSource(upperCase(silent), silent);
    const waiting = pieces.next().catch((error: unknown) => (error as { readonly code?: unknown }).code);
    await sleep(1);
    await pieces.return?.();
    expect(await waiting).toBe('ERR_STREAM_PREMATURE_CLOSE');
  });
});
