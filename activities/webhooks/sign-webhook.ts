import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/** Of the 24 to 64 that the specification allows; as many as the hash has. */
const SECRET_BYTES = 32;

/** A secret as receivers are given it (Standard Webhooks, "Signature scheme"). */
export function mintSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/**
 * The headers of one attempt: the event's id, the attempt's time, and a signature by each secret, so that a receiver that
 * knows any of them can check it.
 */
export function signWebhook(
  secrets: readonly string[],
  { eventId, at, body }: { readonly eventId: string; readonly at: Date; readonly body: string },
): { readonly [name: string]: string } {
  return {
    'webhook-id': eventId,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(eventId, at, body)).join(' '),
  };
}
