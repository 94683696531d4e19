import type { Warning } from '../../workflows/contracts/answer.js';
import type { Dialect } from '../../workflows/contracts/call.js';

/** What a field of a chat completion is called in the other dialects; the longest name that fits stands for all below it. */
const NAMES: { readonly [D in Dialect]?: { readonly [feature: string]: string } } = {
  'anthropic-messages': {
    'messages[].tool_calls[]': 'messages[].content[].tool_use',
    'messages[].reasoning_details': 'messages[].content[].thinking',
    response_format: 'output_config.format',
    reasoning_effort: 'thinking',
    stop: 'stop_sequences',
    user: 'metadata.user_id',
    'tools[].function.parameters': 'tools[].input_schema',
    'tools[].function.strict': 'tools[].strict',
  },
  'openai-responses': {
    messages: 'input',
    'messages[]': 'input[]',
    'messages[].tool_calls[]': 'input[]',
    'messages[].reasoning_details': 'input[].encrypted_content',
    response_format: 'text.format',
    reasoning_effort: 'reasoning.effort',
    verbosity: 'text.verbosity',
    logprobs: 'include',
    'tools[].custom': 'tools[]',
    'tools[].function': 'tools[]',
  },
};

/** The warnings with their fields as the caller's dialect names them; adapters write them in the words of chat completions. */
export function inCallersWords(warnings: readonly Warning[], dialect: Dialect): readonly Warning[] {
  const names = NAMES[dialect];
  if (names === undefined) return warnings;
  return warnings.map((warning) => ({ ...warning, feature: rename(warning.feature, names) }));
}

function rename(feature: string, names: { readonly [feature: string]: string }): string {
  const known = Object.keys(names)
    .filter((name) => feature === name || (feature.startsWith(name) && /^[.[]/.test(feature.slice(name.length))))
    .sort((left, right) => right.length - left.length)[0];
  return known === undefined ? feature : `${names[known] ?? known}${feature.slice(known.length)}`;
}
