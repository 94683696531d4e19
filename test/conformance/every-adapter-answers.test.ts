import { describe, expect, it } from 'vitest';
import { ADAPTERS } from './every-adapter/adapters.js';
import type { Adapter } from './every-adapter/adapters.js';
import { askAdapter } from './every-adapter/ask-adapter.js';
import type { Outcome, VendorAnswer } from './every-adapter/ask-adapter.js';
import { ANSWERS, callIdsOf, expectedOf, toldBy } from './every-adapter/canonical-answers.js';
import type { SpokenAnswer } from './every-adapter/canonical-answers.js';
import { CALLS } from './every-adapter/canonical-calls.js';
import { cutInTwo, plainAnswer, singly, streamedAnswer } from './every-adapter/framing.js';
import type { Dress } from './every-adapter/framing.js';
import { writeAnswer } from './every-adapter/write-answer.js';
import { toCall } from './every-adapter/written-calls.js';

/** The question plays no part, but that it leaves every adapter free to stream. */
function ask(adapter: Adapter, stream: boolean, answer: VendorAnswer): Promise<Outcome> {
  const [caller = 'openai-chat'] = adapter.callers;
  return askAdapter(adapter, toCall(CALLS['plain'] ?? { turns: [] }, caller, stream), () => answer);
}

const answersOf = ({ wire }: Adapter): readonly (readonly [string, SpokenAnswer])[] =>
  Object.entries(ANSWERS).filter(([, { wires }]) => wires === undefined || wires.includes(wire));

const CASES = ADAPTERS.flatMap((adapter) =>
  answersOf(adapter).map(([name, answer]) => [`${adapter.name}: ${name}`, adapter, answer] as const),
);

const DRESSES: readonly Dress[] = [
  { newline: '\n', comments: false },
  { newline: '\r\n', comments: true },
];

describe.each(CASES)('%s', (_title, adapter, answer) => {
  const writing = writeAnswer(answer, adapter);
  const expected = expectedOf(answer, adapter);
  const checkIds = ({ events }: Outcome): void => {
    const ids = callIdsOf(events);
    const written = (answer.calls ?? []).map(({ id }) => id);
    if (adapter.answers.namesCalls) expect(ids).toEqual(written);
    else expect(new Set(ids.filter((id) => id !== '')).size).toBe(written.length);
  };

  it('is told whole where it comes whole', async () => {
    const outcome = await ask(adapter, false, plainAnswer(writing));
    expect(outcome.failure).toBeUndefined();
    expect(toldBy(outcome.events)).toEqual(expected);
    checkIds(outcome);
  });

  it('is told the same where it is streamed, cut at every byte and framed in every way', async () => {
    const whole = await ask(adapter, true, streamedAnswer(writing.events, adapter));
    expect(whole.failure).toBeUndefined();
    expect(toldBy(whole.events)).toEqual(expected);
    checkIds(whole);
    // Frames of AWS have neither lines nor comments.
    for (const dress of adapter.answers.framing === 'events' ? DRESSES : DRESSES.slice(0, 1)) {
      const { events, failure } = await ask(adapter, true, singly(streamedAnswer(writing.events, adapter, dress)));
      expect(failure, JSON.stringify(dress)).toBeUndefined();
      expect(events, JSON.stringify(dress)).toEqual(whole.events);
    }
  });

  it('is no answer where its stream ends early, at any event', async () => {
    const end = writing.events.findIndex(({ ends }) => ends);
    expect(end).toBeGreaterThan(0);
    for (const count of writing.events.keys()) {
      const { failure, events } = await ask(adapter, true, streamedAnswer(writing.events.slice(0, count), adapter));
      const finishes = events.filter(({ type }) => type === 'finish').length;
      if (count > end) expect([failure, finishes], `${count} events`).toEqual([undefined, 1]);
      else expect(['cut', 'bad_response'], `${count} events`).toContain(failure?.failure.class);
      // Where an end marker is still to come, the finish has been told; the failure takes it back.
      if (adapter.answers.ends !== 'done' && count <= end) expect(finishes, `${count} events`).toBe(0);
    }
  });
});

const chat = ADAPTERS.filter(({ wire }) => wire === 'openai-chat');

describe('a vendor of OpenAI’s chat', () => {
  it.each(chat.filter(({ answers }) => answers.ends === 'finish'))(
    'may send [DONE] all the same: $name',
    async (adapter) => {
      const { events } = writeAnswer(ANSWERS['text'] ?? { end: 'stop' }, adapter);
      const without = await ask(adapter, true, streamedAnswer(events, adapter));
      const done = await ask(adapter, true, streamedAnswer([...events, { data: '[DONE]' }], adapter));
      expect(done).toEqual({ ...without, sent: done.sent });
    },
  );
});

describe('Gemini', () => {
  const gemini = ADAPTERS.filter(({ wire }) => wire === 'gemini');
  it.each(gemini)('may send its stream as one list: $name', async (adapter) => {
    for (const [name, answer] of answersOf(adapter)) {
      const list = JSON.stringify(
        writeAnswer(answer, adapter).events.map(({ data }) => data),
        null,
        1,
      );
      for (const type of ['application/json; charset=UTF-8', 'text/event-stream']) {
        const { events, failure } = await ask(adapter, true, singly({ type, pieces: [Buffer.from(list)] }));
        expect(failure, name).toBeUndefined();
        expect(toldBy(events), name).toEqual(expectedOf(answer, adapter));
      }
    }
  });
});

describe('a stream of Bedrock', () => {
  const framed = ADAPTERS.filter(({ answers }) => answers.framing !== 'events');
  it.each(framed)('is no answer where a checksum does not fit: $name', async (adapter) => {
    const { events } = writeAnswer(ANSWERS['parallel calls'] ?? { end: 'stop' }, adapter);
    const { type, pieces } = streamedAnswer(events, adapter);
    for (const index of pieces.keys()) {
      // The last four bytes of a message are the checksum of all of it, and four at 8 that of its length.
      for (const fromEnd of [false, true]) {
        const changed = pieces.map((piece, at) =>
          at === index ? flipped(piece, fromEnd ? piece.length - 1 : 8) : piece,
        );
        const { failure } = await ask(adapter, true, { type, pieces: changed });
        expect(failure?.failure.class, `message ${index}`).toBe('bad_response');
      }
    }
  });
});

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
}

/** One adapter of each format and framing: what reads the bytes is common to those that share both. */
const READERS = [
  ...new Map(ADAPTERS.map((adapter) => [`${adapter.wire} ${adapter.answers.framing}`, adapter])).values(),
];

describe('a stream that is cut in two', () => {
  it.each(READERS)('is the same wherever that is: $name', async (adapter) => {
    const { events } = writeAnswer(ANSWERS['text'] ?? { end: 'stop' }, adapter);
    const answer = streamedAnswer(events, adapter, { newline: '\r\n', comments: true });
    const whole = await ask(adapter, true, answer);
    for (const halves of cutInTwo(answer)) expect((await ask(adapter, true, halves)).events).toEqual(whole.events);
  });
});
