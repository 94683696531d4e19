import type { VendorHttp } from '../activities/providers/http.js';
import { ProviderFailure } from '../activities/providers/port.js';
import type { AttemptFailureReason, PostWebhook } from '../workflows/contracts/webhooks.js';

/** Webhooks by the client that vendors are called by, of which all that is read is the status. */
export function createWebhookPost(http: VendorHttp): PostWebhook {
  return async ({ url, headers, body, timeoutMs }) => {
    const over = new AbortController();
    const timer = setTimeout(() => over.abort({ class: 'timeout_total' }), timeoutMs);
    try {
      const response = await http.postJson({ url, headers, body, signal: over.signal });
      response.discard();
      const retryAfter = response.headers['retry-after'];
      return { status: response.status, ...(retryAfter !== undefined && { retryAfter }) };
    } catch (error) {
      if (!(error instanceof ProviderFailure)) throw error;
      return { failure: reasonOf(error) };
    } finally {
      clearTimeout(timer);
    }
  };
}

function reasonOf({ failure, systemCode = '' }: ProviderFailure): AttemptFailureReason {
  if (/^timeout/.test(failure.class) || /TIMEOUT|ETIMEDOUT/.test(systemCode)) return 'timeout';
  if (failure.class === 'bad_response') return 'bad_answer';
  if (systemCode === 'ERR_ADDRESS_NOT_PUBLIC') return 'address_not_public';
  if (/^(ENOTFOUND|EAI_|ENODATA)/.test(systemCode)) return 'name_not_resolved';
  return isOfTls(systemCode) ? 'tls' : 'connection';
}

/** As OpenSSL and Node name what is wrong with a certificate or a handshake. */
function isOfTls(systemCode: string): boolean {
  return /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_|EPROTO/.test(systemCode);
}
