import { readHttpFailure } from './http.js';
import type { VendorHttp, VendorRequest } from './http.js';

/** What an address says that does not exist there. */
const NO_SUCH_QUESTION: ReadonlySet<number> = new Set([404, 405, 501]);

/**
 * Asks an address that only a valid key opens. False where there is no such address. What it answers is not read: whether
 * it answers is the question. Throws a `ProviderFailure` where the key is refused or nothing can be known.
 */
export async function isKeyTaken(http: VendorHttp, request: Omit<VendorRequest, 'body'>): Promise<boolean> {
  const response = await http.getJson(request);
  try {
    if (NO_SUCH_QUESTION.has(response.status)) return false;
    if (response.status < 200 || response.status > 299) throw await readHttpFailure(response);
    return true;
  } finally {
    response.discard();
  }
}
