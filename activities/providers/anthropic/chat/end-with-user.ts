import type { WireMessage } from './wire.js';
import type { Warnings } from '../../warnings.js';

/**
 * A conversation that ends with the assistant: older models go on from there, which must not end in white space ("final
 * assistant content cannot end with trailing whitespace"); newer ones, and those that think by a budget, refuse it ("The
 * conversation must end with a user message").
 */
export function endWithUser(
  messages: readonly WireMessage[],
  prefill: boolean,
  warnings: Warnings,
): readonly WireMessage[] {
  const last = messages.at(-1);
  if (last?.role !== 'assistant') return messages;
  if (!prefill) {
    warnings.add(
      'changed',
      'messages',
      'A message of the user was added at the end: this model does not go on from its own.',
    );
    return [...messages, { role: 'user', content: [{ type: 'text', text: 'Continue.' }] }];
  }
  const end = last.content.at(-1);
  if (end?.type !== 'text' || end.text === end.text.trimEnd()) return messages;
  warnings.add('changed', 'messages', 'White space at the end of the last message was left out: Anthropic refuses it.');
  return [
    ...messages.slice(0, -1),
    { ...last, content: [...last.content.slice(0, -1), { ...end, text: end.text.trimEnd() }] },
  ];
}
