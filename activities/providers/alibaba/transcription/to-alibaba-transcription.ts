import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { TranscriptionCall } from '../../../../workflows/contracts/media-calls.js';
import type { MediaAttempt } from '../../port.js';
import { refuseCall } from '../../refuse-call.js';
import { refuseUnable, warnOfTranscriptionFields } from '../../transcript-frames.js';
import { createWarnings } from '../../warnings.js';

/**
 * A chat completion whose only question is the sound: https://www.alibabacloud.com/help/en/model-studio/qwen-asr-api-reference,
 * in its form that is compatible with OpenAI's. `data` is the sound in base64.
 */
export function toAlibabaTranscription(
  { call, offer }: Pick<MediaAttempt<TranscriptionCall>, 'call' | 'offer'>,
  data: string,
): { readonly body: JsonObject; readonly warnings: readonly Warning[] } {
  if (call.task === 'translate') throw refuseCall('The vendor does not translate. Name another model.', 'model');
  refuseUnable(call, { times: false, speakers: false });
  const warnings = createWarnings();
  warnOfTranscriptionFields(call, ['language', 'prompt', 'enable_itn'], warnings);
  const { audio, prompt, stream } = call;
  const sound = { type: 'input_audio', input_audio: { data: `data:${audio.mediaType};base64,${data}` } };
  return {
    body: {
      model: offer.vendorModel,
      // The context of the sound is the text of a system message, which stands first (so the page of January 2026; later ones
      // still have the message, and do not say what it is good for).
      messages: [
        ...(prompt === undefined ? [] : [{ role: 'system', content: [{ type: 'text', text: prompt }] }]),
        { role: 'user', content: [sound] },
      ],
      ...optionsOf(call),
      stream,
      // Not to be set for an answer in one piece.
      ...(stream && { stream_options: { include_usage: true } }),
    },
    warnings: warnings.list(),
  };
}

/** `language` is a code of ISO 639-1, besides `yue` and `fil`; `enable_itn` writes numbers in figures, in Chinese and English. */
function optionsOf({ language, source }: TranscriptionCall): JsonObject {
  const figures = source.body['enable_itn'];
  if (figures !== undefined && figures !== 'true' && figures !== 'false') {
    throw refuseCall('enable_itn is true or false.', 'enable_itn');
  }
  const options = {
    ...(language !== undefined && { language }),
    ...(figures !== undefined && { enable_itn: figures === 'true' }),
  };
  return Object.keys(options).length === 0 ? {} : { asr_options: options };
}
