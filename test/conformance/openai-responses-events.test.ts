import type { ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { responsesRequestSchema } from '../../api/dialects/openai-responses/responses-request.schema.js';
import { createResponsesRenderer } from '../../api/dialects/openai-responses/responses-renderer.js';
import type { RenderContext } from '../../api/dialects/openai-responses/render-context.js';
import { asObject, without } from '../../api/dialects/shared/json-fields.js';
import type { AnswerEvent } from '../../workflows/contracts/answer.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { AnswerSummary, ReplyEvent } from '../../workflows/contracts/reply.js';
import { loadOpenAiSpecification } from './openai-specification.js';

// Answers of vendors that speak other dialects, as events of a response: each is what OpenAI's specification says.

const SUMMARY: AnswerSummary = {
  attempt: 1,
  offerId: 'vendor/model',
  vendor: 'vendor',
  usage: { units: { input: 10, output: 3 }, source: 'reported' },
  chargeNanoUsd: '1500000',
};

const CONTEXT: RenderContext = {
  requestId: 'req_01a000000000700080000000000000aa',
  model: 'vendor/model',
  createdAtSeconds: 7,
  request: { model: 'vendor/model', input: 'Hi' },
  stored: false,
};

const at = { choice: 0, block: 0 };
const token = { token: 'So', bytes: [83, 111], logprob: -0.1, top_logprobs: [] };

/** An answer that has everything an answer may have. */
const EVERYTHING: readonly AnswerEvent[] = [
  { type: 'start', vendorModel: 'model-1', createdAtSeconds: 9 },
  { type: 'warning', warning: { type: 'ignored', feature: 'seed', detail: 'No.' } },
  { type: 'reasoning-delta', ...at, text: 'Hm.', vendor: 'anthropic' },
  { type: 'reasoning-delta', ...at, text: '', vendor: 'anthropic', signature: 'sig' },
  { type: 'reasoning-delta', ...at, block: 1, text: '', vendor: 'anthropic', redacted: 'xyz' },
  { type: 'text-delta', ...at, block: 2, text: 'So' },
  { type: 'logprobs', ...at, block: 2, tokens: [token] },
  { type: 'citation', ...at, block: 2, citation: { type: 'url', url: 'https://a.example', citedText: 'so' } },
  { type: 'citation', ...at, block: 2, citation: { type: 'document', document: 1 } },
  { type: 'refusal-delta', ...at, block: 3, text: 'No.' },
  { type: 'tool-call-start', ...at, block: 4, id: 'toolu_1', name: 'look' },
  { type: 'tool-call-delta', ...at, block: 4, arguments: '{}' },
  { type: 'tool-call-start', ...at, block: 5, id: 'toolu_2', name: 'write', custom: true },
  { type: 'tool-call-delta', ...at, block: 5, arguments: 'free text' },
];

const SCHEMAS: { readonly [type: string]: string } = {
  'response.created': 'ResponseCreatedEvent',
  'response.in_progress': 'ResponseInProgressEvent',
  'response.completed': 'ResponseCompletedEvent',
  'response.incomplete': 'ResponseIncompleteEvent',
  'response.failed': 'ResponseFailedEvent',
  'response.output_item.added': 'ResponseOutputItemAddedEvent',
  'response.output_item.done': 'ResponseOutputItemDoneEvent',
  'response.content_part.added': 'ResponseContentPartAddedEvent',
  'response.content_part.done': 'ResponseContentPartDoneEvent',
  'response.output_text.delta': 'ResponseTextDeltaEvent',
  'response.output_text.done': 'ResponseTextDoneEvent',
  'response.output_text.annotation.added': 'ResponseOutputTextAnnotationAddedEvent',
  'response.refusal.delta': 'ResponseRefusalDeltaEvent',
  'response.refusal.done': 'ResponseRefusalDoneEvent',
  'response.function_call_arguments.delta': 'ResponseFunctionCallArgumentsDeltaEvent',
  'response.function_call_arguments.done': 'ResponseFunctionCallArgumentsDoneEvent',
  'response.custom_tool_call_input.delta': 'ResponseCustomToolCallInputDeltaEvent',
  'response.custom_tool_call_input.done': 'ResponseCustomToolCallInputDoneEvent',
  'response.reasoning_summary_part.added': 'ResponseReasoningSummaryPartAddedEvent',
  'response.reasoning_summary_part.done': 'ResponseReasoningSummaryPartDoneEvent',
  'response.reasoning_summary_text.delta': 'ResponseReasoningSummaryTextDeltaEvent',
  'response.reasoning_summary_text.done': 'ResponseReasoningSummaryTextDoneEvent',
};

function stream(events: readonly AnswerEvent[], last: ReplyEvent): readonly JsonObject[] {
  const step = createResponsesRenderer(CONTEXT).stream();
  const frames = events.map((event, sequence): ReplyEvent => ({
    ...{ type: 'frame', attempt: 1, sequence },
    frame: { events: [event] },
  }));
  return [...frames, last].flatMap((event) => step(event).chunks);
}

const finish = (unified: 'stop' | 'length'): AnswerEvent => ({ type: 'finish', choice: 0, reason: { unified } });
const answered: ReplyEvent = { type: 'answered', summary: SUMMARY };
const cut: ReplyEvent = { type: 'failed', failure: { class: 'cut' }, detail: { message: '' }, summary: SUMMARY };

/** OpenAI's own events have `usage: null` until the last one, which its specification forgot; every recording shows it. */
function withoutEmptyUsage(event: JsonObject): JsonObject {
  const response = asObject(event['response']);
  return response?.['usage'] === null ? { ...event, response: without(response, 'usage') } : event;
}

const specification = loadOpenAiSpecification();

/** Properties of a request whose values only a vendor of this dialect can judge: they pass as they are. */
const PASSED = ['context_management', 'moderation', 'prompt_cache_options', 'prompt_cache_retention'];

describe.skipIf(!specification)('a request', () => {
  it('has no property that is neither read here nor known to pass', () => {
    const known = [...Object.keys(responsesRequestSchema.shape), ...PASSED];
    expect(specification?.propertiesOf('CreateResponse').filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe.skipIf(!specification)('events that are made of canonical ones', () => {
  const validators = new Map<string, ValidateFunction>();
  const validatorOf = (name: string): ValidateFunction => {
    const known = validators.get(name) ?? specification!.validator(name);
    validators.set(name, known);
    return known;
  };

  it.each([
    ['a whole answer', [...EVERYTHING, finish('stop')], answered],
    ['one that the cap cut', [...EVERYTHING, finish('length')], answered],
    ['one that broke off', EVERYTHING, cut],
    ['one of which nothing came', [], cut],
  ] as const)('are as the specification has them: %s', (_, events, last) => {
    const problems = stream(events, last).flatMap((event) => {
      const name = SCHEMAS[String(event['type'])] ?? 'none';
      const validate = validatorOf(name);
      return validate(withoutEmptyUsage(event)) ? [] : [`${name}: ${JSON.stringify(validate.errors?.slice(0, 6))}`];
    });
    expect(problems).toEqual([]);
  });

  it('are of every kind that there is', () => {
    const whole = stream([...EVERYTHING, finish('stop')], answered);
    const types = new Set(whole.map(({ type }) => String(type)));
    const others = ['response.incomplete', 'response.failed'];
    expect([...types].sort()).toEqual(
      Object.keys(SCHEMAS)
        .filter((type) => !others.includes(type))
        .sort(),
    );
  });
});
