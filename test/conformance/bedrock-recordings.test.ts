import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stubHttp } from '../../activities/providers/anthropic/chat/stub-http.js';
import { toConverse } from '../../activities/providers/bedrock/converse/to-converse.js';
import { bedrockAttempt, readThrough } from '../../activities/providers/bedrock/test-attempt.js';
import type { Read } from '../../activities/providers/bedrock/test-attempt.js';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import { loadBedrockModel } from './aws-service-model.js';
import { object, objects, text, toCall } from './converse-samples.js';

interface Recording {
  readonly file: string;
  readonly n: number;
  readonly url: string;
  readonly status: number;
  /** Of one recording it is text that was cut off. */
  readonly request: JsonObject | string;
  readonly response: { readonly json?: JsonObject; readonly b64?: string };
}

const FILE = resolve(import.meta.dirname, '../../../shared/recordings/http/bedrock.converse.jsonl');
const present = existsSync(FILE);
if (!present) console.warn(`skipped: no recordings at ${FILE}`);

const recordings = (present ? readFileSync(FILE, 'utf8').trim().split('\n') : []).map(
  (line) => JSON.parse(line) as Recording,
);
const plain = recordings.filter(({ status, response }) => status === 200 && response.json !== undefined);
const streams = recordings.flatMap((recording) => {
  const { b64 } = recording.response;
  return b64 === undefined ? [] : [{ ...recording, bytes: Buffer.from(b64, 'base64') }];
});
const model = loadBedrockModel();
const nameOf = ({ file, n }: Recording) => `${file} #${n}`;
const modelOf = ({ url }: Recording) => decodeURIComponent(/\/model\/([^/]+)\//.exec(url)?.[1] ?? '');

async function answer(recording: Recording, pieces: readonly Uint8Array[]): Promise<Read> {
  const { status, response } = recording;
  const stream = response.b64 !== undefined;
  const contentType = stream ? 'application/vnd.amazon.eventstream' : 'application/json';
  return readThrough(stubHttp({ pieces, status, contentType }), bedrockAttempt({ stream }, modelOf(recording)));
}

const bytesOf = (value: Json): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** What the events say, in a form that the vendor's own content can be compared with. */
function said({ events }: Read) {
  const joined = (type: 'text-delta' | 'reasoning-delta') =>
    events.map((event) => (event.type === type ? event.text : '')).join('');
  const calls = events.flatMap((event) =>
    event.type === 'tool-call-start'
      ? [
          {
            toolUseId: event.id,
            name: event.name,
            input: JSON.parse(
              events
                .map((other) =>
                  other.type === 'tool-call-delta' && other.block === event.block ? other.arguments : '',
                )
                .join(''),
            ) as Json,
          },
        ]
      : [],
  );
  const proofs = events.flatMap((event) =>
    event.type === 'reasoning-delta' && event.vendor !== undefined ? [event.signature ?? event.redacted] : [],
  );
  const finish = events.find((event) => event.type === 'finish');
  const usage = events.findLast((event) => event.type === 'usage');
  return {
    text: joined('text-delta'),
    reasoning: joined('reasoning-delta'),
    calls,
    proofs,
    stopReason: finish?.reason.raw,
    units: usage?.usage.units,
  };
}

describe.skipIf(!present)('recorded answers of Converse', () => {
  it('are all there', () => {
    expect(plain.length).toBeGreaterThan(200);
    expect(streams).toHaveLength(10);
  });

  it.each(plain.map((recording) => [nameOf(recording), recording] as const))(
    'say what they said: %s',
    async (_, recording) => {
      const json = recording.response.json ?? {};
      const read = await answer(recording, [bytesOf(json)]);
      expect(read.failure).toBeUndefined();
      const content = objects(object(object(json['output'])['message'])['content']);
      const usage = object(json['usage']);
      const cached =
        usage['cacheReadInputTokens'] === undefined ? {} : { input_cached_read: usage['cacheReadInputTokens'] };
      const found = said(read);
      expect(found).toMatchObject({
        text: content.map((block) => text(block['text'])).join(''),
        reasoning: content
          .map((block) => text(object(object(block['reasoningContent'])['reasoningText'])['text']))
          .join(''),
        calls: content.flatMap((block) => {
          const { toolUseId, name, input, type } = object(block['toolUse']);
          return toolUseId === undefined || type === 'server_tool_use' ? [] : [{ toolUseId, name, input }];
        }),
        proofs: content.flatMap((block) => {
          const { redactedContent, reasoningText } = object(block['reasoningContent']);
          const signature = object(reasoningText)['signature'];
          if (signature !== undefined) return [signature];
          return redactedContent === undefined ? [] : [Buffer.from(text(redactedContent), 'base64').toString()];
        }),
        stopReason: json['stopReason'],
        units: { input: usage['inputTokens'], output: usage['outputTokens'], ...cached },
      });
      const written = (found.units?.input_cache_write_5m ?? 0) + (found.units?.input_cache_write_1h ?? 0);
      expect(written).toBe(usage['cacheWriteInputTokens'] ?? 0);
    },
  );

  it.each(
    recordings.filter(({ status }) => status !== 200).map((recording) => [nameOf(recording), recording] as const),
  )('of failure are failures of the request, in the vendor’s words: %s', async (_, recording) => {
    const json = recording.response.json ?? {};
    const { failure } = await answer(recording, [bytesOf(json)]);
    const unknown = text(json['message']).includes('identifier is invalid');
    expect(failure?.failure).toMatchObject({ class: unknown ? 'model_not_found' : 'invalid_request', httpStatus: 400 });
    expect(failure?.detail.message).toBe(json['message']);
  });
});

/** Recorded requests that are sent otherwise, and why. */
const SENT_OTHERWISE: { readonly [file: string]: string } = {
  test_bedrock_anthropic_message_history_starting_with_response: 'The user begins, as other models demand.',
  test_bedrock_cache_write_and_read: 'Text of white space alone is left out.',
  test_video_url_input: 'The format is named as the service model has it.',
};

/** Where each message of the stream ends. */
function boundaries(bytes: Buffer): readonly number[] {
  const ends: number[] = [];
  for (let at = 0; at < bytes.length; at = ends.at(-1) ?? bytes.length) ends.push(at + bytes.readUInt32BE(at));
  return ends;
}

/** About `count` positions, the same in every run, and never in step with the messages' lengths. */
function sampled(length: number, count: number): readonly number[] {
  const step = Math.max(1, Math.floor(length / count) | 1);
  return Array.from({ length: Math.floor(length / step) }, (_, index) => index * step);
}

describe.skipIf(!present).each(streams.map((recording) => [nameOf(recording), recording] as const))(
  'the recorded stream %s',
  (_, recording) => {
    const { bytes } = recording;

    it('is the same wherever it is cut', async () => {
      const whole = await answer(recording, [bytes]);
      expect(whole.failure).toBeUndefined();
      expect(whole.events[0]).toEqual({ type: 'start' });
      expect(said(whole).units?.output).toBeGreaterThan(0);
      for (const at of sampled(bytes.length, 200)) {
        expect((await answer(recording, [bytes.subarray(0, at), bytes.subarray(at)])).events).toEqual(whole.events);
      }
      const bits = Array.from({ length: Math.ceil(bytes.length / 7) }, (_none, index) =>
        bytes.subarray(index * 7, index * 7 + 7),
      );
      expect((await answer(recording, bits)).events).toEqual(whole.events);
    });

    it('is cut where it ends early, but for after its stop reason', async () => {
      const ends = boundaries(bytes);
      const beforeStop = ends.at(-3) ?? 0;
      const stopped = ends.at(-2) ?? 0;
      for (const end of [...ends.slice(0, -2), ...sampled(stopped, 50).filter((at) => at > 0)]) {
        const { failure, events } = await answer(recording, [bytes.subarray(0, end)]);
        expect(failure?.failure.class).toBe('cut');
        expect(events.some(({ type }) => type === 'finish')).toBe(false);
      }
      expect(beforeStop).toBeLessThan(stopped);
      for (const end of [stopped, stopped + 5, bytes.length - 1]) {
        const { failure, events } = await answer(recording, [bytes.subarray(0, end)]);
        expect(failure).toBeUndefined();
        expect(events.at(-1)?.type).toBe('finish');
      }
    });

    it('is no good with a bit changed before its stop reason', async () => {
      const stopped = boundaries(bytes).at(-2) ?? 0;
      for (const at of sampled(stopped, 100)) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        expect((await answer(recording, [changed])).failure?.failure.class).toBe('bad_response');
      }
    });
  },
);

describe.skipIf(!present || model === undefined)('recorded requests of Converse', () => {
  const validate = model?.validator('ConverseRequest');
  const samples = recordings.flatMap((recording) => {
    const { request, status, url } = recording;
    const call = status === 200 && typeof request !== 'string' ? toCall(request, url.endsWith('-stream')) : undefined;
    const otherwise = Object.keys(SENT_OTHERWISE).some((name) => recording.file.includes(`/${name}.`));
    return call === undefined || typeof request === 'string' || otherwise ? [] : [{ recording, request, call }];
  });

  it('are mostly within what a call can say', () => {
    expect(samples.length).toBeGreaterThan(190);
  });

  it.each(samples.map(({ recording, request, call }) => [nameOf(recording), recording, request, call] as const))(
    'are sent as they were: %s',
    (_, recording, request, call) => {
      const { body } = toConverse(bedrockAttempt(call, modelOf(recording)));
      const sent = JSON.parse(JSON.stringify(body)) as JsonObject;
      expect(validate?.(sent), JSON.stringify(validate?.errors)).toBe(true);
      expect(comparable(sent)).toEqual(comparable(request));
    },
  );
});

/** Without what has no counterpart: our cap, the model's own fields, empty lists and texts, and the schemas' spelling. */
function comparable(request: JsonObject): JsonObject {
  const { messages, system, toolConfig, inferenceConfig, outputConfig } = request;
  const { maxTokens: _cap, ...inference } = object(inferenceConfig);
  return {
    messages: withoutSuccess(messages ?? []),
    system: objects(system),
    tools: objects(object(toolConfig)['tools']).map((tool) => {
      const { name, description } = object(tool['toolSpec']);
      return { cachePoint: tool['cachePoint'], name, description: description === '' ? undefined : description };
    }),
    toolChoice: object(toolConfig)['toolChoice'] ?? (toolConfig === undefined ? undefined : { auto: {} }),
    inference,
    format: object(object(object(object(outputConfig)['textFormat'])['structure'])['jsonSchema'])['name'],
  };
}

/** That a tool did not fail goes without saying. */
function withoutSuccess(messages: Json): Json {
  return JSON.parse(
    JSON.stringify(messages, (key, value: unknown) => (key === 'status' && value === 'success' ? undefined : value)),
  ) as Json;
}
