import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAzure } from '../../activities/providers/azure/create-azure.js';
import { asObject, asObjects } from '../../activities/providers/json-fields.js';
import {
  stubHttp,
  TEST_OFFER,
  testAttempt,
  testCall,
} from '../../activities/providers/openai/responses/test-attempt.js';
import type { StubAnswer } from '../../activities/providers/openai/responses/test-attempt.js';
import type { AnswerEvent } from '../../workflows/contracts/answer.js';
import type { ChatDialect } from '../../workflows/contracts/call.js';
import type { JsonObject } from '../../workflows/contracts/json.js';

interface Recording {
  readonly file: string;
  readonly url: string;
  readonly request: JsonObject;
  readonly status: number;
  readonly response: { readonly json?: JsonObject };
}

const RECORDINGS = resolve(import.meta.dirname, '../../../shared/recordings');
const MAPPING = resolve(RECORDINGS, 'mapping/azure/src/__fixtures__');
const present = existsSync(MAPPING);
if (!present) console.warn(`skipped: no recordings at ${RECORDINGS}`);

const recordings = ['azure.chat', 'azure.responses']
  .flatMap((name) => (present ? readFileSync(resolve(RECORDINGS, `http/${name}.jsonl`), 'utf8').split('\n') : []))
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Recording);

interface Exchange {
  readonly dialect: ChatDialect;
  readonly body: JsonObject;
  readonly answer: StubAnswer;
  readonly maker?: string;
  /** The URL that was recorded, whose resource and version are taken. */
  readonly url?: string;
}

/** The exchange as the adapter has it, with the recorded answer. */
async function exchange({
  dialect,
  body,
  answer,
  maker = 'openai',
  url = 'https://r.openai.azure.com/openai/v1',
}: Exchange) {
  const stub = stubHttp(answer);
  const recorded = new URL(url);
  const apiVersion = recorded.searchParams.get('api-version') ?? undefined;
  const credential = { type: 'key', apiKey: 'k' } as const;
  const azure = createAzure({ endpoint: recorded.origin, apiVersion, credential, http: stub.http });
  const vendorModel = String(body['model']);
  const offer = { ...TEST_OFFER, id: `azure/${vendorModel}`, vendor: 'azure', vendorModel, model: `${maker}/m` };
  const call = testCall({ stream: body['stream'] === true }, dialect, body);
  const events: AnswerEvent[] = [];
  for await (const frame of azure.chat(testAttempt(call, { offer }))) events.push(...frame.events);
  const [request] = stub.sent;
  return { url: request?.url, sent: JSON.parse(request?.body ?? '{}') as JsonObject, events };
}

const jsonAnswer = (body: JsonObject): StubAnswer => ({
  contentType: 'application/json',
  pieces: [Buffer.from(JSON.stringify(body))],
});

const textOf = (events: readonly AnswerEvent[]) =>
  events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
const totalOf = (events: readonly AnswerEvent[]) => {
  const usage = events.findLast((event) => event.type === 'usage')?.usage.units ?? {};
  const { searches: _searches, file_searches: _files, containers: _containers, ...tokens } = usage;
  return Object.values(tokens).reduce((sum, count) => sum + count, 0);
};

/** What a Response says, read by somebody who knows no adapter. */
const saidIn = (response: JsonObject) =>
  asObjects(response['output'])
    .filter(({ type }) => type === 'message')
    .flatMap(({ content }) => asObjects(content))
    .map(({ text }) => text ?? '')
    .join('');

describe.skipIf(!present)('every recorded exchange with Azure', () => {
  it('is of both APIs', () => {
    expect(recordings.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });

  it('goes to the address that it went to, with the fields that were sent, and is read whole', async () => {
    for (const { file, url, request, response } of recordings) {
      const isChat = url.includes('/chat/completions');
      const body = response.json ?? {};
      const dialect = isChat ? 'openai-chat' : 'openai-responses';
      const read = await exchange({ dialect, body: request, answer: jsonAnswer(body), url });
      expect(read.url, file).toBe(url);
      for (const [name, value] of Object.entries(request)) expect(read.sent[name], `${file} ${name}`).toEqual(value);
      const [choice] = asObjects(body['choices']);
      const said = isChat ? asObject(choice?.['message'])?.['content'] : saidIn(body);
      expect(textOf(read.events), file).toBe(said);
      expect(totalOf(read.events), file).toBe(asObject(body['usage'])?.['total_tokens']);
      expect(read.events.filter(({ type }) => type === 'finish')).toHaveLength(1);
    }
  });
});

describe.skipIf(!present)('every other captured body of Azure', () => {
  const files = present ? readdirSync(MAPPING) : [];
  const plain = files.filter((name) => name.endsWith('.json'));
  const streams = files.filter((name) => name.endsWith('.chunks.txt'));
  const read = (name: string) => readFileSync(resolve(MAPPING, name), 'utf8');

  it.each(plain)('is read where it is plain: %s', async (name) => {
    const body = JSON.parse(read(name)) as JsonObject;
    const isChat = Array.isArray(body['choices']);
    const dialect = isChat ? 'openai-chat' : 'openai-responses';
    const asked = { model: 'm', messages: [], input: 'hi' };
    const maker = isChat ? 'deepseek' : 'openai';
    const { events } = await exchange({ dialect, body: asked, answer: jsonAnswer(body), maker });
    const [choice] = asObjects(body['choices']);
    expect(textOf(events)).toBe(isChat ? asObject(choice?.['message'])?.['content'] : saidIn(body));
    expect(totalOf(events)).toBe(asObject(body['usage'])?.['total_tokens']);
  });

  it.each(streams)('is read where it is streamed: %s', async (name) => {
    const lines = read(name)
      .split('\n')
      .filter((line) => line.trim() !== '');
    for (const stream of answersOf(lines.map((line) => JSON.parse(line) as JsonObject))) await checkStream(stream);
  });

  async function checkStream(chunks: readonly JsonObject[]): Promise<void> {
    const isChat = chunks.some(({ choices }) => Array.isArray(choices));
    const dialect = isChat ? 'openai-chat' : 'openai-responses';
    const body = { model: 'm', messages: [], input: 'hi', stream: true };
    const lines = [...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]'];
    const pieces = lines.map((line) => Buffer.from(`data: ${line}\n\n`));
    const { events } = await exchange({ dialect, body, answer: { pieces }, maker: isChat ? 'deepseek' : 'openai' });
    const last = asObject(chunks.at(-1)?.['response']) ?? {};
    const deltas = chunks.map(({ choices }) => asObject(asObjects(choices)[0]?.['delta'])?.['content'] ?? '');
    expect(textOf(events)).toBe(isChat ? deltas.join('') : saidIn(last));
    const usage = isChat ? chunks.map((chunk) => asObject(chunk['usage'])).findLast(Boolean) : asObject(last['usage']);
    expect(totalOf(events)).toBe(usage?.['total_tokens']);
  }
});

/** Some files hold a whole conversation, one stream after another. */
function answersOf(chunks: readonly JsonObject[]): readonly (readonly JsonObject[])[] {
  const starts = chunks.flatMap(({ type }, index) => (type === 'response.created' ? [index] : []));
  return starts.length === 0 ? [chunks] : starts.map((start, index) => chunks.slice(start, starts[index + 1]));
}
