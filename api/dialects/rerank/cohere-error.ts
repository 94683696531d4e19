import type { RenderedError } from '../../http/rendered-error.js';
import { asObject } from '../shared/json-fields.js';

/** An error as Cohere tells it: its words at the top (`{"message": …}`), with the fields of OpenAI's error beside them. */
export function toCohereError(error: RenderedError): RenderedError {
  const { message, ...fields } = asObject(error.body['error']) ?? {};
  return { ...error, body: { message: typeof message === 'string' ? message : '', ...fields } };
}
