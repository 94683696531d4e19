import type { EntraToken } from '../entra-token.js';
import type { VendorHttp, VendorRequest, VendorResponse } from '../http.js';

/** What a resource is called with: its key, or tokens of Microsoft Entra ID. */
export type AzureCredential =
  { readonly type: 'key'; readonly apiKey: string } | { readonly type: 'entra'; readonly token: EntraToken };

/** The headers of one call. `keyHeader` is what the API at hand calls a key. Throws a `ProviderFailure`. */
export async function authorize(
  credential: AzureCredential,
  keyHeader: 'api-key' | 'x-api-key',
  signal: AbortSignal,
): Promise<{ readonly [name: string]: string }> {
  if (credential.type === 'key') return { [keyHeader]: credential.apiKey };
  return { authorization: `Bearer ${await credential.token.get(signal)}` };
}

/** Notices a refused token, so that a revoked one is not sent until it would have expired. */
export function droppingRefused(http: VendorHttp, credential: AzureCredential): VendorHttp {
  if (credential.type === 'key') return http;
  const watching =
    <R extends Pick<VendorRequest, 'headers'>>(send: (request: R) => Promise<VendorResponse>) =>
    async (request: R): Promise<VendorResponse> => {
      const response = await send(request);
      const sent = request.headers['authorization']?.replace(/^Bearer /, '');
      if (response.status === 401 && sent !== undefined) credential.token.drop(sent);
      return response;
    };
  return {
    ...http,
    postJson: watching(http.postJson),
    getJson: watching(http.getJson),
    ...(http.deleteJson && { deleteJson: watching(http.deleteJson) }),
  };
}
