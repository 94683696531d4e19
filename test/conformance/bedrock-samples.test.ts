import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stubHttp } from '../../activities/providers/anthropic/chat/stub-http.js';
import { readConverseEvent, startConverse } from '../../activities/providers/bedrock/converse/converse-stream.js';
import { fromConverse } from '../../activities/providers/bedrock/converse/from-converse.js';
import { bedrockAttempt, readThrough } from '../../activities/providers/bedrock/test-attempt.js';
import type { AnswerEvent } from '../../workflows/contracts/answer.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { object, objects, text } from './converse-samples.js';

const SHARED = resolve(import.meta.dirname, '../../../shared/recordings');
const SAMPLES = resolve(SHARED, 'mapping/amazon-bedrock/src/__fixtures__');
const INVOKED = resolve(SHARED, 'http/bedrock.invoke.jsonl');
const present = existsSync(SAMPLES) && existsSync(INVOKED);
if (!present) console.warn(`skipped: no samples at ${SAMPLES}, or no recordings at ${INVOKED}`);

const names = present ? readdirSync(SAMPLES) : [];
const readJson = (name: string): JsonObject => JSON.parse(readFileSync(resolve(SAMPLES, name), 'utf8')) as JsonObject;
const READING = { customTools: new Set<string>(), prover: 'anthropic' } as const;

interface Said {
  readonly text: string;
  readonly calls: readonly string[];
  readonly ended: boolean;
}

function said(events: readonly AnswerEvent[]): Said {
  return {
    text: events.map((event) => (event.type === 'text-delta' ? event.text : '')).join(''),
    calls: events.flatMap((event) => (event.type === 'tool-call-start' ? [event.name] : [])),
    ended: events.some(({ type }) => type === 'finish'),
  };
}

describe.skipIf(!present)('samples of Converse made by others', () => {
  it.each(names.filter((name) => name.endsWith('.json')))('are read as they are: %s', (name) => {
    const answer = readJson(name);
    const content = objects(object(object(answer['output'])['message'])['content']);
    expect(said(fromConverse(answer, READING).events)).toEqual({
      text: content.map((block) => text(block['text'])).join(''),
      calls: content.flatMap((block) =>
        block['toolUse'] === undefined ? [] : [text(object(block['toolUse'])['name'])],
      ),
      ended: true,
    });
  });

  it.each(names.filter((name) => name.endsWith('.chunks.txt')))('are read piece by piece: %s', (name) => {
    const lines = readFileSync(resolve(SAMPLES, name), 'utf8').trim().split('\n');
    const written = lines.flatMap((line) => Object.entries(JSON.parse(line) as { [event: string]: JsonObject }));
    let state = startConverse(READING);
    const events = written.flatMap(([event, payload]) => {
      const [next, frame] = readConverseEvent(state, event, payload);
      state = next;
      return frame.events;
    });
    const deltas = written.map(([, payload]) => object(payload['delta']));
    expect(said(events)).toEqual({
      text: deltas.map((delta) => text(delta['text'])).join(''),
      calls: written.flatMap(([, payload]) => {
        const tool = object(object(payload['start'])['toolUse']);
        return tool['name'] === undefined ? [] : [text(tool['name'])];
      }),
      ended: true,
    });
  });
});

interface Invoked {
  readonly file: string;
  readonly url: string;
  readonly request: JsonObject;
  readonly response: { readonly json: JsonObject };
}

const lines = present ? readFileSync(INVOKED, 'utf8').trim().split('\n') : [];
// One of them is an embedding.
const invoked = lines
  .map((line) => JSON.parse(line) as Invoked)
  .filter(({ request }) => request['anthropic_version'] !== undefined);

describe.skipIf(!present)('recorded calls of Claude by InvokeModel', () => {
  it('are all there', () => {
    expect(invoked).toHaveLength(3);
  });

  it.each(invoked.map((recording) => [recording.file, recording] as const))(
    'are sent and told as they were: %s',
    async (_, recording) => {
      const { url, request, response } = recording;
      const { anthropic_version: version, ...body } = request;
      const model = decodeURIComponent(/\/model\/([^/]+)\//.exec(url)?.[1] ?? '');
      const stub = stubHttp({
        pieces: [new TextEncoder().encode(JSON.stringify(response.json))],
        contentType: 'application/json',
      });
      const source = { dialect: 'anthropic-messages', body } as const;
      const attempt = bedrockAttempt({ source }, model, { maxOutputTokens: Number(body['max_tokens']) });
      const { frames, failure } = await readThrough(stub, attempt);
      expect(failure).toBeUndefined();
      expect(JSON.parse(stub.requests[0]?.body ?? '')).toEqual({ anthropic_version: version, ...body });
      expect(frames.map(({ wire }) => wire?.body)).toEqual([response.json]);
    },
  );
});
