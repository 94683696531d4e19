import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { readGoogleUsage } from '../chat/google-usage.js';
import { badResponse } from '../../json-answer.js';
import { asObject, asObjects, asText } from '../../json-fields.js';
import { ProviderFailure } from '../../port.js';
import { type PcmFormat, pcmOfType } from '../../wav.js';
import type { Usage } from '../../../../workflows/contracts/usage.js';

export interface GoogleSound {
  readonly samples: Uint8Array;
  readonly pcm: PcmFormat;
  readonly usage: Usage | undefined;
}

/** https://ai.google.dev/gemini-api/docs/speech-generation: "s16le, 24000, mono". */
const USUAL: PcmFormat = { sampleRate: 24_000 };

/** The sound of an answer. Throws `content_policy` where the vendor kept it back, and `bad_response` where there is none. */
export function fromGoogleSpeech(answer: Json): GoogleSound {
  const body = asObject(answer) ?? {};
  const [candidate] = asObjects(body['candidates']);
  const parts = asObjects(asObject(candidate?.['content'])?.['parts'])
    .map((part) => asObject(part['inlineData']))
    .filter((blob) => blob !== undefined);
  const [first] = parts;
  if (first === undefined) throw silenceOf(body, candidate);
  const metadata = asObject(body['usageMetadata']);
  return {
    samples: Buffer.concat(parts.map((blob) => Buffer.from(asText(blob['data']) ?? '', 'base64'))),
    pcm: pcmOfType(asText(first['mimeType']) ?? '') ?? USUAL,
    usage: metadata && readGoogleUsage(metadata),
  };
}

function silenceOf(body: JsonObject, candidate: JsonObject | undefined): ProviderFailure {
  const reason = asText(asObject(body['promptFeedback'])?.['blockReason']) ?? asText(candidate?.['finishReason']);
  if (reason === undefined || reason === 'STOP' || reason === 'OTHER') return badResponse('The vendor sent no sound.');
  const message = `The vendor kept the speech back (${reason}).`;
  return new ProviderFailure({ class: 'content_policy', vendorCode: reason }, { message, param: 'input' });
}
