import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { RequestError } from '../../http/describe-issue.js';
import { checkJsonSchema as checkSchema } from '../shared/check-json-schema.js';
import type { ChatRequestFields } from './chat-request.schema.js';

/** Refuses a schema for the answer that is none. */
export function checkJsonSchema({ response_format: format }: ChatRequestFields): RequestError | undefined {
  if (format?.type !== 'json_schema' || format.json_schema.schema == null) return undefined;
  return checkSchema(format.json_schema.schema as JsonObject, 'response_format.json_schema.schema');
}
