import type { AttemptFailureReason, WebhookAnswer } from '../../contracts/webhooks.js';

/** What an answer means for a delivery. */
export type WebhookVerdict =
  | { readonly type: 'delivered' }
  /** The receiver wants no more webhooks at all. */
  | { readonly type: 'gone' }
  | { readonly type: 'retry'; readonly failure: AttemptFailureReason; readonly wishMs?: number };

/**
 * 2xx is taken, 410 ends it (Standard Webhooks, "Response status codes"), everything else is tried again: a 404 or a 401 is more
 * often a deployment under way than a decision.
 */
export function verdictOf(answer: WebhookAnswer, nowMs: number): WebhookVerdict {
  if ('failure' in answer) return { type: 'retry', failure: answer.failure };
  const { status, retryAfter } = answer;
  if (status >= 200 && status < 300) return { type: 'delivered' };
  if (status === 410) return { type: 'gone' };
  if (status >= 300 && status < 400) return { type: 'retry', failure: 'redirect' };
  const wishMs = status === 429 || status === 503 ? wishOf(retryAfter, nowMs) : undefined;
  return { type: 'retry', failure: 'status', ...(wishMs !== undefined && { wishMs }) };
}

/** `Retry-After` (RFC 9110, 10.2.3): seconds, or a date; nothing for what is neither, or over. */
function wishOf(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const wishMs = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs;
  return wishMs > 0 ? wishMs : undefined;
}
