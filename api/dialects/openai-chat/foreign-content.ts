import type { Frame, Warning } from '../../../workflows/contracts/answer.js';

/** Told once in an answer, however much of it this dialect cannot show. */
export const FOREIGN_CONTENT: Warning = {
  type: 'ignored',
  feature: 'content',
  detail: "The answer has content of the vendor's own dialect that this one has no form for; it was left out.",
};

/** Whether a frame holds what only its vendor's dialect can show. */
export function hasForeignContent({ events, wire }: Frame): boolean {
  if (wire?.dialect === 'openai-chat') return false;
  return events.some((event) => event.type === 'opaque' && event.dialect !== 'openai-chat');
}
