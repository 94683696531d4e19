import type { Offer } from '../../../../workflows/contracts/offers.js';
import type { VendorHttp } from '../../http.js';
import { createOpenAiBatches } from '../../openai-compatible/batches/create-openai-batches.js';
import type { OpenAiBatchesProfile } from '../../openai-compatible/batches/profiles.js';
import type { ChatProvider, VendorBatches } from '../../port.js';
import type { VendorTarget } from '../../vendor-endpoint.js';
import { authorize } from '../azure-credential.js';
import type { AzureResource } from '../azure-endpoints.js';

export interface AzureBatchesOptions {
  readonly resource: AzureResource;
  readonly http: VendorHttp;
  /** The offer by the name of its deployment of the type *Batch*; nothing where it has none. */
  readonly deployed: (offer: Offer) => Offer | undefined;
  /** What answers single requests of the resource, by another way of sending and without its credential. */
  readonly chatBy: (http: VendorHttp) => Pick<ChatProvider, 'id' | 'chat'>;
}

/** "You can set to a number between 1209600-2592000", which is 14 to 30 days. */
const KEPT_SECONDS = 14 * 86_400;

/**
 * Batches of Azure OpenAI (https://learn.microsoft.com/azure/foundry/openai/how-to/batch; the v1 API's own fields are at
 * https://learn.microsoft.com/azure/foundry/reference/rest/batches-create-batch): OpenAI's own API, whose lines ask for a deployment of
 * the type Global Batch or Data Zone Batch, the same in all lines of a file. Single requests cannot be asked of such a deployment, nor
 * batches of any other. With a dated version the addresses are the older ones, and files have no expiry.
 */
export function createAzureBatches({ resource, http, deployed, chatBy }: AzureBatchesOptions): VendorBatches {
  const { endpoint, apiVersion, credential } = resource;
  const root = apiVersion === undefined ? `${endpoint}/openai/v1` : `${endpoint}/openai`;
  const target = async (path: string, signal: AbortSignal): Promise<VendorTarget> => ({
    url: apiVersion === undefined ? `${root}${path}` : withVersion(`${root}${path}`, apiVersion),
    headers: await authorize(credential, 'api-key', signal),
  });
  const inBatch = (by: VendorHttp): Pick<ChatProvider, 'id' | 'chat'> => {
    const { id, chat } = chatBy(by);
    return { id, chat: (attempt) => chat({ ...attempt, offer: deployed(attempt.offer) ?? attempt.offer }) };
  };
  return createOpenAiBatches({
    ...{ http, target, providerBy: inBatch },
    profile: profileOf(apiVersion, deployed),
    endpointOf: (url) => (apiVersion === undefined ? `/v1${url.slice(root.length)}` : operationOf(url, root)),
  });
}

/** The v1 API's reference says 50,000 requests, the guide 100,000. */
function profileOf(apiVersion: string | undefined, deployed: AzureBatchesOptions['deployed']): OpenAiBatchesProfile {
  return {
    maxLines: 50_000,
    maxBytes: 200_000_000,
    // Claude is asked at another address, which has no batches. Of embeddings the guide says "This is currently not supported", and has none
    // among its models, though the v1 API's reference has OpenAI's list of endpoints.
    takes: (offer) => offer.kind === 'chat' && offer.model?.startsWith('anthropic/') !== true && !!deployed(offer),
    ...(apiVersion === undefined && { keptSeconds: KEPT_SECONDS }),
  };
}

function withVersion(url: string, apiVersion: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}api-version=${apiVersion}`;
}

/** `/chat/completions` of `…/openai/deployments/{name}/chat/completions?api-version=…`. */
function operationOf(url: string, root: string): string {
  const [path = ''] = url.slice(root.length).split('?');
  return path.replace(/^\/deployments\/[^/]+/, '');
}
