import { askJson } from '../../ask-json.js';
import type { VendorHttp } from '../../http.js';
import type { MediaCapabilities } from '../../port.js';
import type { VendorEndpoint } from '../../vendor-endpoint.js';
import { fromOpenAiModeration } from './from-openai-moderation.js';
import { toOpenAiModeration, toTextModeration } from './to-openai-moderation.js';

/** `POST /moderations` as OpenAI has it (https://platform.openai.com/docs/api-reference/moderations), or for texts alone. */
export function createOpenAiModerations(deps: {
  readonly endpoint: VendorEndpoint;
  readonly http: VendorHttp;
  readonly textOnly?: boolean;
}): NonNullable<MediaCapabilities['moderation']> {
  const toBody = deps.textOnly ? toTextModeration : toOpenAiModeration;
  return async function* moderate(attempt) {
    const body = toBody(attempt);
    const answer = await askJson(deps.http, await deps.endpoint('/moderations', attempt), body, attempt);
    yield fromOpenAiModeration(answer, attempt.call.inputs.length);
  };
}
