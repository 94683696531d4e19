import { askFrames } from '../../ask-frames.js';
import type { VendorHttp } from '../../http.js';
import { parseVendorJson } from '../../json-answer.js';
import type { MediaCapabilities } from '../../port.js';
import { onePiece, SPEECH_TYPES, speechFrames, speechUsage } from '../../speech-frames.js';
import { wavHeader } from '../../wav.js';
import type { GoogleEndpoint } from '../chat/endpoint.js';
import { fromGoogleSpeech } from './from-google-speech.js';
import { toGoogleSpeech } from './to-google-speech.js';

/** Gemini's voices, by whichever service has them. */
export function createGoogleSpeech(deps: {
  readonly endpoint: GoogleEndpoint;
  readonly http: VendorHttp;
}): NonNullable<MediaCapabilities['speech']> {
  return async function* speak(attempt) {
    const { body, format, warnings } = toGoogleSpeech(attempt);
    const target = await deps.endpoint(attempt.offer, 'generateContent');
    const request = { ...target, body: JSON.stringify(body), warnings };
    yield* askFrames(deps.http, request, attempt, async function* (response) {
      const { samples, pcm, usage } = fromGoogleSpeech(parseVendorJson(await response.readText()));
      const sound = format === 'wav' ? Buffer.concat([wavHeader(pcm, samples.length), samples]) : samples;
      yield* speechFrames(onePiece(sound), SPEECH_TYPES[format], () => speechUsage(attempt, usage?.units, usage?.raw));
    });
  };
}
