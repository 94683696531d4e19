import { describe, expect, it } from 'vitest';
import type { AnswerEvent, Frame } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerSummary, ReplyEvent } from '../../../workflows/contracts/reply.js';
import { asObject } from '../shared/json-fields.js';
import type { RenderContext } from './render-context.js';
import { renderResponse } from './render-response.js';
import { createResponsesRenderer } from './responses-renderer.js';

const SUMMARY: AnswerSummary = {
  attempt: 1,
  offerId: 'anthropic/claude',
  vendor: 'anthropic',
  usage: { units: { input: 10, input_cached_read: 5, output: 3, output_reasoning: 2 }, source: 'reported' },
  chargeNanoUsd: '1500000',
};
const HEX = '01a000000000700080000000000000aa';
const CONTEXT: RenderContext = {
  requestId: `req_${HEX}`,
  model: 'anthropic/claude',
  createdAtSeconds: 7,
  request: { model: 'anthropic/claude', input: 'Hi', temperature: 0.5, metadata: { a: 'b' } },
  stored: false,
};

const start: AnswerEvent = { type: 'start', vendorModel: 'claude-1', createdAtSeconds: 9 };
const text = (words: string, block = 0): AnswerEvent => ({ type: 'text-delta', choice: 0, block, text: words });
const finish = (unified: 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'refusal' | 'pause', raw?: string) =>
  ({ type: 'finish', choice: 0, reason: { unified, ...(raw !== undefined && { raw }) } }) satisfies AnswerEvent;

const toFrame = (...events: readonly AnswerEvent[]): Frame => ({ events });

function run(
  frames: readonly Frame[],
  last: ReplyEvent = { type: 'answered', summary: SUMMARY },
  request: JsonObject = CONTEXT.request,
) {
  const step = createResponsesRenderer({ ...CONTEXT, request }).stream();
  const steps = frames.map((frame, sequence) => step({ type: 'frame', attempt: 1, sequence, frame }));
  const end = step(last);
  const chunks = [...steps, end].flatMap((one) => one.chunks);
  return { chunks, end: end.end, types: chunks.map(({ type }) => String(type).replace('response.', '')) };
}

const outputOf = (chunks: readonly JsonObject[]) =>
  asObject(chunks.at(-1)?.['response'])?.['output'] as readonly JsonObject[];

describe('text', () => {
  const frames = [toFrame(start, text('Hel')), toFrame(text('lo')), toFrame(finish('stop', 'end_turn'))];

  it('is told event by event, each with its number and place', () => {
    const { chunks, end, types } = run(frames);
    expect(end).toBe('done');
    expect(types).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ]);
    expect(chunks.map((chunk) => chunk['sequence_number'])).toEqual(chunks.map((_, index) => index));
    const place = { item_id: `msg_${HEX}0000`, output_index: 0, content_index: 0 };
    expect(chunks[4]).toEqual({
      type: 'response.output_text.delta',
      ...place,
      delta: 'Hel',
      logprobs: [],
      sequence_number: 4,
    });
    expect(chunks[6]).toMatchObject({ ...place, text: 'Hello' });
  });

  it('is a whole response in the end, with what the caller asked for, usage and cost', () => {
    const rendered = renderResponse(frames, SUMMARY, CONTEXT);
    expect(rendered).toMatchObject({
      id: `resp_${HEX}`,
      object: 'response',
      created_at: 9,
      model: 'claude-1',
      status: 'completed',
      error: null,
      incomplete_details: null,
      temperature: 0.5,
      top_p: null,
      tools: [],
      tool_choice: 'auto',
      store: false,
      metadata: { a: 'b' },
      previous_response_id: null,
      output: [
        {
          id: `msg_${HEX}0000`,
          type: 'message',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: 'Hello', annotations: [], logprobs: [] }],
        },
      ],
      usage: {
        input_tokens: 15,
        input_tokens_details: { cached_tokens: 5 },
        output_tokens: 5,
        output_tokens_details: { reasoning_tokens: 2 },
        total_tokens: 20,
        cost: 0.0015,
      },
    });
    expect(run(frames).chunks.at(-1)?.['response']).toEqual(rendered);
  });

  it('names its vendor’s model and time from the first event on', () => {
    expect(run(frames).chunks[0]).toMatchObject({
      type: 'response.created',
      response: { status: 'in_progress', output: [], model: 'claude-1', created_at: 9, usage: null },
    });
  });

  it('has each block as a part of one message, and refusals as what they are', () => {
    const refusal: AnswerEvent = { type: 'refusal-delta', choice: 0, block: 2, text: 'No.' };
    const { chunks, types } = run([toFrame(start, text('A'), text('B', 1), refusal), toFrame(finish('refusal'))]);
    expect(outputOf(chunks)).toMatchObject([
      {
        content: [
          { type: 'output_text', text: 'A' },
          { type: 'output_text', text: 'B' },
          { type: 'refusal', refusal: 'No.' },
        ],
      },
    ]);
    expect(types.filter((type) => type === 'content_part.done')).toHaveLength(3);
    expect(types).toContain('refusal.done');
    expect(chunks.at(-1)).toMatchObject({ type: 'response.completed' });
  });

  it('carries log probabilities with the words that they are of', () => {
    const tokens = [{ token: 'Hi', logprob: -0.1, bytes: [72], top_logprobs: [] }];
    const logprobs: AnswerEvent = { type: 'logprobs', choice: 0, block: 0, tokens };
    const { chunks } = run([toFrame(start, text('Hi'), logprobs), toFrame(finish('stop'))]);
    expect(chunks.find(({ type }) => type === 'response.output_text.delta')).toMatchObject({ logprobs: tokens });
    expect(outputOf(chunks)).toMatchObject([{ content: [{ logprobs: tokens }] }]);
  });

  it('carries citations as annotations', () => {
    const url: AnswerEvent = {
      ...{ type: 'citation', choice: 0, block: 0 },
      citation: { type: 'url', url: 'https://a.example', title: 'A', citedText: 'so it is' },
    };
    const page: AnswerEvent = {
      ...{ type: 'citation', choice: 0, block: 0 },
      citation: { type: 'document', document: 1, title: 'B.pdf' },
    };
    const { chunks, types } = run([toFrame(start, text('So.'), url, page), toFrame(finish('stop'))]);
    expect(types.filter((type) => type === 'output_text.annotation.added')).toHaveLength(2);
    expect(outputOf(chunks)).toMatchObject([
      {
        content: [
          {
            annotations: [
              { type: 'url_citation', url: 'https://a.example', title: 'A', start_index: 0, end_index: 3 },
              { type: 'file_citation', file_id: 'document_1', filename: 'B.pdf', index: 1 },
            ],
          },
        ],
      },
    ]);
  });
});

describe('an answer that is not whole', () => {
  it.each([
    ['length', 'max_output_tokens'],
    ['pause', 'max_output_tokens'],
    ['content-filter', 'content_filter'],
    ['refusal', 'content_filter'],
  ] as const)('that ended by %s is incomplete for %s', (reason, word) => {
    const { chunks } = run([toFrame(start, text('Hel')), toFrame(finish(reason, 'their_word'))]);
    expect(chunks.at(-1)).toMatchObject({
      type: 'response.incomplete',
      response: {
        status: 'incomplete',
        incomplete_details: { reason: word, native_reason: 'their_word' },
        output: [{ status: 'incomplete' }],
      },
    });
    expect(chunks.find(({ type }) => type === 'response.output_item.done')).toMatchObject({
      item: { status: 'incomplete' },
    });
  });

  it('that broke off ends with a failed response, what came so far and what it cost', () => {
    const failure = { type: 'failed', failure: { class: 'cut' }, detail: { message: '' }, summary: SUMMARY } as const;
    const { chunks, end, types } = run([toFrame(start, text('Hel'))], failure);
    expect(end).toBe('failed');
    expect(types.at(-1)).toBe('failed');
    expect(chunks.at(-1)).toMatchObject({
      response: {
        status: 'failed',
        error: { code: 'server_error', reason: 'stream_cut', message: expect.stringContaining('broke off') },
        output: [{ status: 'incomplete', content: [{ text: 'Hel' }] }],
        usage: { cost: 0.0015 },
      },
    });
    expect(types).not.toContain('completed');
  });

  it('of which nothing was told begins before it fails, as clients expect', () => {
    const failure = { type: 'failed', failure: { class: 'rate_limited' }, detail: { message: '' } } as const;
    const { chunks, types } = run([], failure);
    expect(types).toEqual(['created', 'in_progress', 'failed']);
    expect(chunks.at(-1)).toMatchObject({ response: { error: { code: 'rate_limit_exceeded' } } });
  });

  it('that a vendor of this dialect broke off keeps the items that were done', () => {
    const item = { id: 'msg_1', type: 'message', content: [] };
    const wires = [
      { type: 'response.created', sequence_number: 0, response: { id: 'resp_x', status: 'in_progress', output: [] } },
      { type: 'response.output_item.done', sequence_number: 1, output_index: 0, item },
    ];
    const frames = wires.map((body): Frame => ({
      events: [],
      wire: { dialect: 'openai-responses', streamed: true, body },
    }));
    const { chunks } = run(frames, { type: 'failed', failure: { class: 'cut' }, detail: { message: '' } });
    expect(chunks.at(-1)).toMatchObject({
      type: 'response.failed',
      sequence_number: 2,
      response: { id: `resp_${HEX}`, status: 'failed', output: [item], error: { reason: 'stream_cut' } },
    });
  });
});

describe('tool calls', () => {
  const call = (block: number, id: string, custom?: true): AnswerEvent => ({
    ...{ type: 'tool-call-start', choice: 0, block, id, name: `look_${block}` },
    ...(custom && { custom }),
  });
  const write = (block: number, written: string): AnswerEvent => ({
    ...{ type: 'tool-call-delta', choice: 0, block, arguments: written },
  });

  it('have their namespace again, where the vendor was told one name for both', () => {
    const tools = [{ type: 'namespace', name: 'crm', tools: [{ type: 'function', name: 'look_1' }] }];
    const named = (block: number, name: string): AnswerEvent => ({
      ...{ type: 'tool-call-start', choice: 0, block, id: `toolu_${block}`, name },
    });
    const frames = [toFrame(start, named(1, 'crm__look_1'), named(2, 'look_1')), toFrame(finish('tool-calls'))];
    const { chunks } = run(frames, undefined, { ...CONTEXT.request, tools });
    const calls = outputOf(chunks);
    expect(calls).toMatchObject([{ name: 'look_1', namespace: 'crm' }, { name: 'look_1' }]);
    expect(calls[1]).not.toHaveProperty('namespace');
  });

  it('are items under the ids that their results will name, however they are interleaved', () => {
    const { chunks, types } = run([
      toFrame(start, text('Let me look.')),
      toFrame(call(1, 'toolu_1'), write(1, '{"a"')),
      toFrame(call(2, 'toolu_2', true), write(2, 'free ')),
      toFrame(write(1, ':1}'), write(2, 'text')),
      toFrame(finish('tool-calls')),
    ]);
    expect(outputOf(chunks)).toMatchObject([
      { type: 'message' },
      {
        ...{ type: 'function_call', id: `fc_${HEX}0001`, call_id: 'toolu_1' },
        ...{ name: 'look_1', arguments: '{"a":1}', status: 'completed' },
      },
      { type: 'custom_tool_call', id: `ctc_${HEX}0002`, call_id: 'toolu_2', name: 'look_2', input: 'free text' },
    ]);
    expect(types.filter((type) => type === 'function_call_arguments.delta')).toHaveLength(2);
    expect(chunks.find(({ type }) => type === 'response.function_call_arguments.done')).toMatchObject({
      item_id: `fc_${HEX}0001`,
      arguments: '{"a":1}',
    });
    expect(chunks.find(({ type }) => type === 'response.custom_tool_call_input.done')).toMatchObject({
      input: 'free text',
    });
    // The text was ended when the first call began, and is told to be done once.
    expect(types.indexOf('output_text.done')).toBeLessThan(types.indexOf('function_call_arguments.delta'));
    expect(types.filter((type) => type === 'output_item.done')).toHaveLength(3);
  });
});

describe('reasoning', () => {
  const think = (words: string, more: object = {}): AnswerEvent => ({
    ...{ type: 'reasoning-delta', choice: 0, block: 0, text: words, vendor: 'anthropic' },
    ...more,
  });

  it('is a summary with its vendor’s proof, which that vendor’s adapter can read back', () => {
    const { chunks, types } = run([
      toFrame(start, think('Hm')),
      toFrame(think('m.')),
      toFrame(think('', { signature: 'sig.1=' })),
      toFrame(text('So.', 1)),
      toFrame(finish('stop')),
    ]);
    expect(outputOf(chunks)[0]).toEqual({
      id: `rs_${HEX}0000`,
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: 'Hmm.' }],
      encrypted_content: 'sluice-reasoning-1.anthropic.s..sig.1=',
    });
    expect(types.slice(2, 9)).toEqual([
      'output_item.added',
      'reasoning_summary_part.added',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.done',
      'reasoning_summary_part.done',
      'output_item.done',
    ]);
  });

  it('that nobody may see is its proof alone', () => {
    const { chunks } = run([toFrame(start, think('', { redacted: 'xyz' }), text('So.', 1)), toFrame(finish('stop'))]);
    expect(outputOf(chunks)[0]).toMatchObject({
      summary: [],
      encrypted_content: 'sluice-reasoning-1.anthropic.r..xyz',
    });
  });

  it('without a proof has none', () => {
    const plain: AnswerEvent = { type: 'reasoning-delta', choice: 0, block: 0, text: 'Hm' };
    const { chunks } = run([toFrame(start, plain, text('So.', 1)), toFrame(finish('stop'))]);
    expect(outputOf(chunks)[0]).not.toHaveProperty('encrypted_content');
  });
});

describe('warnings', () => {
  it('stand on every response that is shown from then on', () => {
    const warning: AnswerEvent = { type: 'warning', warning: { type: 'ignored', feature: 'seed', detail: 'No.' } };
    const { chunks } = run([toFrame(warning, start, text('Hi')), toFrame(finish('stop'))]);
    const warnings = [{ type: 'ignored', feature: 'seed', detail: 'No.' }];
    expect(chunks[0]).toMatchObject({ response: { warnings } });
    expect(chunks.at(-1)).toMatchObject({ response: { warnings } });
  });

  it('tell once of content that another dialect has no form for', () => {
    const opaque: AnswerEvent = { type: 'opaque', choice: 0, dialect: 'anthropic-messages', data: { a: 1 } };
    const { chunks } = run([toFrame(start, text('Hi'), opaque, opaque), toFrame(opaque, finish('stop'))]);
    expect(asObject(chunks.at(-1)?.['response'])?.['warnings']).toHaveLength(1);
  });
});

describe('a second attempt', () => {
  it('goes on in the same stream, without a word of the first', () => {
    const step = createResponsesRenderer(CONTEXT).stream();
    step({ type: 'frame', attempt: 1, sequence: 0, frame: toFrame(start, text('lost')) });
    const again = step({ type: 'frame', attempt: 2, sequence: 0, frame: toFrame(start, text('kept')) });
    const end = step({ type: 'answered', summary: { ...SUMMARY, attempt: 2 } });
    expect(again.chunks.map(({ type }) => type)).not.toContain('response.created');
    expect(JSON.stringify(end.chunks)).toContain('kept');
    expect(JSON.stringify(end.chunks)).not.toContain('lost');
  });
});

describe('a plain answer without usage', () => {
  it('tells the cost, and no numbers that nobody counted', () => {
    const summary: AnswerSummary = { ...SUMMARY, usage: { units: {}, source: 'none' } };
    expect(renderResponse([toFrame(start, text('Hi'), finish('stop'))], summary, CONTEXT)['usage']).toEqual({
      cost: 0.0015,
    });
  });
});
