import { createAnthropicChat } from './anthropic/chat/create-anthropic-chat.js';
import { createDirectEndpoint } from './anthropic/chat/direct-endpoint.js';
import { createAnthropicCount } from './anthropic/count/create-anthropic-count.js';
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

export interface ProviderOptions {
  /** Absent where this vendor may not be called. */
  readonly openai?: VendorAccess | undefined;
  readonly anthropic?: VendorAccess | undefined;
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
  bedrock,
  compatible = {},
  sandbox,
  http,
}: ProviderOptions): ReadonlyMap<string, ChatProvider> {
  const providers = [
    ...(openai ? [createOpenAi({ ...openai, http })] : []),
    ...(anthropic ? [createAnthropic({ ...anthropic, baseUrl: withoutVersion(anthropic.baseUrl), http })] : []),
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

/** Users give Anthropic's URL in both forms, as its own clients want it without and OpenAI's with the version. */
function withoutVersion(baseUrl: string): string {
  return baseUrl.replace(/\/+$/, '').replace(/\/v1$/, '');
}
