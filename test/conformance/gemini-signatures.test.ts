import { describe, expect, it } from 'vitest';
import { asObject, asObjects } from '../../activities/providers/json-fields.js';
import { translate } from '../../activities/providers/google/chat/test-attempt.js';
import { createMessagesRenderer } from '../../api/dialects/anthropic-messages/messages-renderer.js';
import { parseMessagesRequest } from '../../api/dialects/anthropic-messages/parse-messages-request.js';
import { toChatCall as fromMessages } from '../../api/dialects/anthropic-messages/to-chat-call.js';
import { createChatRenderer } from '../../api/dialects/openai-chat/chat-renderer.js';
import { parseChatRequest } from '../../api/dialects/openai-chat/parse-chat-request.js';
import { toChatCall as fromChat } from '../../api/dialects/openai-chat/to-chat-call.js';
import { parseResponsesRequest } from '../../api/dialects/openai-responses/parse-responses-request.js';
import { createResponsesRenderer, renderContext } from '../../api/dialects/openai-responses/responses-renderer.js';
import { toResponsesCall } from '../../api/dialects/openai-responses/to-responses-call.js';
import type { AnswerEvent, Frame } from '../../workflows/contracts/answer.js';
import type { ChatCall } from '../../workflows/contracts/call.js';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import type { AnswerSummary } from '../../workflows/contracts/reply.js';
import { comparable } from './gemini-conversation.js';
import { answerOf, askGemini, chunksOf, present, recordings, type GeminiRecording } from './gemini-samples.js';

if (!present) console.warn('Skipped: ../shared/recordings is absent.');

const REQUEST_ID = 'req_0190f3a1b2c37d4e8f90a1b2c3d4e5f6';
const SUMMARY: AnswerSummary = {
  attempt: 1,
  offerId: 'google/gemini-2.5-flash',
  vendor: 'google',
  usage: { units: { input: 1, output: 1 }, source: 'reported' },
  chargeNanoUsd: '1',
};
const MODEL = 'google/gemini-3-flash-preview';

/** An answer as a caller of each dialect is given it, and the call that the same caller goes on with. */
const CALLERS: { readonly [dialect: string]: (frames: readonly Frame[]) => ChatCall } = {
  'openai-chat': (frames) => {
    const rendering = { requestId: REQUEST_ID, model: MODEL, includeUsage: true, legacyFunctions: false };
    const answer = createChatRenderer(rendering).plain(frames, SUMMARY);
    const message = asObject(asObjects(answer['choices'])[0]?.['message']) ?? {};
    const results = asObjects(message['tool_calls']).map(({ id }) => ({
      role: 'tool',
      tool_call_id: id,
      content: 'done',
    }));
    const messages = [{ role: 'user', content: 'hi' }, message, ...results, { role: 'user', content: 'go on' }];
    const parsed = parseChatRequest({ model: MODEL, messages });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
    return fromChat(parsed.request);
  },
  'openai-responses': (frames) => {
    const call = {
      source: { dialect: 'openai-responses', body: { model: MODEL, input: 'hi' } },
    } as unknown as ChatCall;
    const answer = createResponsesRenderer(renderContext(REQUEST_ID, [MODEL], call)).plain(frames, SUMMARY);
    const output = asObjects(answer['output']);
    const results = output
      .filter(({ type }) => type === 'function_call')
      .map(({ call_id }) => ({ type: 'function_call_output', call_id, output: 'done' }));
    const input = [{ role: 'user', content: 'hi' }, ...output, ...results, { role: 'user', content: 'go on' }];
    const parsed = parseResponsesRequest({ model: MODEL, input });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
    return toResponsesCall(parsed.request);
  },
  'anthropic-messages': (frames) => {
    const call = { source: { dialect: 'anthropic-messages', body: {} } } as unknown as ChatCall;
    const answer = createMessagesRenderer(REQUEST_ID, [MODEL], call).plain(frames, SUMMARY);
    const content = asObjects(answer['content']);
    const results = content
      .filter(({ type }) => type === 'tool_use')
      .map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: 'done' }));
    const next = { role: 'user', content: [...results, { type: 'text', text: 'go on' }] };
    const messages = [{ role: 'user', content: 'hi' }, { role: 'assistant', content }, next];
    const parsed = parseMessagesRequest({ model: MODEL, max_tokens: 1000, messages }, { betas: [] });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
    return fromMessages(parsed.request, []);
  },
};

const signed = recordings.filter((recording) => {
  const text = JSON.stringify(recording.response);
  return recording.status === 200 && text.includes('thoughtSignature') && !/toolCall|executableCode/.test(text);
});

/** What the model said, its runs of text joined as a caller who reads a stream has them. */
function modelSaid(recording: GeminiRecording): readonly Json[] {
  const parts = chunksOf(recording)
    .flatMap((chunk) => asObjects(chunk['candidates']))
    .flatMap(({ content }) => asObjects(asObject(content)?.['parts']));
  return joined(comparable([{ role: 'model', parts }]));
}

function joined(turns: readonly Json[]): readonly Json[] {
  const parts: JsonObject[] = [];
  for (const part of turns.flatMap((turn) => asObjects(asObject(turn)?.['parts']))) {
    const last = parts.at(-1);
    const isRun = typeof last?.['text'] === 'string' && last['thoughtSignature'] === undefined && part['text'] !== '';
    if (isRun && typeof part['text'] === 'string')
      parts[parts.length - 1] = { ...part, text: `${String(last['text'])}${part['text']}` };
    else parts.push(part);
  }
  return parts;
}

/** A chat completion has one text, so that a proof in the midst of it goes to its end. */
function inOneText(parts: readonly Json[]): readonly Json[] {
  const texts = asObjects(parts).filter((part) => typeof part['text'] === 'string' && part['text'] !== '');
  if (texts.length < 2) return parts;
  const text = texts.map((part) => String(part['text'])).join('');
  const [first] = texts;
  const proof = texts.find(({ thoughtSignature }) => thoughtSignature !== undefined);
  return asObjects(parts).flatMap((part) => {
    if (part === first) return [{ ...proof, text }];
    return texts.includes(part) ? [] : [part];
  });
}

/** A stream's events as the frames of a plain answer. */
async function framesOf(recording: GeminiRecording): Promise<readonly Frame[]> {
  const { events } = await askGemini(answerOf(recording), { stream: recording.isStream }, recording);
  const others = events.filter((event: AnswerEvent) => event.type !== 'warning');
  return [{ events: others }];
}

describe.skipIf(!present)('thought signatures', () => {
  it('are in many of the recorded answers', () => {
    expect(signed.length).toBeGreaterThan(200);
  });

  it.each(Object.keys(CALLERS))('come back to their parts, byte for byte, through a caller of %s', async (dialect) => {
    for (const recording of signed) {
      const call = CALLERS[dialect]?.(await framesOf(recording));
      const { body } = translate({ ...call, stream: false }, 'gemini-3-flash-preview');
      const answer = body.contents.filter(({ role }) => role === 'model');
      const said = modelSaid(recording);
      const expected = dialect === 'openai-chat' ? inOneText(said) : said;
      expect(joined(comparable(answer)), `${recording.file} ${recording.n}`).toEqual(expected);
    }
  });
});
