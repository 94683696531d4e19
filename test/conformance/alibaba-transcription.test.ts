import { describe, expect, it } from 'vitest';
import type { VendorHttp, VendorRequest } from '../../activities/providers/http.js';
import { ProviderFailure } from '../../activities/providers/port.js';
import type { AnswerEvent, Frame } from '../../workflows/contracts/answer.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { TranscriptionCall } from '../../workflows/contracts/media-calls.js';
import { allMediaProviders, mediaOffer } from './media-exchange.js';

// Qwen3-ASR-Flash as its page has it, with the page's own examples of an answer, of a stream and of an error:
// https://www.alibabacloud.com/help/en/model-studio/qwen-asr-api-reference and https://www.alibabacloud.com/help/en/model-studio/error-code.

const USAGE = {
  ...{ completion_tokens: 12, completion_tokens_details: { text_tokens: 12 }, prompt_tokens: 42 },
  ...{ prompt_tokens_details: { audio_tokens: 42, text_tokens: 0 }, seconds: 1, total_tokens: 54 },
};
const ANNOTATIONS = [{ emotion: 'neutral', language: 'zh', type: 'audio_info' }];
const answer = (choice: JsonObject, more: JsonObject = { usage: USAGE }) => ({
  choices: [{ finish_reason: 'stop', index: 0, ...choice }],
  ...{ created: 1767683986, id: 'chatcmpl-487abe5f-d4f2-9363-a877-xxxxxxx', model: 'qwen3-asr-flash' },
  object: 'chat.completion',
  ...more,
});
const ANSWER = answer({ message: { annotations: ANNOTATIONS, content: '欢迎使用阿里云。', role: 'assistant' } });

const chunk = (choices: readonly JsonObject[], usage: JsonObject | null = null) =>
  `data: ${JSON.stringify({
    ...{ model: 'qwen3-asr-flash', id: 'chatcmpl-3fb97803-d27f-9289-8889-xxxxx', choices, created: 1767685989 },
    ...{ object: 'chat.completion.chunk', usage },
  })}\n\n`;
const heard = (content: string) => chunk([{ delta: { annotations: [...ANNOTATIONS], content, role: null }, index: 0 }]);
const WORDS = ['欢迎', '使用', '阿里', '云', '。'];
const BEGINNING = [
  chunk([{ logprobs: null, index: 0, delta: { content: '', role: 'assistant' } }]),
  ...WORDS.map(heard),
];
const ended = (reason: string) => chunk([{ delta: { role: null }, index: 0, finish_reason: reason }]);
const DONE = 'data: [DONE]\n\n';
const STREAM = [...BEGINNING, ended('stop'), chunk([], USAGE), DONE].join('');

const BASE_URL = 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1';
const sse = 'text/event-stream';
const callOf = (more: Partial<TranscriptionCall> = {}): TranscriptionCall => ({
  kind: 'transcription',
  source: { dialect: 'openai-transcriptions', body: { model: 'alibaba/qwen3-asr-flash', stream: 'true' } },
  ...{ stream: false, task: 'transcribe', filename: 'welcome.mp3', timestamps: [], format: 'json' },
  audio: { mediaType: 'audio/mpeg', data: 'SUQzBAAA' },
  ...more,
});
const withFields = (body: JsonObject, more: Partial<TranscriptionCall> = {}) =>
  callOf({ source: { dialect: 'openai-transcriptions', body }, ...more });

interface Told {
  readonly body: object | string;
  readonly type?: string;
  readonly status?: number;
  /** How many bytes come at once. */
  readonly size?: number;
}

async function ask(call: TranscriptionCall, { body, type = 'application/json', status = 200, size = 1_000 }: Told) {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const requests: VendorRequest[] = [];
  let released = 0;
  const postJson: VendorHttp['postJson'] = (request) => {
    requests.push(request);
    const stream = (async function* () {
      for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
    })();
    return Promise.resolve({
      ...{ status, headers: { 'content-type': type }, stream, readText: () => Promise.resolve(bytes.toString()) },
      ...{ discard: () => undefined, release: () => void released++ },
    });
  };
  const http = { postJson, getJson: () => Promise.reject(new Error()), close: () => Promise.resolve() };
  const transcribe = allMediaProviders(http).get('alibaba')!.media!.transcription!;
  const offer = mediaOffer('transcription', 'alibaba/qwen3-asr-flash');
  const frames: Frame[] = [];
  let failure: ProviderFailure | undefined;
  try {
    const attempt = { call, offer, attemptKey: 'req_1:1', signal: new AbortController().signal };
    for await (const frame of transcribe(attempt)) frames.push(frame);
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    failure = error;
  }
  const [request] = requests;
  const sent = request === undefined ? undefined : (JSON.parse(request.body) as JsonObject);
  return { request, sent, frames, events: frames.flatMap(({ events }) => events), failure, released };
}

const find = <T extends AnswerEvent['type']>(events: readonly AnswerEvent[], type: T) =>
  events.find((event): event is Extract<AnswerEvent, { type: T }> => event.type === type);
const deltas = (events: readonly AnswerEvent[]) =>
  events.flatMap((event) => (event.type === 'transcript-delta' ? [event.text] : []));
const warned = (events: readonly AnswerEvent[]) =>
  events.flatMap((event) => (event.type === 'warning' ? [event.warning.feature] : []));

describe('what Qwen is asked', () => {
  it('is a chat completion whose question is the sound alone', async () => {
    const { request, sent } = await ask(callOf(), { body: ANSWER });
    expect([request?.url, request?.headers['authorization']]).toEqual([`${BASE_URL}/chat/completions`, 'Bearer k']);
    const sound = { type: 'input_audio', input_audio: { data: 'data:audio/mpeg;base64,SUQzBAAA' } };
    expect(sent).toEqual({
      ...{ model: 'qwen3-asr-flash', messages: [{ role: 'user', content: [sound] }], stream: false },
    });
  });

  it('has the language, the context before the sound, and what has numbers written in figures', async () => {
    const fields = { language: 'zh', prompt: '阿里云', enable_itn: 'true', temperature: '0.2', new_field: 'x' };
    const call = withFields(fields, { language: 'zh', prompt: '阿里云', temperature: 0.2 });
    const { sent, events } = await ask(call, { body: ANSWER });
    expect(sent?.['asr_options']).toEqual({ language: 'zh', enable_itn: true });
    expect(sent?.['messages']).toMatchObject([
      { role: 'system', content: [{ type: 'text', text: '阿里云' }] },
      { role: 'user' },
    ]);
    expect(warned(events)).toEqual(['temperature', 'new_field']);
    expect(sent).not.toHaveProperty('temperature');
  });

  it('tells usage with a stream, and says nothing of streams without one', async () => {
    const { sent } = await ask(withFields({ enable_itn: 'false' }, { stream: true }), { body: STREAM, type: sse });
    expect([sent?.['stream'], sent?.['stream_options']]).toEqual([true, { include_usage: true }]);
    expect(sent?.['asr_options']).toEqual({ enable_itn: false });
  });

  it.each([
    ['response_format', callOf({ format: 'srt' })],
    ['response_format', callOf({ format: 'verbose_json', timestamps: ['segment'] })],
    ['response_format', callOf({ diarize: true })],
    ['model', callOf({ task: 'translate' })],
    ['enable_itn', withFields({ enable_itn: 'maybe' })],
    ['file', callOf({ audio: { type: 'stored', id: 'obj_1', mediaType: 'audio/wav', bytes: 7_490_001 } })],
  ] as const)('is nothing where it cannot be done: %s', async (param, call) => {
    const { failure, request } = await ask(call, { body: ANSWER });
    expect([failure?.failure.class, failure?.detail.param, request]).toEqual(['invalid_request', param, undefined]);
  });

  it('is within ten megabytes, as base64 is written', () => {
    expect(4 * Math.ceil(7_490_000 / 3) + 'data:audio/mpeg;base64,'.length).toBeLessThan(10_000_000);
  });
});

describe('the answer of Qwen', () => {
  it('is its text, its language and its seconds', async () => {
    const { events } = await ask(callOf(), { body: ANSWER });
    expect(events).toEqual([
      { type: 'start' },
      { type: 'transcript', text: '欢迎使用阿里云。', language: 'zh' },
      { type: 'usage', usage: { units: { audio_seconds: 1 }, source: 'reported', raw: USAGE } },
      { type: 'finish', choice: 0, reason: { unified: 'stop' } },
    ]);
  });

  it('is counted by the file where it tells no seconds, and is empty where nobody speaks', async () => {
    const body = answer({ message: { content: '', role: 'assistant' } }, {});
    const { events } = await ask(callOf({ durationSeconds: 2.1 }), { body });
    expect(find(events, 'transcript')).toEqual({ type: 'transcript', text: '' });
    expect(find(events, 'usage')?.usage).toEqual({ units: { audio_seconds: 3 }, source: 'counted' });
  });

  it.each([
    ['has no text', answer({ message: { role: 'assistant' } })],
    ['has no choice', { object: 'chat.completion', choices: [] }],
    ['was cut at its length', answer({ finish_reason: 'length', message: { content: '欢迎' } })],
  ])('is none where it %s', async (_what, body) => {
    const { failure, events } = await ask(callOf(), { body });
    expect([failure?.failure.class, events]).toEqual(['bad_response', []]);
  });

  it('that is an error is told by its code', async () => {
    const message = 'Access denied, please make sure your account is in good standing.';
    const error = { code: 'Arrearage', param: null, message, type: 'Arrearage' };
    const { failure } = await ask(callOf(), { body: { error }, status: 400 });
    expect([failure?.failure.class, failure?.detail.message]).toEqual(['quota_exhausted', message]);
  });
});

describe('the stream of Qwen', () => {
  const streamed = callOf({ stream: true, durationSeconds: 2.1 });

  it.each([1, 7, 100_000])('is its text as it comes, and the whole at its end, in pieces of %d bytes', async (size) => {
    const { events, frames, released } = await ask(streamed, { body: STREAM, type: sse, size });
    expect(events.map(({ type }) => type).filter((type) => type === 'start')).toHaveLength(1);
    expect(events[0]).toEqual({ type: 'start' });
    expect(deltas(events)).toEqual(WORDS);
    expect(frames.at(-1)?.events).toEqual([
      { type: 'transcript', text: '欢迎使用阿里云。', language: 'zh' },
      { type: 'usage', usage: { units: { audio_seconds: 1 }, source: 'reported', raw: USAGE } },
      { type: 'finish', choice: 0, reason: { unified: 'stop' } },
    ]);
    expect(released).toBe(1);
  });

  it.each([
    ['breaks off in the middle', BEGINNING, 'cut'],
    ['breaks off before its usage', [...BEGINNING, ended('stop')], 'cut'],
    ['was cut at its length', [...BEGINNING, ended('length'), DONE], 'bad_response'],
    ['ends without its ending', [...BEGINNING, DONE], 'bad_response'],
  ])('is no transcript where it %s', async (_what, events, failureClass) => {
    const { failure, events: told } = await ask(streamed, { body: events.join(''), type: sse });
    expect([failure?.failure.class, find(told, 'transcript')]).toEqual([failureClass, undefined]);
    expect(deltas(told)).toEqual(WORDS);
  });

  it.each([
    ['flat', { request_id: 'r', code: 'Throttling.RateQuota', message: 'Requests rate limit exceeded' }],
    ['nested', { error: { code: 'Throttling.RateQuota', message: 'Requests rate limit exceeded' } }],
  ])('that is an error under HTTP 200 is one, %s, and has not begun', async (_how, body) => {
    const { failure, frames } = await ask(streamed, { body: `data: ${JSON.stringify(body)}\n\n`, type: sse });
    expect([failure?.failure.class, frames]).toEqual(['rate_limited', []]);
  });

  it('may be an answer in one piece', async () => {
    const { events } = await ask(streamed, { body: ANSWER });
    expect(find(events, 'transcript')?.text).toBe('欢迎使用阿里云。');
  });
});
