import type { Frame } from '../../../../workflows/contracts/answer.js';
import { checkingAnswer } from '../../answer-check.js';
import { readAwsEventStream } from '../../aws-event-stream.js';
import { readHttpFailure } from '../../http.js';
import type { VendorHttp, VendorResponse } from '../../http.js';
import { badResponse, parseVendorEvent, parseVendorJson, toResponseNote } from '../../json-answer.js';
import { ProviderFailure } from '../../port.js';
import type { ChatAttempt, ChatProvider } from '../../port.js';
import type { BedrockEndpoint } from '../bedrock-endpoint.js';
import { isAwsEventStream, toStreamFailure } from '../stream-failure.js';
import { readConverseEvent, startConverse } from './converse-stream.js';
import type { ConverseState } from './converse-stream.js';
import { fromConverse } from './from-converse.js';
import type { Reading } from './reading.js';
import { toConverse } from './to-converse.js';

export interface BedrockConverseOptions {
  readonly endpoint: BedrockEndpoint;
  readonly http: VendorHttp;
}

/** Amazon Bedrock's Converse and ConverseStream, which all of its models of text share. */
export function createBedrockConverse({ endpoint, http }: BedrockConverseOptions): Pick<ChatProvider, 'chat'> {
  async function* chat(attempt: ChatAttempt): AsyncGenerator<Frame> {
    const { body, streams, warnings, reading, unenforced } = toConverse(attempt);
    const sent = await endpoint(attempt.offer, streams ? 'converse-stream' : 'converse', body);
    const response = await http.postJson({ ...sent, signal: attempt.signal });
    try {
      attempt.onResponse?.(toResponseNote(response));
      if (response.status < 200 || response.status > 299) throw await readHttpFailure(response);
      if (warnings.length > 0) yield { events: warnings.map((warning) => ({ type: 'warning' as const, warning })) };
      const frames = streams ? readStream(response, reading) : readPlain(response, reading);
      yield* unenforced ? checkingAnswer(frames, unenforced, attempt.call.source.dialect) : frames;
    } finally {
      response.discard();
    }
  }
  return { chat };
}

async function* readPlain(response: VendorResponse, reading: Reading): AsyncGenerator<Frame> {
  yield fromConverse(parseVendorJson(await response.readText()), reading);
}

async function* readStream(response: VendorResponse, reading: Reading): AsyncGenerator<Frame> {
  if (!isAwsEventStream(response)) throw badResponse('The vendor answered with something that is no event stream.');
  let state = startConverse(reading);
  try {
    for await (const message of readAwsEventStream(response.stream)) {
      if (message.kind !== 'event') throw toStreamFailure(message);
      const [next, frame] = readConverseEvent(state, message.name, parseVendorEvent(message.text));
      state = next;
      // What the vendor does after its end marker changes nothing of the answer.
      if (isOver(state)) response.release();
      if (frame.events.length > 0) yield frame;
      if (isOver(state)) return;
    }
  } catch (error) {
    if (!state.stopped || !(error instanceof ProviderFailure) || error.failure.class !== 'cut') throw error;
    // `messageStop` says that the answer is whole; only the count of its tokens is lost, which the gateway then estimates.
    return;
  }
  if (state.stopped) return;
  throw new ProviderFailure({ class: 'cut' }, { message: "The vendor's answer broke off before its end." });
}

/** `metadata` comes after `messageStop`, and some proxies send it before. */
function isOver({ stopped, metered }: ConverseState): boolean {
  return stopped && metered;
}
