import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Behaviour } from './behaviours.js';
import { spawnFakeVendor } from './client.js';
import type { FakeVendor } from './fake-vendor.js';
import { startFakeVendor } from './fake-vendor.js';
import { fakeMarker } from './instructions.js';
import { handWrittenOf, hasSharedRecordings, recordingsOf } from './recordings.js';
import { readRequestLog } from './request-log.js';
import { postAnthropic, postOpenAi, userSays } from './vendor-requests.js';

let vendor: FakeVendor;

beforeAll(async () => {
  vendor = await startFakeVendor();
});
afterEach(() => vendor.reset());
afterAll(() => vendor.close());

const stream = (behaviour: Behaviour, signal?: AbortSignal) =>
  postOpenAi(
    vendor,
    { messages: userSays(`Go ${fakeMarker(behaviour)}`), stream: true, stream_options: { include_usage: true } },
    { signal },
  );

describe('a barrier', () => {
  it('holds a response at a byte until it is released', async () => {
    const response = await stream({ behaviour: 'hold', afterBytes: 120 });
    const held = await vendor.waitForHeld(1);
    expect(held[0]?.bytesSent).toBe(120);
    expect((await vendor.log())[0]).toMatchObject({ bytesSent: 120, finishedCleanly: false });
    expect(await vendor.release()).toBe(1);
    expect(await response.text()).toMatch(/data: \[DONE\]\n\n$/);
    expect((await vendor.waitForEnded(1))[0]).toMatchObject({ finishedCleanly: true, abortedByClient: false });
  });

  it('holds before the headers, and after the last byte', async () => {
    const pending = stream({ behaviour: 'hold', afterBytes: 'headers' });
    const [first] = await vendor.waitForHeld(1);
    await vendor.release(first?.id);
    expect((await pending).status).toBe(200);
    const response = await stream({ behaviour: 'hold', afterBytes: 'end' });
    await vendor.waitForHeld(1);
    expect((await vendor.log())[1]?.usageAnswered).toMatchObject({ completion_tokens: 8 });
    await vendor.release();
    expect(await response.text()).toMatch(/\[DONE\]/);
  });

  it('tells whether the client left, and can break off once released', async () => {
    const left = new AbortController();
    await stream({ behaviour: 'hold', afterBytes: 50 }, left.signal);
    await vendor.waitForHeld(1);
    left.abort();
    const log = await vendor.waitForEnded(1);
    expect(log[0]).toMatchObject({ bytesSent: 50, abortedByClient: true, usageAnswered: undefined });
    expect(await vendor.held()).toEqual([]);
    const broken = await stream({ behaviour: 'hold', afterEvents: 3, then: 'reset' });
    await vendor.waitForHeld(1);
    await vendor.release();
    await expect(broken.text()).rejects.toThrow();
  });

  it('says what it saw where a wait comes to nothing', async () => {
    await expect(vendor.waitForHeld(1, 10)).rejects.toThrow('0 of 1 requests held after 10 ms');
  });
});

describe('a response that goes wrong', () => {
  it('is reset before its headers, or within its body', async () => {
    await expect(stream({ behaviour: 'reset', afterBytes: 'headers' })).rejects.toThrow();
    const response = await stream({ behaviour: 'reset', afterBytes: 300, holdAt: 300 });
    await vendor.waitForHeld(1);
    await vendor.release();
    await expect(response.text()).rejects.toThrow();
    const log = await vendor.waitForEnded(2);
    expect(log.map((entry) => entry.bytesSent)).toEqual([0, 300]);
    expect(log.every((entry) => !entry.finishedCleanly && !entry.abortedByClient)).toBe(true);
  });

  it('is cut without its end marker, whole or not as HTTP sees it', async () => {
    const text = await (await stream({ behaviour: 'cut', afterEvents: -1 })).text();
    expect(text).toMatch(/"usage":\{.*\n\n$/);
    expect(text).not.toMatch(/DONE/);
    await expect((await stream({ behaviour: 'cut', how: 'close' })).text()).rejects.toThrow();
    expect((await vendor.waitForEnded(2)).map((entry) => entry.finishedCleanly)).toEqual([false, false]);
  });

  it('stalls until the client gives up', async () => {
    const left = new AbortController();
    const pending = stream({ behaviour: 'stall', afterBytes: 'headers' }, left.signal);
    await vendor.waitForReceived(1);
    left.abort();
    await expect(pending).rejects.toThrow();
    expect((await vendor.waitForEnded(1))[0]).toMatchObject({ abortedByClient: true, bytesSent: 0 });
  });

  it('never ends, at the pace of its reader', async () => {
    const left = new AbortController();
    const response = await stream({ behaviour: 'endless' }, left.signal);
    const reader = response.body?.getReader();
    let read = 0;
    while (read < 3_000_000) read += (await reader?.read())?.value?.length ?? 0;
    left.abort();
    const sent = (await vendor.waitForEnded(1))[0]?.bytesSent ?? 0;
    expect(sent).toBeGreaterThanOrEqual(3_000_000);
    expect(sent).toBeLessThan(60_000_000);
  });

  it('is garbage, lacks usage, or has the wrong type', async () => {
    expect(await (await stream({ behaviour: 'garbage' })).text()).toMatch(/oh no\n\n$/);
    expect(await (await stream({ behaviour: 'missing-usage' })).text()).not.toMatch(/"usage":\{/);
    const wrong = await stream({ behaviour: 'wrong-content-type' });
    expect(wrong.headers.get('content-type')).toBe('text/plain');
  });

  it('is huge', async () => {
    const text = await (await stream({ behaviour: 'huge' })).text();
    expect(text).toMatch(/"completion_tokens":100000/);
  });
});

describe('a recording', () => {
  const find = (streamed: boolean) => (recording: ReturnType<typeof recordingsOf>[number]) =>
    recording.status === 200 && (recording.response.text !== undefined) === streamed;

  it.each(['openai', 'anthropic'] as const)('of %s is replayed byte for byte, however it is cut', async (name) => {
    const recording = recordingsOf(name).find(find(true));
    const post = name === 'openai' ? postOpenAi : postAnthropic;
    for (const splitBytes of [1, 7, [3, 40, 41], 'random-seeded'] as const) {
      const splits = Array.isArray(splitBytes) ? [...(splitBytes as readonly number[])] : (splitBytes as 1);
      await vendor.script({ behaviours: [{ behaviour: 'recording', splitBytes: splits, seed: 5 }] });
      const response = await post(vendor, { ...recording?.request });
      expect(await response.text()).toBe(recording?.response.text);
    }
  });

  it.each(['openai', 'anthropic'] as const)('of %s has a hand-written stand-in, plain and streamed', (name) => {
    for (const streamed of [false, true]) {
      const response = handWrittenOf(name).find(find(streamed))?.response;
      expect(response?.text ?? JSON.stringify(response?.json)).toMatch(/opens 水門/);
    }
  });

  it('is found by its index where nothing matches, and told apart by streaming', async () => {
    const index = recordingsOf('openai').findIndex(find(false));
    await vendor.script({ behaviours: [{ behaviour: 'recording', index }] });
    const response = await postOpenAi(vendor, { messages: userSays('nobody ever asked this') });
    expect(await response.json()).toEqual(recordingsOf('openai')[index]?.response.json);
    if (!hasSharedRecordings) console.warn('fake vendor: tested with the hand-written recordings only');
  });
});

describe('a fake vendor in a process of its own', () => {
  it('is controlled over HTTP and leaves a log that outlives it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fake-vendor-'));
    const logFile = join(folder, 'log.jsonl');
    const other = await spawnFakeVendor({ logFile });
    try {
      await other.script({ behaviours: [{ behaviour: 'hold', afterBytes: 0 }] });
      const pending = postOpenAi(other, { messages: userSays('Hi') }, { idempotencyKey: 'r:1' });
      const [held] = await other.waitForHeld(1);
      expect(readRequestLog(logFile)).toMatchObject([{ idempotencyKey: 'r:1', finishedCleanly: false }]);
      expect(await other.release(held?.id)).toBe(1);
      expect((await pending).status).toBe(200);
      await other.waitForEnded(1);
      await expect(other.waitForEnded(2, 1)).rejects.toThrow('1 of 2 requests ended');
    } finally {
      await other.close();
    }
    expect(readRequestLog(logFile)).toMatchObject([{ id: 'req_fake_000001', finishedCleanly: true }]);
    rmSync(folder, { recursive: true });
  });
});
