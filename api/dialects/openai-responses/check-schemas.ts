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
  for (const [index, tool] of (tools ?? []).entries()) {
    const parameters = tool.type === 'function' ? tool['parameters'] : undefined;
    if (parameters == null) continue;
    const error = checkJsonSchema(parameters as JsonObject, `tools[${index}].parameters`);
    if (error) return error;
  }
  return undefined;
}
