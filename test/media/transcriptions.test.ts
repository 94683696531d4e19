import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silence } from '../../api/testing/sound-form.js';
import { type MediaRequest, type MediaVendor, startMediaVendor } from '../fake-vendor/media-vendor.js';
import { type Parsed, useWorld } from '../gateway/world.js';

// Transcriptions through a whole gateway: OpenAI's Whisper and its later models, MiniMax', and the sandbox's, which hears what
// it has said.

const WHISPER = 'openai/whisper-1';
const BY_TOKEN = 'openai/gpt-4o-transcribe';
const MINIMAX = 'minimax/asr-1.0';
const VERBOSE = {
  ...{ task: 'transcribe', language: 'english', duration: 2.4, text: 'Hi there. You.' },
  segments: [
    { id: 0, seek: 0, start: 0, end: 1.25, text: ' Hi there.', tokens: [1], temperature: 0, avg_logprob: -0.1 },
    { id: 1, seek: 0, start: 1.25, end: 2.4, text: ' You <3', tokens: [2], temperature: 0, avg_logprob: -0.2 },
  ],
  usage: { type: 'duration', seconds: 3 },
};
const TOKENS = {
  ...{ type: 'tokens', input_tokens: 24, output_tokens: 5, total_tokens: 29 },
  input_token_details: { text_tokens: 4, audio_tokens: 20 },
};
const event = (body: object): string => `data: ${JSON.stringify(body)}\r\n\r\n`;

let vendor: MediaVendor;
const env: Record<string, string> = { OPENAI_API_KEY: 'sk-fake', MINIMAX_API_KEY: 'mm-fake' };
beforeAll(async () => {
  vendor = await startMediaVendor(() => ({ body: { text: 'Hi there.', usage: { type: 'duration', seconds: 3 } } }));
  env['SLUICE_OPENAI_BASE_URL'] = `${vendor.origin}/v1`;
  env['SLUICE_MINIMAX_BASE_URL'] = `${vendor.origin}/v1`;
});
beforeEach(() => vendor.reset());
afterAll(() => vendor.close());
const world = useWorld({ env });

interface Sent {
  readonly status: number;
  readonly type: string | null;
  readonly requestId: string;
  readonly text: string;
  readonly body: Parsed;
}

async function send(
  fields: Readonly<Record<string, string | readonly string[]>>,
  file: Buffer | null = silence(2.4),
  { path = 'transcriptions', headers = {}, apiKey = world.gateway.apiKey, filename = 'talk.wav' } = {},
): Promise<Sent> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) form.append(name, one);
  if (file) form.append('file', new Blob([new Uint8Array(file)]), filename);
  const response = await fetch(`${world.gateway.baseUrl}/audio/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, ...headers },
    body: form,
  });
  const text = await response.text();
  const type = response.headers.get('content-type');
  const body: Parsed = type?.includes('json') ? JSON.parse(text) : undefined;
  return { status: response.status, type, requestId: response.headers.get('x-request-id') ?? '', text, body };
}

/** What the vendor was sent, as a form. */
async function sentForm(index = 0): Promise<FormData> {
  const { headers, body } = vendor.requests[index]!;
  // Deprecated for servers, whose forms come from anywhere.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  return new Response(new Uint8Array(body), { headers: { 'content-type': headers['content-type']! } }).formData();
}

describe('a transcription of Whisper', () => {
  it('is the vendor’s own answer, charged by the seconds that it reports', async () => {
    const { apiKey, scope } = await world.createProject({ budget_usd: '1' });
    const fields = { model: WHISPER, language: 'en', temperature: '0.2', new_field: 'x' };
    const answer = await send(fields, undefined, { apiKey });
    expect([answer.status, answer.body]).toEqual([
      200,
      { text: 'Hi there.', usage: { type: 'duration', seconds: 3, cost: 0.0003 } },
    ]);
    const form = await sentForm();
    expect(Object.fromEntries([...form].filter(([name]) => name !== 'file'))).toEqual({
      ...{ model: 'whisper-1', response_format: 'json', language: 'en', temperature: '0.2', new_field: 'x' },
    });
    const file = form.get('file') as unknown as File;
    expect([file.name, file.type, file.size]).toEqual(['talk.wav', 'audio/wav', silence(2.4).length]);
    expect(await world.ended(answer.requestId)).toMatchObject({ state: 'settled', charged: 300_000n });
    expect(await world.account(scope)).toMatchObject({ spent: 300_000n, held: 0n });
  });

  it('is charged by the length of the file where the vendor reports none', async () => {
    vendor.script = () => ({ body: { text: 'Hi there.' } });
    const { requestId, body } = await send({ model: WHISPER });
    expect(body.usage).toEqual({ type: 'duration', seconds: 3, cost: 0.0003 });
    expect(await world.ended(requestId)).toMatchObject({ charged: 300_000n });
  });

  it('is made into subtitles of its segments', async () => {
    vendor.script = () => ({ body: VERBOSE });
    const srt = await send({ model: WHISPER, response_format: 'srt' });
    expect(srt.text).toBe('1\n00:00:00,000 --> 00:00:01,250\nHi there.\n\n2\n00:00:01,250 --> 00:00:02,400\nYou <3\n');
    expect(srt.type).toBe('text/plain; charset=utf-8');
    const vtt = await send({ model: WHISPER, response_format: 'vtt' });
    expect(vtt.text).toBe(
      'WEBVTT\n\n00:00:00.000 --> 00:00:01.250\nHi there.\n\n00:00:01.250 --> 00:00:02.400\nYou &lt;3\n',
    );
    expect((await sentForm()).get('response_format')).toBe('verbose_json');
  });

  it('tells words and segments where they are asked for', async () => {
    vendor.script = () => ({ body: VERBOSE });
    const fields = {
      model: WHISPER,
      response_format: 'verbose_json',
      'timestamp_granularities[]': ['word', 'segment'],
    };
    const { body } = await send(fields);
    expect(body).toEqual({ ...VERBOSE, usage: { type: 'duration', seconds: 3, cost: 0.0003 } });
    expect((await sentForm()).getAll('timestamp_granularities[]')).toEqual(['word', 'segment']);
  });

  it('is bare text where that is asked for, and English where it is a translation', async () => {
    const text = await send({ model: WHISPER, response_format: 'text' });
    expect(text.text).toBe('Hi there.\n');
    await send({ model: WHISPER }, undefined, { path: 'translations' });
    expect(vendor.requests.map(({ path }) => path)).toEqual(['/v1/audio/transcriptions', '/v1/audio/translations']);
  });

  it('has no speakers, which is told before the vendor is asked', async () => {
    const answer = await send({ model: WHISPER, response_format: 'diarized_json' });
    expect([answer.status, answer.body.error.param]).toEqual([400, 'response_format']);
    expect(vendor.requests).toEqual([]);
  });

  it('comes in one piece to those who ask for a stream', async () => {
    const { text } = await send({ model: WHISPER, stream: 'true' });
    expect(text.match(/transcript\.text\.\w+/g)).toEqual(['transcript.text.delta', 'transcript.text.done']);
  });

  it('is refused before any vendor is asked where the budget is too small', async () => {
    const { apiKey } = await world.createProject({ budget_usd: '0.0002' });
    expect((await send({ model: WHISPER }, undefined, { apiKey })).status).toBe(402);
    expect(vendor.requests).toEqual([]);
  });

  it('is asked for once by whoever sends the same form twice with one key, whatever its boundary', async () => {
    const headers = { 'idempotency-key': 'hear-once' };
    const [first, second] = [
      await send({ model: WHISPER }, undefined, { headers }),
      await send({ model: WHISPER }, undefined, { headers }),
    ];
    expect([second.body, second.requestId]).toEqual([first.body, first.requestId]);
    expect(vendor.requests).toHaveLength(1);
    const other = await send({ model: WHISPER }, silence(1), { headers });
    expect([other.status, other.body.error.code]).toEqual([422, 'idempotency_key_reused']);
  });
});

describe('a transcription that is charged by the token', () => {
  it('is charged by what the vendor reports of each kind of token', async () => {
    vendor.script = () => ({ body: { text: 'Hi.', usage: TOKENS } });
    const { requestId, body } = await send({ model: BY_TOKEN });
    expect(body.usage).toEqual({ ...TOKENS, cost: 0.00011 });
    // 24 tokens at 2.5 USD a million, 5 at 10.
    expect(await world.ended(requestId)).toMatchObject({ state: 'settled', charged: 110_000n });
  });

  it('is streamed as the vendor streams it, with the cost at its end', async () => {
    vendor.script = () => ({
      headers: { 'content-type': 'text/event-stream' },
      pieces: [
        event({ type: 'transcript.text.delta', delta: 'Hi', logprobs: [] }),
        event({ type: 'transcript.text.delta', delta: ' there.' }),
        event({ type: 'transcript.text.done', text: 'Hi there.', usage: TOKENS }),
      ],
    });
    const { text, requestId } = await send({ model: BY_TOKEN, stream: 'true', 'include[]': ['logprobs'] });
    const chunks = text.split('\n').flatMap((line) => (line.startsWith('data: ') ? [JSON.parse(line.slice(6))] : []));
    expect(chunks).toEqual([
      { type: 'transcript.text.delta', delta: 'Hi', logprobs: [] },
      { type: 'transcript.text.delta', delta: ' there.' },
      { type: 'transcript.text.done', text: 'Hi there.', usage: { ...TOKENS, cost: 0.00011 } },
    ]);
    const form = await sentForm();
    expect([form.get('stream'), form.getAll('include[]')]).toEqual(['true', ['logprobs']]);
    expect(await world.ended(requestId)).toMatchObject({ charged: 110_000n });
  });

  it('that breaks off in the middle is no whole answer', async () => {
    vendor.script = () => ({
      headers: { 'content-type': 'text/event-stream' },
      pieces: [event({ type: 'transcript.text.delta', delta: 'Hi' })],
    });
    const { text, requestId } = await send({ model: BY_TOKEN, stream: 'true' });
    expect(text).toContain('"error"');
    expect(text).not.toContain('transcript.text.done');
    expect((await world.ended(requestId)).state).toBe('settled');
  });

  it('has no times, which is told', async () => {
    const answer = await send({ model: BY_TOKEN, response_format: 'srt' });
    expect([answer.status, answer.body.error.param]).toEqual([400, 'response_format']);
  });
});

describe('a transcription at MiniMax', () => {
  const segments = [
    { id: 0, start: 0.1, end: 1.66, speaker: 'S1', text: '嘎嘎会，可以，这把稳了。' },
    { id: 1, start: 2, end: 6.1, speaker: 'S2', text: '来检查一下，读下题。' },
  ];
  const verbose = { text: segments.map(({ text }) => text).join(''), duration: 12.744, n_speakers: 2, segments };

  it('is charged by the seconds that it reports, and sent from where a large file rests', async () => {
    vendor.script = () => ({ body: { text: 'Hi there.', duration: 99.5 } });
    const { apiKey, scope } = await world.createProject({ budget_usd: '1' });
    const file = silence(100);
    expect(file.length).toBeGreaterThan(1024 * 1024);
    const answer = await send({ model: MINIMAX, language: 'en' }, file, { apiKey });
    expect([answer.status, answer.body.text, answer.body.usage]).toMatchObject([200, 'Hi there.', { seconds: 100 }]);
    const [{ path, headers }] = vendor.requests as [MediaRequest];
    expect([path, headers['language'], headers.authorization]).toEqual(['/v1/speech_to_text', 'en', 'Bearer mm-fake']);
    const sent = (await sentForm()).get('file') as unknown as File;
    expect(Buffer.from(await sent.arrayBuffer()).equals(file)).toBe(true);
    // 100 seconds at 0.38 USD an hour, rounded up.
    expect(await world.ended(answer.requestId)).toMatchObject({ state: 'settled', charged: 10_555_556n });
    expect(await world.account(scope)).toMatchObject({ spent: 10_555_556n, held: 0n });
  });

  it('is made into subtitles, and tells speakers apart', async () => {
    vendor.script = () => ({ body: verbose });
    const srt = await send({ model: MINIMAX, response_format: 'srt' });
    expect(srt.text).toBe(
      '1\n00:00:00,100 --> 00:00:01,660\n嘎嘎会，可以，这把稳了。\n\n2\n00:00:02,000 --> 00:00:06,100\n来检查一下，读下题。\n',
    );
    const vtt = await send({ model: MINIMAX, response_format: 'vtt', diarize: 'true' });
    expect(vtt.text).toContain('S2: 来检查一下，读下题。');
    const { body } = await send({ model: MINIMAX, response_format: 'diarized_json' });
    expect(body.segments.map(({ speaker, text }: Parsed) => [speaker, text])).toEqual(
      segments.map(({ speaker, text }) => [speaker, text]),
    );
    expect((await sentForm()).get('response_format')).toBe('verbose_json');
  });

  it('is streamed as it is heard', async () => {
    vendor.script = () => ({
      headers: { 'content-type': 'text/event-stream' },
      pieces: [
        event({ index: 0, delta: 'Hi', finish: false }),
        event({ index: 1, delta: ' there.', finish: false }),
        event({ index: 2, delta: '', finish: true, duration: 2.4 }),
      ],
    });
    const { text } = await send({ model: MINIMAX, stream: 'true' });
    const chunks = text.split('\n').flatMap((line) => (line.startsWith('data: ') ? [JSON.parse(line.slice(6))] : []));
    expect(chunks).toMatchObject([
      { type: 'transcript.text.delta', delta: 'Hi' },
      { type: 'transcript.text.delta', delta: ' there.' },
      { type: 'transcript.text.done', text: 'Hi there.', usage: { type: 'duration', seconds: 3 } },
    ]);
    expect((await sentForm()).get('stream')).toBe('true');
  });

  it('of a file that it refuses costs nothing, and says why', async () => {
    const message = 'invalid params, audio duration 623.4s exceeds the limit of 500s (2013)';
    const error = { type: 'bad_request_error', message, http_code: '400' };
    vendor.script = () => ({ status: 400, body: { type: 'error', error, request_id: '0217' } });
    const answer = await send({ model: MINIMAX });
    expect([answer.status, answer.body.error.message]).toEqual([400, message]);
    expect(vendor.requests).toHaveLength(1);
    expect(await world.ended(answer.requestId)).toMatchObject({ state: 'released', charged: 0n });
  });
});

describe('the sandbox by OpenAI’s own client', () => {
  it('hears what it has said, in every form', async () => {
    const client = new OpenAI({ apiKey: world.gateway.apiKey, baseURL: world.gateway.baseUrl, maxRetries: 0 });
    const said = 'Hello from the sandbox. It is 9 o’clock!';
    const speech = await client.audio.speech.create({ model: 'sandbox/speech', input: said, voice: 'any' });
    const sound = Buffer.from(await speech.arrayBuffer());
    const ask = { file: await toFile(sound, 'said.wav'), model: 'sandbox/transcription' };
    expect((await client.audio.transcriptions.create(ask)).text).toBe(said);
    const verbose = await client.audio.transcriptions.create({ ...ask, response_format: 'verbose_json' });
    expect(verbose.segments?.map(({ text }) => text)).toEqual(['Hello from the sandbox.', 'It is 9 o’clock!']);
    expect(verbose.duration).toBeCloseTo(0.94, 1);
    expect(await client.audio.transcriptions.create({ ...ask, response_format: 'srt' })).toContain('-->');
    const stream = await client.audio.transcriptions.create({ ...ask, stream: true });
    let heard = '';
    for await (const step of stream) if (step.type === 'transcript.text.delta') heard += step.delta;
    expect(heard).toBe(said);
    expect((await client.audio.translations.create(ask)).text).toBe(said);
  });
});

describe('a request for a transcription that cannot be', () => {
  const sandbox = { model: 'sandbox/transcription' };
  it.each([
    ['no file', sandbox, null, 'file'],
    ['an empty file', sandbox, Buffer.alloc(0), 'file'],
    ['a file that is no sound', sandbox, Buffer.from('Dear Sir or Madam, this is a letter and not a sound.'), 'file'],
    ['a file without samples', sandbox, silence(0), 'file'],
    ['no model', {}, silence(1), 'model'],
    ['an unknown format', { ...sandbox, response_format: 'midi' }, silence(1), 'response_format'],
    ['a temperature that is no number', { ...sandbox, temperature: 'warm' }, silence(1), 'temperature'],
    ['a stream that is neither', { ...sandbox, stream: 'maybe' }, silence(1), 'stream'],
  ] as const)('with %s is told so', async (_what, fields, file, param) => {
    const answer = await send(fields, file);
    expect([answer.status, answer.body.error.param]).toEqual([400, param]);
  });

  it('is no form', async () => {
    const answer = await world.post('/v1/audio/transcriptions', sandbox);
    expect([answer.status, answer.body.error.code]).toEqual([415, 'unsupported_media_type']);
  });

  it.each([
    ['without a boundary', 'multipart/form-data', 'x'],
    [
      'without its end',
      'multipart/form-data; boundary=b',
      '--b\r\ncontent-disposition: form-data; name="model"\r\n\r\nx',
    ],
    [
      'whose file has no end',
      'multipart/form-data; boundary=b',
      '--b\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\n\r\nRIFF',
    ],
    ['that is empty', 'multipart/form-data; boundary=b', ''],
  ])('is a form %s', async (_what, type, body) => {
    const response = await fetch(`${world.gateway.baseUrl}/audio/transcriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.gateway.apiKey}`, 'content-type': type },
      body,
    });
    expect([response.status, ((await response.json()) as { error: { type: string } }).error.type]).toEqual([
      400,
      'invalid_request_error',
    ]);
  });
});
