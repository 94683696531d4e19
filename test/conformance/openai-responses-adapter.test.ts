import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { classifyHttpFailure } from '../../activities/providers/classify-failure.js';
import { asObject, asObjects } from '../../activities/providers/json-fields.js';
import { createOpenAiResponses } from '../../activities/providers/openai/responses/create-openai-responses.js';
import { fromOpenAiResponse } from '../../activities/providers/openai/responses/from-openai-response.js';
import { stubHttp, testAttempt, testCall } from '../../activities/providers/openai/responses/test-attempt.js';
import { toOpenAiResponses } from '../../activities/providers/openai/responses/to-openai-responses.js';
import { ProviderFailure } from '../../activities/providers/port.js';
import { createBearerEndpoint } from '../../activities/providers/vendor-endpoint.js';
import type { AnswerEvent, Frame } from '../../workflows/contracts/answer.js';
import type { ChatCall } from '../../workflows/contracts/call.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { pictureNews } from '../../workflows/domain/image-tool.js';
import { loadOpenAiSpecification } from './openai-specification.js';

interface Recording {
  readonly file: string;
  readonly method: string;
  readonly url: string;
  readonly request: JsonObject;
  readonly status: number;
  readonly response: { readonly json?: JsonObject; readonly text?: string };
}

const FOLDER = resolve(import.meta.dirname, '../../../shared/recordings/http');
const present = existsSync(FOLDER);
if (!present) console.warn(`skipped: no recordings at ${FOLDER}`);

const VENDORS = ['openai', 'azure', 'openrouter', 'deepseek', 'bedrock-mantle'];
const recordings = present
  ? VENDORS.flatMap((vendor) => readFileSync(resolve(FOLDER, `${vendor}.responses.jsonl`), 'utf8').split('\n'))
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Recording)
      .filter(({ method, url }) => method === 'POST' && url.endsWith('/responses'))
  : [];
const answered = recordings.filter(({ status }) => status === 200);

/** Answers of `background: true`, which this gateway never asks for, tell that they are not there yet. */
const isThere = (body: JsonObject) => body['status'] !== 'queued' && body['status'] !== 'in_progress';
const plain = answered.flatMap(({ file, response: { json } }) => (json && isThere(json) ? [{ file, body: json }] : []));
const streams = answered.flatMap(({ file, response: { text } }) => (text === undefined ? [] : [{ file, text }]));

const TERMINAL = ['response.completed', 'response.incomplete', 'response.failed'];

/** The events as a line-wise reader sees them, so that the test does not share the parser. */
const eventsIn = (text: string) =>
  text
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)) as JsonObject);

/** Everything of one kind, by somebody who knows nothing of blocks. */
function textOf(events: readonly AnswerEvent[], type: 'text-delta' | 'refusal-delta' | 'reasoning-delta'): string {
  return events.map((event) => (event.type === type ? event.text : '')).join('');
}

function callsOf(events: readonly AnswerEvent[]): readonly unknown[] {
  return events
    .filter((event) => event.type === 'tool-call-start')
    .map(({ block, id, name }) => {
      const pieces = events.map((event) =>
        event.type === 'tool-call-delta' && event.block === block ? event.arguments : '',
      );
      return { id, name, written: pieces.join('') };
    });
}

const FINISH: { readonly [status: string]: string } = { completed: 'stop', complete: 'stop', incomplete: 'length' };

/** What the answer must hold, read straight from the vendor's items. */
function checkAnswer(events: readonly AnswerEvent[], body: JsonObject, file: string): void {
  const items = asObjects(body['output']);
  const parts = items.filter(({ type }) => type === 'message').flatMap(({ content }) => asObjects(content));
  expect(textOf(events, 'text-delta'), file).toBe(parts.map(({ text }) => text ?? '').join(''));
  expect(textOf(events, 'refusal-delta'), file).toBe(parts.map(({ refusal }) => refusal ?? '').join(''));
  const reasoning = items.filter(({ type }) => type === 'reasoning');
  const paragraphs = reasoning.map(({ summary, content }) =>
    [...asObjects(summary), ...asObjects(content)].map(({ text }) => text).join('\n\n'),
  );
  expect(textOf(events, 'reasoning-delta'), file).toBe(paragraphs.join(''));
  const proofs = events.flatMap((event) =>
    event.type === 'reasoning-delta' && event.signature !== undefined
      ? [[event.id, event.signature, event.vendor]]
      : [],
  );
  const proven = reasoning.filter(({ encrypted_content: proof }) => typeof proof === 'string');
  expect(proofs, file).toEqual(proven.map(({ id, encrypted_content: proof }) => [id, proof, 'openai']));
  const calls = items.filter(({ type }) => type === 'function_call');
  expect(callsOf(events), file).toEqual(
    calls.map(({ call_id: id, name, arguments: written }) => ({ id, name, written })),
  );
  const citations = parts.flatMap(({ annotations }) => asObjects(annotations));
  expect(events.filter(({ type }) => type === 'citation').length, file).toBe(citations.length);
  const others = items.filter(({ type }) => !['message', 'reasoning', 'function_call'].includes(String(type)));
  const opaque = events.flatMap((event) => (event.type === 'opaque' ? [event.data] : []));
  expect(opaque, file).toEqual(others);
  const [finish, ...more] = events.filter(({ type }) => type === 'finish');
  const expected = calls.length > 0 ? 'tool-calls' : FINISH[String(body['status'])];
  expect(more, file).toEqual([]);
  expect(finish, file).toMatchObject({ reason: { unified: expected, raw: body['status'] } });
  checkUsage(events, asObject(body['usage']), others, file);
}

function checkUsage(
  events: readonly AnswerEvent[],
  usage: JsonObject | undefined,
  items: readonly JsonObject[],
  file: string,
): void {
  const found = events.filter((event) => event.type === 'usage');
  expect(found.length, file).toBe(usage === undefined ? 0 : 1);
  const { searches, file_searches: fileSearches, containers, ...tokens } = found[0]?.usage.units ?? {};
  // The hand-made recordings among them have no true total.
  const total = Number(usage?.['input_tokens'] ?? 0) + Number(usage?.['output_tokens'] ?? 0);
  expect(
    Object.values(tokens).reduce((sum, count) => sum + count, 0),
    file,
  ).toBe(total);
  const searched = items.filter(
    ({ type, action }) => type === 'web_search_call' && (asObject(action)?.['type'] ?? 'search') === 'search',
  );
  expect(searches ?? 0, file).toBe(searched.length);
  expect(fileSearches ?? 0, file).toBe(items.filter(({ type }) => type === 'file_search_call').length);
  const ran = items.filter(({ type }) => type === 'code_interpreter_call');
  expect(containers ?? 0, file).toBe(new Set(ran.map((item) => item['container_id'])).size);
}

async function read(pieces: readonly Uint8Array[]) {
  const { http } = stubHttp({ pieces });
  const provider = createOpenAiResponses({ id: 'openai', endpoint: createBearerEndpoint('http://vendor', 'k'), http });
  const frames: Frame[] = [];
  const call = testCall({ stream: true }, 'openai-responses', { input: 'hi', stream: true });
  try {
    for await (const frame of provider.chat(testAttempt(call))) frames.push(frame);
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    return { frames, events: frames.flatMap(({ events }) => events), failure: error.failure.class };
  }
  return { frames, events: frames.flatMap(({ events }) => events) };
}

const encoder = new TextEncoder();
const shortest = () => [...streams].sort((left, right) => left.text.length - right.text.length)[0]?.text ?? '';
const singly = (text: string) => [...encoder.encode(text)].map((byte) => Uint8Array.of(byte));

describe.skipIf(!present)('every recorded plain answer', () => {
  it('keeps its text, reasoning, calls, sources, proofs, finish and usage', () => {
    expect(plain.length).toBeGreaterThan(380);
    for (const { file, body } of plain) {
      const { events, wire } = fromOpenAiResponse(body);
      expect(wire).toEqual({ dialect: 'openai-responses', streamed: false, body });
      checkAnswer(events, body, file);
    }
  });

  it('is refused where it only says that it is not there yet', () => {
    const waiting = answered.flatMap(({ response: { json } }) => (json && !isThere(json) ? [json] : []));
    expect(waiting.length).toBeGreaterThan(3);
    for (const body of waiting) expect(() => fromOpenAiResponse(body)).toThrow('bad_response');
  });
});

describe.skipIf(!present)('every recorded stream', () => {
  it.each(['\n', '\r\n'])('says the same byte by byte as its last event says at once, with %j', async (lineEnd) => {
    expect(streams.length).toBeGreaterThan(34);
    for (const { file, text } of streams) {
      const events = eventsIn(text);
      const last = events.find(({ type }) => TERMINAL.includes(String(type)));
      const answer = await read(singly(lineEnd === '\n' ? text : text.replaceAll('\n', lineEnd)));
      expect(
        answer.frames.flatMap(({ wire }) => (wire ? [wire.body] : [])),
        file,
      ).toEqual(events);
      expect(answer.failure, file).toBe(last === undefined ? 'cut' : undefined);
      // The last event repeats the items, with other proofs: those of the items themselves are the ones that are checked.
      const output = events.flatMap(({ type, item }) => (type === 'response.output_item.done' && item ? [item] : []));
      if (last !== undefined) checkAnswer(answer.events, { ...asObject(last['response']), output }, file);
    }
  });

  it('reads the same wherever it is cut in two', async () => {
    const bytes = encoder.encode(shortest());
    const whole = await read([bytes]);
    for (let at = 1; at < bytes.length; at += 1) {
      const { events } = await read([bytes.subarray(0, at), bytes.subarray(at)]);
      expect(events, `cut at ${at}`).toEqual(whole.events);
    }
  });

  it('is `cut` wherever its bytes end before the end of its last event', async () => {
    const bytes = encoder.encode(shortest().trimEnd());
    for (let at = 0; at <= bytes.length; at += 1) {
      const { failure } = await read([bytes.subarray(0, at)]);
      expect(failure, `cut at ${at} of ${bytes.length}`).toBe(at < bytes.length ? 'cut' : undefined);
    }
  });
});

describe.skipIf(!present)('every recorded refusal', () => {
  it('is the caller’s to mend', () => {
    const refused = recordings.filter(({ status }) => status >= 400);
    expect(refused.length).toBeGreaterThan(6);
    for (const { status, response, file } of refused) {
      const { failure } = classifyHttpFailure({ status, headers: {}, body: response.json ?? null, nowMs: 0 });
      const isUnknown = asObject(response.json?.['error'])?.['code'] === 'model_not_found';
      expect(failure.class, file).toBe(isUnknown ? 'model_not_found' : 'invalid_request');
    }
  });
});

describe.skipIf(!present)('every recorded request', () => {
  const OURS = ['model', 'max_output_tokens', 'store', 'include', 'stream', 'input'];
  const NOT_SENT = ['previous_response_id', 'background', 'conversation'];

  it('is sent as it was written, but for what is ours', () => {
    expect(recordings.length).toBeGreaterThan(400);
    for (const { request, file } of recordings) {
      const stream = request['stream'] === true;
      const call = testCall({ stream }, 'openai-responses', { ...request, models: ['a'], on_disconnect: 'finish' });
      const { body } = toOpenAiResponses(testAttempt(call));
      const kept = Object.fromEntries(
        Object.entries(request).filter(([name]) => ![...OURS, ...NOT_SENT].includes(name)),
      );
      expect(Object.fromEntries(Object.entries(body).filter(([name]) => !OURS.includes(name))), file).toEqual(kept);
      expect(body).toMatchObject({ model: 'gpt-5-pro-2025-10-06', max_output_tokens: 1000, store: false, stream });
      expect(body['include'], file).toContain('reasoning.encrypted_content');
      const unproven = asObjects(request['input']).filter(
        (item) => item['type'] === 'reasoning' && typeof item['encrypted_content'] !== 'string',
      );
      const left = Array.isArray(request['input'])
        ? asObjects(request['input']).filter((item) => !unproven.includes(item))
        : request['input'];
      expect(body['input'], file).toEqual(left);
    }
  });
});

const text = (words: string) => ({ type: 'text', text: words }) as const;

/** What callers of other dialects ask for. */
const CALLS: { readonly [kind: string]: Partial<ChatCall> } = {
  'a question': { stream: true, temperature: 0.2, topP: 0.9, reasoningEffort: 'low', verbosity: 'low' },
  'instructions and several texts': {
    messages: [
      { role: 'system', content: [text('Be brief.')] },
      { role: 'user', name: 'ann', content: [text('one'), text('two')] },
      { role: 'assistant', content: [text('three'), { type: 'refusal', text: 'no' }] },
      { role: 'developer', content: [text('a'), text('b')] },
      { role: 'user', content: [] },
    ],
  },
  'images and files': {
    messages: [
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
          { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'AA==' }, detail: 'high' },
          { type: 'image', source: { type: 'file-id', id: 'file-1' } },
          { type: 'file', source: { type: 'base64', mediaType: 'application/pdf', data: 'AA==' } },
          { type: 'file', source: { type: 'url', url: 'https://example.com/a.pdf' } },
          { type: 'file', source: { type: 'file-id', id: 'file-1' } },
        ],
      },
    ],
  },
  'tools and what came of them': {
    tools: [
      { type: 'function', name: 'f' },
      { type: 'function', name: 'g', description: 'G', parameters: { type: 'object' }, strict: true },
      { type: 'custom', name: 'c', description: 'C', grammar: { syntax: 'regex', definition: 'a+' } },
    ],
    toolChoice: { type: 'tool', name: 'c' },
    parallelToolCalls: false,
    messages: [
      { role: 'user', content: [text('Look')] },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'Hm', vendor: 'openai', id: 'rs_1', signature: 'gAAAA' },
          { type: 'tool-call', id: 'call_1', name: 'f', arguments: '{}' },
          { type: 'tool-call', id: 'call_2', name: 'c', arguments: 'aaa', custom: true },
        ],
      },
      {
        role: 'tool',
        content: [
          { type: 'tool-result', toolCallId: 'call_1', content: [text('sunny')], isError: true },
          {
            type: 'tool-result',
            toolCallId: 'call_2',
            content: [text('a'), { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } }],
          },
        ],
      },
    ],
  },
  'one of some tools': {
    tools: [{ type: 'function', name: 'f' }],
    toolChoice: { type: 'allowed', mode: 'required', names: ['f'] },
  },
  'JSON of a schema': { format: { type: 'json-schema', name: 's', schema: { type: 'object' }, strict: true } },
  JSON: { format: { type: 'json-object' }, reasoningSummary: 'auto', logprobs: { top: 3 }, endUser: 'ann' },
};

const specification = loadOpenAiSpecification({ lenientUnions: true });

describe.skipIf(specification === undefined)('OpenAI’s specification', () => {
  it('takes what is asked on behalf of callers of other dialects', () => {
    const isRequest = specification?.validator('CreateResponse');
    for (const [kind, fields] of Object.entries(CALLS)) {
      for (const dialect of ['openai-chat', 'anthropic-messages'] as const) {
        // A file of one vendor is refused at another.
        if (kind === 'images and files' && dialect === 'anthropic-messages') continue;
        const { body } = toOpenAiResponses(testAttempt(testCall(fields, dialect)));
        const sent: unknown = JSON.parse(JSON.stringify(body));
        expect(isRequest?.(sent), `${kind}: ${JSON.stringify(isRequest?.errors?.slice(0, 8))}`).toBe(true);
      }
    }
    const wrong = { model: 'gpt-5', input: [{ type: 'function_call_output', call_id: 1 }] };
    expect(isRequest?.(wrong)).toBe(false);
  });
});

/** Of the tool that makes pictures there are answers without their frame only. */
const PICTURES = resolve(FOLDER, '../mapping/openai/src/responses/__fixtures__/openai-image-generation-tool.1');

describe.skipIf(!existsSync(`${PICTURES}.json`))('a recorded picture', () => {
  const made = (events: readonly AnswerEvent[]) =>
    events.flatMap((event) => (event.type === 'opaque' ? [event.data] : []));

  it('comes as it was made, and says what it is counted by', () => {
    const body = JSON.parse(readFileSync(`${PICTURES}.json`, 'utf8')) as JsonObject;
    const [item] = made(fromOpenAiResponse(body).events);
    expect(item).toEqual(asObjects(body['output'])[1]);
    expect(pictureNews(item ?? null)).toEqual({ type: 'made', picture: { quality: 'low', size: '1024x1024' } });
  });

  it('comes in a stream before it is done, and then whole', async () => {
    const lines = readFileSync(`${PICTURES}.chunks.txt`, 'utf8').trim().split('\n');
    const { frames, events, failure } = await read([encoder.encode(lines.map((line) => `data: ${line}\n\n`).join(''))]);
    expect(failure).toBeUndefined();
    expect(frames.flatMap(({ wire }) => (wire ? [wire.body] : []))).toEqual(
      lines.map((line) => JSON.parse(line) as unknown),
    );
    expect(made(events).map((data) => pictureNews(data))).toEqual([
      { type: 'partial' },
      { type: 'made', picture: { quality: 'low', size: '1536x1024' } },
    ]);
  });
});
