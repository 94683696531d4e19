import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AnswerEvent } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { ProviderFailure } from '../../port.js';
import { fromAnthropicMessage } from './from-anthropic-message.js';
import { asObject, asObjects } from '../../json-fields.js';
import { asArray } from './json-fields.js';
import { PLAIN_READING } from './reading.js';
import { readThrough, stubHttp } from './stub-http.js';

interface Recording {
  readonly file: string;
  readonly n: number;
  readonly status: number;
  readonly response: { readonly json?: JsonObject; readonly text?: string };
}

const RECORDINGS = resolve(import.meta.dirname, '../../../../../shared/recordings');
const FILE = resolve(RECORDINGS, 'http/anthropic.messages.jsonl');
const present = existsSync(FILE);
if (!present) console.warn(`skipped: no recordings at ${FILE}`);

const recordings = present
  ? readFileSync(FILE, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Recording)
  : [];
const encoder = new TextEncoder();
const nameOf = ({ file, n }: Recording) => `${file} #${n}`;

function joined(events: readonly AnswerEvent[], type: 'text-delta' | 'reasoning-delta'): string {
  return events.map((event) => (event.type === type ? event.text : '')).join('');
}

function signatures(events: readonly AnswerEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'reasoning-delta' && event.signature ? [event.signature] : []));
}

/** Calls with their arguments read, because a stream may write `{"a": 1}` where the whole answer has `{"a":1}`. */
function callsOf(events: readonly AnswerEvent[]): readonly unknown[] {
  return events.flatMap((start) => {
    if (start.type !== 'tool-call-start') return [];
    const pieces = events.map((event) =>
      event.type === 'tool-call-delta' && event.block === start.block ? event.arguments : '',
    );
    return [{ id: start.id, name: start.name, input: JSON.parse(pieces.join('')) as Json }];
  });
}

const count = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);

/** Every token that the vendor charges for: its fields do not overlap, and two kinds of iteration come besides. */
function tokensOf(usage: JsonObject): number {
  const fields = ['input_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens', 'output_tokens'];
  const besides = asObjects(usage['iterations']).filter(
    ({ type }) => type === 'compaction' || type === 'advisor_message',
  );
  return [usage, ...besides]
    .flatMap((part) => fields.map((field) => count(part[field])))
    .reduce((sum, tokens) => sum + tokens, 0);
}

function checkUsage(events: readonly AnswerEvent[], usage: JsonObject, where: string): void {
  const last = events.findLast((event) => event.type === 'usage');
  const { searches = 0, ...tokens } = last?.usage.units ?? {};
  const sum = Object.values(tokens).reduce((total, tokensOfUnit) => total + tokensOfUnit, 0);
  expect(sum, where).toBe(tokensOf(usage));
  expect(searches, where).toBe(count(asObject(usage['server_tool_use'])?.['web_search_requests']));
}

/** The events as a line-wise reader sees them, so that the test does not share the parser. */
function eventsOf(text: string): readonly JsonObject[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data: '))
    .map((line) => JSON.parse(line.slice(6)) as JsonObject);
}

describe.skipIf(!present)('every recorded plain answer', () => {
  it('keeps its text, its reasoning, its calls and its usage', () => {
    const plain = recordings.filter(({ status, response }) => status === 200 && response.json !== undefined);
    expect(plain.length).toBeGreaterThan(300);
    for (const recording of plain) {
      const body = recording.response.json ?? {};
      const where = nameOf(recording);
      const { events, wire } = fromAnthropicMessage(body, PLAIN_READING);
      expect(wire).toEqual({ dialect: 'anthropic-messages', streamed: false, body });
      const blocks = asObjects(body['content']);
      const of = (type: string) => blocks.filter((block) => block['type'] === type);
      expect(joined(events, 'text-delta'), where).toBe(
        of('text')
          .map((block) => block['text'])
          .join(''),
      );
      expect(joined(events, 'reasoning-delta'), where).toBe(
        of('thinking')
          .map((block) => block['thinking'])
          .join(''),
      );
      expect(signatures(events), where).toEqual(
        of('thinking')
          .map((block) => block['signature'])
          .filter((signature) => signature !== ''),
      );
      expect(callsOf(events), where).toEqual(of('tool_use').map(({ id, name, input }) => ({ id, name, input })));
      expect(events.filter(({ type }) => type === 'finish')).toHaveLength(1);
      expect(JSON.stringify(events), where).not.toContain('"unified":"other"');
      checkUsage(events, asObject(body['usage']) ?? {}, where);
    }
  });
});

describe.skipIf(!present)('every recorded stream', () => {
  const streams = recordings.filter(({ status, response }) => status === 200 && response.text !== undefined);
  const whole = (text: string) => readThrough(stubHttp({ pieces: [encoder.encode(text)] }));

  it('keeps its text, its reasoning, its calls and its usage', async () => {
    expect(streams.length).toBeGreaterThan(15);
    for (const recording of streams) {
      const text = recording.response.text ?? '';
      const where = nameOf(recording);
      const sent = eventsOf(text);
      const { frames, events, failure } = await whole(text);
      expect(failure, where).toBeUndefined();
      expect(frames.map(({ wire }) => wire?.body)).toEqual(sent);
      const deltas = sent.map((event) => asObject(event['delta']) ?? {});
      expect(joined(events, 'text-delta'), where).toBe(
        deltas.map((delta) => (delta['type'] === 'text_delta' ? delta['text'] : '')).join(''),
      );
      expect(joined(events, 'reasoning-delta'), where).toBe(deltas.map((delta) => delta['thinking'] ?? '').join(''));
      expect(signatures(events), where).toEqual(
        deltas.flatMap((delta) => (delta['signature'] ? [delta['signature']] : [])),
      );
      const opened = asObjects(sent.map((event) => event['content_block'] ?? null));
      expect(callsOf(events), where).toMatchObject(
        opened.filter(({ type }) => type === 'tool_use').map(({ id, name }) => ({ id, name })),
      );
      const reported = sent.flatMap(
        (event) => asObject(event['usage']) ?? asObject(asObject(event['message'])?.['usage']) ?? [],
      );
      checkUsage(events, Object.assign({}, ...reported) as JsonObject, where);
    }
  });

  it('reads the same byte by byte', async () => {
    for (const { response } of streams) {
      const text = response.text ?? '';
      const pieces = [...encoder.encode(text)].map((byte) => Uint8Array.of(byte));
      expect(await readThrough(stubHttp({ pieces }))).toEqual(await whole(text));
    }
  });

  it('reads the same wherever it is cut in two', async () => {
    const shortest = [...streams].sort(
      (left, right) => (left.response.text ?? '').length - (right.response.text ?? '').length,
    );
    for (const [rank, { response }] of shortest.entries()) {
      const bytes = encoder.encode(response.text ?? '');
      const { events } = await whole(response.text ?? '');
      // Every byte of the two shortest, and about 40 places, each time others, of the longer ones.
      const step = rank < 2 ? 1 : Math.ceil(bytes.length / 40);
      for (let at = 1 + (rank % step); at < bytes.length; at += step) {
        const read = await readThrough(stubHttp({ pieces: [bytes.subarray(0, at), bytes.subarray(at)] }));
        expect(read.events, `cut at ${at}`).toEqual(events);
      }
    }
  });

  it('is `cut` at every boundary between events but the last', async () => {
    for (const recording of streams) {
      const parts = (recording.response.text ?? '').split('\n\n').filter((part) => part.trim() !== '');
      const step = Math.ceil(parts.length / 30);
      for (let kept = 0; kept < parts.length; kept += step) {
        const { failure, events } = await whole(
          parts
            .slice(0, kept)
            .map((part) => `${part}\n\n`)
            .join(''),
        );
        expect(failure?.failure.class, `${nameOf(recording)} after ${kept}`).toBe('cut');
        expect(events.some(({ type }) => type === 'finish')).toBe(false);
      }
      expect((await whole(`${parts.join('\n\n')}\n\n`)).failure).toBeUndefined();
    }
  });
});

describe.skipIf(!present)('every recorded refusal', () => {
  it('has its class', async () => {
    const classes: unknown[] = [];
    for (const { status, response } of recordings.filter((recording) => recording.status !== 200)) {
      const pieces = [encoder.encode(JSON.stringify(response.json))];
      const { failure } = await readThrough(stubHttp({ pieces, status, contentType: 'application/json' }));
      classes.push([status, failure?.failure.class, failure?.failure.vendorCode]);
    }
    expect(classes).toEqual([
      [404, 'model_not_found', 'not_found_error'],
      [400, 'invalid_request', 'invalid_request_error'],
    ]);
  });
});

const MAPPINGS = resolve(RECORDINGS, 'mapping/anthropic/src/__fixtures__');
const hasMappings = existsSync(MAPPINGS);
if (!hasMappings) console.warn(`skipped: no mapping fixtures at ${MAPPINGS}`);

describe.skipIf(!hasMappings)('bodies and streams with the vendor’s own tools', () => {
  const files = hasMappings ? readdirSync(MAPPINGS).map((name) => resolve(MAPPINGS, name)) : [];

  it('stream to a whole answer', async () => {
    const streams = files.filter((name) => name.endsWith('.chunks.txt'));
    expect(streams.length).toBeGreaterThan(25);
    for (const file of streams) {
      const lines = readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line.trim() !== '');
      const { failure, events } = await readThrough(
        stubHttp({ pieces: [encoder.encode(lines.map((line) => `data: ${line}\n\n`).join(''))] }),
      );
      // Two answers that a proxy mixed must not be taken for one.
      expect(failure?.failure.class, file).toBe(file.includes('spliced') ? 'bad_response' : undefined);
      expect(events.filter(({ type }) => type === 'finish').length, file).toBe(failure ? 0 : 1);
    }
  });

  it('answer in one piece', () => {
    const bodies = files
      .filter((name) => name.endsWith('.json'))
      .map((name) => [name, JSON.parse(readFileSync(name, 'utf8')) as JsonObject] as const);
    const messages = bodies.filter(([, body]) => body['type'] === 'message');
    expect(messages.length).toBeGreaterThan(20);
    for (const [name, body] of messages) {
      const { events } = fromAnthropicMessage(body, PLAIN_READING);
      expect(
        events.filter(({ type }) => type === 'finish'),
        name,
      ).toHaveLength(1);
      checkUsage(events, asObject(body['usage']) ?? {}, name);
      expect(asArray(body['content']).length === 0 || events.length > 2, name).toBe(true);
    }
    expect(() => fromAnthropicMessage({ type: 'odd' }, PLAIN_READING)).toThrow(ProviderFailure);
  });
});
