import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asObject, asObjects } from '../../activities/providers/json-fields.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { askGemini } from './gemini-samples.js';

const FOLDER = resolve(import.meta.dirname, '../../../shared/recordings/mapping/google/src/__fixtures__');
const present = existsSync(FOLDER);
if (!present) console.warn('Skipped: ../shared/recordings/mapping/google is absent.');

/** Arguments in pieces come only where they are asked for (`streamFunctionCallArguments`), which we do not. */
const IN_PIECES = /tool-call.*-arguments|no-args-tool-call/;
const files = present ? readdirSync(FOLDER).filter((name) => !IN_PIECES.test(name)) : [];
const streams = files.filter((name) => name.endsWith('.chunks.txt'));
const plain = files.filter((name) => name.endsWith('.json') && !name.includes('429'));

const read = (name: string): string => readFileSync(resolve(FOLDER, name), 'utf8');
const linesOf = (name: string) =>
  read(name)
    .split('\n')
    .filter((line) => line.trim() !== '');

function calledIn(chunks: readonly JsonObject[]): readonly unknown[] {
  return chunks
    .flatMap((chunk) => asObjects(chunk['candidates']))
    .flatMap(({ content }) => asObjects(asObject(content)?.['parts']))
    .flatMap(({ functionCall }) => (functionCall === undefined ? [] : [asObject(functionCall)?.['name']]));
}

function tokensIn(chunks: readonly JsonObject[]): unknown {
  return asObject(chunks.at(-1)?.['usageMetadata'])?.['totalTokenCount'];
}

async function check(name: string, chunks: readonly JsonObject[], pieces: readonly Uint8Array[], stream: boolean) {
  const type = stream ? 'text/event-stream' : 'application/json';
  const { events, failure } = await askGemini({ type, pieces }, { stream });
  expect(failure, name).toBeUndefined();
  const called = events.flatMap((event) => (event.type === 'tool-call-start' ? [event.name] : []));
  expect(called, name).toEqual(calledIn(chunks));
  const usage = events.flatMap((event) => (event.type === 'usage' ? [event.usage] : []));
  const total = Object.values(usage[0]?.units ?? {}).reduce((sum, count) => sum + count, 0);
  expect([usage.length, total], name).toEqual([1, tokensIn(chunks)]);
}

describe.skipIf(!present)('what others have recorded of Gemini', () => {
  it('is read, whole', async () => {
    expect(plain.length).toBe(5);
    for (const name of plain) {
      const body = JSON.parse(read(name)) as JsonObject;
      await check(name, [body], [Buffer.from(read(name))], false);
    }
  });

  it('is read, streamed', async () => {
    expect(streams.length).toBe(5);
    for (const name of streams) {
      const chunks = linesOf(name).map((line) => JSON.parse(line) as JsonObject);
      const pieces = linesOf(name).map((line) => Buffer.from(`data: ${line}\r\n\r\n`));
      await check(name, chunks, pieces, true);
    }
  });

  it('says how long to wait', async () => {
    const pieces = [Buffer.from(read('google-429-retry-info.json'))];
    const { failure } = await askGemini({ status: 429, type: 'application/json', pieces });
    expect(failure?.failure).toMatchObject({ class: 'rate_limited', retryAfterMs: 34_400 });
  });
});
