import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silence } from '../../api/testing/sound-form.js';
import { type MediaVendor, startMediaVendor } from '../fake-vendor/media-vendor.js';
import { type Parsed, useWorld } from '../gateway/world.js';

// Transcriptions of Qwen through a whole gateway: the sound goes within JSON, whether it was carried or rests in the store.

const MODEL = 'alibaba/qwen3-asr-flash';
const message = (content: string) => ({
  ...{ role: 'assistant', content },
  annotations: [{ type: 'audio_info', language: 'en', emotion: 'neutral' }],
});
const answer = (seconds: number) => ({
  choices: [{ index: 0, finish_reason: 'stop', message: message('Hi there.') }],
  usage: { seconds, prompt_tokens: 60, completion_tokens: 4, prompt_tokens_details: { audio_tokens: 60 } },
});
const event = (body: object): string => `data: ${JSON.stringify(body)}\n\n`;

let vendor: MediaVendor;
const env: Record<string, string> = { DASHSCOPE_API_KEY: 'sk-fake' };
beforeAll(async () => {
  vendor = await startMediaVendor(() => ({ body: answer(2) }));
  env['SLUICE_ALIBABA_BASE_URL'] = `${vendor.origin}/compatible-mode/v1`;
});
beforeEach(() => vendor.reset());
afterAll(() => vendor.close());
const world = useWorld({ env });

async function send(
  fields: Readonly<Record<string, string>>,
  file = silence(2.4),
  { path = 'transcriptions', apiKey = world.gateway.apiKey } = {},
) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ model: MODEL, ...fields })) form.append(name, value);
  form.append('file', new Blob([new Uint8Array(file)]), 'talk.wav');
  const response = await fetch(`${world.gateway.baseUrl}/audio/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}` },
    body: form,
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const body: Parsed = isJson ? JSON.parse(text) : undefined;
  return { status: response.status, requestId: response.headers.get('x-request-id') ?? '', text, body };
}

/** The sound that the vendor was sent. */
function sentSound(): Buffer {
  const [{ json }] = vendor.requests as [(typeof vendor.requests)[number]];
  const { data } = json.messages.at(-1).content[0].input_audio;
  expect(data).toMatch(/^data:audio\/wav;base64,/);
  return Buffer.from(data.slice(data.indexOf(',') + 1), 'base64');
}

describe('a transcription of Qwen', () => {
  it('is its text, held by the file’s own length and charged by the seconds that the vendor reports', async () => {
    const { apiKey, scope } = await world.createProject({ budget_usd: '1' });
    const fields = { language: 'en', prompt: 'Sluice', temperature: '0.2' };
    const { status, body, requestId } = await send(fields, undefined, { apiKey });
    expect([status, body]).toEqual([
      200,
      {
        text: 'Hi there.',
        usage: { type: 'duration', seconds: 2, cost: 0.00007 },
        warnings: [expect.objectContaining({ feature: 'temperature' })],
      },
    ]);
    expect(vendor.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/compatible-mode/v1/chat/completions', 'Bearer sk-fake'],
    ]);
    const [{ json }] = vendor.requests as [(typeof vendor.requests)[number]];
    expect(json).toMatchObject({ model: 'qwen3-asr-flash', asr_options: { language: 'en' }, stream: false });
    expect(json.messages[0]).toEqual({ role: 'system', content: [{ type: 'text', text: 'Sluice' }] });
    expect(sentSound()).toEqual(silence(2.4));
    // 0.000035 USD a second: 3 are begun, 2 are reported.
    expect(await world.ended(requestId)).toMatchObject({ state: 'settled', held: 105_000n, charged: 70_000n });
    expect(await world.account(scope)).toMatchObject({ spent: 70_000n, held: 0n });
  });

  it('of a file that rests in the store is sent the whole of it', async () => {
    vendor.script = () => ({ body: answer(100) });
    const talk = silence(100);
    const { status, requestId } = await send({}, talk);
    expect([status, sentSound().equals(talk)]).toEqual([200, true]);
    expect(await world.ended(requestId)).toMatchObject({ charged: 3_500_000n });
  });

  it('is streamed as the vendor streams it, with the cost at its end', async () => {
    const chunk = (content: string) => event({ choices: [{ index: 0, delta: message(content) }], usage: null });
    vendor.script = () => ({
      headers: { 'content-type': 'text/event-stream' },
      pieces: [
        ...[chunk('Hi'), chunk(' there.'), event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })],
        ...[event({ choices: [], usage: answer(2).usage }), 'data: [DONE]\n\n'],
      ],
    });
    const { text, requestId } = await send({ stream: 'true' });
    const told = text.split('\n').flatMap((line) => (line.startsWith('data: ') ? [JSON.parse(line.slice(6))] : []));
    expect(told).toEqual([
      { type: 'transcript.text.delta', delta: 'Hi' },
      { type: 'transcript.text.delta', delta: ' there.' },
      {
        ...{ type: 'transcript.text.done', text: 'Hi there.' },
        usage: { type: 'duration', seconds: 2, cost: 0.00007 },
      },
    ]);
    expect(await world.ended(requestId)).toMatchObject({ state: 'settled', charged: 70_000n });
  });

  it('that the vendor refuses is told in its words, and charged nothing', async () => {
    const error = { code: 'invalid_parameter_error', message: 'Too long.', param: null, type: 'invalid_request_error' };
    vendor.script = () => ({ status: 400, body: { error } });
    const { status, body, requestId } = await send({});
    expect([status, body.error.message]).toEqual([400, 'Too long.']);
    expect(await world.ended(requestId)).toMatchObject({ state: 'released', charged: 0n });
  });

  it.each([
    ['subtitles', { response_format: 'srt' }, 'transcriptions', 'response_format'],
    ['speakers', { response_format: 'diarized_json' }, 'transcriptions', 'response_format'],
    ['English of another language', {}, 'translations', 'model'],
  ] as const)('has no %s, which is told before the vendor is asked', async (_what, fields, path, param) => {
    const { status, body } = await send(fields, undefined, { path });
    expect([status, body.error.param, vendor.requests]).toEqual([400, param, []]);
  });

  it('of a file that is too large for it is refused before anything is sent, and charged nothing', async () => {
    const { status, body, requestId } = await send({}, silence(500));
    expect([status, body.error.param, vendor.requests]).toEqual([400, 'file', []]);
    expect(body.error.message).toBe('This vendor takes files of 7490000 bytes at the most. Send a smaller one.');
    expect(await world.ended(requestId)).toMatchObject({ state: 'released', charged: 0n });
  });
});
