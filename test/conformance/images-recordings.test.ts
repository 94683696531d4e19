import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromOpenAiImages } from '../../activities/providers/openai-compatible/images/from-openai-images.js';
import type { Json } from '../../workflows/contracts/json.js';

const root = resolve(import.meta.dirname, '../../../shared/recordings');
const http = resolve(root, 'http/openai.images.jsonl');
const fixtures = resolve(root, 'mapping/openai/src/image/__fixtures__');
const isThere = existsSync(http) && existsSync(fixtures);
if (!isThere) console.warn(`SKIPPED: no recordings of pictures at ${root}`);

interface Recording {
  readonly method: string;
  readonly url: string;
  readonly response: { readonly json?: Json; readonly text?: string };
}

const picturesOf = (answer: Json) => {
  const { events } = fromOpenAiImages(answer);
  return events.flatMap((event) => (event.type === 'image' ? [event] : []));
};

describe.skipIf(!isThere)('recorded answers of OpenAI’s pictures', () => {
  it('are read, all six: made, edited and varied', () => {
    const rows = readFileSync(http, 'utf8').trim().split('\n');
    const recordings = rows.map((row) => JSON.parse(row) as Recording).filter(({ method }) => method === 'POST');
    const read = recordings.map(({ url, response: { json, text } }) => {
      const answer = json ?? (JSON.parse(Buffer.from(text ?? '', 'base64').toString()) as Json);
      return [url.replace(/.*\/images\//, ''), picturesOf(answer)] as const;
    });
    expect(read.map(([operation]) => operation)).toEqual([
      ...['edits', 'edits', 'generations', 'generations', 'generations', 'variations'],
    ]);
    const types = read.flatMap(([, pictures]) => pictures.map(({ source }) => source.type));
    expect([...new Set(types)]).toEqual(['url']);
    // DALL·E 3 alone says what it made of the words.
    expect(read.flatMap(([, pictures]) => pictures).filter((one) => one.revisedPrompt !== undefined)).toHaveLength(2);
  });

  it('in bytes are read, of both fixtures', () => {
    const counts = ['openai-image.json', 'openai-image-edit.json'].map(
      (name) => picturesOf(JSON.parse(readFileSync(resolve(fixtures, name), 'utf8')) as Json).length,
    );
    expect(counts).toEqual([2, 1]);
  });
});
