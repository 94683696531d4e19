import type { Message, Part } from '../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { CheckedMessage } from './check-turns.js';
import { toParts } from './to-parts.js';

/** The conversation in canonical form: instructions first, and the results of tools in messages of their own. */
export function toMessages(system: readonly JsonObject[], messages: readonly CheckedMessage[]): readonly Message[] {
  return [...said('system', system.flatMap(toParts)), ...messages.flatMap(toMessage)];
}

function toMessage({ role, blocks }: CheckedMessage): readonly Message[] {
  const parts = blocks.flatMap(toParts);
  if (role !== 'user') return said(role, parts);
  // Other vendors want every result right after its call, so what is said besides follows.
  const isResult = (part: Part): boolean => part.type === 'tool-result';
  const results: readonly Message[] = parts.filter(isResult).map((part) => ({ role: 'tool', content: [part] }));
  return [
    ...results,
    ...said(
      'user',
      parts.filter((part) => !isResult(part)),
    ),
  ];
}

/** A message of which nothing can be told is left out. */
function said(role: Message['role'], content: readonly Part[]): readonly Message[] {
  return content.length === 0 ? [] : [{ role, content }];
}
