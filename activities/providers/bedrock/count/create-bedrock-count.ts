import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { toBetaHeader } from '../../anthropic/chat/beta-header.js';
import { asCount, asObject } from '../../json-fields.js';
import { toAnthropicCount } from '../../anthropic/count/to-anthropic-count.js';
import { readHttpFailure } from '../../http.js';
import type { VendorHttp } from '../../http.js';
import { badResponse, parseVendorJson } from '../../json-answer.js';
import type { ChatProvider, CountQuestion } from '../../port.js';
import type { BedrockEndpoint } from '../bedrock-endpoint.js';
import { toConverse } from '../converse/to-converse.js';
import { fitToBedrock } from '../messages/fit-to-bedrock.js';
import { toInvokeBody } from '../messages/create-bedrock-messages.js';
import { modelFamily } from '../model-family.js';

/** The answer is one number; nothing longer is one. */
const ANSWER_BYTES_MAX = 64 * 1024;

/** Profiles do not count ("The provided model doesn't support counting tokens", recorded); the model that they lead to does. */
const PROFILE_PREFIX = /^(global|us-gov|us|eu|apac|jp|au|in)\./;

/** Bedrock's CountTokens (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html). */
export function createBedrockCount(options: {
  readonly endpoint: BedrockEndpoint;
  readonly http: VendorHttp;
}): Pick<Required<ChatProvider>, 'countTokens'> {
  const { endpoint, http } = options;
  return {
    countTokens: async (question) => {
      const toModelId = ({ modelId }: { readonly modelId: string }): string => modelId.replace(PROFILE_PREFIX, '');
      const sent = await endpoint(question.offer, 'count-tokens', { input: toInput(question) }, toModelId);
      const response = await http.postJson({ ...sent, signal: question.signal });
      try {
        if (response.status < 200 || response.status > 299) throw await readHttpFailure(response);
        return readCount(parseVendorJson(await response.readText(ANSWER_BYTES_MAX)));
      } finally {
        response.discard();
      }
    },
  };
}

/** In the form in which the call itself would be sent. */
function toInput(question: CountQuestion): JsonObject {
  if (question.call.source.dialect === 'anthropic-messages' && modelFamily(question.offer.vendorModel).claude) {
    const { attempt } = fitToBedrock(question);
    const body = { max_tokens: 1, ...toAnthropicCount(attempt) };
    const text = JSON.stringify(toInvokeBody(body, toBetaHeader(attempt).betas));
    return { invokeModel: { body: Buffer.from(text, 'utf8').toString('base64') } };
  }
  const { messages, system, toolConfig, additionalModelRequestFields } = toConverse({
    ...question,
    maxOutputTokens: 1,
  }).body;
  return { converse: { messages, system, toolConfig, additionalModelRequestFields } };
}

function readCount(answer: Json): number {
  const count = asCount(asObject(answer)?.['inputTokens']);
  if (count === undefined) throw badResponse('The vendor answered with something that is no count.');
  return count;
}
