import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { readHttpFailure } from '../../http.js';
import { badResponse } from '../../json-answer.js';
import type { ChatProvider, CountQuestion } from '../../port.js';
import type { GoogleChatOptions } from '../chat/create-google-chat.js';
import { asCount, asObject } from '../../json-fields.js';
import type { GoogleService } from '../chat/model-traits.js';
import { toGoogleGenerate } from '../chat/to-google-generate.js';

/** The answer is a few numbers; nothing longer is one. */
const ANSWER_BYTES_MAX = 64 * 1024;

/** Gemini's `models.countTokens` (https://ai.google.dev/api/tokens). */
export function createGoogleCount({
  service,
  endpoint,
  http,
}: GoogleChatOptions): Pick<Required<ChatProvider>, 'countTokens'> {
  return {
    countTokens: async (question) => {
      const sent = await endpoint(question.offer, 'countTokens');
      const body = JSON.stringify(toGoogleCount(question, service));
      const response = await http.postJson({ ...sent, body, signal: question.signal });
      try {
        if (response.status < 200 || response.status > 299) throw await readHttpFailure(response);
        return readCount(await response.readText(ANSWER_BYTES_MAX));
      } finally {
        response.discard();
      }
    },
  };
}

/** The Gemini API takes the whole request within `generateContentRequest`; Vertex AI its fields as they are. */
export function toGoogleCount(question: Pick<CountQuestion, 'call' | 'offer'>, service: GoogleService): JsonObject {
  const { offer } = question;
  const attempt = { ...question, maxOutputTokens: offer.maxOutputTokens, attemptKey: 'count' };
  const { contents, systemInstruction, tools } = toGoogleGenerate(attempt, service).body;
  const counted = {
    contents,
    ...(systemInstruction !== undefined && { systemInstruction }),
    ...(tools !== undefined && { tools }),
  };
  if (service.id === 'vertex') return counted;
  return { generateContentRequest: { model: `models/${offer.vendorModel}`, ...counted } };
}

function readCount(text: string): number {
  const count = asCount(asObject(parse(text))?.['totalTokens']);
  if (count !== undefined) return count;
  throw badResponse('The vendor answered with something that is no count.');
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // The parser's own message quotes the text.
    return undefined;
  }
}
