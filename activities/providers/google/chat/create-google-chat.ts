import type { Frame, Warning } from '../../../../workflows/contracts/answer.js';
import { checkingAnswer } from '../../answer-check.js';
import { readHttpFailure } from '../../http.js';
import type { VendorHttp, VendorResponse } from '../../http.js';
import { badResponse, parseVendorJson, toResponseNote } from '../../json-answer.js';
import { ProviderFailure } from '../../port.js';
import type { ChatAttempt, ChatProvider } from '../../port.js';
import type { GoogleEndpoint } from './endpoint.js';
import { fromGoogleGenerate } from './from-google-generate.js';
import { endGoogleStream, readGoogleChunk, startGoogleStream } from './google-stream.js';
import type { GoogleService } from './model-traits.js';
import { readChunks } from './read-chunks.js';
import type { Reading } from './reading.js';
import { toGoogleGenerate } from './to-google-generate.js';

export interface GoogleChatOptions {
  readonly service: GoogleService;
  readonly endpoint: GoogleEndpoint;
  readonly http: VendorHttp;
}

/** Gemini's `generateContent` (https://ai.google.dev/api/generate-content) as a chat provider, whichever service has it. */
export function createGoogleChat({ service, endpoint, http }: GoogleChatOptions): ChatProvider {
  async function* chat(attempt: ChatAttempt): AsyncGenerator<Frame> {
    const { call, offer, signal } = attempt;
    const { body, warnings, reading, unenforced } = toGoogleGenerate(attempt, service);
    const sent = await endpoint(offer, call.stream ? 'streamGenerateContent' : 'generateContent');
    const response = await http.postJson({ ...sent, body: JSON.stringify(body), signal });
    try {
      attempt.onResponse?.(toResponseNote(response));
      if (response.status < 200 || response.status > 299) throw await readHttpFailure(response);
      const frames = call.stream ? readStream(response, reading) : readPlain(response, reading);
      const checked = unenforced === undefined ? frames : checkingAnswer(frames, unenforced, call.source.dialect);
      yield* withWarnings(checked, warnings);
    } finally {
      response.discard();
    }
  }

  return { id: service.id, chat };
}

async function* readPlain(response: VendorResponse, reading: Reading): AsyncGenerator<Frame> {
  yield fromGoogleGenerate(parseVendorJson(await response.readText()), reading);
}

async function* readStream(response: VendorResponse, reading: Reading): AsyncGenerator<Frame> {
  let state = startGoogleStream(reading);
  for await (const chunk of readChunks(response)) {
    const [next, frame] = readGoogleChunk(state, chunk);
    state = next;
    if (state.failure !== undefined) throw new ProviderFailure(state.failure.failure, state.failure.detail);
    if (frame.events.length > 0) yield frame;
  }
  const { whole, events } = endGoogleStream(state);
  if (!state.started) throw badResponse('The vendor sent a stream without any answer.');
  if (!whole) throw new ProviderFailure({ class: 'cut' }, { message: "The vendor's answer broke off before its end." });
  if (events.length > 0) yield { events };
}

/** Warnings go out with the first frame, because a stream has one frame for each chunk of the vendor. */
async function* withWarnings(frames: AsyncIterable<Frame>, warnings: readonly Warning[]): AsyncGenerator<Frame> {
  let events: Frame['events'] = warnings.map((warning) => ({ type: 'warning', warning }));
  for await (const frame of frames) {
    yield events.length === 0 ? frame : { ...frame, events: [...events, ...frame.events] };
    events = [];
  }
}
