import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { RequestError } from '../../http/describe-issue.js';
import { checkJsonSchema } from '../shared/check-json-schema.js';
import type { ResponsesRequestFields } from './responses-request.schema.js';

/** Refuses schemas, of the answer and of functions, that are surely none. What a vendor's own subset forbids is left to it. */
export function checkSchemas({ text, tools }: ResponsesRequestFields): RequestError | undefined {
  const format = text?.format;
  const wrong =
    format?.type === 'json_schema' ? checkJsonSchema(format.schema as JsonObject, 'text.format.schema') : undefined;
  if (wrong) return wrong;
  return checkToolSchemas(tools ?? [], 'tools');
}

function checkToolSchemas(tools: readonly object[], path: string): RequestError | undefined {
  for (const [index, tool] of tools.entries()) {
    const error = checkToolSchema(tool as JsonObject, `${path}[${index}]`);
    if (error) return error;
  }
  return undefined;
}

function checkToolSchema({ type, parameters, tools }: JsonObject, path: string): RequestError | undefined {
  if (type === 'namespace') return checkToolSchemas(tools as readonly JsonObject[], `${path}.tools`);
  if (type !== 'function' || parameters == null) return undefined;
  return checkJsonSchema(parameters as JsonObject, `${path}.parameters`);
}
