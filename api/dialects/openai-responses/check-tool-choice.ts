import type { RequestError } from '../../http/describe-issue.js';
import type { ResponsesRequestFields } from './responses-request.schema.js';

/** A function that is to be called must be among the tools, unless a tool of the vendor's own may bring others in. */
export function checkToolChoice({ tools, tool_choice: choice }: ResponsesRequestFields): RequestError | undefined {
  if (choice == null || typeof choice === 'string') return undefined;
  const { type } = choice;
  if (type !== 'function' && type !== 'custom') return undefined;
  const given = tools ?? [];
  // A tool of a namespace is not named by its own name alone, and only the vendor knows by what.
  const other = given.some((tool) => tool.type !== 'function' && tool.type !== 'custom');
  if (other || given.some((tool) => tool.type === type && tool['name'] === choice['name'])) return undefined;
  return {
    message: "Invalid value for 'tool_choice': the tool that it names is not in 'tools'. Add it there or name another.",
    param: 'tool_choice',
    code: 'invalid_value',
  };
}
