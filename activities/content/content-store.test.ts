import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ChatCall } from '../../workflows/contracts/call.js';
import type { Call } from '../../workflows/contracts/media-calls.js';
import type { ContentRows } from './content-rows.js';
import { createContentStore } from './content-store.js';

function callOf(text: string): ChatCall {
  return {
    kind: 'chat',
    source: { dialect: 'openai-chat', body: {} },
    messages: [{ role: 'user', content: [{ type: 'text', text }] }],
    tools: [],
    choices: 1,
    stream: false,
  };
}

const stored = callOf('from the row');

/** Rows that hold one call for every request, and note what is asked of them. */
function notingRows() {
  const reads: string[] = [];
  const shared: [string, Call][] = [];
  const rows: ContentRows = {
    putInteractive: async (requestId, call) => void shared.push([requestId, call]),
    putKept: () => Promise.reject(new Error('not asked for')),
    read: async (requestId, retention) => {
      reads.push(`${requestId} ${retention}`);
      return retention === 'zdr' ? undefined : stored;
    },
    keyOf: () => Promise.reject(new Error('not asked for')),
  };
  return { rows, reads, shared };
}

describe('the content store', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('reads its memory first and asks no row', async () => {
    const { rows, reads } = notingRows();
    const store = createContentStore(rows);
    const call = callOf('from memory');
    store.hold('req_1', call);
    expect(await store.read('req_1', 'interactive')).toBe(call);
    expect(await store.read('req_1', 'zdr')).toBe(call);
    expect(reads).toEqual([]);
  });

  it('reads the row of what it does not hold, or holds no more', async () => {
    const { rows, reads } = notingRows();
    const store = createContentStore(rows);
    store.hold('req_1', callOf('from memory'));
    store.drop('req_1');
    expect(await store.read('req_1', 'kept')).toBe(stored);
    expect(await store.read('req_2', 'zdr')).toBeUndefined();
    expect(reads).toEqual(['req_1 kept', 'req_2 zdr']);
  });

  it('shares what it holds, and nothing where it holds nothing', async () => {
    const { rows, shared } = notingRows();
    const store = createContentStore(rows);
    const call = callOf('from memory');
    store.hold('req_1', call);
    await store.share('req_1');
    await store.share('req_2');
    expect(shared).toEqual([['req_1', call]]);
  });

  it('lets go of what is held for longer than any request runs, when it takes the next', async () => {
    vi.useFakeTimers();
    const { rows } = notingRows();
    const store = createContentStore(rows);
    const [old, young] = [callOf('old'), callOf('young')];
    store.hold('req_old', old);
    await vi.advanceTimersByTimeAsync(2 * 3_600_000);
    store.hold('req_young', young);
    expect(await store.read('req_old', 'interactive')).toBe(old);
    await vi.advanceTimersByTimeAsync(3_600_000);
    store.hold('req_next', callOf('next'));
    expect(await store.read('req_old', 'interactive')).toBe(stored);
    expect(await store.read('req_young', 'interactive')).toBe(young);
  });
});
