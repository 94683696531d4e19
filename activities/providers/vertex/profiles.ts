import type { OpenAiCompatibleProfile } from '../openai-compatible/chat/profile.js';
import { CAREFUL, COMPATIBLE_PROFILES } from '../openai-compatible/profiles.js';
import { locationUrl } from './endpoints.js';
import type { VertexPlace } from './endpoints.js';

/**
 * Open models, as a service of Google's (https://cloud.google.com/vertex-ai/generative-ai/docs/maas/call-open-model-apis):
 * OpenAI's chat dialect, with the model as `publisher/model`. Nothing of it is recorded, so that the careful values stand.
 */
export function openModelsOnVertex(place: VertexPlace): OpenAiCompatibleProfile {
  return { ...CAREFUL, id: 'vertex', baseUrl: `${locationUrl(place)}/endpoints/openapi` };
}

/** Mistral's own dialect, in which the address is that of the model. */
export function mistralOnVertex(place: VertexPlace): OpenAiCompatibleProfile {
  const own = COMPATIBLE_PROFILES.find(({ id }) => id === 'mistral');
  return { ...CAREFUL, ...own, id: 'vertex', baseUrl: locationUrl(place) };
}
