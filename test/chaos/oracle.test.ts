import { describe, expect, test } from 'vitest';
import type { Seen } from './caller.js';
import type { AttemptFacts, KeptFacts, RequestFacts, RoundFacts } from './facts.js';
import { judgeRound } from './oracle.js';

// A judge that lets everything pass would make every run of the crash tests green: it is shown one wrong of each kind.

const attempt: AttemptFacts = {
  requestId: 'req_1',
  number: 1,
  vendor: 'openai',
  state: 'recorded',
  owner: 'gw_1/a',
  calls: 1,
  status: 'answered',
  failureClass: null,
  chargeNanoUsd: '500',
  checkpoint: null,
  usage: null,
};
const request: RequestFacts = {
  id: 'req_1',
  holder: 'gw_1',
  state: 'settled',
  stream: true,
  keyed: false,
  models: ['a'],
  ended: true,
  charged: 500n,
  failureClass: null,
  attempt: 1,
  hold: 900n,
  posted: 500n,
  attempts: [attempt],
};
const chunk = (text: string): string => `data: ${JSON.stringify({ choices: [{ delta: { content: text } }] })}\n\n`;
const cost = `data: ${JSON.stringify({ choices: [], usage: { cost: 0.0000005 } })}\n\n`;
const error = `data: ${JSON.stringify({ error: { message: 'cut' } })}\n\n`;
const done = 'data: [DONE]\n\n';
const whole: Seen = { status: 200, requestId: 'req_1', body: chunk('hello') + cost + done, end: 'whole' };
const spec = { tag: 'one', stream: true, body: {}, fallback: false, expectedText: 'hello' };
const good: RoundFacts = {
  stage: 'mid-stream',
  victim: 'temporal',
  calls: [{ spec, seen: whole, late: false }],
  accepted: 1,
  requests: [request],
  vendorCalls: [{ tag: 'one' }],
};

const withRequest = (change: Partial<RequestFacts>): RoundFacts => ({ ...good, requests: [{ ...request, ...change }] });
const withAttempt = (change: Partial<AttemptFacts>): RoundFacts =>
  withRequest({ attempts: [{ ...attempt, ...change }] });
const withSeen = (change: Partial<Seen>): RoundFacts => ({
  ...good,
  calls: [{ spec, seen: { ...whole, ...change }, late: false }],
});
const lost: Seen = { body: '', end: 'unreachable' };
const killed = (facts: RoundFacts, left: readonly AttemptFacts[]): RoundFacts => ({
  ...facts,
  victim: 'gateway',
  calls: [{ spec, seen: lost, late: false }],
  left: { holder: 'gw_1', dismissed: false, attempts: left },
});
const sending: AttemptFacts = { ...attempt, state: 'sending', status: null, chargeNanoUsd: null };

test('a round in which all is well has no violations', () => {
  expect(judgeRound(good)).toEqual([]);
  expect(judgeRound({ ...killed(good, [attempt]), stage: 'before-settlement' })).toEqual([]);
});

describe('a violation is', () => {
  test.each<[string, RoundFacts, RegExp]>([
    ['a request that has not ended', withRequest({ state: 'reserved', ended: false }), /has not ended/],
    ['a hold that is not resolved', withRequest({ posted: null }), /resolved with null/],
    ['another charge than the outcome says', withRequest({ charged: 501n, posted: 501n }), /due 500/],
    ['a charge for what was released', withRequest({ state: 'released' }), /released, but charged/],
    [
      'an answer that was released',
      withRequest({ state: 'released', charged: 0n, posted: 0n }),
      /released with an answer/,
    ],
    ['two answers', withRequest({ attempts: [attempt, { ...attempt, number: 2 }] }), /two answered/],
    ['a stream that was called twice', withAttempt({ calls: 2 }), /allowed 1/],
    ['a call that no row knows of', { ...good, vendorCalls: [{ tag: 'one' }, { tag: 'one' }] }, /sent 2 times/],
    ['calls beyond the books', { ...good, vendorCalls: [{ tag: 'one' }, { tag: 'two' }] }, /2 vendor calls, 1 in/],
    ['a request that left no row', { ...good, requests: [], vendorCalls: [] }, /0 requests in the books/],
    ['a lost connection while the gateway lives', withSeen({ body: chunk('hel'), end: 'cut' }), /lost its connection/],
    ['an end without a marker or an error', withSeen({ body: chunk('hel') }), /neither an answer nor an error/],
    ['an error and the end marker', withSeen({ body: chunk('hel') + error + done }), /neither an answer nor an error/],
    ['an answer with its end missing', withSeen({ body: chunk('hel') + done }), /less than the vendor sent/],
    ['an answer that is not the vendor’s', withSeen({ body: chunk('bye') + done }), /another text/],
    ['another cost than was charged', withRequest({ charged: 400n, posted: 400n }), /was told a cost/],
    ['a whole answer that was recorded as partial', withAttempt({ status: 'partial' }), /recorded as partial/],
  ])('%s', (_, round, expected) => {
    expect(judgeRound(round).map(({ what }) => what)).toContainEqual(expect.stringMatching(expected));
  });
});

describe('after the gateway’s death a violation is', () => {
  const released = { state: 'released', charged: 0n, posted: 0n } as const;
  const failed = { ...attempt, status: 'failed', failureClass: 'lease_lapsed', chargeNanoUsd: '0' } as const;
  const counted = { ...sending, checkpoint: { units: { output: 3 } } };
  test.each<[string, RoundFacts, RegExp]>([
    ['an unkeyed request that went on without its caller', killed(good, []), /^nothing sent: state is settled/],
    [
      'a keyed one that did not',
      killed(withRequest({ ...released, keyed: true, attempts: [] }), []),
      /^nothing sent, keyed/,
    ],
    ['a kill that did not meet its stage', killed(good, []), /^met .* at mid-stream/],
    [
      'a fallback that was made for a caller that is gone',
      killed(withRequest({ attempts: [failed, { ...attempt, number: 2 }], attempt: 2 }), [failed]),
      /^failed: state is settled/,
    ],
    ['a recorded outcome that was released', killed(withRequest(released), [attempt]), /^recorded: state is released/],
    [
      'a checkpoint that was released',
      killed(withRequest({ ...released, attempts: [failed] }), [counted]),
      /^lapsed, counted: state is released/,
    ],
    ['an unknown outcome that was answered after all', killed(good, [sending]), /^lapsed: state is settled/],
    [
      'a keyed plain request that was not called again',
      killed(withRequest({ ...released, keyed: true, stream: false, attempts: [failed] }), [sending]),
      /^lapsed, plain and keyed: state is released/,
    ],
  ])('%s', (_, round, expected) => {
    expect(judgeRound(round).map(({ what }) => what)).toContainEqual(expect.stringMatching(expected));
  });
});

describe('of a stored answer a violation is', () => {
  const completion = { status: 200, body: { object: 'chat.completion', choices: [{ message: { content: 'hello' } }] } };
  const response = (status: string, text: string) => ({
    status: 200,
    body: { object: 'response', status, output: [{ content: [{ text }] }] },
  });
  const kept: KeptFacts = {
    ...{ requestId: 'req_1', found: completion, destroyed: 200, gone: 404 },
    continued: { ...response('completed', 'and on'), expectedText: 'and on', sent: '{"input":"hello"}' },
  };
  const stored = (change: Partial<KeptFacts>, facts = good): RoundFacts => ({
    ...facts,
    calls: facts.calls.map((call) => ({ ...call, spec: { ...spec, stored: true }, kept: { ...kept, ...change } })),
  });
  const failed = withRequest({ state: 'released', charged: 0n, posted: 0n, attempts: [] });
  const whats = (round: RoundFacts) =>
    judgeRound(round).flatMap(({ what }) => (what.startsWith('stored:') ? [what] : []));

  test('none where it is found, gone on from and destroyed, or says that it failed', () => {
    expect(whats(stored({}))).toEqual([]);
    expect(whats(stored({ found: response('failed', 'hel') }, failed))).toEqual([]);
    expect(whats(stored({ found: { status: 502, body: { error: {} } } }, failed))).toEqual([]);
  });

  test.each<[string, RoundFacts, RegExp]>([
    ['one that is not found', stored({ found: { status: 404, body: {} } }), /404 of what is settled/],
    ['an answer of what failed', stored({}, failed), /200 of what is released/],
    ['a response that failed of what was answered', stored({ found: response('failed', '') }), /of what is settled/],
    ['another text', stored({ found: response('completed', 'bye') }), /another text/],
    ['one that stays', stored({ gone: 200 }), /200 once it was destroyed/],
    ['one that cannot be destroyed', stored({ destroyed: 500 }), /500 for its destruction/],
    [
      'one that nothing goes on from',
      stored({ continued: { ...kept.continued!, status: 404 } }),
      /404 for what goes on/,
    ],
    ['one that is left out', stored({ continued: { ...kept.continued!, sent: '{}' } }), /sent without it/],
    [
      'nothing of what its caller has',
      { ...good, calls: good.calls.map((call) => ({ ...call, spec: { ...spec, stored: true } })) },
      /nothing is kept/,
    ],
  ])('%s', (_, round, expected) => {
    expect(whats(round)).toContainEqual(expect.stringMatching(expected));
  });
});
