import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Frame } from '../../workflows/contracts/answer.js';
import type { FailureClass } from '../../workflows/contracts/failures.js';
import type { ReplySink } from '../../workflows/contracts/ports.js';
import type { ReplyEvent } from '../../workflows/contracts/reply.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import type { Usage } from '../../workflows/contracts/usage.js';
import { type ChatProvider, ProviderFailure } from '../providers/port.js';
import { type AttemptRun, runAttempt } from './run-attempt.js';
import {
  answering,
  callOf,
  candidate,
  createGate,
  finish,
  frameOf,
  providerOf,
  reported,
  requestOf,
  start,
  text,
} from './test-requests.js';

interface Setup {
  readonly provider: ChatProvider;
  readonly request?: Partial<RequestInput>;
  readonly choices?: number;
  readonly leftMs?: number;
  readonly stop?: AbortSignal;
  readonly push?: (event: ReplyEvent) => Promise<void>;
}

interface Ran {
  readonly run: AttemptRun;
  readonly pushed: readonly ReplyEvent[];
  readonly progress: readonly Usage[];
  readonly bugs: readonly unknown[];
}

async function ran(setup: Setup): Promise<Ran> {
  const pushed: ReplyEvent[] = [];
  const progress: Usage[] = [];
  const bugs: unknown[] = [];
  const stop = setup.stop ?? new AbortController().signal;
  const unused = () => Promise.reject(new Error('only pushes are asked for'));
  const sink: ReplySink = {
    push: async (event) => {
      pushed.push(event);
      await setup.push?.(event);
    },
    deliver: unused,
    durable: unused,
    stop,
    callerIsHere: true,
    close: () => {},
  };
  const run = await runAttempt({
    provider: setup.provider,
    attempt: {
      call: callOf('Hello', { choices: setup.choices ?? 1 }),
      offer: candidate.offer,
      maxOutputTokens: 100,
      attemptKey: 'req_1:4',
    },
    request: requestOf(setup.request),
    number: 4,
    ...(setup.leftMs !== undefined && { leftMs: setup.leftMs }),
    sink,
    stop,
    onProgress: (usage) => progress.push(usage),
    onBug: (error) => bugs.push(error),
  });
  return { run, pushed, progress, bugs };
}

/** The frames among these events, by what they say. */
const said = (events: readonly ReplyEvent[]): readonly string[] =>
  events.flatMap((event) =>
    event.type === 'frame'
      ? [event.frame.events.map((inner) => (inner.type === 'text-delta' ? inner.text : inner.type)).join('+')]
      : [event.type],
  );
const sequences = (events: readonly ReplyEvent[]): readonly number[] =>
  events.map((event) => (event.type === 'frame' && event.attempt === 4 ? event.sequence : NaN));

const cut = new ProviderFailure({ class: 'cut', httpStatus: 200 }, { message: 'The vendor broke off.' });
const failing = (error: unknown, ...frames: readonly Frame[]) =>
  providerOf(async function* () {
    yield* frames;
    throw error;
  });
/** Yields these frames and then nothing more until it is aborted. */
const stalling = (...frames: readonly Frame[]) =>
  providerOf(async function* ({ signal }) {
    yield* frames;
    await new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    });
  });

describe('an answer', () => {
  it('goes out from its first content to the frame before its end; the end waits in the tail', async () => {
    const frames = [frameOf(start), frameOf(), frameOf(text('Hi')), frameOf(text(' you'))];
    const end = [frameOf(finish()), frameOf(reported({ input: 9, output: 2 }))];
    const { run, pushed } = await ran({ provider: answering(...frames, ...end) });
    expect(said(pushed)).toEqual(['start', '', 'Hi', ' you']);
    expect(said(run.tail)).toEqual(['finish', 'usage']);
    expect(sequences([...pushed, ...run.tail])).toEqual([0, 1, 2, 3, 4, 5]);
    expect(run).toMatchObject({
      status: 'answered',
      usage: { units: { input: 9, output: 2 }, source: 'reported' },
    });
    expect(run).not.toHaveProperty('failure');
  });

  it('of several choices ends with the last of them', async () => {
    const frames = [text('a', 0), text('b', 1), finish(1), text('c', 0), finish(0), reported({ output: 3 })];
    const provider = answering(...frames.map((event) => frameOf(event)));
    const { run, pushed } = await ran({ provider, choices: 2 });
    expect(said(pushed)).toEqual(['a', 'b', 'finish', 'c']);
    expect(said(run.tail)).toEqual(['finish', 'usage']);
  });

  it('in one frame is all tail', async () => {
    const provider = answering(frameOf(start, text('Hi'), finish(), reported({ input: 9, output: 2 })));
    const { run, pushed, progress } = await ran({ provider, request: { stream: false } });
    expect(pushed).toEqual([]);
    expect(progress).toEqual([]);
    expect(said(run.tail)).toEqual(['start+Hi+finish+usage']);
    expect(run.status).toBe('answered');
    expect(run.firstTokenMs).toBeTypeOf('number');
  });

  it('without content is all tail', async () => {
    const provider = answering(frameOf(start), frameOf(finish()), frameOf(reported({ input: 9, output: 0 })));
    const { run, pushed } = await ran({ provider });
    expect(pushed).toEqual([]);
    expect(said(run.tail)).toEqual(['start', 'finish', 'usage']);
    expect(run.status).toBe('answered');
    expect(run).not.toHaveProperty('firstTokenMs');
  });

  it('has its usage merged from the parts in which it was reported', async () => {
    const provider = answering(
      frameOf(start, reported({ input: 25, output: 1 })),
      frameOf(text('Hi')),
      frameOf(finish(), reported({ output: 15 })),
    );
    expect((await ran({ provider })).run.usage).toEqual({ units: { input: 25, output: 15 }, source: 'reported' });
  });

  it('whose usage is not reported has it counted, and says so in one more frame', async () => {
    const { run, pushed } = await ran({ provider: answering(frameOf(text('twelve bytes')), frameOf(finish())) });
    const usage: Usage = { units: { input: 100, output: 3 }, source: 'counted' };
    expect(run).toMatchObject({ status: 'answered', usage });
    expect(said(run.tail)).toEqual(['finish', 'usage+warning']);
    expect(sequences([...pushed, ...run.tail])).toEqual([0, 1, 2]);
    const [, notice] = run.tail;
    expect(notice).toMatchObject({
      frame: {
        events: [
          { type: 'usage', usage },
          { type: 'warning', warning: { type: 'changed', feature: 'usage' } },
        ],
      },
    });
  });

  it('is checkpointed as it grows, by what was counted and the input that was reported', async () => {
    const { progress } = await ran({
      provider: answering(
        frameOf(reported({ input: 7 })),
        frameOf(text('four')),
        frameOf(text('more')),
        frameOf(finish()),
      ),
    });
    expect(progress.map(({ units, source }) => ({ ...units, source }))).toEqual([
      { input: 7, output: 1, source: 'counted' },
      { input: 7, output: 2, source: 'counted' },
    ]);
  });

  it("carries the vendor's id for the request, also where it fails", async () => {
    const provider = providerOf(async function* (attempt) {
      attempt.onResponse?.({ vendorRequestId: 'vendor-9' });
      yield frameOf(start);
      throw cut;
    });
    const { run } = await ran({ provider });
    expect(run).toMatchObject({ status: 'failed', vendorRequestId: 'vendor-9' });
    expect(provider.attempts[0]).toMatchObject({ attemptKey: 'req_1:4', maxOutputTokens: 100, offer: candidate.offer });
  });

  it('is read no faster than it is taken', async () => {
    const gate = createGate();
    let read = 0;
    const provider = providerOf(async function* () {
      for (const words of ['a', 'b', 'c']) {
        read += 1;
        yield frameOf(text(words));
      }
      yield frameOf(finish(), reported({ output: 3 }));
    });
    const blocked = createGate();
    const running = ran({
      provider,
      push: (event) => {
        if (said([event])[0] !== 'b') return Promise.resolve();
        blocked.open();
        return gate.opened;
      },
    });
    await blocked.opened;
    await new Promise(setImmediate);
    expect(read).toBe(2);
    gate.open();
    expect((await running).run.status).toBe('answered');
    expect(read).toBe(3);
  });
});

describe('a failure', () => {
  it('before the first content leaves nothing behind: another model may answer', async () => {
    const { run, pushed } = await ran({ provider: failing(cut, frameOf(start), frameOf(text(''))) });
    expect(pushed).toEqual([]);
    expect(run).toMatchObject({
      status: 'failed',
      failure: { class: 'cut', httpStatus: 200 },
      detail: { message: 'The vendor broke off.' },
      usage: { units: {}, source: 'none' },
      tail: [],
    });
  });

  it('in a plain answer leaves nothing behind either', async () => {
    const { run, pushed } = await ran({ provider: failing(cut), request: { stream: false } });
    expect([run.status, run.tail, pushed]).toEqual(['failed', [], []]);
  });

  it('after content is partial, with its usage counted and the reported input kept', async () => {
    const provider = failing(cut, frameOf(reported({ input: 33 })), frameOf(text('12345')));
    const { run, pushed } = await ran({ provider });
    expect(said(pushed)).toEqual(['usage', '12345']);
    expect(run).toMatchObject({
      status: 'partial',
      failure: { class: 'cut' },
      usage: { units: { input: 33, output: 2 }, source: 'counted' },
      tail: [],
    });
  });

  it('after the last finish never looks like a whole answer', async () => {
    const { run, pushed } = await ran({ provider: failing(cut, frameOf(text('1234')), frameOf(finish())) });
    expect(said(pushed)).toEqual(['1234']);
    expect(run).toMatchObject({ status: 'partial', tail: [] });
  });

  it('of an adapter is ours, and its message reaches nobody', async () => {
    const bug = new TypeError('cannot read "secret prompt"');
    const { run, bugs } = await ran({ provider: failing(bug, frameOf(text('1234'))) });
    expect(run).toMatchObject({ status: 'partial', failure: { class: 'internal' } });
    expect(JSON.stringify(run)).not.toContain('secret prompt');
    expect(bugs).toEqual([bug]);
  });

  it('of an adapter that throws before it returns an iterator is no other', async () => {
    const bug = new TypeError('secret prompt');
    const provider: ChatProvider = {
      id: 'acme',
      chat: () => {
        throw bug;
      },
    };
    const { run, bugs } = await ran({ provider });
    expect(run).toMatchObject({ status: 'failed', failure: { class: 'internal' } });
    expect(bugs).toEqual([bug]);
  });
});

describe('a stop', () => {
  it.each<FailureClass>(['cancelled', 'slow_reader', 'lease_lapsed'])(
    'has its reason as the class: %s',
    async (why) => {
      const stop = new AbortController();
      const provider = stalling(frameOf(text('1234')));
      const running = ran({ provider, stop: stop.signal, push: async () => stop.abort({ class: why }) });
      const { run } = await running;
      expect(run).toMatchObject({
        status: 'partial',
        failure: { class: why },
        usage: { units: { input: 100, output: 1 } },
      });
      expect(run.detail?.message).toMatch(/\w/);
      expect(provider.attempts[0]?.signal.aborted).toBe(true);
    },
  );

  it('without a class of ours is a cancellation', async () => {
    const stop = new AbortController();
    const running = ran({ provider: stalling(), stop: stop.signal });
    stop.abort(new Error('CANCELLED'));
    expect((await running).run).toMatchObject({ status: 'failed', failure: { class: 'cancelled' } });
  });

  it('before the call keeps the vendor from being asked', async () => {
    let asked = false;
    const provider = providerOf(async function* () {
      asked = true;
      yield frameOf(text('Hi'));
    });
    const { run } = await ran({ provider, stop: AbortSignal.abort({ class: 'cancelled' }) });
    expect(run).toMatchObject({ status: 'failed', failure: { class: 'cancelled' } });
    expect(asked).toBe(false);
  });

  it('leaves a provider behind that overlooks its signal, and lets it clean up when it comes back', async () => {
    const [stuck, cleaned] = [createGate(), createGate()];
    const provider = providerOf(async function* () {
      try {
        yield frameOf(text('1234'));
        await stuck.opened;
        yield frameOf(text('never read'));
      } finally {
        cleaned.open();
      }
    });
    const stop = new AbortController();
    const { run, pushed } = await ran({
      provider,
      stop: stop.signal,
      push: async () => stop.abort({ class: 'cancelled' }),
    });
    expect(run).toMatchObject({ status: 'partial', failure: { class: 'cancelled' } });
    stuck.open();
    await cleaned.opened;
    expect(said(pushed)).toEqual(['1234']);
  });
});

describe('a deadline', () => {
  const deadlines = { firstTokenMs: 300, totalMs: 2_000, slowReaderMs: 30_000 };
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('for the first token ends a stream that has brought no content', async () => {
    const running = ran({ provider: stalling(frameOf(start)), request: { deadlines } });
    await vi.advanceTimersByTimeAsync(299);
    expect(vi.getTimerCount()).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    expect((await running).run).toMatchObject({
      status: 'failed',
      failure: { class: 'timeout_first_token' },
      durationMs: 300,
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('for the first token does not hold for what comes after it', async () => {
    const running = ran({ provider: stalling(frameOf(text('1234'))), request: { deadlines } });
    await vi.advanceTimersByTimeAsync(2_000);
    const { run } = await running;
    expect(run).toMatchObject({
      status: 'partial',
      failure: { class: 'timeout_total' },
      firstTokenMs: 0,
      durationMs: 2_000,
    });
  });

  it.each([true, false])('is shortened to what the plan leaves of its time (as a stream: %s)', async (stream) => {
    const running = ran({
      provider: stalling(...(stream ? [frameOf(text('1234'))] : [])),
      request: { deadlines, stream },
      leftMs: 700,
    });
    await vi.advanceTimersByTimeAsync(700);
    expect((await running).run).toMatchObject({ failure: { class: 'timeout_total' }, durationMs: 700 });
  });

  it('for the first token does not hold for a plain answer, which comes in one piece', async () => {
    const running = ran({ provider: stalling(), request: { deadlines, stream: false } });
    await vi.advanceTimersByTimeAsync(2_000);
    expect((await running).run).toMatchObject({
      status: 'failed',
      failure: { class: 'timeout_total' },
      durationMs: 2_000,
    });
  });

  it('leaves no timer behind an answer', async () => {
    await ran({ provider: answering(frameOf(text('Hi'), finish(), reported({ output: 1 }))), request: { deadlines } });
    expect(vi.getTimerCount()).toBe(0);
  });
});
