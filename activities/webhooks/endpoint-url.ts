import type { WebhookUrls } from '../../workflows/contracts/webhooks.js';
import { refuse } from '../../workflows/domain/refusal-error.js';

/** As many as a browser's address line takes; the column has the same limit. */
const MAX_URL_LENGTH = 2_048;

export interface WebhookUrlRules {
  /** True where receivers may be on this machine or in a private network, and without TLS: for local use. */
  readonly allowPrivate: boolean;
  /** Whether a host that is written as an address is one that webhooks do not go to. */
  readonly isPrivateLiteral: (hostname: string) => boolean;
}

/**
 * What an address must be to be kept. Where its name leads is not asked here: it may lead elsewhere by the time of a delivery,
 * and is checked at each connection.
 */
export function createWebhookUrls(rules: WebhookUrlRules): WebhookUrls {
  return {
    check: (text, param) => {
      const url = parse(text);
      const problem = typeof url === 'string' ? url : problemOf(url, rules);
      if (problem !== undefined) throw refuse('invalid_request', `'${param}' ${problem}`, { param });
      return (url as URL).href;
    },
  };
}

function parse(text: string): URL | string {
  if (text.length > MAX_URL_LENGTH) return `is longer than ${MAX_URL_LENGTH} characters. Name a shorter address.`;
  // A parser would pass over blanks and line ends, and two readers might then not mean the same address.
  if (/[\s\p{Cc}\p{Cs}\\]/u.test(text) || !/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    return 'is no https URL. Write it as in https://example.com/webhooks.';
  }
  const url = new URL(text);
  // Other scripts and blanks are written longer than they were sent.
  return url.href.length > MAX_URL_LENGTH
    ? `is longer than ${MAX_URL_LENGTH} characters. Name a shorter address.`
    : url;
}

function problemOf(url: URL, { allowPrivate, isPrivateLiteral }: WebhookUrlRules): string | undefined {
  if (url.username !== '' || url.password !== '') {
    return 'holds credentials. Leave them out: webhooks are signed, so that their receiver can tell who sends them.';
  }
  if (url.hash !== '') return "has a part behind '#', which is never sent. Leave it out.";
  if (allowPrivate) return undefined;
  if (url.protocol !== 'https:') {
    return 'must begin with https://. For local use, whoever runs the gateway can allow others by SLUICE_WEBHOOKS_ALLOW_PRIVATE=on.';
  }
  if (isLocalName(url.hostname) || isPrivateLiteral(url.hostname)) {
    return (
      'leads into a private network, where webhooks do not go. Name a public address; for local use, whoever runs the gateway ' +
      'can allow others by SLUICE_WEBHOOKS_ALLOW_PRIVATE=on.'
    );
  }
  return undefined;
}

/** RFC 6761; a resolver need not be asked. */
function isLocalName(hostname: string): boolean {
  return /(^|\.)localhost\.?$/.test(hostname);
}
