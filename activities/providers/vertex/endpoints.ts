import type { MessagesEndpoint } from '../anthropic/chat/endpoint.js';
import { methodPath } from '../google/chat/endpoint.js';
import type { GoogleEndpoint } from '../google/chat/endpoint.js';

/** Where the models are, and who pays. */
export interface VertexPlace {
  readonly project: string;
  /** A region (`europe-west4`) or `global`. */
  readonly location: string;
  /** Up to the version, for tests and proxies; absent for Google's own address of the location. */
  readonly baseUrl?: string | undefined;
}

export type Publisher = 'google' | 'anthropic' | 'mistralai' | 'others';

/** Who made the model, which decides its format; open models are named `publisher/model`. */
export function publisherOf(vendorModel: string): Publisher {
  if (vendorModel.startsWith('claude-')) return 'anthropic';
  if (/^(mistralai\/|mistral-|codestral)/.test(vendorModel)) return 'mistralai';
  return vendorModel.includes('/') ? 'others' : 'google';
}

/** `https://{location}-aiplatform.googleapis.com/v1/projects/{project}/locations/{location}`; `global` has no prefix. */
export function locationUrl({ project, location, baseUrl }: VertexPlace): string {
  const host = location === 'global' ? 'aiplatform.googleapis.com' : `${location}-aiplatform.googleapis.com`;
  const root = (baseUrl ?? `https://${host}`).replace(/\/+$/, '').replace(/\/v1$/, '');
  return `${root}/v1/projects/${encodeURIComponent(project)}/locations/${encodeURIComponent(location)}`;
}

/** Versions are written after an `@`, which a path may hold as it is. */
export function modelUrl(place: VertexPlace, publisher: string, model: string): string {
  return `${locationUrl(place)}/publishers/${publisher}/models/${encodeURIComponent(model).replaceAll('%40', '@')}`;
}

const JSON_TYPE = { 'content-type': 'application/json' };

export function createGeminiEndpointOf(place: VertexPlace): GoogleEndpoint {
  return ({ vendorModel }, method) => ({
    url: `${modelUrl(place, 'google', vendorModel)}:${methodPath(method)}`,
    headers: JSON_TYPE,
  });
}

const ANTHROPIC_VERSION = 'vertex-2023-10-16';

/**
 * Claude (https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai): the model stands in the path, and the
 * version in the body.
 */
export function createRawPredictEndpoint(place: VertexPlace): MessagesEndpoint {
  return ({ attempt, body, betas }) => {
    const { model: _inPath, ...fields } = body;
    const method = attempt.call.stream ? 'streamRawPredict' : 'rawPredict';
    return {
      url: `${modelUrl(place, 'anthropic', attempt.offer.vendorModel)}:${method}`,
      headers: { ...JSON_TYPE, ...(betas.length > 0 && { 'anthropic-beta': betas.join(',') }) },
      body: JSON.stringify({ anthropic_version: ANTHROPIC_VERSION, ...fields }),
    };
  };
}
