import type { ChatCall } from '../../../../workflows/contracts/call.js';
import type { ChatAttempt } from '../../port.js';
import type { Warnings } from '../../warnings.js';

/** OpenAI's names for the cap, the one that counts first. */
const CAP_FIELDS = ['max_completion_tokens', 'max_tokens'];

/** The least of what the caller allows and what the hold pays for. */
export function toCap(
  { call, maxOutputTokens }: Pick<ChatAttempt, 'call' | 'maxOutputTokens'>,
  warnings: Warnings,
): number {
  const asked = call.maxOutputTokens;
  if (asked === undefined || asked === maxOutputTokens) return maxOutputTokens;
  if (asked < maxOutputTokens) return asked;
  warnings.add('changed', capFeature(call), `At most ${maxOutputTokens} output tokens were asked of the vendor.`);
  return maxOutputTokens;
}

function capFeature({ source: { dialect, body } }: ChatCall): string {
  if (dialect === 'openai-responses') return 'max_output_tokens';
  return CAP_FIELDS.find((field) => body[field] !== undefined && body[field] !== null) ?? 'max_tokens';
}
