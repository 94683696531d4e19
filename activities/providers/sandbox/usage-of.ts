import type { ChatCall, Part } from '../../../workflows/contracts/call.js';
import type { Usage } from '../../../workflows/contracts/usage.js';
import { countTokens } from './count-tokens.js';
import type { SandboxAnswer } from './sandbox-answer.js';

/** Input is the text of messages and tools; media is not looked at, and costs nothing. Output is that of all `n` answers. */
export function usageOf(call: ChatCall, answer: SandboxAnswer): Usage {
  const spoken = call.messages.flatMap(({ content }) => content.flatMap(textsOf));
  const offered = call.tools.map((tool) => JSON.stringify(tool));
  const input = countTokens([...spoken, ...offered].join('\n'));
  const output = countTokens(answer.type === 'text' ? answer.text : answer.written) * call.choices;
  return { units: { input, output }, source: 'reported', raw: { input_tokens: input, output_tokens: output } };
}

function textsOf(part: Part): readonly string[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
    case 'reasoning':
      return [part.text];
    case 'tool-call':
      return [part.name, part.arguments];
    case 'tool-result':
      return part.content.flatMap(textsOf);
    case 'image':
    case 'file':
    case 'audio':
    case 'video':
      return [];
  }
}
