import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AnswerEvent, Frame } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { VendorHttp } from '../../http.js';
import { ProviderFailure } from '../../port.js';
import { createOpenAiCompatibleChat } from './create-openai-compatible-chat.js';
import { fromOpenAiChat } from './from-openai-chat.js';
import { asObject, asObjects } from './json-fields.js';
import { TEST_PROFILE, testAttempt } from './test-attempt.js';

interface Recording {
  /** The recorder's file. */
  readonly file: string;
  readonly url: string;
  readonly status: number;
  readonly response: { readonly json?: JsonObject; readonly text?: string };
}

const FOLDER = resolve(import.meta.dirname, '../../../../../shared/recordings/http');
const present = existsSync(FOLDER);
if (!present) console.warn(`skipped: no recordings at ${FOLDER}`);

/** Cohere's own dialect is recorded under the same name. */
const FILES = present
  ? readdirSync(FOLDER).filter((name) => name.endsWith('.chat.jsonl') && !name.startsWith('cohere'))
  : [];

function recordingsOf(file: string): readonly Recording[] {
  const lines = readFileSync(resolve(FOLDER, file), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Recording);
}

const successes = FILES.flatMap((name) =>
  recordingsOf(name).map((recording) => ({ ...recording, isOpenAi: name === 'openai.chat.jsonl' })),
).filter(({ status }) => status === 200);

function httpOf(pieces: readonly Uint8Array[]): VendorHttp {
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield* pieces;
  }
  return {
    postJson: async () => ({
      status: 200,
      headers: { 'content-type': 'text/event-stream' },
      stream: stream(),
      readText: () => Promise.reject(new Error('a stream is not read as text')),
      discard: () => undefined,
      release: () => undefined,
    }),
    close: () => Promise.resolve(),
  };
}

interface Read {
  readonly events: readonly AnswerEvent[];
  readonly frames: readonly Frame[];
  readonly failure?: ProviderFailure;
}

async function read(pieces: readonly Uint8Array[], sendsDone: boolean): Promise<Read> {
  const provider = createOpenAiCompatibleChat({ ...TEST_PROFILE, sendsDone }, { apiKey: 'k', http: httpOf(pieces) });
  const frames: Frame[] = [];
  try {
    for await (const frame of provider.chat(testAttempt({ stream: true }))) frames.push(frame);
    return { frames, events: frames.flatMap(({ events }) => events) };
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    return { frames, events: frames.flatMap(({ events }) => events), failure: error };
  }
}

const singly = (bytes: Uint8Array) => [...bytes].map((byte) => Uint8Array.of(byte));

/** What was said, by somebody who knows nothing of blocks: all pieces of a kind one after another. */
function textOf(events: readonly AnswerEvent[], type: 'text-delta' | 'refusal-delta', choice: number): string {
  return events
    .filter((event) => event.type === type && event.choice === choice)
    .map((event) => ('text' in event ? event.text : ''))
    .join('');
}

function callsOf(events: readonly AnswerEvent[]): readonly unknown[] {
  return events
    .filter((event) => event.type === 'tool-call-start')
    .map(({ choice, block, id, name }) => {
      const written = events
        .filter((event) => event.type === 'tool-call-delta' && event.choice === choice && event.block === block)
        .map((event) => ('arguments' in event ? event.arguments : ''))
        .join('');
      return { id, name, arguments: written };
    });
}

/** Some of Groq's streams have it under the vendor's own name only. */
function usageOf(chunk: JsonObject): JsonObject | undefined {
  return asObject(chunk['usage']) ?? asObject(asObject(chunk['x_groq'])?.['usage']);
}

function checkUsage(events: readonly AnswerEvent[], usage: JsonObject | undefined, where: string): void {
  const last = events.filter((event) => event.type === 'usage').at(-1);
  if (usage === undefined) return expect(last, where).toBeUndefined();
  const { searches: _searches, ...tokens } = last?.usage.units ?? {};
  const sum = Object.values(tokens).reduce((total, count) => total + count, 0);
  expect(sum, where).toBe(Number(usage['total_tokens']) + beyondTotals(usage));
}

/**
 * Parts that are more than their whole, twice at OpenRouter: 2161 tokens cached and 2161 written of 2168 (both were charged,
 * says its `cost_details`), and 11 of reasoning in 10.
 */
function beyondTotals(usage: JsonObject): number {
  const sum = (details: JsonObject[string], names: readonly string[]) =>
    names.reduce((total, name) => total + Number(asObject(details)?.[name] ?? 0), 0);
  const input = sum(usage['prompt_tokens_details'], ['cached_tokens', 'cache_write_tokens']);
  const output = sum(usage['completion_tokens_details'], ['reasoning_tokens']);
  // xAI counts its reasoning in the total only.
  const within = Number(usage['total_tokens']) - Number(usage['prompt_tokens']);
  return Math.max(input - Number(usage['prompt_tokens']), 0) + Math.max(output - within, 0);
}

describe.skipIf(!present)('every recorded plain answer', () => {
  const plain = successes.filter(({ response }) => response.json !== undefined);

  it('keeps its text, its calls and its usage', () => {
    expect(plain.length).toBeGreaterThan(350);
    for (const { file, response } of plain) {
      const body = response.json ?? {};
      const { events, wire } = fromOpenAiChat(body);
      expect(wire).toEqual({ dialect: 'openai-chat', streamed: false, body });
      for (const choice of asObjects(body['choices'])) {
        const message = asObject(choice['message']) ?? {};
        const index = choice['index'] as number;
        // Mistral's lists of parts are checked by hand in the reducer's tests.
        if (typeof message['content'] === 'string')
          expect(textOf(events, 'text-delta', index), file).toBe(message['content']);
        expect(textOf(events, 'refusal-delta', index), file).toBe(message['refusal'] ?? '');
        expect(events.filter((event) => event.type === 'finish' && event.choice === index)).toHaveLength(1);
      }
      const recorded = asObjects(body['choices']).flatMap((choice) =>
        asObjects(asObject(choice['message'])?.['tool_calls']),
      );
      expect(callsOf(events), file).toMatchObject(
        recorded.map((call) => {
          const { name, arguments: written } = asObject(call['function']) ?? {};
          // Bedrock behind OpenRouter leaves the arguments of a call without any out.
          return { name, arguments: written ?? '', ...(call['id'] !== '' && { id: call['id'] }) };
        }),
      );
      checkUsage(events, asObject(body['usage']), file);
    }
  });
});

describe.skipIf(!present)('every recorded stream', () => {
  const streams = successes.filter(({ response }) => response.text !== undefined);
  const encoder = new TextEncoder();

  /** The chunks as a line-wise reader sees them, so that the test does not share the parser. */
  const chunksOf = (text: string) =>
    text
      .split(/\r?\n/)
      .filter((line) => line.startsWith('data: {'))
      .map((line) => JSON.parse(line.slice(6)) as JsonObject);

  it('keeps its text, its calls and its usage, byte by byte', async () => {
    expect(streams.length).toBeGreaterThan(65);
    for (const { file, response, isOpenAi } of streams) {
      const text = response.text ?? '';
      const chunks = chunksOf(text);
      const failing = chunks.some((chunk) => chunk['error'] !== undefined);
      const { events, frames, failure } = await read(singly(encoder.encode(text)), isOpenAi);
      expect(failure?.failure.class, file).toBe(failing ? 'invalid_request' : undefined);
      const sent = frames.flatMap(({ wire }) => (wire ? [wire.body] : []));
      expect(sent, file).toEqual(chunks.filter((chunk) => chunk['error'] === undefined));
      const entries = chunks.flatMap((chunk) => asObjects(chunk['choices']));
      const spoken = entries
        .map((entry) => asObject(entry['delta'])?.['content'])
        .filter((piece) => typeof piece === 'string');
      const said = [...new Set(entries.map(({ index }) => Number(index ?? 0)))].map((choice) =>
        textOf(events, 'text-delta', choice),
      );
      if (entries.every(({ index }) => (index ?? 0) === 0) && !Array.isArray(spoken[0]))
        expect(said.join(''), file).toBe(spoken.join(''));
      checkUsage(
        events,
        chunks.map(usageOf).findLast((usage) => usage !== undefined),
        file,
      );
    }
  });

  it('reads the same wherever it is cut in two', async () => {
    const short = streams.filter(({ response }) => (response.text ?? '').length < 2500);
    expect(short.length).toBeGreaterThan(3);
    for (const { file, response } of short) {
      const bytes = encoder.encode(response.text ?? '');
      const whole = await read([bytes], false);
      for (let at = 1; at < bytes.length; at += 1) {
        const { events } = await read([bytes.subarray(0, at), bytes.subarray(at)], false);
        expect(events, `${file} cut at ${at}`).toEqual(whole.events);
      }
    }
  });

  it('of OpenAI is `cut` wherever its bytes end before the end marker', async () => {
    const [shortest] = streams
      .filter(({ isOpenAi }) => isOpenAi)
      .sort((left, right) => (left.response.text ?? '').length - (right.response.text ?? '').length);
    const text = shortest?.response.text ?? '';
    const bytes = encoder.encode(text);
    const marker = encoder.encode(text.slice(0, text.indexOf('data: [DONE]'))).length + 'data: [DONE]'.length;
    expect(bytes.length).toBeGreaterThan(500);
    for (let at = 0; at < bytes.length; at += 1) {
      const { failure } = await read([bytes.subarray(0, at)], true);
      expect(failure?.failure.class, `cut at ${at} of ${bytes.length}`).toBe(at < marker ? 'cut' : undefined);
    }
  });
});

const MAPPINGS = resolve(import.meta.dirname, '../../../../../shared/recordings/mapping');
const hasMappings = existsSync(MAPPINGS);
if (!hasMappings) console.warn(`skipped: no mapping fixtures at ${MAPPINGS}`);

describe.skipIf(!hasMappings)('other vendors’ bodies of this dialect', () => {
  const vendors = [
    'openai-compatible',
    'xai',
    'deepseek',
    'groq',
    'mistral',
    'alibaba',
    'togetherai',
    'moonshotai',
    'cerebras',
  ];
  const files = vendors
    .filter((vendor) => existsSync(resolve(MAPPINGS, vendor)))
    .flatMap((vendor) =>
      readdirSync(resolve(MAPPINGS, vendor), { recursive: true, encoding: 'utf8' }).map((name) =>
        resolve(MAPPINGS, vendor, name),
      ),
    );

  it('stream to a whole answer', async () => {
    let count = 0;
    for (const file of files.filter((name) => name.endsWith('.chunks.txt'))) {
      const lines = readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line.trim() !== '');
      // Responses and other operations are recorded beside.
      if (!lines[0]?.includes('"choices"')) continue;
      count += 1;
      const stream = new TextEncoder().encode(lines.map((line) => `data: ${line}\n\n`).join(''));
      const { events, failure } = await read([stream], false);
      expect(failure, file).toBeUndefined();
      expect(events.filter(({ type }) => type === 'finish').length, file).toBeGreaterThan(0);
      const chunks = lines.map((line) => JSON.parse(line) as JsonObject);
      checkUsage(
        events,
        chunks.map(usageOf).findLast((usage) => usage !== undefined),
        file,
      );
    }
    expect(count).toBeGreaterThan(10);
  });

  it('answer in one piece', () => {
    let count = 0;
    for (const file of files.filter((name) => name.endsWith('.json'))) {
      const body = JSON.parse(readFileSync(file, 'utf8')) as JsonObject;
      if (!Array.isArray(body['choices']) || !asObject(asObjects(body['choices'])[0]?.['message'])) continue;
      count += 1;
      const { events } = fromOpenAiChat(body);
      expect(
        events.some(({ type }) => type === 'text-delta' || type === 'tool-call-start'),
        file,
      ).toBe(true);
      checkUsage(events, asObject(body['usage']), file);
    }
    expect(count).toBeGreaterThan(10);
  });
});
