import { describe, expect, it } from 'vitest';
import type { VendorRequest } from '../../activities/providers/http.js';
import { ACCOUNT_VENDORS } from '../../activities/providers/registry.js';
import { MEDIA_VENDORS } from '../../infra/runtime/media-vendors.js';
import { toCall, GATEWAYS_FIELDS } from './every-adapter/written-calls.js';
import type { AnswerEvent, Warning } from '../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import { objects } from './converse-samples.js';
import { ADAPTERS, OFFLINE } from './every-adapter/adapters.js';
import type { Adapter, Caller } from './every-adapter/adapters.js';
import { allProviders, askAdapter, attemptOf, CAP, SECRET } from './every-adapter/ask-adapter.js';
import type { VendorAnswer } from './every-adapter/ask-adapter.js';
import { ANSWERS, toldBy } from './every-adapter/canonical-answers.js';
import type { Told } from './every-adapter/canonical-answers.js';
import { CALLS } from './every-adapter/canonical-calls.js';
import type { SpokenCall } from './every-adapter/canonical-calls.js';
import { loadDescriptions } from './every-adapter/described-requests.js';
import { plainAnswer, streamedAnswer } from './every-adapter/framing.js';
import { at, readTools } from './every-adapter/read-request.js';
import { isShown, wantsOf } from './every-adapter/wants.js';
import { writeAnswer } from './every-adapter/write-answer.js';

const descriptions = loadDescriptions();

describe('the vendors of the registry', () => {
  it('all have a row here, but for those that have no chat', () => {
    const http = { ...{ postJson: fail, getJson: fail }, close: () => Promise.resolve() };
    const covered = [...new Set([...ADAPTERS.map(({ vendor }) => vendor), ...OFFLINE])].toSorted();
    expect([...allProviders(http).keys()].toSorted()).toEqual(covered);
    const withChat = ACCOUNT_VENDORS.filter((vendor) => MEDIA_VENDORS.every(({ id }) => id !== vendor));
    expect([...withChat, ...OFFLINE].toSorted()).toEqual(covered);
  });

  it('are told apart by name', () => {
    expect(new Set(ADAPTERS.map(({ name }) => name)).size).toBe(ADAPTERS.length);
  });
});

function fail(): Promise<never> {
  return Promise.reject(new Error('not asked'));
}

describe('the sandbox', () => {
  it.each(Object.entries(CALLS))('sends nothing, and says the same in pieces: %s', async (_name, spoken) => {
    const http = { ...{ postJson: fail, getJson: fail }, close: () => Promise.resolve() };
    const provider = allProviders(http).get('sandbox');
    const told = async (stream: boolean): Promise<Told> => {
      const events: AnswerEvent[] = [];
      const attempt = attemptOf({ vendor: 'sandbox', vendorModel: 'echo' }, toCall(spoken, 'openai-chat', stream));
      for await (const frame of provider?.chat(attempt) ?? []) events.push(...frame.events);
      return toldBy(events);
    };
    const whole = await told(false);
    expect(whole.finishes).toHaveLength(1);
    expect(await told(true)).toEqual(whole);
  });
});

interface Sent {
  readonly request: VendorRequest;
  readonly body: JsonObject;
  readonly warnings: readonly Warning[];
}

/** What goes out for the call, and what the caller is warned of; the answer plays no part. */
async function send(adapter: Adapter, spoken: SpokenCall, caller: Caller, stream: boolean): Promise<Sent> {
  const writing = writeAnswer(ANSWERS['text'] ?? { end: 'stop' }, adapter);
  const asStream = streams(adapter, spoken, stream);
  const answer: VendorAnswer = asStream ? streamedAnswer(writing.events, adapter) : plainAnswer(writing);
  const { sent, events, failure } = await askAdapter(adapter, toCall(spoken, caller, stream), () => answer);
  expect(failure).toBeUndefined();
  expect(sent).toHaveLength(1);
  const [request] = sent;
  if (request === undefined) throw new Error('nothing was sent');
  return { request, body: JSON.parse(request.body) as JsonObject, warnings: warningsOf(events) };
}

function streams({ plainTools }: Adapter, { tools }: SpokenCall, stream: boolean): boolean {
  return stream && !(plainTools && tools !== undefined);
}

function warningsOf(events: readonly AnswerEvent[]): readonly Warning[] {
  return events.flatMap((event) => (event.type === 'warning' ? [event.warning] : []));
}

const CASES = ADAPTERS.flatMap((adapter) =>
  Object.entries(CALLS).map(([name, spoken]) => [`${adapter.name}: ${name}`, adapter, spoken] as const),
);

describe.each(CASES)('%s', (_title, adapter, spoken) => {
  it.each(adapter.callers.flatMap((caller) => [[caller, false] as const, [caller, true] as const]))(
    'is sent as the vendor wants it, and whole, or the caller is told (%s, streamed: %s)',
    async (caller, stream) => {
      const sent = await send(adapter, spoken, caller, stream);
      checkDescription(adapter, sent);
      checkOurs(adapter, sent, streams(adapter, spoken, stream));
      checkUsageIsAsked(adapter, sent, streams(adapter, spoken, stream));
      checkCredential(adapter, sent);
      checkTools(adapter, spoken, sent);
      const lost = wantsOf(spoken, caller).filter(
        (want) => !isShown(sent.request.body, want) && !sent.warnings.some(({ feature }) => want.told.test(feature)),
      );
      expect(lost, JSON.stringify(sent.warnings)).toEqual([]);
    },
  );
});

function checkDescription({ described }: Adapter, { body }: Sent): void {
  const validate = described && descriptions[described];
  if (validate) expect(validate(body) || validate.errors).toBe(true);
}

/** What is the gateway's to say, and what is nobody's business but its own. */
function checkOurs(
  { cap, streamsByBody, streamsAt, vendorModel }: Adapter,
  { request, body }: Sent,
  stream: boolean,
): void {
  expect(at(body, cap)).toBe(CAP);
  expect(Object.keys(body).filter((field) => Object.hasOwn(GATEWAYS_FIELDS, field))).toEqual([]);
  expect(body['store'] ?? false).toBe(false);
  expect(objects(body['messages']).filter(saysNothing)).toEqual([]);
  if (streamsByBody) expect(body['stream'] ?? false).toBe(stream);
  else expect(body['stream']).toBeUndefined();
  if (streamsAt) expect(streamsAt.test(request.url)).toBe(stream);
  // The model is in the body or in the address, under the vendor's own name for it.
  const [bare = ''] = vendorModel.replace(/^mistralai\//, '').split('@');
  expect(`${String(body['model'])} ${decodeURIComponent(request.url)}`).toContain(bare);
}

/** Without being asked, most vendors of OpenAI's chat do not count in streams; those that do by themselves refuse the question. */
function checkUsageIsAsked({ wire, answers }: Adapter, { body }: Sent, stream: boolean): void {
  const isAsked = answers.usage === 'own-chunk' || answers.usage === 'x-groq';
  const expected = wire === 'openai-chat' && stream && isAsked ? { include_usage: true } : undefined;
  expect(body['stream_options']).toEqual(expected);
}

/** What each format may say something by; a message without any is refused by most vendors. */
function saysNothing({ content, tool_calls, refusal }: JsonObject): boolean {
  return [content, tool_calls, refusal].every((value) => value == null || value === '' || isEmptyList(value));
}

function isEmptyList(value: Json): boolean {
  return Array.isArray(value) && value.length === 0;
}

function checkCredential({ signs }: Adapter, { request }: Sent): void {
  expect(request.body).not.toContain(SECRET);
  expect(request.url).not.toContain(SECRET);
  expect(Object.values(request.headers).some((value) => value.includes(SECRET))).toBe(signs !== true);
}

function checkTools({ wire, takesTools }: Adapter, { tools = [], turns }: SpokenCall, { body }: Sent): void {
  const { declared, calls, results, adjacent } = readTools(wire, body);
  // One more may be there: that by which the answer is given.
  expect(takesTools ? declared.slice(0, tools.length) : declared).toEqual(takesTools ? tools : []);
  const made = turns.flatMap((turn) => (turn.who === 'assistant' ? (turn.calls ?? []) : []));
  expect(calls.map(({ name }) => name)).toEqual(made.map(({ name }) => name));
  expect(adjacent).toBe(true);
  const said = turns.flatMap((turn) => (turn.who === 'tools' ? turn.results : []));
  expect(results).toHaveLength(said.length);
  for (const [index, call] of calls.entries()) {
    // By its id, and where the vendor has none by its place among those of the same name.
    const own = call.id === '' ? results[index] : results.find(({ id }) => id === call.id);
    expect(own?.content).toContain(said.find(({ id }) => id === made[index]?.id)?.text);
    expect([call.name, '']).toContain(own?.name);
  }
}
