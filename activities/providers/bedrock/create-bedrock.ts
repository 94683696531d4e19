import { createAwsCredentialChain } from '../aws-credentials.js';
import type { AwsAccess } from '../aws-signature.js';
import type { VendorHttp } from '../http.js';
import type { ChatProvider } from '../port.js';
import { createBedrockEndpoint } from './bedrock-endpoint.js';
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
}

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
  const converse = createBedrockConverse({ endpoint, http });
  const messages = createBedrockMessages({ endpoint, http });
  return {
    id: 'bedrock',
    chat: (attempt) => {
      const { call, offer } = attempt;
      const native = call.source.dialect === 'anthropic-messages' && modelFamily(offer.vendorModel).claude;
      return native ? messages.chat(attempt) : converse.chat(attempt);
    },
    ...createBedrockCount({ endpoint, http }),
    media: {
      embedding: createBedrockEmbeddings({ endpoint, http }),
      image: createBedrockImages({ endpoint, http }),
      rerank: createBedrockRerank({ endpoint, http }),
    },
  };
}

function toAccess({ apiKey, keys, profile }: BedrockOptions): AwsAccess {
  if (apiKey !== undefined) return { type: 'bearer', token: apiKey };
  if (keys === undefined) return { type: 'signed', credentials: createAwsCredentialChain(profile) };
  return { type: 'signed', credentials: () => Promise.resolve(keys) };
}
