import type { MessagesEndpoint } from '../anthropic/chat/endpoint.js';
import type { ChatAttempt } from '../port.js';
import type { VendorEndpoint } from '../vendor-endpoint.js';
import { authorize } from './azure-credential.js';
import type { AzureCredential } from './azure-credential.js';

export interface AzureResource {
  /** Without `/openai/v1`, for example `https://my-resource.openai.azure.com`. */
  readonly endpoint: string;
  /** A dated version (`2024-10-21`, `2025-04-01-preview`); absent for the v1 API, which needs none. */
  readonly apiVersion?: string | undefined;
  readonly credential: AzureCredential;
}

/**
 * The v1 API (https://learn.microsoft.com/azure/foundry/openai/api-version-lifecycle), which takes the deployment as the
 * body's `model`; or, with a dated version, the older addresses, of which that for chat names the deployment itself.
 */
export function createOpenAiEndpoint({ endpoint, apiVersion, credential }: AzureResource): VendorEndpoint {
  const urlOf = (operation: string, { vendorModel }: ChatAttempt['offer']): string => {
    if (apiVersion === undefined) return `${endpoint}/openai/v1${operation}`;
    const path = operation === '/responses' ? operation : `/deployments/${encodeURIComponent(vendorModel)}${operation}`;
    return `${endpoint}/openai${path}?api-version=${apiVersion}`;
  };
  return async (operation, { offer, signal }) => ({
    url: urlOf(operation, offer),
    headers: await authorize(credential, 'api-key', signal),
  });
}

/** Cohere's own API in Foundry, at the host of resources that serve other makers' models. */
export function createCohereInFoundry({ endpoint, credential }: AzureResource): VendorEndpoint {
  return async (operation, { signal }) => ({
    url: `${foundryHost(endpoint)}/providers/cohere${operation}`,
    headers: await authorize(credential, 'api-key', signal),
  });
}

function foundryHost(endpoint: string): string {
  return endpoint.replace(/^(https?:\/\/[^/.]+)\.openai\.azure\.com/i, '$1.services.ai.azure.com');
}

const ANTHROPIC_VERSION = '2023-06-01';

/**
 * Claude in Foundry (https://platform.claude.com/docs/en/build-with-claude/claude-in-microsoft-foundry): Anthropic's own
 * Messages, at a host of its own for resources whose other models are at `openai.azure.com`.
 */
export function createClaudeEndpoint({ endpoint, credential }: AzureResource): MessagesEndpoint {
  const host = foundryHost(endpoint);
  return async ({ attempt, body, betas }) => ({
    url: `${host}/anthropic/v1/messages`,
    headers: {
      ...(await authorize(credential, 'x-api-key', attempt.signal)),
      'anthropic-version': ANTHROPIC_VERSION,
      ...(betas.length > 0 && { 'anthropic-beta': betas.join(',') }),
    },
    body: JSON.stringify(body),
  });
}
