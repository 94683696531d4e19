import { createAwsCredentialChain } from '../aws-credentials.js';
import { createS3Objects } from '../aws-s3.js';
import type { AwsAccess } from '../aws-signature.js';
import type { VendorHttp } from '../http.js';
import type { ChatProvider, VendorBatches } from '../port.js';
import { createControlPlaneEndpoint } from './batches/control-plane.js';
import { type BedrockBatchPlace, createBedrockBatches } from './batches/create-bedrock-batches.js';
import { type BedrockEndpoint, createBedrockEndpoint } from './bedrock-endpoint.js';
import { createBedrockConverse } from './converse/create-bedrock-converse.js';
import { createBedrockCount } from './count/create-bedrock-count.js';
import { createBedrockEmbeddings } from './embeddings/create-bedrock-embeddings.js';
import { createBedrockImages } from './images/create-bedrock-images.js';
import { createBedrockMessages } from './messages/create-bedrock-messages.js';
import { modelFamily } from './model-family.js';
import { createBedrockRerank } from './rerank/create-bedrock-rerank.js';

/** An API key, else a pair of keys, else what AWS's own tools would find. */
export interface BedrockOptions {
  readonly region: string;
  readonly baseUrl?: string;
  readonly apiKey?: string;
  readonly keys?: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
  /** The profile of AWS's files to use; absent for the default one. */
  readonly profile?: string;
  /** Absent where it has no batches. An API key alone has none whatever is set, because S3 takes none. */
  readonly batches?: BedrockBatchOptions;
}

export interface BedrockBatchOptions extends BedrockBatchPlace {
  /** In place of the address of the region's control plane, and of its S3. */
  readonly baseUrl?: string;
  readonly s3Url?: string;
}

type SignedAccess = Extract<AwsAccess, { readonly type: 'signed' }>;

/**
 * Amazon Bedrock: Converse, which all of its models of text share, but for Claude and callers of Anthropic's own dialect, who
 * get that through.
 */
export function createBedrock({ http, ...options }: BedrockOptions & { readonly http: VendorHttp }): ChatProvider {
  const { region, baseUrl } = options;
  const endpoint = createBedrockEndpoint({
    region,
    ...(baseUrl !== undefined && { baseUrl }),
    access: toAccess(options),
  });
  const batches = batchesOf({ ...options, http });
  return {
    ...createChat(endpoint, http),
    ...(batches && { batches }),
    ...createBedrockCount({ endpoint, http }),
    media: {
      embedding: createBedrockEmbeddings({ endpoint, http }),
      image: createBedrockImages({ endpoint, http }),
      rerank: createBedrockRerank({ endpoint, http }),
    },
  };
}

function createChat(endpoint: BedrockEndpoint, http: VendorHttp): ChatProvider {
  const converse = createBedrockConverse({ endpoint, http });
  const messages = createBedrockMessages({ endpoint, http });
  return {
    id: 'bedrock',
    chat: (attempt) => {
      const { call, offer } = attempt;
      const native = call.source.dialect === 'anthropic-messages' && modelFamily(offer.vendorModel).claude;
      return native ? messages.chat(attempt) : converse.chat(attempt);
    },
  };
}

function batchesOf({
  http,
  region,
  batches,
  ...account
}: BedrockOptions & { readonly http: VendorHttp }): VendorBatches | undefined {
  const { apiKey, keys, profile } = account;
  const isKeyAlone = apiKey !== undefined && keys === undefined && profile === undefined;
  if (batches === undefined || isKeyAlone) return undefined;
  const { baseUrl, s3Url, ...place } = batches;
  const access = toSignedAccess(account);
  const { credentials } = access;
  return createBedrockBatches({
    ...{ ...place, region, http },
    endpoint: createControlPlaneEndpoint({ region, access, ...(baseUrl !== undefined && { baseUrl }) }),
    objects: createS3Objects({ region, credentials, http, ...(s3Url !== undefined && { endpoint: s3Url }) }),
    providerBy: (by) => {
      // What is kept and read again goes nowhere, so that it is not signed.
      const unsigned = createBedrockEndpoint({ region, access: { type: 'bearer', token: '' } });
      const embedding = createBedrockEmbeddings({ endpoint: unsigned, http: by });
      return { ...createChat(unsigned, by), media: { embedding } };
    },
  });
}

function toAccess(options: Omit<BedrockOptions, 'region'>): AwsAccess {
  const { apiKey } = options;
  return apiKey === undefined ? toSignedAccess(options) : { type: 'bearer', token: apiKey };
}

function toSignedAccess({ keys, profile }: Omit<BedrockOptions, 'region'>): SignedAccess {
  const credentials = keys === undefined ? createAwsCredentialChain(profile) : () => Promise.resolve(keys);
  return { type: 'signed', credentials };
}
