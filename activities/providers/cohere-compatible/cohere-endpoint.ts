import { createBearerEndpoint, type VendorEndpoint } from '../vendor-endpoint.js';

/**
 * Cohere's own API, whose paths name their version, from any of the base URLs that users give: that of its compatibility API
 * (`https://api.cohere.ai/compatibility/v1`), or its own with a version or without.
 */
export function createCohereEndpoint(baseUrl: string, apiKey?: string): VendorEndpoint {
  const root = baseUrl
    .replace(/\/+$/, '')
    .replace(/\/v\d+$/, '')
    .replace(/\/compatibility$/, '');
  return createBearerEndpoint(root, apiKey);
}
