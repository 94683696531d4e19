import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { createParser } from 'eventsource-parser';
import { describe, expect, it } from 'vitest';
import { parseResponsesRequest } from '../../api/dialects/openai-responses/parse-responses-request.js';
import type { RenderContext } from '../../api/dialects/openai-responses/render-context.js';
import { renderResponse } from '../../api/dialects/openai-responses/render-response.js';
import { renderStream } from '../../api/dialects/openai-responses/render-stream.js';
import { startState } from '../../api/dialects/openai-responses/stream-state.js';
import { toRequestOptions } from '../../api/dialects/openai-responses/request-options.js';
import { toResponsesCall } from '../../api/dialects/openai-responses/to-responses-call.js';
import { asObject } from '../../api/dialects/shared/json-fields.js';
import type { Frame } from '../../workflows/contracts/answer.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { AnswerSummary } from '../../workflows/contracts/reply.js';
import { loadOpenAiSpecification } from './openai-specification.js';

/** Traffic of OpenAI and of vendors that speak its Responses dialect: what they said must reach a caller of it unchanged. */
const FOLDER = resolve(import.meta.dirname, '../../../shared/recordings/http');
const VENDORS = ['openai', 'azure', 'openrouter', 'deepseek', 'bedrock-mantle', 'gateway'];

interface Recording {
  readonly file: string;
  readonly n: number;
  readonly method: string;
  readonly url: string;
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
const COST = 0.0015;
const REQUEST_ID = 'req_01a000000000700080000000000000aa';
const RESPONSE_ID = 'resp_01a000000000700080000000000000aa';

/** As the vendor said it was stored, so that a recording can be compared field for field. */
function contextOf(response: JsonObject | undefined): RenderContext {
  const previous = response?.['previous_response_id'];
  return {
    requestId: REQUEST_ID,
    model: 'm',
    createdAtSeconds: 0,
    request: { background: response?.['background'] === true },
    stored: response?.['store'] === true,
    ...(typeof previous === 'string' && { previousResponseId: previous }),
  };
}

function load(vendor: string): readonly Recording[] {
  const lines = readFileSync(resolve(FOLDER, `${vendor}.responses.jsonl`), 'utf8')
    .trim()
    .split('\n');
  return lines
    .map((line) => JSON.parse(line) as Recording)
    .filter(({ method, url, status }) => method === 'POST' && url.endsWith('/responses') && status === 200);
}

function eventsOf(text: string): readonly JsonObject[] {
  const bodies: JsonObject[] = [];
  const parser = createParser({
    onEvent: (event) => {
      if (event.data !== '[DONE]') bodies.push(JSON.parse(event.data) as JsonObject);
    },
  });
  parser.feed(text);
  return bodies;
}

const frameOf = (body: JsonObject, streamed: boolean): Frame => ({
  events: [],
  wire: { dialect: 'openai-responses', streamed, body },
});

function stream(frames: readonly Frame[], context: RenderContext) {
  let state = startState(context);
  const chunks: JsonObject[] = [];
  for (const [sequence, frame] of frames.entries()) {
    const [next, step] = renderStream(state, { type: 'frame', attempt: 1, sequence, frame });
    state = next;
    chunks.push(...step.chunks);
  }
  const [, last] = renderStream(state, { type: 'answered', summary: SUMMARY });
  return { chunks: [...chunks, ...last.chunks], end: last.end };
}

/** A recorded response as its caller gets it: under our id, with what it cost. */
function ours(response: JsonObject, final: boolean): JsonObject {
  return {
    ...response,
    id: RESPONSE_ID,
    ...(final && { usage: { ...asObject(response['usage']), cost: COST } }),
  };
}

/** A recorded event as its caller gets it; a number is added where the vendor left it out. */
function ourEvent(event: JsonObject, index: number, all: readonly JsonObject[]): JsonObject {
  const response = asObject(event['response']);
  const numbered = { sequence_number: index, ...event };
  return response ? { ...numbered, response: ours(response, index === all.length - 1) } : numbered;
}

const present = existsSync(FOLDER);
if (!present) console.warn(`skipped: no recordings at ${FOLDER}`);

describe.skipIf(!present).each(VENDORS)('recordings of %s', (vendor) => {
  const recordings = present ? load(vendor) : [];
  const streams = recordings
    .map(({ response, file, n }) => ({ events: eventsOf(response.text ?? ''), name: `${file} #${n}` }))
    .filter(({ events }) => events.length > 0);

  it('has any', () => {
    expect(recordings.length).toBeGreaterThan(0);
    if (vendor === 'openai') expect([recordings.length, streams.length]).toEqual([402, 31]);
  });

  it('parses each request, and hands the body on as it was', () => {
    for (const { request, file, n } of recordings) {
      const parsed = parseResponsesRequest(request);
      // A tier that costs more than the catalogue says cannot be held, and is refused.
      if (request['service_tier'] === 'priority') {
        expect(parsed).toMatchObject({ ok: false, error: { param: 'service_tier', code: 'unsupported_value' } });
        continue;
      }
      expect(parsed, `${file} #${n}`).toMatchObject({ ok: true });
      if (!parsed.ok) continue;
      const call = toResponsesCall(parsed.request);
      // Whether it is stored, and by whom it is served, is the gateway's business, which no vendor is told.
      const { store: _, provider: _provider, ...told } = request;
      expect(call.source.body).toEqual(told);
      expect(toRequestOptions(parsed.request).models).toEqual([request['model']]);
      expect(call.messages.length).toBeGreaterThan(0);
    }
  });

  it('renders each plain answer field for field, with our id and cost', () => {
    for (const { response, file, n } of recordings) {
      if (!response.json) continue;
      const rendered = renderResponse([frameOf(response.json, false)], SUMMARY, contextOf(response.json));
      expect(rendered, `${file} #${n}`).toEqual(ours(response.json, true));
    }
  });

  it('renders each stream event for event', () => {
    for (const { events, name } of streams) {
      const frames = events.map((body) => frameOf(body, true));
      const { chunks, end } = stream(frames, contextOf(asObject(events[0]?.['response'])));
      expect(end).toBe('done');
      expect(chunks, name).toEqual(events.map(ourEvent));
    }
  });

  it('puts each stream together as the plain answer that it would have been', () => {
    for (const { events, name } of streams) {
      const frames = events.map((body) => frameOf(body, true));
      const whole = asObject(events.at(-1)?.['response']) ?? {};
      const rendered = renderResponse(frames, SUMMARY, contextOf(whole));
      expect(rendered, name).toEqual(ours(whole, true));
    }
  });

  it('streams each plain answer as events that put together are the same answer', () => {
    for (const { response, file, n } of recordings) {
      if (!response.json) continue;
      const { chunks } = stream([frameOf(response.json, false)], contextOf(response.json));
      expect(chunks.at(-1)?.['response'], `${file} #${n}`).toEqual(ours(response.json, true));
      expect(chunks.map((chunk) => chunk['sequence_number'])).toEqual(chunks.map((_, index) => index));
      expect(textOf(chunks, 'response.output_text.delta')).toBe(textOfOutput(response.json));
      const added = chunks.filter(({ type }) => type === 'response.output_item.added');
      expect(added).toHaveLength((response.json['output'] as unknown[]).length);
    }
  });
});

const specification = present ? loadOpenAiSpecification() : undefined;

describe.skipIf(!specification)('events that are made of plain answers of OpenAI', () => {
  it('are as the specification has them', () => {
    const validators = new Map<string, ValidateFunction>();
    const problems = new Set<string>();
    for (const { response } of load('openai')) {
      if (!response.json) continue;
      for (const event of stream([frameOf(response.json, false)], contextOf(response.json)).chunks) {
        const name = SCHEMAS[String(event['type'])];
        if (name === undefined || specification === undefined) continue;
        const validate = validators.get(name) ?? specification.validator(name);
        validators.set(name, validate);
        if (!validate(event)) problems.add(`${name}: ${JSON.stringify(validate.errors)}`);
      }
    }
    expect([...problems]).toEqual([]);
    expect(validators.size).toBeGreaterThan(8);
  });
});

/** Schemas of events that hold no `response` and no built-in tool's item, of which recordings have older and newer forms. */
const SCHEMAS: { readonly [type: string]: string } = {
  'response.content_part.added': 'ResponseContentPartAddedEvent',
  'response.content_part.done': 'ResponseContentPartDoneEvent',
  'response.output_text.delta': 'ResponseTextDeltaEvent',
  'response.output_text.done': 'ResponseTextDoneEvent',
  'response.refusal.delta': 'ResponseRefusalDeltaEvent',
  'response.refusal.done': 'ResponseRefusalDoneEvent',
  'response.output_text.annotation.added': 'ResponseOutputTextAnnotationAddedEvent',
  'response.function_call_arguments.delta': 'ResponseFunctionCallArgumentsDeltaEvent',
  'response.function_call_arguments.done': 'ResponseFunctionCallArgumentsDoneEvent',
  'response.reasoning_summary_part.added': 'ResponseReasoningSummaryPartAddedEvent',
  'response.reasoning_summary_part.done': 'ResponseReasoningSummaryPartDoneEvent',
  'response.reasoning_summary_text.delta': 'ResponseReasoningSummaryTextDeltaEvent',
  'response.reasoning_summary_text.done': 'ResponseReasoningSummaryTextDoneEvent',
};

function textOf(chunks: readonly JsonObject[], type: string): string {
  return chunks.flatMap((chunk) => (chunk['type'] === type ? [String(chunk['delta'])] : [])).join('');
}

function textOfOutput(response: JsonObject): string {
  const items = response['output'] as unknown as {
    readonly type: string;
    readonly content?: readonly { readonly type: string; readonly text: string }[];
  }[];
  return items
    .flatMap(({ type, content = [] }) => (type === 'message' ? content : []))
    .map((part) => (part.type === 'output_text' ? part.text : ''))
    .join('');
}
