import type { CredentialFields, CredentialKind } from '../../workflows/contracts/credentials.js';
import { createAnthropicChat } from './anthropic/chat/create-anthropic-chat.js';
import type { AnthropicChatOptions } from './anthropic/chat/create-anthropic-chat.js';
import { createAnthropicCount } from './anthropic/count/create-anthropic-count.js';
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
  /** Vendors of OpenAI's chat dialect that may be called, by their names. */
  readonly compatible?: Readonly<Record<string, CompatibleAccess>>;
  readonly sandbox: boolean;
  readonly http: VendorHttp;
}

/** One account at a vendor, whoever's it is. */
export interface ProviderAccount {
  readonly kind: CredentialKind;
  readonly settings: CredentialFields;
  readonly secret: CredentialFields;
  /** The vendor's usual address; `settings.base_url` goes before it. */
  readonly baseUrl?: string;
}

type CreateProvider = (account: ProviderAccount, http: VendorHttp) => ChatProvider | undefined;

/** How each vendor's accounts are made into its provider; undefined where the account lacks what the vendor needs. */
const VENDORS: { readonly [vendor: string]: CreateProvider | undefined } = {
  openai: byKey((access, http) => createOpenAi({ ...access, http })),
  anthropic: byKey((access, http) => createAnthropic({ ...access, baseUrl: withoutVersion(access.baseUrl), http })),
  ...Object.fromEntries(COMPATIBLE_PROFILES.map((profile) => [profile.id, compatibleVendor(profile)])),
};

/** The vendors that accounts can be of, by their names in the catalogue (`offer.vendor`). */
export const ACCOUNT_VENDORS: readonly string[] = Object.keys(VENDORS);

/** The vendor as one account calls it; undefined where it is no such vendor, or the account lacks what it needs. */
export function createProvider(vendor: string, account: ProviderAccount, http: VendorHttp): ChatProvider | undefined {
  return Object.hasOwn(VENDORS, vendor) ? VENDORS[vendor]?.(account, http) : undefined;
}

/** The vendors that the environment's accounts can call, by their names in the catalogue. */
export function createProviders(options: ProviderOptions): ReadonlyMap<string, ChatProvider> {
  const { openai, anthropic, compatible = {}, sandbox, http } = options;
  const access: Readonly<Record<string, CompatibleAccess | undefined>> = { ...compatible, openai, anthropic };
  const providers = ACCOUNT_VENDORS.flatMap((vendor) => {
    const given = access[vendor];
    return given ? (createProvider(vendor, toAccount(given), http) ?? []) : [];
  });
  return new Map([...providers, ...(sandbox ? [createSandbox()] : [])].map((provider) => [provider.id, provider]));
}

function toAccount({ apiKey, baseUrl }: CompatibleAccess): ProviderAccount {
  return { kind: 'api_key', settings: {}, secret: apiKey === undefined ? {} : { api_key: apiKey }, baseUrl };
}

function byKey(create: (access: VendorAccess, http: VendorHttp) => ChatProvider): CreateProvider {
  return ({ settings, secret, baseUrl: usual }, http) => {
    const [apiKey, baseUrl] = [secret['api_key'], settings['base_url'] ?? usual];
    return apiKey === undefined || baseUrl === undefined ? undefined : create({ apiKey, baseUrl }, http);
  };
}

function compatibleVendor(profile: (typeof COMPATIBLE_PROFILES)[number]): CreateProvider {
  return ({ settings, secret, baseUrl: usual }, http) => {
    const baseUrl = settings['base_url'] ?? usual;
    if (baseUrl === undefined) return undefined;
    return createOpenAiCompatibleChat({ ...profile, baseUrl }, { apiKey: secret['api_key'], http });
  };
}

function createAnthropic(options: AnthropicChatOptions): ChatProvider {
  return { ...createAnthropicChat(options), ...createAnthropicCount(options) };
}

/** Users give Anthropic's URL in both forms, as its own clients want it without and OpenAI's with the version. */
function withoutVersion(baseUrl: string): string {
  return baseUrl.replace(/\/+$/, '').replace(/\/v1$/, '');
}
