import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { ChatAttempt } from '../../port.js';

/** Beta features that widen the context window beyond what the catalogue reckons with, and so cost more than it says. */
const WIDER_WINDOW = /^context-1m-/;
const WIDE_WINDOW = 1_000_000;

export interface BetaHeader {
  /** The names that are sent. */
  readonly betas: readonly string[];
  readonly headers: { readonly [name: string]: string };
  readonly warnings: readonly Warning[];
}

/** The caller's beta features, which belong to its own body: only a caller of this dialect has sent one. */
export function toBetaHeader({ call, offer }: Pick<ChatAttempt, 'call' | 'offer'>): BetaHeader {
  const header = call.source.dialect === 'anthropic-messages' ? call.vendorHeaders?.['anthropic-beta'] : undefined;
  const asked = header?.split(',') ?? [];
  const sent = asked.filter((beta) => !WIDER_WINDOW.test(beta) || offer.contextWindow >= WIDE_WINDOW);
  return {
    betas: sent,
    headers: sent.length === 0 ? {} : { 'anthropic-beta': sent.join(',') },
    warnings: sent.length === asked.length ? [] : [NO_WIDER_WINDOW],
  };
}

const NO_WIDER_WINDOW: Warning = {
  type: 'unsupported',
  feature: 'anthropic-beta',
  detail: "A wider context window was not asked for: it costs more than the catalogue's prices of this model.",
};
