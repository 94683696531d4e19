import { anthropicBody, anthropicErrorEvent, anthropicEvents } from './anthropic-wire.js';
import type { Ask } from './ask.js';
import type { Behaviour, Refusal } from './behaviours.js';
import { refusals } from './behaviours.js';
import type { Answer, AnswerIdentity } from './compose.js';
import { composeAnswer } from './compose.js';
import { googleBody, googleErrorEvent, googleEvents } from './google-wire.js';
import { converseBody, converseErrorEvent, converseEvents } from './converse-wire.js';
import { isObject } from './json-fields.js';
import { openAiBody, openAiErrorEvent, openAiEvents } from './openai-wire.js';
import type { Piece } from './piece.js';
import { piece } from './piece.js';
import { findRecording } from './recordings.js';
import { recut } from './recut.js';
import { refusalAnswer } from './refusals.js';
import { responsesBody, responsesErrorEvent, responsesEvents } from './responses-wire.js';
import type { Stop } from './place-stops.js';
import { eventsBeforeTrouble, placeStops } from './place-stops.js';

/** A whole response before its first byte goes out; endless ones make their pieces as they are read. */
export interface ResponsePlan {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly pieces: Iterable<Piece>;
  readonly stops: readonly Stop[];
  readonly gapMs: number;
}

type Content = Pick<ResponsePlan, 'status' | 'headers' | 'pieces'>;

export const planResponse = (ask: Ask, behaviour: Behaviour, identity: AnswerIdentity): ResponsePlan => {
  const content = contentOf(ask, behaviour, identity);
  const placed = placeStops(behaviour, content.pieces);
  const drip = behaviour.behaviour === 'slow-drip';
  const split = behaviour.splitBytes ?? (drip ? 16 : undefined);
  return {
    status: content.status,
    headers: { ...vendorHeaders(ask, identity.requestId), ...content.headers },
    pieces: split === undefined ? placed.pieces : recut(placed.pieces, split, behaviour.seed),
    stops: placed.stops,
    gapMs: behaviour.gapMs ?? (drip ? 5 : 0),
  };
};

const contentOf = (ask: Ask, behaviour: Behaviour, identity: AnswerIdentity): Content => {
  if (isRefusal(behaviour)) return refused(ask, behaviour, identity.requestId);
  switch (behaviour.behaviour) {
    case 'status':
      return { ...json(behaviour.status, behaviour.body), headers: { ...jsonHeaders, ...behaviour.headers } };
    case 'recording':
      return recorded(ask, behaviour.index);
    case 'error-event':
      if (!ask.stream) return refused(ask, { behaviour: 'server-error' }, identity.requestId);
      return answered(ask, behaviour, composeAnswer(ask, behaviour, identity));
    case 'html-error':
      return {
        status: behaviour.status ?? 502,
        headers: { 'content-type': 'text/html; charset=UTF-8' },
        pieces: [htmlPage],
      };
    default:
      return answered(ask, behaviour, composeAnswer(ask, behaviour, identity));
  }
};

const isRefusal = (behaviour: Behaviour): behaviour is Extract<Behaviour, { behaviour: Refusal }> =>
  refusals.some((name) => name === behaviour.behaviour);

const jsonHeaders = { 'content-type': 'application/json' };

const json = (status: number, body: unknown): Content => ({
  status,
  headers: jsonHeaders,
  pieces: [piece(JSON.stringify(body ?? {}))],
});

const htmlPage = piece(
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n',
);

const refused = (ask: Ask, behaviour: Extract<Behaviour, { behaviour: Refusal }>, requestId: string): Content => {
  const answer = refusalAnswer(ask, behaviour, requestId);
  return { ...json(answer.status, answer.body), headers: { ...jsonHeaders, ...answer.headers } };
};

const recorded = (ask: Ask, index: number | undefined): Content => {
  const recording = findRecording(ask, index);
  const { text, json: body } = recording.response;
  const contentType = recording.response_headers['content-type'];
  const told = isObject(body) && isObject(body.usage) ? body.usage : undefined;
  return {
    status: recording.status,
    headers: typeof contentType === 'string' ? { 'content-type': contentType } : jsonHeaders,
    pieces: [piece(text ?? JSON.stringify(body), told)],
  };
};

const answered = (ask: Ask, behaviour: Behaviour, answer: Answer): Content => {
  const contentType = ask.stream ? streamTypeOf(ask) : 'application/json';
  const wrong = behaviour.behaviour === 'wrong-content-type' ? (behaviour.contentType ?? 'text/plain') : contentType;
  const streamOnly: ResponsePlan['headers'] = ask.stream ? { 'cache-control': 'no-cache' } : {};
  const pieces = ask.stream ? eventsOf(ask, behaviour, answer) : bodyOf(ask, behaviour, answer);
  return { status: 200, headers: { 'content-type': wrong, ...streamOnly }, pieces };
};

const streamTypeOf = ({ api }: Ask): string =>
  api === 'converse' ? 'application/vnd.amazon.eventstream' : 'text/event-stream; charset=utf-8';

const bodyOf = (ask: Ask, behaviour: Behaviour, answer: Answer): Iterable<Piece> => {
  const whole = wires[ask.api].body(ask, answer);
  if (behaviour.behaviour === 'garbage') return [piece('{"id": "fake", "choices": [{"message": {"content": "oh n')];
  return behaviour.behaviour === 'endless' ? endless([piece(' '.repeat(1024))]) : [whole];
};

const eventsOf = (ask: Ask, behaviour: Behaviour, answer: Answer): Iterable<Piece> => {
  const events = wires[ask.api].events(ask, answer);
  switch (behaviour.behaviour) {
    case 'endless':
      return endless(first(events, eventsBeforeTrouble));
    case 'garbage':
      return [...first(events, eventsBeforeTrouble), piece('data: {"id": "fake", oh no\n\n')];
    case 'error-event':
      return [
        ...first(events, behaviour.afterEvents ?? eventsBeforeTrouble),
        wires[ask.api].error(ask, answer, behaviour.form ?? 'bare'),
      ];
    default:
      return events;
  }
};

/** How each API says an answer. */
const wires = {
  chat: { body: openAiBody, events: openAiEvents, error: openAiErrorEvent },
  responses: { body: responsesBody, events: responsesEvents, error: responsesErrorEvent },
  messages: { body: anthropicBody, events: anthropicEvents, error: anthropicErrorEvent },
  generate: { body: googleBody, events: googleEvents, error: googleErrorEvent },
  converse: { body: converseBody, events: converseEvents, error: converseErrorEvent },
} as const;

const first = (pieces: Iterator<Piece>, count: number): readonly Piece[] => {
  const taken: Piece[] = [];
  for (let step = pieces.next(); step.done !== true; step = pieces.next()) {
    taken.push(step.value);
    if (taken.length >= count) break;
  }
  return count === 0 ? [] : taken;
};

/** All the pieces, and then the last of them for ever. */
function* endless(pieces: readonly Piece[]): Generator<Piece> {
  yield* pieces;
  const last = pieces.at(-1);
  while (last !== undefined) yield last;
}

const vendorHeaders = (ask: Ask, requestId: string): { readonly [name: string]: string } => {
  switch (ask.vendor) {
    case 'openai':
      return { 'x-request-id': requestId, 'openai-version': '2020-10-01', 'openai-processing-ms': '12' };
    case 'anthropic':
      return { 'request-id': requestId, 'anthropic-ratelimit-requests-remaining': '999' };
    case 'google':
      return { 'x-request-id': requestId, 'server-timing': 'gfet4t7; dur=12' };
    case 'bedrock':
      return { 'x-amzn-requestid': requestId };
  }
};
