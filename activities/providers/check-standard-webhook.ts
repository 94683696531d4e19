import { Webhook } from 'standardwebhooks';
import type { VendorMessage } from '../../workflows/contracts/vendor-webhooks.js';

/** Whether a message is signed by this secret, five minutes ago at most (https://www.standardwebhooks.com). */
export function isStandardWebhook({ headers, body }: VendorMessage, secret: string): boolean {
  try {
    // The body is nobody's business here, so that it is not parsed.
    new Webhook(secret).verify(Buffer.from(body), { ...headers }, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}
