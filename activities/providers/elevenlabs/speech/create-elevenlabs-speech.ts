import { askFrames } from '../../ask-frames.js';
import type { VendorHttp } from '../../http.js';
import type { MediaCapabilities } from '../../port.js';
import { asPcmOrWav, SPEECH_TYPES, speechFrames, speechUsage } from '../../speech-frames.js';
import type { VendorEndpoint } from '../../vendor-endpoint.js';
import { ELEVENLABS_PCM, toElevenLabsSpeech } from './to-elevenlabs-speech.js';

/** ElevenLabs' voices, streamed. */
export function createElevenLabsSpeech(deps: {
  readonly endpoint: VendorEndpoint;
  readonly http: VendorHttp;
}): NonNullable<MediaCapabilities['speech']> {
  return async function* speak(attempt) {
    const { path, body, format, warnings } = toElevenLabsSpeech(attempt);
    const target = await deps.endpoint(path, attempt);
    const headers = { accept: '*/*', ...target.headers };
    const request = { ...target, headers, body: JSON.stringify(body), warnings };
    yield* askFrames(deps.http, request, attempt, ({ stream }) => {
      const sound = format === 'wav' || format === 'pcm' ? asPcmOrWav(stream, format, ELEVENLABS_PCM) : stream;
      return speechFrames(sound, SPEECH_TYPES[format], () => speechUsage(attempt));
    });
  };
}
