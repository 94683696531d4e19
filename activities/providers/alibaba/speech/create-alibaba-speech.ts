import type { UnitCounts } from '../../../../workflows/contracts/usage.js';
import { askFrames } from '../../ask-frames.js';
import type { VendorHttp } from '../../http.js';
import type { MediaCapabilities } from '../../port.js';
import { readEventPieces } from '../../read-event-pieces.js';
import { asPcmOrWav, SPEECH_TYPES, speechFrames, speechUsage } from '../../speech-frames.js';
import { ALIBABA_PCM, toAlibabaSpeech } from './to-alibaba-speech.js';
import { readAlibabaEvent } from './from-alibaba-speech.js';

/** Qwen's voices, by DashScope's own API, which stands beside the compatible one. */
export function createAlibabaSpeech(deps: {
  readonly apiKey: string;
  /** Of the compatible API: `https://dashscope-intl.aliyuncs.com/compatible-mode/v1`. */
  readonly baseUrl: string;
  readonly http: VendorHttp;
}): NonNullable<MediaCapabilities['speech']> {
  const root = deps.baseUrl.replace(/\/+$/, '').replace(/\/compatible-mode\/v1$/, '');
  const url = `${root}/api/v1/services/aigc/multimodal-generation/generation`;
  const headers = { authorization: `Bearer ${deps.apiKey}`, 'x-dashscope-sse': 'enable' };
  return async function* speak(attempt) {
    const { body, format, warnings } = toAlibabaSpeech(attempt);
    yield* askFrames(deps.http, { url, headers, body: JSON.stringify(body), warnings }, attempt, (response) => {
      let units: UnitCounts = {};
      const samples = readEventPieces(response, (event) => {
        const { steps, reported } = readAlibabaEvent(event);
        units = { ...units, ...reported };
        return steps;
      });
      const sound = asPcmOrWav(samples, format, ALIBABA_PCM);
      return speechFrames(sound, SPEECH_TYPES[format], () => speechUsage(attempt, units));
    });
  };
}
