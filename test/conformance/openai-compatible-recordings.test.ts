import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromOpenAiChat } from '../../activities/providers/openai-compatible/chat/from-openai-chat.js';
import { asObject, asObjects } from '../../activities/providers/json-fields.js';
import type { OpenAiCompatibleProfile as Profile } from '../../activities/providers/openai-compatible/chat/profile.js';
import { TEST_PROFILE } from '../../activities/providers/openai-compatible/chat/test-attempt.js';
import { COMPATIBLE_PROFILES } from '../../activities/providers/openai-compatible/profiles.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import {
  callsOf,
  checkUsage,
  present,
  readStream,
  singly,
  successes,
  textOf,
  usageOf,
} from './openai-compatible-samples.js';

const isCompatible = ({ id }: Profile): boolean => COMPATIBLE_PROFILES.some((profile) => profile.id === id);

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
    for (const { file, response, profile } of streams) {
      const text = response.text ?? '';
      const chunks = chunksOf(text);
      const failing = chunks.some((chunk) => chunk['error'] !== undefined);
      const { events, frames, failure } = await readStream(singly(encoder.encode(text)), profile);
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
    for (const { file, response, profile } of short) await checkCuts(file, response, profile, 1);
  });

  it('reads the same wherever a long one is cut, at every thousandth of it', async () => {
    const long = streams.filter(({ response, profile }) => response.text !== undefined && isCompatible(profile));
    expect(new Set(long.map(({ profile }) => profile.id)).size).toBeGreaterThan(6);
    for (const { file, response, profile } of long) {
      // A prime, so that cuts fall anywhere in a chunk.
      await checkCuts(file, response, profile, 997);
    }
  });

  async function checkCuts(file: string, { text = '' }: { text?: string }, profile: Profile, step: number) {
    const bytes = encoder.encode(text);
    const whole = await readStream([bytes], profile);
    for (let at = 1; at < bytes.length; at += step) {
      const { events } = await readStream([bytes.subarray(0, at), bytes.subarray(at)], profile);
      expect(events, `${file} cut at ${at}`).toEqual(whole.events);
    }
  }

  it('is `cut` wherever its bytes end before the end marker, where the vendor has one', async () => {
    const marked = streams.filter(({ profile, response }) => profile.sendsDone && response.text?.includes('[DONE]'));
    const vendors = [...new Set(marked.map(({ profile }) => profile.id))];
    expect(vendors.toSorted()).toEqual(['deepseek', 'groq', 'mistral', 'openai', 'openrouter', 'zai']);
    for (const vendor of vendors) {
      const [text = ''] = marked
        .filter(({ profile }) => profile.id === vendor)
        .map(({ response }) => response.text ?? '')
        .filter((candidate) => !candidate.includes('"error"'))
        .toSorted((left, right) => left.length - right.length);
      const profile = marked.find((one) => one.profile.id === vendor)?.profile ?? TEST_PROFILE;
      const bytes = encoder.encode(text);
      const marker = encoder.encode(text.slice(0, text.indexOf('data: [DONE]'))).length + 'data: [DONE]'.length;
      expect(bytes.length, vendor).toBeGreaterThan(500);
      const step = bytes.length < 2500 ? 1 : 499;
      const places = Array.from({ length: Math.ceil(bytes.length / step) }, (_, index) => index * step);
      for (const at of [...places, marker - 1, marker]) {
        const { failure } = await readStream([bytes.subarray(0, at)], profile);
        const where = `${vendor} cut at ${at} of ${bytes.length}`;
        expect(failure?.failure.class, where).toBe(at < marker ? 'cut' : undefined);
      }
    }
  });
});

const MAPPINGS = resolve(import.meta.dirname, '../../../shared/recordings/mapping');
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
    'perplexity',
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
      const { events, failure } = await readStream([stream], { ...TEST_PROFILE, sendsDone: false });
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
