import { describe, expect, it } from 'vitest';
import type { StoredMedia } from '../../workflows/contracts/call.js';
import type { ObjectStore } from '../../workflows/contracts/objects.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import { openStoredOf, storePatienceMs } from './stored-files.js';
import { requestOf } from './test-requests.js';

const file: StoredMedia = { type: 'stored', id: 'input_1', bytes: 2, mediaType: 'audio/wav' };
const away = () => refuse('unavailable', '', { retryAfterMs: 1_500 });

async function* bytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('ab');
}

async function* breaking(error: Error): AsyncGenerator<Uint8Array> {
  yield Buffer.from('a');
  throw error;
}

interface Opened {
  readonly read: ObjectStore['read'];
  readonly patienceMs?: number;
  readonly stop?: AbortSignal;
}

/** The file as text, and the faults of the store that were told. */
async function open({ read, patienceMs = 60_000, stop = new AbortController().signal }: Opened) {
  const told: unknown[] = [];
  const openStored = openStoredOf(
    { read },
    { projectId: 'proj_1', patienceMs, stop, onError: (error) => told.push(error) },
  );
  const pieces: Uint8Array[] = [];
  const failure = await (async () => {
    for await (const piece of await openStored(file)) pieces.push(piece);
  })().catch((error: unknown) => error);
  return { text: Buffer.concat(pieces).toString(), failure, told };
}

describe('a file of a request', () => {
  it('is waited for while the store is away', async () => {
    let tries = 0;
    const { text, failure, told } = await open({
      read: async () => {
        tries += 1;
        if (tries < 3) throw away();
        return bytes();
      },
    });
    expect([text, failure, told, tries]).toEqual(['ab', undefined, [], 3]);
  });

  it('of a store that is away for longer fails in a way that passes, as long as the store asks to wait', async () => {
    const { failure, told } = await open({ read: () => Promise.reject(away()), patienceMs: 60 });
    expect(failure).toMatchObject({ failure: { class: 'store_unavailable', retryAfterMs: 1_500 } });
    expect(told).toHaveLength(1);
  });

  it('that breaks off with its store while it is read fails in the same way', async () => {
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    const { failure } = await open({ read: async () => breaking(reset) });
    expect(failure).toMatchObject({ failure: { class: 'store_unavailable' } });
  });

  it('is not waited for once nobody wants it any more, and nobody is told of the store then', async () => {
    const left = new AbortController();
    const read = (): Promise<never> => {
      left.abort();
      return Promise.reject(away());
    };
    const { failure, told } = await open({ read, stop: left.signal });
    expect(failure).toMatchObject({ failure: { class: 'cancelled' } });
    expect(told).toEqual([]);
  });

  it.each([
    ['is gone', async () => undefined, 'content_gone'],
    ['meets a fault of ours', () => Promise.reject(new TypeError('a bug')), 'internal'],
  ])('that %s is asked for once', async (_, read: ObjectStore['read'], expected) => {
    let tries = 0;
    const { failure } = await open({
      read: (...asked) => {
        tries += 1;
        return read(...asked);
      },
    });
    expect([tries, failure]).toEqual([1, expect.objectContaining({ failure: { class: expected } })]);
  });
});

it('may take half of what the deadlines leave, and less of a time for which somebody holds a connection', () => {
  const deadlines = { firstTokenMs: 10_000, totalMs: 600_000, slowReaderMs: 1 };
  const waits = [
    storePatienceMs(requestOf({ deadlines, stream: false })),
    storePatienceMs(requestOf({ deadlines, stream: true })),
    storePatienceMs(requestOf({ deadlines, stream: false }), 3_000),
    storePatienceMs(requestOf({ deadlines, stream: false, lane: 'job' })),
  ];
  expect(waits).toEqual([20_000, 5_000, 1_500, 300_000]);
});
