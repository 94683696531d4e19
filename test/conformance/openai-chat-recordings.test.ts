import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createParser } from 'eventsource-parser';
import { describe, expect, it } from 'vitest';
import { without } from '../../api/dialects/shared/json-fields.js';
import { parseChatRequest } from '../../api/dialects/openai-chat/parse-chat-request.js';
import { renderAnswer } from '../../api/dialects/openai-chat/render-answer.js';
import { renderStream, startStream } from '../../api/dialects/openai-chat/render-stream.js';
import { toRequestOptions } from '../../api/dialects/openai-chat/request-options.js';
import { toChatCall } from '../../api/dialects/openai-chat/to-chat-call.js';
import type { Frame } from '../../workflows/contracts/answer.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { AnswerSummary } from '../../workflows/contracts/reply.js';

/** Traffic of OpenAI and of vendors that speak its dialect: what they said must reach a caller of it unchanged. */
const FOLDER = resolve(import.meta.dirname, '../../../shared/recordings/http');
const VENDORS = [
  'openai',
  'azure',
  'bedrock-mantle',
  'cerebras',
  'crusoe',
  'deepseek',
  'gemini',
  'groq',
  'heroku',
  'huggingface',
  'mistral',
  'ollama',
  'openrouter',
  'snowflake',
  'zai',
];

interface Recording {
  readonly file: string;
  readonly n: number;
  readonly status: number;
  readonly request: JsonObject;
  readonly response: { readonly json?: JsonObject; readonly text?: string };
}

const SUMMARY: AnswerSummary = {
  attempt: 1,
  offerId: 'vendor/model',
  vendor: 'vendor',
  usage: { units: {}, source: 'none' },
  chargeNanoUsd: '1500000',
};
const CONTEXT = { requestId: 'r', model: 'm', createdAtSeconds: 0 };
const COST = 0.0015;

function load(vendor: string): readonly Recording[] {
  const lines = readFileSync(resolve(FOLDER, `${vendor}.chat.jsonl`), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as Recording).filter(({ status }) => status === 200);
}

function chunksOf(text: string): readonly JsonObject[] {
  const bodies: JsonObject[] = [];
  const parser = createParser({
    onEvent: (event) => {
      if (event.data !== '[DONE]') bodies.push(JSON.parse(event.data) as JsonObject);
    },
  });
  parser.feed(text);
  return bodies;
}

/** The streams that ended well: a failure in the middle is the adapter's to tell, and never reaches a rendering as a chunk. */
function streamsOf(recordings: readonly Recording[]): readonly { bodies: readonly JsonObject[]; name: string }[] {
  return recordings
    .map(({ response, file, n }) => ({ bodies: chunksOf(response.text ?? ''), name: `${file} #${n}` }))
    .filter(({ bodies }) => bodies.length > 0 && !bodies.some((body) => 'error' in body));
}

const hasChoices = (body: JsonObject): boolean => (body['choices'] as unknown[]).length > 0;

const frameOf = (body: JsonObject, streamed: boolean): Frame => ({
  events: [],
  wire: { dialect: 'openai-chat', streamed, body },
});

function stream(bodies: readonly JsonObject[], includeUsage: boolean) {
  let state = startStream({ ...CONTEXT, includeUsage });
  const chunks: JsonObject[] = [];
  for (const [sequence, body] of bodies.entries()) {
    const [next, output] = renderStream(state, { type: 'frame', attempt: 1, sequence, frame: frameOf(body, true) });
    state = next;
    chunks.push(...output.chunks);
  }
  const [, last] = renderStream(state, { type: 'answered', summary: SUMMARY });
  return { chunks: [...chunks, ...last.chunks], end: last.end };
}

const present = existsSync(FOLDER);
if (!present) console.warn(`skipped: no recordings at ${FOLDER}`);

describe.skipIf(!present).each(VENDORS)('recordings of %s', (vendor) => {
  const recordings = present ? load(vendor) : [];

  it('has any', () => {
    expect(recordings.length).toBeGreaterThan(0);
    if (vendor === 'openai') expect(streamsOf(recordings).length).toBeGreaterThanOrEqual(50);
  });

  it.runIf(vendor === 'openai')('parses each request, and hands the body on as it was', () => {
    for (const { request, file, n } of recordings) {
      const parsed = parseChatRequest(request);
      expect(parsed, `${file} #${n}`).toMatchObject({ ok: true });
      if (!parsed.ok) continue;
      expect(toChatCall(parsed.request).source.body).toEqual(request);
      expect(toChatCall(parsed.request).messages).toHaveLength((request['messages'] as unknown[]).length);
      expect(toRequestOptions(parsed.request).models).toEqual([request['model']]);
    }
  });

  it('renders each plain answer field for field, with our cost', () => {
    for (const { response, file, n } of recordings) {
      if (!response.json) continue;
      const rendered = renderAnswer([frameOf(response.json, false)], { ...CONTEXT, summary: SUMMARY });
      const usage = { ...(response.json['usage'] as JsonObject), cost: COST };
      expect(rendered, `${file} #${n}`).toEqual({ ...response.json, usage });
    }
  });

  it('renders each stream chunk for chunk where the caller asked for usage', () => {
    for (const { bodies, name } of streamsOf(recordings)) {
      const { chunks, end } = stream(bodies, true);
      const content = bodies.filter((body) => hasChoices(body) || body['usage'] == null);
      expect(end).toBe('done');
      expect(chunks.slice(0, -1), name).toEqual(content.map((body) => ({ ...body, usage: null })));
      const reported = bodies.map((body) => body['usage']).filter((usage) => usage != null);
      expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { ...(reported.at(-1) as object), cost: COST } });
    }
  });

  it('renders each stream without usage where the caller did not ask for it', () => {
    for (const { bodies } of streamsOf(recordings)) {
      const { chunks } = stream(bodies, false);
      expect(chunks.some((chunk) => 'usage' in chunk)).toBe(false);
      const content = bodies.filter((body) => hasChoices(body) || body['usage'] == null);
      expect(chunks).toEqual(content.map((body) => without(body, 'usage')));
    }
  });

  it('puts each stream together as the plain answer that it would have been', () => {
    for (const { bodies, name } of streamsOf(recordings)) {
      const frames = bodies.map((body) => frameOf(body, true));
      const rendered = renderAnswer(frames, { ...CONTEXT, summary: SUMMARY });
      expect(rendered, name).toMatchObject({ object: 'chat.completion', usage: { cost: COST } });
      expect(written(rendered)).toEqual(writtenInPieces(bodies));
    }
  });
});

interface Said {
  readonly content?: unknown;
  readonly tool_calls?: readonly { readonly index?: number; readonly function?: { readonly arguments?: string } }[];
}

/** All the text in a content: a string, or Mistral's parts, whose thinking nests more parts. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return content.map(textOf).join('');
  const part = (content ?? {}) as { text?: unknown; thinking?: unknown };
  return textOf(part.text ?? '') + textOf(part.thinking ?? '');
}

/** The text and then the tool arguments of an answer by choice, read in the plainest way. */
function written(body: JsonObject): Record<number, string> {
  const choices = (body['choices'] ?? []) as unknown as { index: number; message: Said }[];
  return Object.fromEntries(
    choices.map(({ index, message }) => {
      const calls = (message.tool_calls ?? []).map((call) => call.function?.arguments ?? '');
      return [index, textOf(message.content) + calls.join('')];
    }),
  );
}

function writtenInPieces(bodies: readonly JsonObject[]): Record<number, string> {
  const contents: Record<number, string> = {};
  const calls: Record<number, string[]> = {};
  for (const body of bodies) {
    for (const { index, delta } of (body['choices'] ?? []) as unknown as { index: number; delta: Said }[]) {
      contents[index] = (contents[index] ?? '') + textOf(delta.content);
      const list = (calls[index] ??= []);
      for (const call of delta.tool_calls ?? []) {
        const at = call.index ?? 0;
        list[at] = (list[at] ?? '') + (call.function?.arguments ?? '');
      }
    }
  }
  return Object.fromEntries(
    Object.entries(contents).map(([index, text]) => [index, text + (calls[Number(index)] ?? []).join('')]),
  );
}
