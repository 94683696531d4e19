import { describe, expect, it } from 'vitest';
import { asObject, asObjects, asText } from '../../activities/providers/json-fields.js';
import type { AnswerEvent } from '../../workflows/contracts/answer.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import {
  answerOf,
  askGemini,
  chunksOf,
  present,
  recordings,
  type Answer,
  type GeminiRecording,
} from './gemini-samples.js';

if (!present) console.warn('Skipped: ../shared/recordings is absent.');

const answered = recordings.filter(({ status }) => status === 200);
const streams = answered.filter(({ isStream }) => isStream);

/** What a recorded answer says, read as simply as can be. */
function saidIn(recording: GeminiRecording) {
  const chunks = chunksOf(recording);
  const candidates = chunks.flatMap((chunk) => asObjects(chunk['candidates']));
  const parts = candidates.flatMap(({ content }) => asObjects(asObject(content)?.['parts']));
  const textsOf = (thoughts: boolean) =>
    parts.filter((part) => (part['thought'] === true) === thoughts).map((part) => asText(part['text']) ?? '');
  const usage = asObject(chunks.findLast((chunk) => chunk['usageMetadata'] !== undefined)?.['usageMetadata']) ?? {};
  return {
    text: textsOf(false).join(''),
    thoughts: textsOf(true).join(''),
    signatures: parts.flatMap(({ thoughtSignature, toolCall, toolResponse, executableCode }) =>
      typeof thoughtSignature === 'string' && (toolCall ?? toolResponse ?? executableCode) === undefined
        ? [thoughtSignature]
        : [],
    ),
    calls: parts.flatMap(({ functionCall }) => {
      const call = asObject(functionCall);
      return call === undefined ? [] : [{ name: call['name'], args: call['args'] ?? {} }];
    }),
    reasons: candidates.flatMap(({ finishReason }) => (finishReason === undefined ? [] : [finishReason])),
    tokens: usage['totalTokenCount'],
  };
}

function readFrom(events: readonly AnswerEvent[]) {
  const of = <T extends AnswerEvent['type']>(type: T) =>
    events.filter((event): event is Extract<AnswerEvent, { type: T }> => event.type === type);
  const argumentsOf = (block: number) =>
    of('tool-call-delta')
      .filter((event) => event.block === block)
      .map((event) => event.arguments)
      .join('');
  const [usage] = of('usage');
  return {
    text: of('text-delta')
      .map((event) => event.text)
      .join(''),
    thoughts: of('reasoning-delta')
      .map((event) => event.text)
      .join(''),
    signatures: of('reasoning-delta').flatMap(({ signature }) => (signature === undefined ? [] : [signature])),
    calls: of('tool-call-start').map(({ name, block }) => ({
      name,
      args: JSON.parse(argumentsOf(block)) as JsonObject,
    })),
    reasons: of('finish').map(({ reason }) => reason.raw),
    tokens: Object.values(usage?.usage.units ?? {}).reduce((sum, count) => sum + count, 0),
  };
}

const nameOf = ({ file, n, service }: GeminiRecording) => `${service.id} ${file} ${n}`;

describe.skipIf(!present)('every recorded answer of Gemini', () => {
  it('is one of these', () => {
    expect([recordings.length, answered.length, streams.length]).toEqual([393, 389, 18]);
  });

  it('is read as it was given: texts, thoughts, calls, why it ended, and what it used', async () => {
    for (const recording of answered) {
      const { isStream, model, service } = recording;
      const { events, failure } = await askGemini(answerOf(recording), { stream: isStream }, { model, service });
      const [chunk] = chunksOf(recording);
      if (chunk?.['candidates'] === undefined) {
        // The prompt was blocked.
        expect([failure?.failure, events], nameOf(recording)).toEqual([
          { class: 'content_policy', vendorCode: 'model_armor' },
          [],
        ]);
        continue;
      }
      expect(failure, nameOf(recording)).toBeUndefined();
      expect(readFrom(events), nameOf(recording)).toEqual(saidIn(recording));
    }
  });

  it('gives each call an id of its own, within what every caller takes', async () => {
    for (const recording of answered) {
      const { events } = await askGemini(answerOf(recording), { stream: recording.isStream });
      const ids = events.flatMap((event) => (event.type === 'tool-call-start' ? [event.id] : []));
      expect(new Set(ids).size, nameOf(recording)).toBe(ids.length);
      for (const id of ids) expect(id, nameOf(recording)).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    }
  });
});

describe.skipIf(!present)('every recorded stream of Gemini', () => {
  const read = (recording: GeminiRecording, pieces: readonly Uint8Array[], type = 'text/event-stream') =>
    askGemini({ pieces, type }, { stream: true }, recording);

  it('reads the same wherever it is cut, with either line end, and without its last blank line', async () => {
    for (const recording of streams) {
      const whole = Buffer.from(recording.response.text ?? '');
      const { events } = await read(recording, [whole]);
      const step = Math.max(1, Math.floor(whole.length / 20));
      for (let cut = 1; cut < whole.length; cut += step) {
        const halves = await read(recording, [whole.subarray(0, cut), whole.subarray(cut)]);
        expect(halves.events, `${nameOf(recording)} cut at ${cut}`).toEqual(events);
      }
      const bytes = await read(
        recording,
        [...whole.subarray(0, 10_000)].map((byte) => Buffer.from([byte])).concat(whole.subarray(10_000)),
      );
      expect(bytes.events, nameOf(recording)).toEqual(events);
      const unix = Buffer.from(whole.toString().replaceAll('\r\n', '\n'));
      expect((await read(recording, [unix])).events, nameOf(recording)).toEqual(events);
      const trimmed = Buffer.from(whole.toString().trimEnd());
      expect((await read(recording, [trimmed])).events, nameOf(recording)).toEqual(events);
    }
  });

  it('reads the same as a JSON list, which a server gives that passes over alt=sse', async () => {
    for (const recording of streams) {
      const { events } = await read(recording, [Buffer.from(recording.response.text ?? '')]);
      const list = Buffer.from(JSON.stringify(chunksOf(recording), undefined, 2));
      expect((await read(recording, [list], 'application/json')).events, nameOf(recording)).toEqual(events);
      expect((await read(recording, [list])).events, nameOf(recording)).toEqual(events);
    }
  });

  it('is cut where it breaks off before a reason to end', async () => {
    for (const recording of streams) {
      const chunks = chunksOf(recording).filter((chunk) =>
        asObjects(chunk['candidates']).every(({ finishReason }) => finishReason === undefined),
      );
      if (chunks.length === 0) continue;
      const pieces = chunks.map((chunk) => Buffer.from(`data: ${JSON.stringify(chunk)}\r\n\r\n`));
      expect((await read(recording, pieces)).failure?.failure, nameOf(recording)).toEqual({ class: 'cut' });
    }
  });

  it('fails where an error is written into its body, in lines of its own', async () => {
    const error = { error: { code: 499, message: 'The operation was cancelled.', status: 'CANCELLED' } };
    for (const recording of streams.slice(0, 3)) {
      const [first = ''] = (recording.response.text ?? '').split(/(?<=\r\n\r\n)/);
      const body = Buffer.from(`${first}${JSON.stringify(error, undefined, 2)}\n`);
      for (const pieces of [[body], [...body].map((byte) => Buffer.from([byte]))]) {
        const { failure } = await read(recording, pieces);
        expect(failure?.failure, nameOf(recording)).toEqual({ class: 'vendor_error', vendorCode: 'cancelled' });
      }
    }
  });
});

describe.skipIf(!present)('every recorded error of Gemini', () => {
  it('is classified', async () => {
    const failed = recordings.filter(({ status }) => status !== 200);
    const classes: string[] = [];
    for (const recording of failed) {
      const answer: Answer = answerOf(recording);
      const { failure } = await askGemini(answer, {}, recording);
      classes.push(`${recording.status} ${failure?.failure.class}`);
      expect(failure?.detail.message).toBe(asObject(asObject(recording.response.json)?.['error'])?.['message']);
    }
    expect(classes.toSorted()).toEqual([
      '400 invalid_request',
      '400 invalid_request',
      '400 invalid_request',
      '404 model_not_found',
    ]);
  });
});
