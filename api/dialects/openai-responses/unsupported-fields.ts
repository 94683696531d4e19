import type { RequestError } from '../../http/describe-issue.js';
import type { ParsedResponsesRequest } from './parse-responses-request.js';

/** What a request asks for that the gateway does not do, with what to do instead. Nothing where it asks for none of it. */
export function unsupportedField({ fields, items }: ParsedResponsesRequest): RequestError | undefined {
  if (fields.conversation != null) {
    return unsupported('conversation', 'conversations are not kept here. Send the whole conversation as input items');
  }
  if (fields.prompt != null) {
    return unsupported(
      'prompt',
      "prompt templates are stored at OpenAI, and not here. Send 'instructions' and 'input'",
    );
  }
  if (fields.background === true) {
    return unsupported(
      'background',
      "background responses are not built yet. Send it with 'stream' or wait for the answer",
    );
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
