import type { CredentialFields, CredentialKind } from '../../workflows/contracts/credentials.js';
import { createMessageBatches } from './anthropic/batches/create-message-batches.js';
import { createAnthropicCheck } from './anthropic/check/create-anthropic-check.js';
import { createAnthropicChat } from './anthropic/chat/create-anthropic-chat.js';
import { createDirectEndpoint } from './anthropic/chat/direct-endpoint.js';
import { createAnthropicCount } from './anthropic/count/create-anthropic-count.js';
import type { S3Uri } from './aws-s3.js';
import { createAlibabaSpeech } from './alibaba/speech/create-alibaba-speech.js';
import { createAlibabaTranscription } from './alibaba/transcription/create-alibaba-transcription.js';
import { createAzure } from './azure/create-azure.js';
import { createEntraToken, loadEntraCredential } from './entra-token.js';
import type { EntraSecret } from './entra-token.js';
import { createBedrock } from './bedrock/create-bedrock.js';
import type { BedrockOptions } from './bedrock/create-bedrock.js';
import { createDeepgram } from './deepgram/create-deepgram.js';
import { createElevenLabs } from './elevenlabs/create-elevenlabs.js';
import { createFireworksBatches } from './fireworks/batches/create-fireworks-batches.js';
import { createMiniMaxSpeech } from './minimax/speech/create-minimax-speech.js';
import { createMiniMaxTranscription } from './minimax/transcription/create-minimax-transcription.js';
import { createMistralBatches } from './mistral/batches/create-mistral-batches.js';
import { createMistralSpeech } from './mistral/speech/create-mistral-speech.js';
import { createMistralTranscription } from './mistral/transcription/create-mistral-transcription.js';
import { type BearerBatchesOptions, createBearerBatches } from './openai-compatible/batches/bearer-batches.js';
import { COMPATIBLE_BATCHES } from './openai-compatible/batches/profiles.js';
import { createOpenAiSpeech } from './openai-compatible/speech/create-openai-speech.js';
import { GROQ_SPEECH } from './openai-compatible/speech/profile.js';
import { createOpenAiTranscriptions } from './openai-compatible/transcriptions/create-openai-transcriptions.js';
import { GROQ_TRANSCRIPTIONS } from './openai-compatible/transcriptions/profile.js';
import { createGoogle } from './google/create-google.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { GsUri } from './google-storage.js';
import { createGoogleTokens } from './google-token.js';
import type { VendorHttp } from './http.js';
import { createOpenAiCompatibleChat } from './openai-compatible/chat/create-openai-compatible-chat.js';
import { COMPATIBLE_PROFILES } from './openai-compatible/profiles.js';
import { createOpenAi } from './openai/create-openai.js';
import { imageJobsOf, imagesOf } from './registry-images.js';
import { vectorsOf } from './registry-vectors.js';
import { videosOf } from './registry-videos.js';
import { createReplicateWebhookCheck } from './replicate/replicate-webhooks.js';
import { createFalWebhookCheck } from './fal/fal-webhooks.js';
import type { MediaCapabilities, Provider, VendorBatches } from './port.js';
import { createSandbox } from './sandbox/create-sandbox.js';
import { createCallBack } from './sandbox/video/call-back.js';
import { parseNamePairs } from '../../workflows/domain/name-pairs.js';
import { fixedToken } from './token-http.js';
import { createBearerEndpoint } from './vendor-endpoint.js';
import { createOpenRouterBatches } from './openrouter/batches/create-openrouter-batches.js';
import { createTogetherBatches } from './together/batches/create-together-batches.js';
import { createVoyageBatches } from './voyage/batches/create-voyage-batches.js';
import { createXaiBatches } from './xai/batches/create-xai-batches.js';
import { createVertex, type VertexBatchOptions } from './vertex/create-vertex.js';

export interface VendorAccess {
  readonly apiKey: string;
  /** OpenAI's up to and with its version (`https://api.openai.com/v1`), Anthropic's and Google's with or without. */
  readonly baseUrl: string;
}

/** A project of Google Cloud that may call Vertex AI. */
export interface VertexAccess {
  readonly project: string;
  readonly location: string;
  readonly baseUrl?: string;
  /** A key file's content; absent for what the machine itself has. */
  readonly credentials?: JsonObject;
  /** In place of credentials: a token that the operator renews. */
  readonly accessToken?: string;
  /** Absent where it has no batches. */
  readonly batches?: VertexBatchOptions;
}

/** As above; a server of the operator's own may ask for no key. */
export interface CompatibleAccess {
  readonly apiKey?: string;
  readonly baseUrl: string;
  /** Where the vendor's batches are of an account that must be named (Fireworks). */
  readonly accountId?: string;
}

export interface OpenAiAccess extends VendorAccess {
  readonly webhookSecret?: string;
}

export interface AzureAccess {
  /** Without `/openai/v1`, for example `https://my-resource.openai.azure.com`. */
  readonly endpoint: string;
  readonly apiVersion?: string;
  readonly deployments?: { readonly [model: string]: string };
  /** Of the type *Batch*; absent where the resource has none. */
  readonly batchDeployments?: { readonly [model: string]: string };
  readonly apiKey?: string;
  /** Absent, beside no key, where the credential is whatever Entra ID's library finds in the environment. */
  readonly entra?: EntraSecret;
}

export interface ProviderOptions {
  /** Absent where this vendor may not be called. */
  readonly openai?: OpenAiAccess | undefined;
  readonly anthropic?: VendorAccess | undefined;
  readonly azure?: AzureAccess | undefined;
  readonly bedrock?: BedrockOptions | undefined;
  readonly google?: VendorAccess | undefined;
  readonly vertex?: VertexAccess | undefined;
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

type CreateProvider = (account: ProviderAccount, http: VendorHttp) => Provider | undefined;

/** How each vendor's accounts are made into its provider; undefined where the account lacks what the vendor needs. */
const VENDORS: { readonly [vendor: string]: CreateProvider | undefined } = {
  openai: openAiOfAccount,
  anthropic: byKey((access, http) => createAnthropic({ ...access, baseUrl: withoutVersion(access.baseUrl), http })),
  google: byKey((access, http) => createGoogle({ ...access, http })),
  vertex: vertexOfAccount,
  bedrock: bedrockOfAccount,
  azure: azureOfAccount,
  ...Object.fromEntries(COMPATIBLE_PROFILES.map((profile) => [profile.id, compatibleVendor(profile)])),
  // Those that have no chat.
  voyage: byKey((access, http) => {
    const providerBy = (by: VendorHttp) => ({ id: 'voyage', media: vectorsOf('voyage', { ...access, http: by }) });
    return { ...providerBy(http), batches: createVoyageBatches({ ...access, http, providerBy }) };
  }),
  jina: byKey((access, http) => ({ id: 'jina', media: vectorsOf('jina', { ...access, http }) })),
  elevenlabs: byKey((access, http) => createElevenLabs({ ...access, http })),
  deepgram: byKey((access, http) => createDeepgram({ ...access, http })),
  bfl: byKey((access, http) => ({ id: 'bfl', jobs: imageJobsOf('bfl', { ...access, http }) })),
  fal: byKey((access, http) => ({
    ...{ id: 'fal', checkWebhook: createFalWebhookCheck({ ...access, http }) },
    jobs: { ...videosOf('fal', { ...access, http }), ...imageJobsOf('fal', { ...access, http }) },
  })),
  replicate: byKey((access, http) => ({
    ...{ id: 'replicate', checkWebhook: createReplicateWebhookCheck({ ...access, http }) },
    jobs: { ...videosOf('replicate', { ...access, http }), ...imageJobsOf('replicate', { ...access, http }) },
  })),
  kling: byKey((access, http) => ({ id: 'kling', jobs: videosOf('kling', { ...access, http }) })),
};

/** The vendors that accounts can be of, by their names in the catalogue (`offer.vendor`). */
export const ACCOUNT_VENDORS: readonly string[] = Object.keys(VENDORS);

/** The vendor as one account calls it; undefined where it is no such vendor, or the account lacks what it needs. */
export function createProvider(vendor: string, account: ProviderAccount, http: VendorHttp): Provider | undefined {
  return Object.hasOwn(VENDORS, vendor) ? VENDORS[vendor]?.(account, http) : undefined;
}

/** The vendors that the environment's accounts can call, by their names in the catalogue, in its order. */
export function createProviders(options: ProviderOptions): ReadonlyMap<string, Provider> {
  const { openai, anthropic, google, vertex, bedrock, azure, compatible = {}, sandbox, http } = options;
  const access: Readonly<Record<string, CompatibleAccess | undefined>> = { ...compatible, openai, anthropic, google };
  // A cloud's account may be what the machine itself has, which no credential that is kept can be.
  const clouds: Readonly<Record<string, Provider | undefined>> = {
    vertex: vertex && createVertexOf(vertex, http),
    bedrock: bedrock && createBedrock({ ...bedrock, http }),
    azure: azure && createAzureFor(azure, http),
  };
  const providers = ACCOUNT_VENDORS.flatMap((vendor) => {
    const given = access[vendor];
    return clouds[vendor] ?? (given && createProvider(vendor, toAccount(given), http)) ?? [];
  });
  return new Map(
    [...providers, ...(sandbox ? [createSandbox({ callBack: createCallBack(http) })] : [])].map((provider) => [
      provider.id,
      provider,
    ]),
  );
}

function toAccount(access: CompatibleAccess & Partial<OpenAiAccess>): ProviderAccount {
  const { apiKey, webhookSecret, baseUrl, accountId } = access;
  const secret: CredentialFields = {
    ...(apiKey !== undefined && { api_key: apiKey }),
    ...(webhookSecret !== undefined && { webhook_secret: webhookSecret }),
  };
  const settings: CredentialFields = accountId === undefined ? {} : { account_id: accountId };
  return { kind: 'api_key', settings, secret, baseUrl };
}

function openAiOfAccount(account: ProviderAccount, http: VendorHttp): Provider | undefined {
  const webhookSecret = account.secret['webhook_secret'];
  const beside = webhookSecret !== undefined && { webhookSecret };
  return byKey((access) => createOpenAi({ ...access, http, ...beside }))(account, http);
}

function byKey(create: (access: VendorAccess, http: VendorHttp) => Provider): CreateProvider {
  return ({ settings, secret, baseUrl: usual }, http) => {
    const [apiKey, baseUrl] = [secret['api_key'], settings['base_url'] ?? usual];
    return apiKey === undefined || baseUrl === undefined ? undefined : create({ apiKey, baseUrl }, http);
  };
}

function compatibleVendor(profile: (typeof COMPATIBLE_PROFILES)[number]): CreateProvider {
  return ({ settings, secret, baseUrl: usual }, http) => {
    const baseUrl = settings['base_url'] ?? usual;
    if (baseUrl === undefined) return undefined;
    const apiKey = secret['api_key'];
    const chatBy = (by: VendorHttp) => createOpenAiCompatibleChat({ ...profile, baseUrl }, { apiKey, http: by });
    const account = { baseUrl, apiKey, http };
    const sound = apiKey === undefined ? undefined : SOUND_OF[profile.id]?.({ apiKey, baseUrl }, http);
    const media = { ...vectorsOf(profile.id, account), ...imagesOf(profile.id, account), ...sound };
    const jobs = { ...videosOf(profile.id, account), ...imageJobsOf(profile.id, account) };
    const providerBy = (by: VendorHttp) => ({ ...chatBy(by), media: vectorsOf(profile.id, { ...account, http: by }) });
    const batches =
      apiKey === undefined
        ? undefined
        : batchesOf(profile.id, { apiKey, baseUrl, http, providerBy }, settings['account_id']);
    return { ...chatBy(http), media, jobs, ...(batches && { batches }) };
  };
}

/** The batches of vendors of OpenAI's chat dialect: OpenAI's too, or their own. */
function batchesOf(vendor: string, options: BearerBatchesOptions, accountId?: string): VendorBatches | undefined {
  if (vendor === 'xai') return createXaiBatches(options);
  if (vendor === 'fireworks')
    return accountId === undefined ? undefined : createFireworksBatches({ ...options, accountId });
  if (vendor === 'mistral') return createMistralBatches(options);
  if (vendor === 'together') return createTogetherBatches(options);
  if (vendor === 'openrouter') return createOpenRouterBatches(options);
  const profile = COMPATIBLE_BATCHES[vendor];
  return profile && createBearerBatches({ ...options, profile });
}

/** What vendors of OpenAI's chat dialect speak and hear. */
const SOUND_OF: {
  readonly [vendor: string]: ((access: VendorAccess, http: VendorHttp) => MediaCapabilities) | undefined;
} = {
  groq: ({ apiKey, baseUrl }, http) => {
    const at = { endpoint: createBearerEndpoint(baseUrl, apiKey), http };
    return {
      speech: createOpenAiSpeech({ profile: GROQ_SPEECH, ...at }),
      transcription: createOpenAiTranscriptions({ profile: GROQ_TRANSCRIPTIONS, ...at }),
    };
  },
  mistral: ({ apiKey, baseUrl }, http) => {
    const at = { endpoint: createBearerEndpoint(baseUrl, apiKey), http };
    return { speech: createMistralSpeech(at), transcription: createMistralTranscription(at) };
  },
  minimax: ({ apiKey, baseUrl }, http) => {
    const at = { endpoint: createBearerEndpoint(baseUrl, apiKey), http };
    return { speech: createMiniMaxSpeech(at), transcription: createMiniMaxTranscription(at) };
  },
  alibaba: (access, http) => ({
    speech: createAlibabaSpeech({ ...access, http }),
    transcription: createAlibabaTranscription({ endpoint: createBearerEndpoint(access.baseUrl, access.apiKey), http }),
  }),
};

function createAnthropic({ http, ...access }: VendorAccess & { readonly http: VendorHttp }): Provider {
  const chatBy = (by: VendorHttp) =>
    createAnthropicChat({ id: 'anthropic', http: by, endpoint: createDirectEndpoint(access) });
  return {
    ...chatBy(http),
    batches: createMessageBatches({ ...access, http, chatBy }),
    ...createAnthropicCount({ ...access, http }),
    ...createAnthropicCheck({ ...access, http }),
  };
}

/** What tokens for models of OpenAI's and for Foundry's others are for (the security scheme of Azure's own OpenAPI). */
const AZURE_SCOPE = 'https://cognitiveservices.azure.com/.default';

function createAzureFor({ apiKey, entra, ...resource }: AzureAccess, http: VendorHttp): Provider {
  if (apiKey !== undefined) return createAzure({ ...resource, credential: { type: 'key', apiKey }, http });
  const token = createEntraToken({ scope: AZURE_SCOPE, load: () => loadEntraCredential(entra) });
  return createAzure({ ...resource, credential: { type: 'entra', token }, http });
}

/** https://cloud.google.com/iam/docs/service-account-creds: the key file names its project. */
function vertexOfAccount({ settings, secret }: ProviderAccount, http: VendorHttp): Provider | undefined {
  const credentials = parseObject(secret['service_account_json']);
  const project = settings['project'] ?? credentials?.['project_id'];
  if (credentials === undefined || typeof project !== 'string') return undefined;
  const { location = 'global', base_url: baseUrl, batch_bucket: bucket } = settings;
  const batches = bucket === undefined ? {} : { batches: { bucket: bucket as GsUri } };
  return createVertexOf(
    { project, location, credentials, ...(baseUrl !== undefined && { baseUrl }), ...batches },
    http,
  );
}

function bedrockOfAccount({ kind, settings, secret }: ProviderAccount, http: VendorHttp): Provider | undefined {
  const { region, base_url: baseUrl } = settings;
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey, session_token: sessionToken } = secret;
  if (region === undefined) return undefined;
  const place = { region, ...(baseUrl !== undefined && { baseUrl }), http };
  if (kind === 'aws_api_key') {
    const apiKey = secret['api_key'];
    return apiKey === undefined ? undefined : createBedrock({ ...place, apiKey });
  }
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  const keys = { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  return createBedrock({ ...place, keys, ...bedrockBatchesOf(settings) });
}

/** The quota of an account of its own is not known: a job with fewer lines than it may have fails, and they go by themselves. */
function bedrockBatchesOf({
  batch_bucket: bucket,
  batch_role_arn: roleArn,
}: CredentialFields): Pick<BedrockOptions, 'batches'> {
  if (bucket === undefined || roleArn === undefined) return {};
  return { batches: { bucket: bucket as S3Uri, roleArn, minLines: 100 } };
}

function azureOfAccount({ kind, settings, secret }: ProviderAccount, http: VendorHttp): Provider | undefined {
  const { endpoint, api_version: apiVersion, tenant_id: tenantId, client_id: clientId } = settings;
  const { api_key: apiKey, client_secret: clientSecret } = secret;
  if (endpoint === undefined) return undefined;
  const batchDeployments = parseNamePairs(settings['batch_deployments'] ?? '');
  const resource = {
    endpoint,
    ...(apiVersion !== undefined && { apiVersion }),
    ...(typeof batchDeployments !== 'string' && { batchDeployments }),
  };
  if (kind === 'azure_api_key') return apiKey === undefined ? undefined : createAzureFor({ ...resource, apiKey }, http);
  if (tenantId === undefined || clientId === undefined || clientSecret === undefined) return undefined;
  return createAzureFor({ ...resource, entra: { tenantId, clientId, clientSecret } }, http);
}

function parseObject(text: string | undefined): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    // The parser's own error quotes the text, which is secret.
    return undefined;
  }
}

function createVertexOf({ credentials, accessToken, ...place }: VertexAccess, http: VendorHttp): Provider {
  const tokens = accessToken === undefined ? createGoogleTokens({ credentials }) : fixedToken(accessToken);
  return createVertex({ ...place, tokens, http });
}

/** Users give Anthropic's URL in both forms, as its own clients want it without and OpenAI's with the version. */
function withoutVersion(baseUrl: string): string {
  return baseUrl.replace(/\/+$/, '').replace(/\/v1$/, '');
}
