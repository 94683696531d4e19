import type { ChatCall, Tool, ToolChoice } from '../../../../workflows/contracts/call.js';
import type { Warnings } from '../../warnings.js';

/** OpenAI's `allowed_tools` narrows the list for one request: here the others are left out of it. `host` is who serves, in words. */
export function applyAllowedTools(
  { toolChoice: choice, tools }: Pick<ChatCall, 'toolChoice' | 'tools'>,
  host: string,
  warnings: Warnings,
): { readonly offered: readonly Tool[]; readonly choice: ToolChoice | undefined } {
  if (choice?.type === 'opaque') {
    warnings.add('unsupported', 'tool_choice', `This choice has no meaning at ${host}; the model decides.`);
    return { offered: tools, choice: undefined };
  }
  if (choice?.type !== 'allowed') return { offered: tools, choice };
  const names = new Set(choice.names);
  return { offered: tools.filter((tool) => names.has(tool.name)), choice: { type: choice.mode } };
}
