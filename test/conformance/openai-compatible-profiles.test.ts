import { describe, expect, it } from 'vitest';
import { asObject } from '../../activities/providers/json-fields.js';
import { TEST_PROFILE } from '../../activities/providers/openai-compatible/chat/test-attempt.js';
import { COMPATIBLE_PROFILES } from '../../activities/providers/openai-compatible/profiles.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { ask, callsOf, present, recordings, textOf, type Recording } from './openai-compatible-samples.js';

/** Recorded requests went through other people's clients; what the vendor took then, our profile must let through. */
const ours = recordings.filter(({ profile }) => COMPATIBLE_PROFILES.some(({ id }) => id === profile.id));

function answerOf({ status, response }: Recording) {
  const { json, text } = response;
  const type = json === undefined && status === 200 ? 'text/event-stream' : 'application/json';
  return { status, type, pieces: [Buffer.from(json === undefined ? (text ?? '') : JSON.stringify(json))] };
}

/** What is the gateway's to say. */
const OURS = ['model', 'stream', 'stream_options', 'max_tokens', 'max_completion_tokens', 'metadata', 'messages'];

describe.skipIf(!present)('every recorded exchange with a vendor that has a profile', () => {
  it('is of these', () => {
    const vendors = [...new Set(ours.map(({ profile }) => profile.id))].toSorted();
    expect(vendors).toEqual([
      'cerebras',
      'deepseek',
      'groq',
      'huggingface',
      'mistral',
      'ollama',
      'openrouter',
      'vllm',
      'zai',
    ]);
    expect(ours.length).toBeGreaterThan(255);
  });

  it('sends what the vendor was asked, at its address, with its cap and no more', async () => {
    for (const recording of ours) {
      const { file, profile, request } = recording;
      const { sent, url, events } = await ask(profile, request, answerOf(recording));
      const where = `${profile.id} ${file}`;
      expect(url, where).toBe('https://vendor.example.com/v1/chat/completions');
      const caps = ['max_tokens', 'max_completion_tokens'].filter((name) => sent[name] !== undefined);
      expect(caps, where).toEqual([profile.capField]);
      expect(sent['stream'], where).toBe(request['stream'] === true);
      const options = request['stream'] === true && profile.supportsStreamUsage ? { include_usage: true } : undefined;
      expect(sent['stream_options'], where).toEqual(options);
      for (const name of Object.keys(request).filter((field) => ![...OURS, ...UNPRICED].includes(field))) {
        if (isEmulated(sent, request) && EMULATED.includes(name)) continue;
        expect(sent[name], `${where} ${name}`).toEqual(request[name]);
      }
      for (const name of UNPRICED) expect(sent, where).not.toHaveProperty(name);
      const refused = events.flatMap((event) => (event.type === 'warning' ? [event.warning] : []));
      const lost = refused.filter(({ type, feature }) => type === 'unsupported' && !UNPRICED.includes(feature));
      expect(lost, where).toEqual([]);
    }
  });

  it('is answered with its text and its calls, or fails for the reason that it gives', async () => {
    const failures: string[] = [];
    for (const recording of ours) {
      const { file, profile, request, response, status } = recording;
      const { events, failure } = await ask(profile, request, answerOf(recording));
      const where = `${profile.id} ${file}`;
      if (failure !== undefined) failures.push(`${profile.id} ${status} ${failure.failure.class}`);
      const [message] = choicesOf(response.json).map((choice) => asObject(choice['message']) ?? {});
      if (failure !== undefined || message === undefined) continue;
      if (typeof message['content'] === 'string')
        expect(textOf(events, 'text-delta', 0), where).toBe(message['content']);
      const calls = Array.isArray(message['tool_calls']) ? message['tool_calls'].length : 0;
      expect(callsOf(events), where).toHaveLength(calls);
      expect(events.filter(({ type }) => type === 'usage').length, where).toBe(response.json?.['usage'] ? 1 : 0);
    }
    expect(failures.toSorted()).toEqual([
      // Errors within an answer: Groq's of a tool that was called wrongly, OpenRouter's of a token limit.
      ...[
        'groq 200 invalid_request',
        'groq 200 invalid_request',
        'groq 400 invalid_request',
        'groq 400 invalid_request',
      ],
      ...['groq 404 model_not_found', 'groq 404 model_not_found', 'openrouter 200 invalid_request'],
      ...['openrouter 429 rate_limited', 'openrouter 429 rate_limited', 'openrouter 429 rate_limited'],
    ]);
  });
});

describe('an error under HTTP 200', () => {
  const profileOf = (vendor: string) => {
    const profile = COMPATIBLE_PROFILES.find(({ id }) => id === vendor) ?? COMPATIBLE_PROFILES[0];
    return { ...(profile ?? TEST_PROFILE), baseUrl: 'https://vendor.example.com/v1' };
  };
  const balance = '{"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}';
  const limited = '{"request_id":"r","code":"Throttling.RateQuota","message":"Requests rate limit exceeded"}';

  it.each([
    ['minimax', false, 'application/json', balance, 'quota_exhausted'],
    ['minimax', true, 'application/json', balance.replace('{', '{"choices":null,'), 'quota_exhausted'],
    ['minimax', true, 'text/event-stream', `data: ${balance}\n\n`, 'quota_exhausted'],
    ['alibaba', true, 'text/event-stream', `data: ${limited}\n\n`, 'rate_limited'],
  ])('of %s (streamed: %s, %s) is one', async (vendor, stream, type, text, failureClass) => {
    const answer = { status: 200, type, pieces: [Buffer.from(text)] };
    const { failure, frames } = await ask(profileOf(vendor), { messages: [], stream }, answer);
    expect([failure?.failure.class, frames]).toEqual([failureClass, []]);
  });

  it('is none where MiniMax says that all is well', async () => {
    const body =
      '{"choices":[{"index":0,"message":{"content":"hi"},"finish_reason":"stop"}],"base_resp":{"status_code":0}}';
    const answer = { status: 200, type: 'application/json', pieces: [Buffer.from(body)] };
    const { failure, events } = await ask(profileOf('minimax'), { messages: [] }, answer);
    expect([failure, textOf(events, 'text-delta', 0)]).toEqual([undefined, 'hi']);
  });
});

/** What OpenRouter was asked by, but would have it answer with another model than the one that is paid for. */
const UNPRICED = ['models', 'preset'];

/** What an answer's form that the vendor does not enforce is asked for by. */
const EMULATED = ['response_format', 'tools', 'tool_choice', 'parallel_tool_calls'];

function isEmulated(sent: JsonObject, request: JsonObject): boolean {
  return (
    asObject(request['response_format'])?.['type'] === 'json_schema' &&
    asObject(sent['response_format'])?.['type'] !== 'json_schema'
  );
}

function choicesOf(body: JsonObject | undefined): readonly JsonObject[] {
  const choices = body?.['choices'];
  return Array.isArray(choices) ? (choices as readonly JsonObject[]) : [];
}
