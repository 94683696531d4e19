import type { RequestError } from '../../http/describe-issue.js';
import type { ParsedResponsesRequest } from './parse-responses-request.js';

/** What a request asks for that the gateway does not do, with what to do instead. Nothing where it asks for none of it. */
export function unsupportedField(
  { fields, items }: ParsedResponsesRequest,
  backgrounds = true,
): RequestError | undefined {
  if (fields.conversation != null) {
    return unsupported('conversation', 'conversations are not kept here. Send the whole conversation as input items');
  }
  if (fields.prompt != null) {
    return unsupported(
      'prompt',
      "prompt templates are stored at OpenAI, and not here. Send 'instructions' and 'input'",
    );
  }
  if (fields.background === true && !backgrounds) {
    return unsupported('background', "a chat completion has no background. Send 'Prefer: respond-async' instead");
  }
  if (fields.background === true && fields.store === false) {
    return unsupported('background', "what is not stored cannot be come back for. Leave 'store' out");
  }
  const reference = items.findIndex(({ kind }) => kind === 'item_reference');
  if (reference >= 0) {
    return unsupported(
      `input[${reference}]`,
      'items are not stored here, so that none can be referred to. Send the item itself',
    );
  }
  return undefined;
}

function unsupported(param: string, why: string): RequestError {
  return { message: `Unsupported parameter: '${param}': ${why}.`, param, code: 'unsupported_parameter' };
}
