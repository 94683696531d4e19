import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { authorizeAwsRequest, type AwsAccess } from '../../aws-signature.js';
import type { VendorRequest } from '../../http.js';

export interface ControlPlane {
  readonly region: string;
  /** In place of the region's endpoint: of a VPC, or of a proxy. */
  readonly baseUrl?: string;
  readonly access: AwsAccess;
}

/** Addresses and signs a request to the control plane; a path begins with a slash. */
export interface ControlPlaneEndpoint {
  get(path: string): Promise<Pick<VendorRequest, 'url' | 'headers'>>;
  post(path: string, body: JsonObject): Promise<Pick<VendorRequest, 'url' | 'headers' | 'body'>>;
}

/**
 * Amazon Bedrock beside its runtime, which has another host
 * (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock.html).
 */
export function createControlPlaneEndpoint({ region, baseUrl, access }: ControlPlane): ControlPlaneEndpoint {
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const base = baseUrl?.replace(/\/+$/, '') ?? `https://bedrock.${region}.${domain}`;
  const scope = { service: 'bedrock', region };
  return {
    get: async (path) => {
      const asked = {
        method: 'GET',
        url: `${base}${path}`,
        headers: { accept: 'application/json' },
        body: '',
      } as const;
      return { url: asked.url, headers: await authorizeAwsRequest(asked, access, scope) };
    },
    post: async (path, body) => {
      const asked = {
        url: `${base}${path}`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      };
      return { ...asked, headers: await authorizeAwsRequest(asked, access, scope) };
    },
  };
}
