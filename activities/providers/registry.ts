import { createAnthropicChat } from './anthropic/chat/create-anthropic-chat.js';
import { createDirectEndpoint } from './anthropic/chat/direct-endpoint.js';
import { createAnthropicCount } from './anthropic/count/create-anthropic-count.js';
import { createAzure } from './azure/create-azure.js';
import { createEntraToken, loadEntraCredential } from './entra-token.js';
import type { EntraSecret } from './entra-token.js';
import { createBedrock } from './bedrock/create-bedrock.js';
import type { BedrockOptions } from './bedrock/create-bedrock.js';
import type { VendorHttp } from './http.js';
import { createOpenAiCompatibleChat } from './openai-compatible/chat/create-openai-compatible-chat.js';
import { COMPATIBLE_PROFILES } from './openai-compatible/profiles.js';
import { createOpenAi } from './openai/create-openai.js';
import type { ChatProvider } from './port.js';
import { createSandbox } from './sandbox/create-sandbox.js';

export interface VendorAccess {
  readonly apiKey: string;
  /** OpenAI's up to and with its version (`https://api.openai.com/v1`), Anthropic's with or without (`https://api.anthropic.com`). */
  readonly baseUrl: string;
}

/** As above; a server of the operator's own may ask for no key. */
export interface CompatibleAccess {
  readonly apiKey?: string;
  readonly baseUrl: string;
}

export interface AzureAccess {
  /** Without `/openai/v1`, for example `https://my-resource.openai.azure.com`. */
  readonly endpoint: string;
  readonly apiVersion?: string;
  readonly deployments?: { readonly [model: string]: string };
  readonly apiKey?: string;
  /** Absent, beside no key, where the credential is whatever Entra ID's library finds in the environment. */
  readonly entra?: EntraSecret;
}

export interface ProviderOptions {
  /** Absent where this vendor may not be called. */
  readonly openai?: VendorAccess | undefined;
  readonly anthropic?: VendorAccess | undefined;
  readonly azure?: AzureAccess | undefined;
  readonly bedrock?: BedrockOptions | undefined;
  /** Vendors of OpenAI's chat dialect that may be called, by their names. */
  readonly compatible?: Readonly<Record<string, CompatibleAccess>>;
  readonly sandbox: boolean;
  readonly http: VendorHttp;
}

/** The vendors that can be called, by their names in the catalogue (`offer.vendor`). */
export function createProviders({
  openai,
  anthropic,
  azure,
  bedrock,
  compatible = {},
  sandbox,
  http,
}: ProviderOptions): ReadonlyMap<string, ChatProvider> {
  const providers = [
    ...(openai ? [createOpenAi({ ...openai, http })] : []),
    ...(anthropic ? [createAnthropic({ ...anthropic, baseUrl: withoutVersion(anthropic.baseUrl), http })] : []),
    ...(azure ? [createAzureFor(azure, http)] : []),
    ...(bedrock ? [createBedrock({ ...bedrock, http })] : []),
    ...COMPATIBLE_PROFILES.flatMap((profile) => {
      const access = compatible[profile.id];
      if (access === undefined) return [];
      const { apiKey, baseUrl } = access;
      return [createOpenAiCompatibleChat({ ...profile, baseUrl }, { apiKey, http })];
    }),
    ...(sandbox ? [createSandbox()] : []),
  ];
  return new Map(providers.map((provider) => [provider.id, provider]));
}

function createAnthropic({ http, ...access }: VendorAccess & { readonly http: VendorHttp }): ChatProvider {
  return {
    ...createAnthropicChat({ id: 'anthropic', http, endpoint: createDirectEndpoint(access) }),
    ...createAnthropicCount({ ...access, http }),
  };
}

/** What tokens for models of OpenAI's and for Foundry's others are for (the security scheme of Azure's own OpenAPI). */
const AZURE_SCOPE = 'https://cognitiveservices.azure.com/.default';

function createAzureFor({ apiKey, entra, ...resource }: AzureAccess, http: VendorHttp): ChatProvider {
  if (apiKey !== undefined) return createAzure({ ...resource, credential: { type: 'key', apiKey }, http });
  const token = createEntraToken({ scope: AZURE_SCOPE, load: () => loadEntraCredential(entra) });
  return createAzure({ ...resource, credential: { type: 'entra', token }, http });
}

/** Users give Anthropic's URL in both forms, as its own clients want it without and OpenAI's with the version. */
function withoutVersion(baseUrl: string): string {
  return baseUrl.replace(/\/+$/, '').replace(/\/v1$/, '');
}
